import type { WorldPlan } from './world-plan.ts';

/** A write of ours that reached the server: the number of the call, what it was, and what the server stood at after it. */
export type WriteCall = Readonly<{
  call: number;
  what: string;
  /** Milliseconds since the world's beginning. */
  at: number;
  /** The server's resourceVersion. */
  version: number;
}>;

/** What came of a world. */
export type WorldReport = Readonly<{
  plan: WorldPlan;
  /** What was wrong, in words; empty when every rule held. */
  wrong: readonly string[];
  timeline: readonly string[];
  /** The end: phase and message of the Rollout. */
  ended: string;
  /** Virtual time that passed, in milliseconds. */
  took: number;
  calls: number;
  writes: number;
  /** Events of watches that our processes were told. */
  events: number;
  /** Faults that were met, by kind. */
  hits: ReadonlyMap<string, number>;
  requests: number;
  lost: number;
  /** Our writes in their order, renewals of the lease apart. */
  writeCalls: readonly WriteCall[];
  /** The number of the version that is stable at the end; 0 when there is none. */
  stableVersion: number;
  /** The state that it came to, as a text that can be compared. */
  end: string;
  /** Plans that the rules of safety would have refused, where these are only noted. */
  refused: readonly string[];
}>;
