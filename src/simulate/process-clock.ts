import type { Clock, Timer } from '../clock/clock.ts';
import { steadyNow } from '../clock/clock.ts';
import type { Milliseconds } from '../units/duration.ts';
import { milliseconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add } from '../units/instant.ts';

/** The clock of one process in a simulated world: it ends with the process, and stands still while that is stalled. */
export interface ProcessClock extends Clock {
  /** No timer of the process fires any more: SIGKILL. */
  kill(): void;
  /** For so long no timer fires; those that fell due do so afterwards, late, as after a stop of the event loop. */
  stall(length: Milliseconds): void;
  readonly killed: boolean;
}

/**
 * The clock of a new process on the world's clock, with the arithmetic of the real one. `ahead` tells by how many
 * milliseconds the wall clock of its node is ahead of the world's: it counts when the process starts.
 */
export function createProcessClock(world: Clock, ahead: () => number = () => 0): ProcessClock {
  const now = steadyNow({ wall: () => world.now() + ahead(), monotonic: () => world.now() });
  let killed = false;
  let stalledUntil: Instant | undefined;
  const fireWhenAwake = (fire: () => void): Timer => {
    let later: Timer | undefined;
    const attempt = (): void => {
      if (killed) return;
      const wait = stalledUntil === undefined ? 0 : stalledUntil - world.now();
      if (wait > 0) later = world.schedule(milliseconds(wait), attempt);
      else fire();
    };
    attempt();
    return { cancel: () => later?.cancel() };
  };
  return {
    now,
    schedule(after, fire) {
      let late: Timer | undefined;
      const timer = world.schedule(after, () => void (late = fireWhenAwake(fire)));
      return {
        cancel() {
          timer.cancel();
          late?.cancel();
        },
      };
    },
    kill() {
      killed = true;
    },
    stall(length) {
      stalledUntil = add(world.now(), length);
    },
    get killed() {
      return killed;
    },
  };
}
