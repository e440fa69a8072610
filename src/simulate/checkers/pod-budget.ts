import type { Checker, WorldState } from './checker.ts';
import { hashOf, readyPods } from './revisions.ts';

/**
 * S14: no write of ours asks for more pods than a basic canary's n + maxSurge (25 % of n, rounded up), nor takes ready
 * pods below n - maxUnavailable (25 % of n, rounded down; n of 0 to 3: none may be missing).
 */
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
    const wrong =
      asked > limit && asked > askedFor(before) ? [`${asked} pods are asked for, ${limit} are allowed`] : [];
    const [stays, stayed] = [staying(after), staying(before)];
    const least = n - Math.floor(n / 4);
    if (stays < stayed && stays < least) wrong.push(`${stays} ready pods are left, ${least} must stay`);
    return wrong;
  },
};

/** Ready pods that no size makes leave. */
function staying(state: WorldState): number {
  return state.replicaSets.reduce(
    (sum, replicaSet) => sum + Math.min(replicaSet.spec.replicas ?? 1, readyPods(state, hashOf(replicaSet)).length),
    0,
  );
}

function askedFor({ replicaSets }: WorldState): number {
  return replicaSets.reduce((sum, { spec }) => sum + (spec.replicas ?? 1), 0);
}
