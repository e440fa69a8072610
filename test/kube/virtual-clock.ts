import type { Clock, Timer } from '../../src/clock/clock.ts';
import type { Milliseconds } from '../../src/units/duration.ts';
import { milliseconds } from '../../src/units/duration.ts';
import type { Instant } from '../../src/units/instant.ts';
import { add, instant } from '../../src/units/instant.ts';

/** A clock that stands still until told to go on. */
export interface VirtualClock extends Clock {
  /**
   * Goes on by the given time: every timer that falls due fires at its own instant, in order of instants and, for one
   * instant, in the order they were set; after each, everything that it started is let run to its next wait.
   */
  advance(by: Milliseconds): Promise<void>;
  /** Lets what is under way run to its next wait, without time passing. */
  settle(): Promise<void>;
  /** Timers that are set. */
  readonly pending: number;
}

type Entry = { at: Instant; order: number; fire: () => void };

/** A virtual clock that begins at `start`, by default 2026-01-01T00:00:00Z. */
export function createVirtualClock(start: Instant = instant(Date.UTC(2026, 0, 1))): VirtualClock {
  let now = start;
  let order = 0;
  const entries = new Set<Entry>();

  const earliestDue = (until: Instant): Entry | undefined => {
    let first: Entry | undefined;
    for (const entry of entries) {
      if (entry.at > until) continue;
      if (first === undefined || entry.at < first.at || (entry.at === first.at && entry.order < first.order))
        first = entry;
    }
    return first;
  };
  const settle = async (): Promise<void> => {
    // A macrotask boundary lets every promise chain that needs no further event run to its end.
    for (let turn = 0; turn < 3; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  };

  return {
    now: () => now,
    schedule(after, fire): Timer {
      order += 1;
      const entry: Entry = { at: add(now, milliseconds(Math.max(0, after))), order, fire };
      entries.add(entry);
      return { cancel: () => entries.delete(entry) };
    },
    async advance(by) {
      const until = add(now, by);
      await settle();
      for (let due = earliestDue(until); due !== undefined; due = earliestDue(until)) {
        entries.delete(due);
        now = due.at > now ? due.at : now;
        due.fire();
        await settle();
      }
      now = until;
    },
    settle,
    get pending() {
      return entries.size;
    },
  };
}
