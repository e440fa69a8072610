import { HASH_LABEL } from '../api/names.ts';
import type { Action } from '../plan/action.ts';
import type { ObservedReplicaSet, ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { Breach } from './breach.ts';
import { largestWeight, MATCHED_WEIGHT } from './shares.ts';
import { replicasAfter, type Situation, situation, situationAfter } from './situation.ts';
import {
  carriesProduction,
  fenceposts,
  isDynamic,
  mayLackAll,
  newHash,
  newServiceName,
  stableHash,
  stableServiceName,
  strategyKind,
  sufficientReplicas,
  wantedReplicas,
} from './strategy.ts';

/**
 * S6: what never goes to 0 and is never deleted: the stable revision (unless the arithmetic of a basic or a dynamic
 * canary sizes it to 0 beside a new one that has its pods), a revision with weight now or at its last proof, the only one with ready
 * pods, one that a Service selects or still serves from. Exempt while the user wants no pods at all.
 */
export function removals(observed: ObservedRollout, actions: readonly Action[]): readonly Breach[] {
  const broken: Breach[] = [];
  for (const action of actions) {
    const set = removedBy(observed, action);
    if (set === undefined) continue;
    if (action.kind === 'DeleteReplicaSet' && (set.specReplicas > 0 || set.replicas > 0)) {
      broken.push({ rule: 'S6', message: `${set.name} is deleted while it has pods`, action });
    }
    if (wantedReplicas(observed) === 0) continue;
    const reason = whyNeeded(observed, actions, set, action.kind === 'DeleteReplicaSet');
    if (reason !== undefined)
      broken.push({ rule: 'S6', message: `${set.name} would be removed, but ${reason}`, action });
  }
  return broken;
}

/** The ReplicaSet that an action scales to 0 or deletes. */
function removedBy(observed: ObservedRollout, action: Action): ObservedReplicaSet | undefined {
  if (action.kind !== 'ChangeReplicaSet' && action.kind !== 'DeleteReplicaSet') return undefined;
  const uid = action.kind === 'ChangeReplicaSet' ? action.uid : action.target.uid;
  const set = observed.replicaSets.find((candidate) => candidate.uid === uid);
  if (set === undefined) return undefined;
  if (action.kind === 'DeleteReplicaSet') return set;
  return set.specReplicas > 0 && replicasAfter(set, [action]) === 0 ? set : undefined;
}

function whyNeeded(
  observed: ObservedRollout,
  actions: readonly Action[],
  set: ObservedReplicaSet,
  deleted: boolean,
): string | undefined {
  const { hash } = set;
  const now = situation(observed);
  if (hash === stableHash(observed) && (deleted || !stableMayEmpty(observed, now))) return 'it is the stable revision';
  if (deleted && hash === newHash(observed)) return 'it is the new revision';
  if (largestWeight(observed, now, hash) > 0 && strategyKind(observed) === 'Routed') return 'it has weight';
  if (provenWeightOf(observed, hash) > 0) return 'it had weight at the last proof';
  if (largestWeight(observed, situationAfter(observed, actions), hash) > 0) return 'it gets traffic by the same plan';
  const service = selecting(observed, actions, hash);
  if (service !== undefined) return `Service ${service} selects it or serves from it`;
  const alone = set.ready > 0 && ![...now.ready].some(([other, pods]) => other !== hash && pods > 0);
  return alone && !mayLackAll(observed) ? 'no other revision has a ready pod' : undefined;
}

/**
 * Without routes the stable revision may go to 0 once the new one has the pods that it asks for, or as many as must be
 * available (rollout-semantics 1.4, next write).
 */
function stableMayEmpty(observed: ObservedRollout, now: Situation): boolean {
  if (isDynamic(observed)) return isReplaced(observed, now);
  if (strategyKind(observed) !== 'Basic') return false;
  if (mayLackAll(observed)) return true;
  const hash = newHash(observed);
  const available = now.available.get(hash) ?? 0;
  const least = wantedReplicas(observed) - fenceposts(observed).unavailable;
  return hash !== stableHash(observed) && available > 0 && available >= Math.min(now.asked.get(hash) ?? 0, least);
}

/** With dynamicStableScale: no request was sent to it at the last proof, and the new one has what all of them need. */
function isReplaced(observed: ObservedRollout, now: Situation): boolean {
  const [hash, fresh] = [stableHash(observed), newHash(observed)];
  if (largestWeight(observed, now, hash) > 0 || provenWeightOf(observed, hash) > 0 || hash === fresh) return false;
  return (now.available.get(fresh) ?? 0) >= Math.max(1, sufficientReplicas(observed, wantedReplicas(observed)));
}

/** The weight that a revision had when the split was last proven, in percent. */
export function provenWeightOf(observed: ObservedRollout, hash: string): number {
  const proven = observed.rollout.status?.canary?.provenWeight;
  if (proven === undefined || strategyKind(observed) !== 'Routed') return 0;
  const percent = (100 * proven.weight) / (proven.total ?? 100);
  const canary = Math.max(percent, proven.managedRoutes === true ? MATCHED_WEIGHT : 0);
  return (proven.canaryHash === hash ? canary : 0) + (proven.stableHash === hash ? 100 - percent : 0);
}

/**
 * A Service with production traffic that selects the revision, is about to, or still has endpoints of it. The canary's
 * Service of a Rollout without routes carries traffic too; a preview does not.
 */
function selecting(observed: ObservedRollout, actions: readonly Action[], hash: string): string | undefined {
  if (mayLackAll(observed)) return undefined;
  for (const service of [...observed.services, ...observed.leftServices]) {
    if (!service.exists || !carriesProduction(observed, service.name)) continue;
    const pointed = actions.some(
      (action) => action.kind === 'PointService' && action.target.name === service.name && action.hash === hash,
    );
    const named = service.selector[HASH_LABEL];
    const lagging = named !== undefined && (service.readyEndpoints[hash] ?? 0) > 0;
    const idle =
      (service.name === newServiceName(observed) && hasNoTraffic(observed)) ||
      (service.name === stableServiceName(observed) && stableHasNoTraffic(observed));
    // Without weight, now and at the last proof, the canary Service sends nobody to whom it selects: a canary whose steps
    // ask for weight 0 may have no pods (rollout-semantics 1.4).
    if (pointed || (!idle && (named === hash || lagging))) return service.name;
  }
  return undefined;
}

/** True when the stable Service of a dynamic canary has no weight, now and at the last proof. */
function stableHasNoTraffic(observed: ObservedRollout): boolean {
  const proven = observed.rollout.status?.canary?.provenWeight;
  if (!isDynamic(observed) || proven === undefined || proven.weight !== (proven.total ?? 100)) return false;
  return observed.routes.every(({ split }) => split?.stable === 0);
}

/** True when the canary Service has no weight, now and at the last proof. */
function hasNoTraffic(observed: ObservedRollout): boolean {
  if (strategyKind(observed) !== 'Routed') return false;
  const proven = observed.rollout.status?.canary?.provenWeight;
  if ((proven?.weight ?? 0) > 0 || proven?.managedRoutes === true) return false;
  return situation(observed).splits.every(({ canary, matched }) => canary === 0 && !matched);
}
