import type { Checker } from './checker.ts';

/**
 * S9: within one attempt at one revision the step index never goes back, unless the update is aborted; the observed
 * generation never goes back at all.
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
    if (sameAttempt && (is.currentStepIndex ?? 0) < (was.currentStepIndex ?? 0)) {
      wrong.push(`step ${was.currentStepIndex} is followed by ${is.currentStepIndex}`);
    }
    return wrong;
  },
};
