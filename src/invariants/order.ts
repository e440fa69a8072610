import type { Action } from '../plan/action.ts';
import type { ObservedRollout, ObservedService } from '../plan/rollout/observed-rollout.ts';
import type { RolloutStatus } from '../api/rollout.ts';
import type { Breach } from './breach.ts';
import { provenWeightOf } from './never-remove.ts';
import { largestWeight, MATCHED_WEIGHT } from './shares.ts';
import { replicasAfter, selectedHash, type Situation, situation } from './situation.ts';
import {
  declaredSizes,
  isStableGone,
  neededReplicas,
  newHash,
  newServiceName,
  isRecentRollback,
  podsFor,
  stableHash,
  stableServiceName,
  strategyKind,
  totalWeight,
  wantedReplicas,
} from './strategy.ts';

/**
 * S4: growing goes size, capacity seen, weight, weight proven, next step; shrinking goes weight, weight proven, drain
 * proven, size. Each arrow is an observation older than the plan that relies on it.
 */
export function ordersSkipped(
  observed: ObservedRollout,
  actions: readonly Action[],
  status: RolloutStatus,
): readonly Breach[] {
  if (wantedReplicas(observed) === 0 || strategyKind(observed) !== 'Routed') return [];
  return [
    ...weightOntoUnseenPods(observed, actions),
    ...servicesMovedUnderWeight(observed, actions),
    ...sizesBelowProof(observed, actions),
    ...stepsWithoutProof(observed, status),
    ...stableWithoutProof(observed, status),
  ];
}

/** Weight goes up only for a Service that the same plan leaves alone: its new endpoints were not seen yet. */
function weightOntoUnseenPods(observed: ObservedRollout, actions: readonly Action[]): Breach[] {
  const pointed = new Set(actions.flatMap((action) => (action.kind === 'PointService' ? [action.target.name] : [])));
  const broken: Breach[] = [];
  for (const action of actions) {
    if (action.kind !== 'SetSplit') continue;
    const before = observed.routes.find(({ uid }) => uid === action.target.uid)?.split;
    const canary = newServiceName(observed);
    const stable = stableServiceName(observed);
    const up =
      (canary !== undefined && pointed.has(canary) && action.split.canary > (before?.canary ?? 0) && canary) ||
      (stable !== undefined && pointed.has(stable) && action.split.stable > (before?.stable ?? 0) && stable);
    if (up !== false) broken.push({ rule: 'S4', message: `${up} gets weight in the plan that points it`, action });
    if (canary !== undefined && pointed.has(canary) && action.managed.length > 0)
      broken.push({ rule: 'S4', message: `${canary} has managed routes in the plan that points it`, action });
  }
  return broken;
}

/** A Service with weight is never pointed away from ready pods, except back to the stable revision. */
function servicesMovedUnderWeight(observed: ObservedRollout, actions: readonly Action[]): Breach[] {
  const now = situation(observed);
  const broken: Breach[] = [];
  for (const action of actions) {
    if (action.kind !== 'PointService' || action.hash === stableHash(observed)) continue;
    const service = observed.services.find(({ name }) => name === action.target.name);
    if (service === undefined) continue;
    const from = selectedHash(service);
    const moves = from !== '' && from !== action.hash && (now.ready.get(from) ?? 0) > 0;
    if (moves && serviceWeight(observed, service, now) > 0) {
      broken.push({ rule: 'S4', message: `${service.name} is pointed elsewhere while it has weight`, action });
    }
  }
  return broken;
}

/** The weight of a Service as read back; while that is not accepted everywhere, or what was proven last if more. */
function serviceWeight(observed: ObservedRollout, service: ObservedService, now: Situation): number {
  const canary = service.name === newServiceName(observed);
  const matched = now.splits.some((split) => split.matched) ? MATCHED_WEIGHT : 0;
  const weights = now.splits.map((split) => (canary ? Math.max(matched, split.canary) : split.stable));
  const last = observed.rollout.status?.canary?.provenWeight;
  const proven = last === undefined ? undefined : (100 * last.weight) / (last.total ?? 100);
  const inForce = observed.routes.every((route) => route.exists && route.uniform && route.accepted);
  const before = proven === undefined || inForce ? 0 : canary ? proven : 100 - proven;
  return Math.max(0, before, ...weights);
}

/** A revision that shrinks keeps what its weight needs, now and at the last proof; none was proven idle without proof. */
function sizesBelowProof(observed: ObservedRollout, actions: readonly Action[]): Breach[] {
  const now = situation(observed);
  const broken: Breach[] = [];
  for (const action of actions) {
    if (action.kind !== 'ChangeReplicaSet') continue;
    const set = observed.replicaSets.find(({ uid }) => uid === action.uid);
    if (set === undefined) continue;
    const wanted = replicasAfter(set, [action]);
    if (wanted >= set.specReplicas || wanted >= set.ready) continue;
    const weight = Math.max(largestWeight(observed, now, set.hash), provenWeightOf(observed, set.hash));
    const share = podsFor(weight, neededReplicas(observed));
    // A size that the steps declare is enough for any weight, but nobody is enough for none.
    const declared = set.hash === newHash(observed) ? declaredSizes(observed) : [];
    const need = Math.min(share, Math.max(1, Math.min(share, ...declared)));
    if (wanted < need) {
      broken.push({
        rule: 'S4',
        message: `${set.name} shrinks to ${wanted}, its last proven weight needs ${need}`,
        action,
      });
    }
    if (wanted === 0 && observed.routes.length > 0 && observed.rollout.status?.canary?.provenWeight === undefined) {
      broken.push({ rule: 'S4', message: `${set.name} shrinks to 0 before any split was proven`, action });
    }
  }
  return broken;
}

/** A step is passed only when every route was read back, accepted, with the weight that the step has in force. */
function stepsWithoutProof(observed: ObservedRollout, status: RolloutStatus): Breach[] {
  const seen = observed.rollout.status ?? {};
  const from = seen.currentStepIndex;
  const to = status.currentStepIndex;
  if (from === undefined || to === undefined || to <= from || skipsSteps(observed, status)) return [];
  const steps = observed.rollout.spec.strategy?.canary?.steps ?? [];
  if (to > from + 1) return [{ rule: 'S4', message: `step ${from} is followed by ${to}` }];
  const weight = steps.slice(0, to).findLast((step) => step.setWeight !== undefined)?.setWeight ?? 0;
  const step = steps[from];
  if (step?.setWeight === undefined) return [];
  const inForce = observed.routes.every(
    (route) => route.exists && route.uniform && route.accepted && route.split?.canary === weight,
  );
  return inForce ? [] : [{ rule: 'S4', message: `step ${from} ends before weight ${weight} is proven on every route` }];
}

/** True where steps are declared not to count: another revision or other steps, back to stable, promoted, promoteFull. */
function skipsSteps(observed: ObservedRollout, status: RolloutStatus): boolean {
  const seen = observed.rollout.status ?? {};
  return (
    status.currentPodHash !== seen.currentPodHash ||
    status.currentStepHash !== seen.currentStepHash ||
    status.stableRS === status.currentPodHash ||
    seen.promoteFull === true ||
    isRecentRollback(observed, status)
  );
}

/** The new revision becomes stable only when all traffic was proven to be on it, or when nothing was stable before. */
function stableWithoutProof(observed: ObservedRollout, status: RolloutStatus): Breach[] {
  const before = stableHash(observed);
  const after = status.stableRS ?? '';
  // Without steps the weight stays 0, and the stable Service is switched as a whole (rollout-semantics 1.2).
  const steps = observed.rollout.spec.strategy?.canary?.steps ?? [];
  if (before === '' || after === before || observed.routes.length === 0 || steps.length === 0) return [];
  if (after === status.currentPodHash && isStableGone(observed)) return [];
  const proven = observed.routes.every(
    (route) => route.exists && route.uniform && route.accepted && route.split?.canary === totalWeight(observed),
  );
  const onNew = observed.services.some(
    (service) => service.name === newServiceName(observed) && selectedHash(service) === newHash(observed),
  );
  if (after === newHash(observed) && proven && onNew) return [];
  return [{ rule: 'S4', message: `${after} becomes stable before all traffic is proven to be on it` }];
}
