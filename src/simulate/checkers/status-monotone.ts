import type { Checker } from './checker.ts';

/**
 * S9: within one attempt at one revision the step index never goes back, unless the update is aborted; the observed
 * generation never goes back at all. An update begins at its first step and ends one step at a time.
 */
export const statusMonotone: Checker = {
  id: 'S9',
  judge({ call, before, after }) {
    if (call.resource.plural !== 'rollouts' || call.subresource !== 'status') return [];
    const was = before.rollout?.status ?? {};
    const is = after.rollout?.status ?? {};
    const wrong: string[] = [];
    if (Number(is.observedGeneration ?? 0) < Number(was.observedGeneration ?? 0)) {
      wrong.push(`observedGeneration went from ${was.observedGeneration} back to ${is.observedGeneration}`);
    }
    const sameAttempt =
      was.currentPodHash === is.currentPodHash &&
      was.currentStepHash === is.currentStepHash &&
      (was.attempt ?? 0) === (is.attempt ?? 0) &&
      is.abort !== true;
    // Where the steps were just taken out of the spec there is no index, until their new hash is recorded as well.
    const to = is.currentStepIndex ?? 0;
    const steps = after.rollout?.spec.strategy?.canary?.steps ?? [];
    const stepless = steps.length === 0;
    if (sameAttempt && !stepless && to < (was.currentStepIndex ?? 0)) {
      wrong.push(`step ${was.currentStepIndex} is followed by ${is.currentStepIndex}`);
    }
    const from = was.currentStepIndex ?? 0;
    const promoted = is.stableRS === is.currentPodHash;
    if (sameAttempt && !promoted && to > from + 1) wrong.push(`step ${from} is followed by ${to}`);
    // Back within the rollback window no step is played: the index stands behind the last one from the beginning.
    const window = after.rollout?.spec.rollbackWindow?.revisions ?? 0;
    const skipped = window > 0 && to === steps.length;
    const anew = !promoted && (was.attempt ?? 0) < (is.attempt ?? 0);
    // Judging a step again after a person resumed it is another attempt at that very step.
    if (anew && to !== 0 && to !== from && !skipped) wrong.push(`an update begins at step ${to}`);
    const begun = was.currentPodHash !== is.currentPodHash && !promoted;
    if (begun && to !== 0 && !skipped) wrong.push(`an update begins at step ${to}`);
    return wrong;
  },
};
