import type { ClusterStep, ClusterView } from '../step.ts';
import type { Claim } from './claims.ts';
import { claim } from './claims.ts';
import { listOf, PODS, REPLICA_SETS } from './kinds.ts';
import { isActive } from './pod-facts.ts';
import type { Pod } from './pod-shape.ts';
import type { ReplicaSet } from './shapes.ts';

/**
 * Releases active pods that no longer match the selector of their ReplicaSet, and adopts those that match one and have no
 * owner; of two that could adopt a pod, the first one does. A pod can be adopted once it was released, so these are two.
 */
export const replicaSetClaims: readonly ClusterStep[] = (['released', 'adopted'] as const).map((kind) => ({
  name: `replica-set-${kind}`,
  watches: [REPLICA_SETS, PODS],
  step: (view) => ({
    writes: claimPods(view).flatMap(({ claim }) =>
      claim[kind].map((object) => ({ kind: 'Replace', resource: PODS, object }) as const),
    ),
  }),
}));

/** Every ReplicaSet with the active pods that are or are to be its own. */
export function claimPods(view: ClusterView): readonly Readonly<{ set: ReplicaSet; claim: Claim<Pod> }>[] {
  const claimed = new Set<string>();
  return listOf(view, REPLICA_SETS).map((set) => {
    const free = (pod: Pod): boolean => isActive(pod) && !claimed.has(pod.metadata.uid ?? '');
    const found = claim(REPLICA_SETS, set, listOf(view, PODS, set.metadata.namespace).filter(free));
    for (const pod of [...found.adopted, ...found.released]) claimed.add(pod.metadata.uid ?? '');
    return { set, claim: found };
  });
}
