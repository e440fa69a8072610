import type { Clock, Timer } from '../clock/clock.ts';
import { nextTurn } from '../clock/clock.ts';
import { milliseconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add } from '../units/instant.ts';
import type { WaitingTimer } from './timer-heap.ts';
import { TimerHeap } from './timer-heap.ts';

/** A clock on which time passes only from timer to timer. */
export interface VirtualClock extends Clock {
  /**
   * Goes on until the given instant: each timer fires at its own instant, in order of instants and, at one instant, of
   * being set; after each, all that it started is let run to its next wait, and `after` is asked whether to end here.
   */
  runUntil(until: Instant, after?: () => boolean): Promise<void>;
  /** Timers that have fired so far: how long the run was, in steps. */
  readonly fired: number;
}

/** A virtual clock that begins at `start`. */
export function createVirtualClock(start: Instant): VirtualClock {
  const heap = new TimerHeap();
  let now = start;
  let order = 0;
  let fired = 0;
  const takeDue = (until: Instant): WaitingTimer | undefined => {
    const { first } = heap;
    if (first === undefined || first.at > until) return undefined;
    heap.removeFirst();
    return first;
  };
  return {
    now: () => now,
    schedule(after, fire): Timer {
      order += 1;
      const timer: WaitingTimer = { at: add(now, milliseconds(Math.max(0, after))), order, fire };
      heap.add(timer);
      return { cancel: () => void (timer.fire = undefined) };
    },
    async runUntil(until, after) {
      await nextTurn();
      for (let due = takeDue(until); due !== undefined; due = takeDue(until)) {
        if (due.fire === undefined) continue;
        now = due.at;
        fired += 1;
        due.fire();
        await nextTurn();
        if (after?.() === true) return;
      }
      now = until;
    },
    get fired() {
      return fired;
    },
  };
}
