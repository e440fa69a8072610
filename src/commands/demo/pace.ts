import type { Clock } from '../../clock/clock.ts';
import { sleep } from '../../clock/clock.ts';
import type { VirtualClock } from '../../simulate/virtual-clock.ts';
import { milliseconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, elapsed } from '../../units/instant.ts';

/** How virtual time passes: that many times as fast as real time, or faster the longer nothing changes. */
export type Pace = Readonly<{ kind: 'Speed'; factor: number }> | Readonly<{ kind: 'Patient' }>;

/** Real time between two advances. */
const FRAME = milliseconds(40);
/** A frame that took longer than this counts as this much: a busy machine slows the demo, and makes no jumps. */
const LONGEST_FRAME = milliseconds(200);
/** Patient: time passes so fast while things change, and doubles with each second of real time in which nothing does. */
const SLOWEST = 2;
const FASTEST = 240;

/** What is asked, from frame to frame, of whoever watches. */
export type Watched = Readonly<{
  /** True when the play is over. */
  over(): boolean;
  /** Changes whenever there is something new to see. */
  changes(): number;
}>;

/** How fast time passes, as far as is known; for people. */
export function describePace(pace: Pace): string {
  return pace.kind === 'Speed'
    ? `time passes ${pace.factor} times as fast as yours`
    : 'time passes faster while nothing changes';
}

/** Lets virtual time pass at a pace until the play is over. */
export async function passTime(clock: VirtualClock, real: Clock, pace: Pace, watched: Watched): Promise<void> {
  let last: Instant = real.now();
  let seen = watched.changes();
  let seenAt = last;
  while (!watched.over()) {
    await sleep(real, FRAME);
    const now = real.now();
    const frame = Math.min(elapsed(last, now), LONGEST_FRAME);
    last = now;
    if (watched.changes() !== seen) {
      seen = watched.changes();
      seenAt = now;
    }
    const factor = pace.kind === 'Speed' ? pace.factor : patientFactor(elapsed(seenAt, now));
    await clock.runUntil(add(clock.now(), milliseconds(Math.round(frame * factor))), watched.over);
  }
}

function patientFactor(quiet: number): number {
  return Math.min(FASTEST, SLOWEST * 2 ** (quiet / 1000));
}
