import { chooseBasicSizes, chooseLeftoverSizes } from './basic-capacity.ts';
import { basicTarget, fenceposts } from './basic-target.ts';
import { previewSize } from './blue-green.ts';
import { carriedPods, hasOpenService, routedCanaryTarget, scaleInForce } from './canary-scale.ts';
import { abortDelay, isIdle, whyInUse } from './drain.ts';
import { chooseDynamicStable } from './dynamic-sizes.ts';
import { chooseHeldSizes } from './held-sizes.ts';
import type { ObservedReplicaSet } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { isRouted } from './situation.ts';

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
  const target = promoted ? replicas : Math.max(routedCanaryTarget(situation), carriedPods(situation, current));
  // Steps may take the weight back to 0. Its last pods then leave as those of any version: when nobody can be on them.
  const lingers = target === 0 && !isIdle(situation);
  const shared = hasOpenService(situation) && target < current.specReplicas;
  const kept = replicas > 0 && (lingers || shared);
  wanted.set(current.name, kept ? current.specReplicas : target);
  return wanted;
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
  const held = chooseHeldSizes(situation);
  if (!isRouted(situation)) return held ?? chooseUnroutedSizes(situation);
  const stable = chooseDynamicStable(situation);
  const sizes = held ?? chooseRoutedSizes(situation);
  return stable === undefined ? sizes : new Map([...sizes, ...stable]);
}
