import type { Action } from '../action.ts';
import type { Reason } from '../plan.ts';
import type { LeftRoute, ObservedReplicaSet, ObservedService } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, canaryOf, endpointsAre, isRouted, selectedHash, serviceNamed, withHash } from './situation.ts';
import { basicTarget, fenceposts } from './basic-target.ts';

/**
 * What becomes of Services and routes that the spec named and names no more, as after a change of strategy, in mid-update
 * as well as at rest (rollout-semantics 4.3, last row):
 *
 *   the Services of the new strategy serve
 *     → the left ones are pointed at the stable revision, once it has the pods for all requests
 *     → they lose our selector key and mark, once that changes nobody's answer
 *
 * At rest only pods of one revision are left, so the last write changes no endpoint. In mid-update the left ones stay
 * with the stable revision, so that nobody gets a version that was not judged; only where pods are the weight, and users
 * come by a Service of their own, they are given back as soon as the new revision has no more pods than its step asks for:
 * the selector first, and the mark, which is our memory of them, once their endpoints follow.
 */
export function planLeft(situation: Situation): readonly Action[] {
  const { leftServices, leftRoutes } = situation.observed;
  if (leftServices.length === 0 && leftRoutes.length === 0) return [];
  if ((situation.spec.paused && !situation.aborted) || !newOnesServe(situation)) return [];
  return [
    ...leftServices.flatMap((service) => planLeftService(situation, service)),
    ...leftRoutes.flatMap((route) => planLeftRoute(situation, route)),
  ];
}

/** Whether the Service that users come by under the strategy in force has pods behind it; a canary need not name one. */
function newOnesServe(situation: Situation): boolean {
  const { stable, replicas } = situation;
  if (stable === undefined) return false;
  const name = blueGreenOf(situation)?.activeService ?? canaryOf(situation)?.stableService;
  if (name === undefined) return true;
  const service = serviceNamed(situation, name);
  const hash = selectedHash(service);
  if (service === undefined || hash === undefined) return false;
  return (!isRouted(situation) || hash === stable.hash) && (replicas === 0 || (service.readyEndpoints[hash] ?? 0) > 0);
}

function planLeftService(situation: Situation, service: ObservedService): readonly Action[] {
  const { stable, replicas } = situation;
  if (stable === undefined || service.managedBy !== situation.spec.name) return [];
  const target = { name: service.name, uid: service.uid, resourceVersion: service.resourceVersion };
  const hash = selectedHash(service);
  const release = (mark: 'Goes' | 'Stays'): readonly Action[] => [
    { kind: 'ReleaseService', target, mark, because: 'Left' },
  ];
  if (hash === undefined) return hasAllPods(situation, service) ? release('Goes') : [];
  const from = withHash(situation, hash)?.available ?? 0;
  // Endpoints that have not followed the last write would be taken for those of the next.
  if (replicas > 0 && from > 0 && (service.readyEndpoints[hash] ?? 0) === 0) return [];
  const here = hash === stable.hash;
  if (here && isAlone(situation, stable)) return release('Goes');
  if (joinsThePods(situation, stable)) return release('Stays');
  // No fewer pods than answer now; where the strategy keeps stable whole, all of them.
  const needed = isBasic(situation) ? Math.min(replicas, Math.max(1, from)) : replicas;
  if (here || stable.available < needed) return [];
  return [{ kind: 'PointService', target, hash: stable.hash, because: 'Left' }];
}

/** Without an update under way and without pods of any other revision, our selector key selects nobody out. */
function isAlone({ observed, promoted, aborted }: Situation, stable: ObservedReplicaSet): boolean {
  const others = observed.replicaSets.filter(({ hash }) => hash !== stable.hash);
  return (promoted || aborted) && others.every((set) => set.specReplicas + set.replicas === 0);
}

/** Whether a Service that selects every revision was seen to have endpoints of each that has pods. */
function hasAllPods({ observed }: Situation, { readyEndpoints }: ObservedService): boolean {
  return observed.replicaSets.every(({ available, hash }) => available === 0 || (readyEndpoints[hash] ?? 0) > 0);
}

/** Where pods are the only weight: true once the new revision has no more of them than its step asks for. */
function joinsThePods(situation: Situation, stable: ObservedReplicaSet): boolean {
  const { current, promoted } = situation;
  if (promoted || !isBasic(situation)) return false;
  return stable.available === 0 || (current?.specReplicas ?? 0) <= basicTarget(situation).canary;
}

/** True for a canary without traffic routing. */
function isBasic(situation: Situation): boolean {
  return canaryOf(situation) !== undefined && !isRouted(situation);
}

/** A route is given back when both its Services name one revision: then its weights make no difference. */
function planLeftRoute(situation: Situation, left: LeftRoute): readonly Action[] {
  const { services, leftServices } = situation.observed;
  const find = (name: string): ObservedService | undefined =>
    [...services, ...leftServices].find((service) => service.name === name && service.exists);
  const [canary, stable] = [find(left.services.canary), find(left.services.stable)];
  if (stable === undefined || !answersAlone(situation, stable)) return [];
  if (canary !== undefined && (selectedHash(canary) !== selectedHash(stable) || !answersAlone(situation, canary))) {
    return [];
  }
  const { route, uid, resourceVersion } = left;
  const target = { name: route.name, uid, resourceVersion };
  return [{ kind: 'ReleaseRoute', route, target, because: 'Left' }];
}

/** Whether all endpoints of a Service are of the revision that it selects, and there are any. */
function answersAlone({ replicas }: Situation, service: ObservedService): boolean {
  const hash = selectedHash(service);
  if (replicas === 0) return true;
  if (hash !== undefined) return endpointsAre(service, hash, 1);
  return Object.values(service.readyEndpoints).some((count) => count > 0);
}

/** Why a revision is in use by what the spec names no more; undefined when it is not. */
export function leftUse(situation: Situation, { hash }: ObservedReplicaSet): string | undefined {
  const { services, leftServices, leftRoutes } = situation.observed;
  // Where pods are the only weight, the Services that the spec still names follow the pods anyway.
  const routed = isBasic(situation) ? [] : leftRoutes.flatMap((left) => [left.services.canary, left.services.stable]);
  const using = [...leftServices, ...services.filter(({ name }) => routed.includes(name))].find((service) => {
    const selected = selectedHash(service);
    if (selected === undefined) return service.managedBy !== undefined && !hasAllPods(situation, service);
    // Whatever it selects now, it is about to be pointed at the stable revision.
    return [selected, situation.stable?.hash].includes(hash) || (service.readyEndpoints[hash] ?? 0) > 0;
  });
  return using === undefined ? undefined : `Service ${using.name}, which has served before, still sends to it`;
}

/**
 * The pods that a revision keeps, whatever its strategy sizes it to, because a Service sends to it: all that it has, up
 * to spec.replicas, for one that the spec names no more; one for a Service of a canary without routes, unless
 * maxUnavailable lets every pod be away at once.
 */
export function leastPods(situation: Situation, replicaSet: ObservedReplicaSet): number {
  const { replicas, observed } = situation;
  if (replicas === 0) return 0;
  if (leftUse(situation, replicaSet) !== undefined) return Math.min(replicas, replicaSet.specReplicas);
  if (!isBasic(situation)) return 0;
  if (fenceposts(situation).maxUnavailable >= replicas) return 0;
  const { hash } = replicaSet;
  const sends = observed.services.some((service) => {
    const selected = selectedHash(service);
    return selected !== undefined && (selected === hash || (service.readyEndpoints[hash] ?? 0) > 0);
  });
  return sends ? 1 : 0;
}

/** What keeps what was left behind from being given back, in words. */
export function explainLeft({ observed }: Situation): readonly Reason[] {
  const names = [
    ...observed.leftServices.map(({ name }) => `Service ${name}`),
    ...observed.leftRoutes.map(({ route }) => `HTTPRoute ${route.name}`),
  ];
  return names.map((name) => ({
    rule: 'LeftBehind',
    message: `${name} is named no more; it is given back once its requests find the same pods without us`,
  }));
}
