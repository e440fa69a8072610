import type { Clock, Timer } from '../clock/clock.ts';
import type { Milliseconds } from '../units/duration.ts';
import { milliseconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { elapsed } from '../units/instant.ts';

/** Watches over a stream that must say something from time to time. */
export interface SilenceAlarm {
  /** Notes that something was heard. */
  heard(): void;
  /** When something was heard last; the start when nothing was. */
  readonly heardAt: Instant;
  /** True once the alarm went off. */
  readonly rang: boolean;
  end(): void;
}

/** Calls `ring` once when nothing was heard for `silence`, measured on the given clock, unless ended before. */
export function startSilenceAlarm(clock: Clock, silence: Milliseconds, ring: () => void): SilenceAlarm {
  let heardAt = clock.now();
  let rang = false;
  let timer: Timer;
  const arm = (after: Milliseconds): void => {
    timer = clock.schedule(after, () => {
      const left = milliseconds(silence - elapsed(heardAt, clock.now()));
      if (left > 0) return arm(left);
      rang = true;
      ring();
    });
  };
  arm(silence);
  return {
    heard: () => {
      heardAt = clock.now();
    },
    get heardAt() {
      return heardAt;
    },
    get rang() {
      return rang;
    },
    end: () => timer.cancel(),
  };
}
