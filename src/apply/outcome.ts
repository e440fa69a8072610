import type { Failure } from '../kube/client.ts';
import type { EventNote } from '../plan/action.ts';

/** How one action went: done, with the event that tells of it if one is due; or why not. */
export type Outcome = Readonly<{ ok: true; event?: EventNote }> | Failure;

/** An outcome without an event. */
export const DONE: Outcome = { ok: true };

/** A Normal event. */
export function told(reason: string, note: string): Outcome {
  return { ok: true, event: { type: 'Normal', reason, note } };
}

/** A lost race is made good by the watch; anything else wants another try, so it is what the caller must hear of. */
export function worstOf(failures: readonly Failure[]): Failure | undefined {
  return failures.find(({ why }) => why !== 'Conflict') ?? failures[0];
}
