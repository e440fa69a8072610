import type { Checker, WorldState } from './checker.ts';
import { canaryShare } from './revisions.ts';

/**
 * A Rollout that a person paused goes nowhere: once we have observed the generation that says so, no step ends, nothing
 * is promoted, and the canary gets no more weight. Aborts are obeyed all the same.
 */
export const pausedHolds: Checker = {
  id: 'paused',
  judge({ before, after }) {
    if (before.rollout?.spec.paused !== true || !isObserved(before)) return [];
    const was = before.rollout.status ?? {};
    const is = after.rollout?.status ?? {};
    const wrong: string[] = [];
    if (was.currentPodHash === is.currentPodHash && (is.currentStepIndex ?? 0) > (was.currentStepIndex ?? 0))
      wrong.push(`step ${was.currentStepIndex} ended while it was paused`);
    if (was.stableRS !== undefined && is.stableRS !== was.stableRS) wrong.push('it was promoted while it was paused');
    const [share, shareBefore] = [canaryShare(after), canaryShare(before)];
    if (share > shareBefore) wrong.push(`the canary got ${share} % after ${shareBefore} % while it was paused`);
    return wrong;
  },
};

function isObserved({ rollout }: WorldState): boolean {
  return Number(rollout?.status?.observedGeneration) === rollout?.metadata.generation;
}
