/** One operation of RFC 6902. */
export type Operation =
  Readonly<{ op: 'add' | 'replace' | 'test'; path: string; value: unknown }> | Readonly<{ op: 'remove'; path: string }>;

/** What a write goes to: the Rollout itself, or the workload that its workloadRef names. */
export type Written = 'Rollout' | 'Workload';

/**
 * One write of a person: a JSON Patch whose `test`s say what the person saw, so that it does nothing when that is no
 * longer so. The server carries out all of its operations or none.
 */
export type GuardedWrite = Readonly<{
  to: Written;
  subresource?: 'status';
  operations: readonly Operation[];
}>;

/** What a verb comes to for what was seen. Nothing here is written yet. */
export type Decision =
  /** To be written in this order; `says` tells what was asked for, in the past tense. */
  | Readonly<{ kind: 'Write'; writes: readonly GuardedWrite[]; says: string }>
  /** The controller has not looked at the newest spec yet: look again, until it has. */
  | Readonly<{ kind: 'Wait'; why: string }>
  /** It is so already. */
  | Readonly<{ kind: 'Already'; why: string }>
  /** It makes no sense for what was seen; `next` says what does. */
  | Readonly<{ kind: 'Refused'; why: string; next: string }>;

/** A write, or several in this order. */
export function write(says: string, ...writes: readonly GuardedWrite[]): Decision {
  return { kind: 'Write', writes, says };
}

/** Refuses, with the next step. */
export function refuse(why: string, next: string): Decision {
  return { kind: 'Refused', why, next };
}
