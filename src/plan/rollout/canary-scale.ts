import type { CanaryScale } from '../../api/parse-canary.ts';
import type { ObservedReplicaSet } from './observed-rollout.ts';
import { atLeastMinPods, chooseRoutedTarget, podsOfScale } from './routed-capacity.ts';
import type { Situation } from './situation.ts';
import { canaryOf, isRouted, selectedHash, serviceNamed, totalWeight } from './situation.ts';
import { scaleAt, weightInForce } from './step.ts';
import {
  canarySide,
  carriedReplicas,
  hasManagedRoutes,
  needFor,
  observedWeight,
  provenShareOf,
  shareOf,
  stableSide,
} from './weights.ts';

/** The weight that sizes are reckoned from (rollout-semantics 1.4, "which weight asks for pods"). */
export function weightForSizes(situation: Situation): number {
  if (situation.promoteFull || situation.promoted || situation.stable === undefined) {
    return totalWeight(situation);
  }
  if (situation.aborted) return 0;
  return weightInForce(situation.steps, situation.stepIndex, totalWeight(situation));
}

/**
 * The setCanaryScale that sizes the canary now, in place of its weight. It outlives later setWeight steps until one says
 * matchTrafficWeight (fix F-C1), and an abort only where the aborted canary keeps its pods for good.
 */
export function scaleInForce(situation: Situation): CanaryScale | undefined {
  const { promoted, promoteFull, stable, aborted, steps, stepIndex } = situation;
  if (!isRouted(situation) || promoted || promoteFull || stable === undefined) return undefined;
  if (aborted && canaryOf(situation)?.abortScaleDownDelay !== undefined) return undefined;
  return scaleAt(steps, stepIndex);
}

/** What the canary of a routed update aims at: its share of the pods or its declared size; all, once every step is done. */
export function routedCanaryTarget(situation: Situation): number {
  const { replicas, promoted, promoteFull, steps, stepIndex, stable } = situation;
  if (promoted || promoteFull || stable === undefined || stepIndex >= steps.length) return replicas;
  return chooseRoutedTarget({
    replicas,
    weight: weightForSizes(situation),
    total: totalWeight(situation),
    scale: scaleInForce(situation),
    minPods: canaryOf(situation)?.minPods,
    dynamic:
      canaryOf(situation)?.dynamicStableScale === true
        ? { observedStable: 0, observedCanary: 0, aborted: false }
        : undefined,
  }).canary;
}

/**
 * Available pods that suffice where `desired` are asked for: all of them, or what replicaProgressThreshold says. A
 * number of pods above `desired` counts as `desired`, so that every step can end (fix F-C5).
 */
export function sufficientPods(situation: Situation, desired: number): number {
  const threshold = canaryOf(situation)?.progressThreshold;
  if (threshold === undefined) return desired;
  const pods = threshold.type === 'Pods' ? threshold.value : Math.ceil((desired * threshold.value) / 100);
  return Math.min(desired, pods);
}

/** Available pods of the canary that a step needs before its weight may rise to `weight`. */
export function podsToRise(situation: Situation, weight: number): number {
  const { replicas } = situation;
  if (weight <= 0) return 0;
  const total = totalWeight(situation);
  const scale = scaleInForce(situation);
  const minPods = canaryOf(situation)?.minPods;
  const asked =
    scale === undefined
      ? atLeastMinPods(needFor(weight, replicas, total), minPods, replicas)
      : podsOfScale(scale, replicas, total);
  return Math.max(1, sufficientPods(situation, asked));
}

/**
 * Pods that carry the canary's `weight` of `replicas`: what its share asks for, or less where a setCanaryScale or a
 * threshold declares that less will do. The size declared before the present step counts until that step is over: a
 * canary that is to grow to the size of its weight has lost nothing.
 */
export function podsToCarry(
  situation: Situation,
  weight: number,
  replicas: number = carriedReplicas(situation),
): number {
  if (weight <= 0) return 0;
  const total = totalWeight(situation);
  const byShare = needFor(weight, replicas, total);
  if (canarySide(situation) !== situation.current) return byShare;
  return Math.min(byShare, Math.max(1, sufficientPods(situation, declaredOr(situation, byShare))));
}

function declaredOr(situation: Situation, byShare: number): number {
  const { steps, stepIndex, replicas, aborted } = situation;
  if (scaleInForce(situation) === undefined && aborted) return byShare;
  const scales = [scaleAt(steps, stepIndex), scaleAt(steps, stepIndex - 1)];
  const declared = scales.flatMap((scale) =>
    scale === undefined ? [] : [podsOfScale(scale, replicas, totalWeight(situation))],
  );
  return Math.min(byShare, ...declared);
}

/** True when both sides have the pods that the observed weight asks for at the present spec.replicas. */
export function isCarried(situation: Situation): boolean {
  if (!isRouted(situation)) return false;
  const weight = observedWeight(situation);
  const { replicas } = situation;
  const total = totalWeight(situation);
  const [canary, stable] = [canarySide(situation), stableSide(situation)];
  const enough = (side: ObservedReplicaSet | undefined, need: number): boolean =>
    need === 0 || (side !== undefined && side.available >= need);
  // One revision behind both Services carries both shares with the same pods.
  if (canary === stable) return enough(stable, needFor(total, replicas, total));
  return (
    enough(canary, podsToCarry(situation, weight, replicas)) && enough(stable, needFor(total - weight, replicas, total))
  );
}

/**
 * What lets the canary carry its weight with fewer pods than its share of spec.replicas asks for; undefined when
 * nothing does, or nothing needs to.
 */
export function reducedNeed(
  situation: Situation,
): Readonly<{ reason: 'SetCanaryScale' | 'ReplicaProgressThreshold'; needed: number; sufficient: number }> | undefined {
  const { promoted, aborted, current, replicas } = situation;
  const weight = observedWeight(situation);
  if (!isRouted(situation) || promoted || aborted || weight === 0 || canarySide(situation) !== current)
    return undefined;
  const needed = needFor(weight, replicas, totalWeight(situation));
  const sufficient = podsToCarry(situation, weight, replicas);
  if (sufficient >= needed) return undefined;
  const reason = declaredOr(situation, needed) < needed ? 'SetCanaryScale' : 'ReplicaProgressThreshold';
  return { reason, needed, sufficient };
}

/** Pods that the canary keeps for the weight that it has, or had at the last proof; fewer where a size is declared. */
export function carriedPods(situation: Situation, replicaSet: ObservedReplicaSet): number {
  const { replicas, current } = situation;
  const total = totalWeight(situation);
  const shares = Math.max(
    needFor(shareOf(situation, replicaSet), replicas, total),
    needFor(provenShareOf(situation, replicaSet), replicas, total),
  );
  // Whoever comes by a managed route needs a pod, whatever the weight is.
  const carried = isMatched(situation, replicaSet) ? Math.max(1, shares) : shares;
  const declared = replicaSet === current && scaleInForce(situation) !== undefined;
  return declared ? Math.min(1, carried) : carried;
}

/** True while managed routes lead to the revision, or did when the split was last proven. */
function isMatched(situation: Situation, replicaSet: ObservedReplicaSet): boolean {
  const { status, replicas } = situation;
  if (replicas === 0) return false;
  const proven = status.canary?.provenWeight;
  const before = proven?.managedRoutes === true && proven.canaryHash === replicaSet.hash;
  return before || (hasManagedRoutes(situation) && canarySide(situation) === replicaSet);
}

/** True while a Service names no revision: it sends its requests to the pods of all of them, the canary's as well. */
export function hasOpenService(situation: Situation): boolean {
  const { canaryService, stableService } = canaryOf(situation) ?? {};
  return [canaryService, stableService].some((name) => {
    const service = serviceNamed(situation, name);
    return service !== undefined && selectedHash(service) === undefined;
  });
}
