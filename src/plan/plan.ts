import type { Instant } from '../units/instant.ts';
import type { EventNote } from './action.ts';

/** Why nothing moves: which rule holds the object, what it waits for, and since when if that is known. */
export type Reason = Readonly<{ rule: string; message: string; since?: Instant }>;

/** What one look at the world leads to. */
export type Plan<Action, Status> = Readonly<{
  /** They commute: any order, any prefix, is safe. */
  actions: readonly Action[];
  /** A report on what was observed, never on what is hoped. The same object as observed when nothing changed. */
  status: Status;
  /** Recorded after the status was accepted, so that a lost race repeats neither. */
  events: readonly EventNote[];
  /** The one wake-up that no watch event will give us; always in the future. */
  requeueAt: Instant | undefined;
  /** Answers "why is it not moving?". */
  because: readonly Reason[];
}>;
