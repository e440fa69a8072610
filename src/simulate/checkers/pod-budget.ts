import type { Checker, WorldState } from './checker.ts';

/** S14: no write of ours asks for more pods than a basic canary's n + maxSurge (25 % of n, rounded up). */
export const podBudget: Checker = {
  id: 'S14',
  judge({ call, before, after, calm }) {
    const canary = after.rollout?.spec.strategy?.canary;
    if (
      !calm ||
      call.resource.plural !== 'replicasets' ||
      canary === undefined ||
      canary.trafficRouting !== undefined
    ) {
      return [];
    }
    const n = after.rollout?.spec.replicas ?? 1;
    const limit = n + Math.ceil(n / 4);
    const asked = askedFor(after);
    return asked > limit && asked > askedFor(before) ? [`${asked} pods are asked for, ${limit} are allowed`] : [];
  },
};

function askedFor({ replicaSets }: WorldState): number {
  return replicaSets.reduce((sum, { spec }) => sum + (spec.replicas ?? 1), 0);
}
