import type { RolloutStatus } from '../api/rollout.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { Breach } from './breach.ts';

/**
 * S9: for one revision and one set of steps the step index goes back only with an abort or its end, and the observed
 * generation never decreases.
 */
export function statusGoesBack(observed: ObservedRollout, status: RolloutStatus): readonly Breach[] {
  const seen = observed.rollout.status ?? {};
  const broken: Breach[] = [];
  const from = seen.currentStepIndex;
  const to = status.currentStepIndex;
  const sameUpdate = seen.currentPodHash === status.currentPodHash && seen.currentStepHash === status.currentStepHash;
  const abort = seen.abort === true || seen.abortedAt !== undefined || status.abort === true;
  if (sameUpdate && !abort && from !== undefined && to !== undefined && to < from && from <= stepCount(observed)) {
    broken.push({ rule: 'S9', message: `the step index goes back from ${from} to ${to}` });
  }
  const before = Number(seen.observedGeneration ?? 0);
  if (Number(status.observedGeneration ?? 0) < before) {
    broken.push({ rule: 'S9', message: `the observed generation goes back from ${before}` });
  }
  return broken;
}

/** A client may write any index; one beyond the end is put right. */
function stepCount(observed: ObservedRollout): number {
  return observed.rollout.spec.strategy?.canary?.steps?.length ?? 0;
}
