import type { Rollout } from '../../../src/api/rollout.ts';

/** A Rollout that must be refused, and what must be said of it. */
export type Refusal = Readonly<{
  /** Why it is wrong, as a sentence. */
  because: string;
  rollout: Rollout;
  path: string;
  rule: string;
  /** Where the API server says no in our own group; without it the controller does, by condition InvalidSpec. */
  server?: string;
}>;

/** Makes a Refusal. */
export function row(because: string, rollout: Rollout, path: string, rule: string, server?: string): Refusal {
  return { because, rollout, path, rule, ...(server === undefined ? {} : { server }) };
}
