import type { Rollout } from '../../api/rollout.ts';
import { unobserved } from '../../verbs/seen.ts';

/** Phase and message of a Rollout as a client tells them. */
export type Standing = Readonly<{ phase: 'Progressing' | 'Paused' | 'Healthy' | 'Degraded'; message: string }>;

/**
 * The phase and message of the status, unless they speak of an older spec or of a pause that somebody has just ended
 * (rollout-semantics 2.2, what clients show).
 */
export function standingOf(rollout: Rollout): Standing {
  const { status = {}, metadata, spec } = rollout;
  const waiting = (what: string): Standing => ({ phase: 'Progressing', message: `waiting for ${what}` });
  if (Number(status.observedGeneration ?? -1) !== (metadata.generation ?? 0)) {
    return waiting('rollout spec update to be observed');
  }
  if (unobserved({ rollout }) !== undefined)
    return waiting('rollout spec update to be observed for the reference workload');
  const resumed = status.controllerPause === true && (status.pauseConditions ?? []).length === 0;
  if (resumed && spec.paused !== true && status.phase === 'Paused') return waiting('rollout to unpause');
  return { phase: status.phase ?? 'Progressing', message: status.message ?? '' };
}
