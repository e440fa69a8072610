import { backendsOf, hasDeclaredSizes, hashOf, readyPods } from './revisions.ts';
import type { Checker, WorldState } from './checker.ts';

/**
 * S2: a write of ours never makes a revision lack pods for its share: need = ceil(share * n / 100), n being spec.replicas
 * or what the split was last carried for, if that is less.
 */
export const capacityCoversWeight: Checker = {
  id: 'S2',
  judge({ call, before, after, calm }) {
    // Who asks for a restart of all pods has them go, one after the other.
    if (!calm || call.resource.plural === 'pods') return [];
    const missing = deficits(before);
    return [...deficits(after)]
      .filter(([hash, count]) => count > (missing.get(hash) ?? 0))
      .map(([hash, count]) => `revision ${hash} lacks ${count} pods for its weight, before ${missing.get(hash) ?? 0}`);
  },
};

function deficits(state: WorldState): ReadonlyMap<string, number> {
  const { rollout } = state;
  const wanted = rollout?.spec.replicas ?? 1;
  const n = Math.min(wanted, rollout?.status?.canary?.carriedReplicas ?? wanted);
  const shares = new Map<string, number>();
  const backends = backendsOf(state);
  // One backend alone carries all, whatever its weight.
  if (backends.length < 2) return new Map();
  const canary = hasDeclaredSizes(state) ? rollout?.status?.currentPodHash : undefined;
  for (const { weight, hash } of backends) {
    if (hash !== undefined && hash !== canary) shares.set(hash, (shares.get(hash) ?? 0) + weight);
  }
  return new Map(
    [...shares].map(([hash, share]) => {
      const need = Math.ceil((share * n) / 100);
      return [hash, Math.max(0, need - stayingPods(state, hash))];
    }),
  );
}

/** Ready pods that no size makes leave: what was asked to go is on its way, though it may be ready for a moment. */
function stayingPods(state: WorldState, hash: string): number {
  const sizes = state.replicaSets.filter((replicaSet) => hashOf(replicaSet) === hash);
  const asked = sizes.reduce((sum, { spec }) => sum + (spec.replicas ?? 1), 0);
  return Math.min(asked, readyPods(state, hash).length);
}
