import { DEFAULT_SCALE_DOWN_DELAY } from '../../api/defaults.ts';
import type { Instant } from '../../units/instant.ts';
import { add, parseInstant } from '../../units/instant.ts';
import { carriedPods, hasOpenService, scaleInForce, sufficientPods, weightForSizes } from './canary-scale.ts';
import { stableIdleFrom } from './drain.ts';
import type { ObservedReplicaSet } from './observed-rollout.ts';
import { atLeastMinPods, chooseRoutedTarget, podsOfShare } from './routed-capacity.ts';
import type { Situation } from './situation.ts';
import { canaryOf, selectedHash, serviceNamed, totalWeight } from './situation.ts';
import { chooseSplit, wishedSplit } from './split.ts';
import { canarySide, isProven, observedWeight, shareOf } from './weights.ts';

/**
 * The sizes that dynamicStableScale changes, by name: stable has the pods of the weight that it has or is to get, and
 * while traffic comes back to it, the canary shrinks with its weight. Undefined without that field.
 */
export function chooseDynamicStable(situation: Situation): ReadonlyMap<string, number> | undefined {
  const { stable, current, replicas, aborted } = situation;
  if (canaryOf(situation)?.dynamicStableScale !== true || stable === undefined || replicas === 0) return undefined;
  const leaving = leavingCanary(situation);
  if (leaving !== undefined) return chooseRetreat(situation, stable, leaving);
  if (aborted || current === stable) return undefined;
  return new Map([[stable.name, chooseForwardStable(situation, stable)]]);
}

/** The revision that has to give its traffic back: of an aborted update, or of one that somebody took back. */
function leavingCanary(situation: Situation): ObservedReplicaSet | undefined {
  const { aborted, promoted, current, stable } = situation;
  if (aborted) return current === stable ? undefined : current;
  const side = canarySide(situation);
  return promoted && side !== undefined && side !== stable && observedWeight(situation) > 0 ? side : undefined;
}

/** Stable beside an update that goes on: large enough before weight comes back, smaller only after it was proven gone. */
function chooseForwardStable(situation: Situation, stable: ObservedReplicaSet): number {
  const { replicas } = situation;
  const service = serviceNamed(situation, canaryOf(situation)?.stableService);
  // Until the stable Service names its revision, nobody can tell whose pods carry its share.
  if (selectedHash(service) !== stable.hash) return replicas;
  const total = totalWeight(situation);
  const minPods = canaryOf(situation)?.minPods;
  const asked = chooseRoutedTarget({
    replicas,
    weight: weightForSizes(situation),
    total,
    scale: scaleInForce(situation),
    minPods,
    dynamic: { observedStable: shareOf(situation, stable), observedCanary: observedWeight(situation), aborted: false },
  }).stable;
  // What this very plan may write into the routes counts as well: its writes come in any order.
  const least = Math.min(wishedSplit(situation).canary, chooseSplit(situation).canary);
  const wished = podsOfShare(total - least, replicas, total);
  const size = atLeastMinPods(Math.max(asked, wished, carriedPods(situation, stable)), minPods, replicas);
  if (size >= stable.specReplicas) return size;
  const kept = Math.min(stable.specReplicas, replicas);
  if (!isProven(situation, observedWeight(situation))) return kept;
  return size === 0 && !mayEmptyStable(situation) ? kept : size;
}

/** The last pods of stable go when nobody can be on them any more, and the canary has all that everything needs. */
function mayEmptyStable(situation: Situation): boolean {
  const { current, replicas, now } = situation;
  const idle = stableIdleFrom(situation);
  return idle !== undefined && idle <= now && (current?.available ?? 0) >= sufficientPods(situation, replicas);
}

/**
 * The way back: stable grows by one step of the update at a time, each as soon as the one before has its pods and the
 * canary has lost those that went with its weight, so that both together never need many more pods than one of them.
 * With an abort delay of its own the canary stays whole. Source: rollout-semantics 1.4, "Abort or rollback".
 * Worked: steps 25, 50, 75 of 4 pods, aborted at 75: 1/3 → 2/3 → 2/2 → 3/2 → 3/1 → 4/1 → 4/0 (stable/canary).
 */
function chooseRetreat(
  situation: Situation,
  stable: ObservedReplicaSet,
  leaving: ObservedReplicaSet,
): ReadonlyMap<string, number> {
  const { replicas } = situation;
  const total = totalWeight(situation);
  const minPods = canaryOf(situation)?.minPods;
  const weight = retreatWeight(situation, stable, leaving);
  const { canary, stable: size } = chooseRoutedTarget({
    replicas,
    weight,
    total,
    minPods,
    dynamic: { observedStable: shareOf(situation, stable), observedCanary: shareOf(situation, leaving), aborted: true },
  });
  const grown = Math.max(size, Math.min(stable.specReplicas, replicas), carriedPods(situation, stable));
  const sizes = new Map([[stable.name, grown]]);
  if (staysWhole(situation)) return sizes;
  const needed = Math.max(canary, atLeastMinPods(carriedPods(situation, leaving), minPods, replicas));
  // Behind a Service that selects every pod its pods serve stable's share too. Its last pods go by its drain, when
  // nobody can be on them any more.
  const settled = isProven(situation, observedWeight(situation)) && !hasOpenService(situation);
  const shrinks = needed > 0 && needed < leaving.specReplicas && settled;
  if (shrinks) sizes.set(leaving.name, needed);
  return sizes;
}

/** True for an aborted canary whose delay was declared: it keeps its pods until that is over. */
function staysWhole(situation: Situation): boolean {
  return situation.aborted && canaryOf(situation)?.abortScaleDownDelayGiven === true;
}

/** The last weight of the steps that needs fewer pods than are still to be moved; 0 when there is none. */
function retreatWeight(situation: Situation, stable: ObservedReplicaSet, leaving: ObservedReplicaSet): number {
  const { replicas, steps } = situation;
  const missing = replicas - stable.available;
  const left = staysWhole(situation) ? missing : Math.max(missing, podsLeft(situation, leaving));
  const total = totalWeight(situation);
  const weights = steps.flatMap(({ parts }) =>
    parts.flatMap((part) => (part.kind === 'SetWeight' ? [part.weight] : [])),
  );
  return weights.findLast((weight) => podsOfShare(weight, replicas, total) < left) ?? 0;
}

/**
 * Pods of the canary that the next stage waits for: those available, but where minPodsPerReplicaSet keeps them, or
 * nobody proves for long that its weight has fallen, only those that its weight as read back needs.
 */
function podsLeft(situation: Situation, leaving: ObservedReplicaSet): number {
  const { replicas } = situation;
  const needed = podsOfShare(shareOf(situation, leaving), replicas, totalWeight(situation));
  const atLeast = Math.min(canaryOf(situation)?.minPods ?? 0, replicas);
  const patience = patienceEnds(situation);
  const unproven =
    !isProven(situation, observedWeight(situation)) && (patience === undefined || patience <= situation.now);
  return leaving.specReplicas <= atLeast || unproven ? Math.min(needed, leaving.available) : leaving.available;
}

/** When an abort stops waiting for proofs before it makes stable larger. */
function patienceEnds(situation: Situation): Instant | undefined {
  const since = parseInstant(situation.status.abortedAt);
  return since === undefined ? undefined : add(since, DEFAULT_SCALE_DOWN_DELAY);
}

/** The instants at which time alone changes these sizes. */
export function dynamicWakeUps(situation: Situation): readonly Instant[] {
  const { stable, aborted, promoted } = situation;
  if (canaryOf(situation)?.dynamicStableScale !== true || stable === undefined) return [];
  const idle = !promoted && !aborted && stable.specReplicas > 0 ? stableIdleFrom(situation) : undefined;
  const patience = aborted && observedWeight(situation) > 0 ? patienceEnds(situation) : undefined;
  return [idle, patience].filter((at) => at !== undefined);
}
