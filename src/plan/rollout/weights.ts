import { DEFAULT_MAX_WEIGHT } from '../../api/defaults.ts';
import type { ProvenWeight } from '../../api/rollout.ts';
import type { ObservedRoute, ObservedReplicaSet } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { canaryOf, selectedHash, serviceNamed, totalWeight, withHash } from './situation.ts';

/** The canary's weight as read back from the routes, of `totalWeight`: the largest of them; 0 when none could be read. */
export function observedWeight(situation: Situation): number {
  return Math.max(0, ...situation.observed.routes.map((route) => route.split?.canary ?? 0));
}

/** True when the route was read back with exactly this canary weight, in every rule, and every parent took it. */
export function carriesProven(route: ObservedRoute, weight: number): boolean {
  return route.exists && route.uniform && route.accepted && route.split?.canary === weight;
}

/**
 * True when this canary weight is in force on every route: read back, Accepted and ResolvedRefs at the observed
 * generation (rulings 2). False without routes.
 */
export function isProven(situation: Situation, weight: number): boolean {
  const { routes } = situation.observed;
  return routes.length > 0 && routes.every((route) => carriesProven(route, weight));
}

/** True while a managed route may send or copy requests to the canary Service, as far as the routes were read back. */
export function hasManagedRoutes(situation: Situation): boolean {
  return situation.observed.routes.some(({ managed, intact }) => managed.length > 0 || !intact);
}

/** True when no request reaches the canary Service by any route: weight 0 and no managed routes, read back and taken. */
export function isIdle(situation: Situation): boolean {
  return isProven(situation, 0) && !hasManagedRoutes(situation);
}

/** The revision behind the canary backend of the routes, by the canary Service's selector. */
export function canarySide(situation: Situation): ObservedReplicaSet | undefined {
  return withHash(situation, selectedHash(serviceNamed(situation, canaryOf(situation)?.canaryService)));
}

/** The revision behind the stable backend of the routes, by the stable Service's selector. */
export function stableSide(situation: Situation): ObservedReplicaSet | undefined {
  return withHash(situation, selectedHash(serviceNamed(situation, canaryOf(situation)?.stableService)));
}

/**
 * The split that was proven last, in the weights of now: maxTrafficWeight may have been another one then, and 300 of
 * 1000 are 30 of 100.
 */
export function provenSplit(situation: Situation): ProvenWeight | undefined {
  const proven = situation.status.canary?.provenWeight;
  const total = totalWeight(situation);
  const then = proven?.total ?? DEFAULT_MAX_WEIGHT;
  return proven === undefined || then === total ? proven : { ...proven, weight: (proven.weight * total) / then };
}

/** The largest share that a revision has by a route as read back; both weights where both Services select it. */
export function shareOf(situation: Situation, replicaSet: ObservedReplicaSet): number {
  const [canary, stable] = [canarySide(situation), stableSide(situation)];
  const shares = situation.observed.routes.map(
    ({ split }) =>
      (canary === replicaSet ? (split?.canary ?? 0) : 0) + (stable === replicaSet ? (split?.stable ?? 0) : 0),
  );
  return Math.max(0, ...shares);
}

/** Its share when the split was last proven: until a smaller one is, proxies may still send it that much. */
export function provenShareOf(situation: Situation, { hash }: ObservedReplicaSet): number {
  const proven = provenSplit(situation);
  if (proven === undefined) return 0;
  const rest = totalWeight(situation) - proven.weight;
  return (proven.canaryHash === hash ? proven.weight : 0) + (proven.stableHash === hash ? rest : 0);
}

/**
 * Pods that a share of `total` needs: the ceiling of its part of `replicas`, at most all of them, and at least one for
 * any traffic at all. Source: reliability 2, need(r) while the load of a pod is unknown.
 */
export function needFor(weight: number, replicas: number, total: number): number {
  if (weight <= 0) return 0;
  return Math.min(replicas, Math.max(1, Math.ceil((replicas * weight) / total)));
}

/**
 * The pods that `need` is reckoned from: while a scale-out is under way the split that was carried before it stays, so
 * that more replicas asked for never look like pods lost.
 */
export function carriedReplicas(situation: Situation): number {
  const carried = situation.status.canary?.carriedReplicas;
  return carried === undefined ? situation.replicas : Math.min(carried, situation.replicas);
}
