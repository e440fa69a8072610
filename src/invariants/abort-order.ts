import type { RolloutStatus } from '../api/rollout.ts';
import type { Action } from '../plan/action.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { Breach } from './breach.ts';
import { situation } from './situation.ts';
import {
  isDynamic,
  neededReplicas,
  percentOf,
  stableHash,
  stableServiceName,
  strategyKind,
  wantedReplicas,
} from './strategy.ts';

/**
 * S5: once an abort is decided nothing shrinks and no pod is evicted while an aborted revision has weight, and the first write that changes
 * the world gives stable what its pods carry; only making stable larger may come before.
 */
export function abortOutOfOrder(
  observed: ObservedRollout,
  actions: readonly Action[],
  status: RolloutStatus,
): readonly Breach[] {
  const acted = observed.rollout.status?.abort === true;
  if (!acted && status.abort !== true) return [];
  if (wantedReplicas(observed) === 0 || stableHash(observed) === (status.currentPodHash ?? '')) return [];
  if (strategyKind(observed) !== 'Routed') return [];
  const { splits } = situation(observed);
  const canary = Math.max(0, ...splits.map((split) => split.canary));
  if (canary === 0 && !splits.some(({ matched }) => matched)) return [];
  const broken: Breach[] = [];
  for (const action of actions) {
    if (action.kind === 'EvictPod') {
      broken.push({ rule: 'S5', message: `${action.name} is evicted while the aborted revision has weight`, action });
    }
    if (action.kind !== 'ChangeReplicaSet' || action.replicas === undefined) continue;
    // With dynamicStableScale pods go as weight does: S4 sees to it that none of them is needed.
    if (action.replicas < action.seenReplicas && !isDynamic(observed)) {
      broken.push({ rule: 'S5', message: `${action.name} shrinks while the aborted revision has weight`, action });
    }
  }
  const blocked = actions.find((action) => changesTheWorld(observed, action));
  const gives = actions.some(
    (action) =>
      action.kind === 'SetSplit' &&
      (percentOf(observed, action.split.canary) < canary || (canary === 0 && action.managed.length === 0)),
  );
  if (acted && blocked !== undefined && !gives && carriedByStable(observed) > 100 - canary) {
    broken.push({ rule: 'S5', message: 'another write comes before the weight goes back to stable', action: blocked });
  }
  return broken;
}

/** Percent that the stable revision's ready pods behind its Service carry, at most 100. */
function carriedByStable(observed: ObservedRollout): number {
  const service = stableServiceName(observed);
  const now = situation(observed);
  if (service === undefined || now.selected.get(service) !== stableHash(observed)) return 0;
  return Math.min(100, Math.floor((100 * (now.serving.get(service) ?? 0)) / neededReplicas(observed)));
}

/** True for a write that moves pods or traffic, except one that makes stable larger. */
function changesTheWorld(observed: ObservedRollout, action: Action): boolean {
  if (action.kind === 'PointService') return true;
  if (action.kind === 'CreateReplicaSet') return false;
  if (action.kind !== 'ChangeReplicaSet' || action.replicas === undefined) return false;
  const set = observed.replicaSets.find(({ uid }) => uid === action.uid);
  return !(set?.hash === stableHash(observed) && action.replicas > action.seenReplicas);
}
