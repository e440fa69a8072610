import type { Instant } from '../units/instant.ts';

/** What happened in a world, line by line, in the order in which it happened. */
export interface Timeline {
  /** Notes a line: who, and what. */
  note(at: Instant, who: Who, what: string): void;
  readonly lines: readonly string[];
}

/** Who did it: a person, a part of the cluster, our process, a fault that was put in, or a rule that was broken. */
export type Who = 'person' | 'cluster' | 'sluice' | 'fault' | 'rule' | 'users';

/** A timeline that begins at `start`: `+12.345s sluice  patch httproutes web: ok`. */
export function openTimeline(start: Instant): Timeline {
  const lines: string[] = [];
  return {
    note(at, who, what) {
      lines.push(`+${((at - start) / 1000).toFixed(3).padStart(9)}s ${who.padEnd(7)} ${what}`);
    },
    lines,
  };
}
