import { chooseBasicSizes, chooseLeftoverSizes } from './basic-capacity.ts';
import { basicTarget, fenceposts } from './basic-target.ts';
import { previewSize } from './blue-green.ts';
import { routedCanaryTarget, scaleInForce } from './canary-scale.ts';
import { abortDelay, idleFrom, whyInUse } from './drain.ts';
import type { ObservedReplicaSet } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { isRouted, totalWeight } from './situation.ts';
import { canarySide, hasManagedRoutes, needFor, observedWeight, provenSplit, stableSide } from './weights.ts';

/** Sizes that ReplicaSets should have now, by name; those that are not named keep theirs. */
export type WantedSizes = ReadonlyMap<string, number>;

/** The sizes of a canary without routing: the two sides by the arithmetic, the older ones as availability spares them. */
export function chooseUnroutedSizes(situation: Situation): WantedSizes {
  const { current, stable, others, replicas, promoted } = situation;
  const { maxSurge, maxUnavailable } = fenceposts(situation);
  const none = { spec: 0, available: 0 };
  const side = (replicaSet: ObservedReplicaSet | undefined) =>
    replicaSet === undefined
      ? none
      : { spec: replicaSet.specReplicas, available: Math.min(replicaSet.available, replicaSet.specReplicas) };
  const othersSpec = others.reduce((sum, other) => sum + other.specReplicas, 0);
  const sizes = chooseBasicSizes({
    replicas,
    maxSurge,
    maxUnavailable,
    canary: side(current),
    stable: promoted || stable === current ? none : side(stable),
    othersSpec,
    target: basicTarget(situation),
  });
  const wanted = new Map<string, number>();
  if (stable !== undefined && stable !== current) wanted.set(stable.name, sizes.stable);
  if (current !== undefined) wanted.set(current.name, sizes.canary);
  const sides = [...new Set([current, stable])];
  const availableInAll = [...sides, ...others].reduce((sum, replicaSet) => sum + side(replicaSet).available, 0);
  const leftovers = others.map((other) => ({ name: other.name, ...side(other) }));
  for (const [name, size] of chooseLeftoverSizes(leftovers, { replicas, maxUnavailable, availableInAll })) {
    wanted.set(name, size);
  }
  return wanted;
}

/**
 * The sizes of a canary with routing: stable stays whole, the canary has its share, and neither has fewer pods than
 * the weight that it carries now asks for. An aborted canary keeps its pods here: it leaves by its drain.
 */
export function chooseRoutedSizes(situation: Situation): WantedSizes {
  const { current, stable, replicas, aborted, promoted } = situation;
  const wanted = new Map<string, number>();
  if (stable !== undefined) wanted.set(stable.name, replicas);
  if (current === undefined || current === stable) return wanted;
  if (aborted) {
    const size = abortedSize(situation, current);
    if (size !== undefined) wanted.set(current.name, size);
    return wanted;
  }
  const target = promoted ? replicas : Math.max(routedCanaryTarget(situation), carriedPods(situation));
  // Steps may take the weight back to 0. Its last pods then leave as those of any version: when nobody can be on them.
  const kept = target === 0 && replicas > 0 && !isIdle(situation);
  wanted.set(current.name, kept ? current.specReplicas : target);
  return wanted;
}

/** Pods that the canary keeps for the weight that it has, or had at the last proof; fewer where a size is declared. */
function carriedPods(situation: Situation): number {
  const { replicas } = situation;
  const total = totalWeight(situation);
  const shares = Math.max(
    needFor(observedShare(situation), replicas, total),
    needFor(provenShare(situation), replicas, total),
  );
  // Whoever comes by a managed route needs a pod, whatever the weight is.
  const carried = isMatched(situation) ? Math.max(1, shares) : shares;
  return scaleInForce(situation) === undefined ? carried : Math.min(1, carried);
}

/** True when proxies have long forgotten the canary: its weight was proven 0 a scale-down delay ago. */
function isIdle(situation: Situation): boolean {
  const idle = idleFrom(situation);
  return idle !== undefined && idle <= situation.now;
}

/**
 * The size of an aborted canary that keeps its pods for good and whose first step declares a size; undefined where the
 * canary keeps the size that it has. It loses pods only once nobody can be on them.
 */
function abortedSize(situation: Situation, current: ObservedReplicaSet): number | undefined {
  if (abortDelay(situation) !== undefined || scaleInForce(situation) === undefined) return undefined;
  const size = routedCanaryTarget(situation);
  const free = isIdle(situation) && whyInUse(situation, current) === undefined;
  return size >= current.specReplicas || free ? size : undefined;
}

/** The share of the current revision by the routes as read back; both where both Services select it. */
function observedShare(situation: Situation): number {
  const { current } = situation;
  const weight = observedWeight(situation);
  const rest = totalWeight(situation) - weight;
  return (canarySide(situation) === current ? weight : 0) + (stableSide(situation) === current ? rest : 0);
}

/** True while managed routes lead to the current revision, or did when the split was last proven. */
function isMatched(situation: Situation): boolean {
  const { current, status, replicas } = situation;
  if (current === undefined || replicas === 0) return false;
  const proven = status.canary?.provenWeight;
  const before = proven?.managedRoutes === true && proven.canaryHash === current.hash;
  return before || (hasManagedRoutes(situation) && canarySide(situation) === current);
}

/** Its share when the split was last proven: until a smaller one is, proxies may still send it that much. */
function provenShare(situation: Situation): number {
  const { current } = situation;
  const proven = provenSplit(situation);
  if (proven === undefined || current === undefined) return 0;
  return (
    (proven.canaryHash === current.hash ? proven.weight : 0) +
    (proven.stableHash === current.hash ? totalWeight(situation) - proven.weight : 0)
  );
}

/** The sizes of a blue-green update: stable whole, the preview as big as it may be before the switch. */
export function chooseBlueGreenSizes(situation: Situation): WantedSizes {
  const { current, stable, replicas, aborted } = situation;
  const wanted = new Map<string, number>();
  if (stable !== undefined) wanted.set(stable.name, replicas);
  if (current !== undefined && current !== stable && !aborted) wanted.set(current.name, previewSize(situation));
  return wanted;
}

/** The sizes that the strategy wants; drains of old revisions come on top (drain.ts). */
export function chooseSizes(situation: Situation): WantedSizes {
  if (situation.spec.strategy.kind === 'BlueGreen') return chooseBlueGreenSizes(situation);
  return isRouted(situation) ? chooseRoutedSizes(situation) : chooseUnroutedSizes(situation);
}
