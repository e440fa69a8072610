import type { RolloutStatus } from '../../api/rollout.ts';
import { resolveIntOrPercent } from '../../units/int-or-percent.ts';
import { seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, parseInstant } from '../../units/instant.ts';
import type { Action } from '../action.ts';
import type { Reason } from '../plan.ts';
import type { ObservedPod, ObservedReplicaSet } from './observed-rollout.ts';
import { livePodsOf } from './pod-metadata.ts';
import type { Facts } from './facts.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, isRouted } from './situation.ts';
import { fenceposts } from './basic-target.ts';
import type { Transition } from './transitions.ts';
import { canarySide, isProven, observedWeight, stableSide } from './weights.ts';

/** A restart that waits for a budget, or for pods to come back, is looked at this often (rollout-semantics 1.7). */
const LOOK_AGAIN_AFTER = seconds(30);
/** So many pods are evicted by one plan, so that what is urgent never waits behind hundreds of calls. */
const PODS_AT_ONCE = 20;

/** True while spec.restartAt asks for a restart that this status does not tell as done, also before its time. */
export function isRestartWanted({ spec: { restartAt } }: Situation, status: RolloutStatus): boolean {
  return restartAt !== undefined && restartAt !== parseInstant(status.restartedAt);
}

function isRestartDue(situation: Situation): boolean {
  const { restartAt } = situation.spec;
  return isRestartWanted(situation, situation.status) && restartAt !== undefined && restartAt <= situation.now;
}

/** When time alone makes a restart go on; undefined when none is wanted. */
export function restartWake(situation: Situation): Instant | undefined {
  if (!isRestartWanted(situation, situation.status)) return undefined;
  return isRestartDue(situation) ? add(situation.now, LOOK_AGAIN_AFTER) : situation.spec.restartAt;
}

/** The ReplicaSets in the order in which their pods are replaced: stable, then new, then older. */
function inOrder({ stable, current, others }: Situation): readonly ObservedReplicaSet[] {
  return [...new Set([stable, current])].filter((one) => one !== undefined).concat(others);
}

/** Pods of a ReplicaSet made before the restart was asked for, those that serve nobody first, then the oldest. */
function outdatedPods(situation: Situation, replicaSet: ObservedReplicaSet): readonly ObservedPod[] {
  const { restartAt } = situation.spec;
  if (restartAt === undefined) return [];
  const made = ({ createdAt }: ObservedPod): number => parseInstant(createdAt) ?? situation.now;
  return livePodsOf(situation, replicaSet)
    .filter((pod) => made(pod) < restartAt)
    .toSorted((a, b) => Number(a.ready) - Number(b.ready) || made(a) - made(b));
}

/** What a restart of all pods waits for; undefined when none is under way. */
export function restartWait(situation: Situation): Reason | undefined {
  if (!isRestartDue(situation)) return undefined;
  for (const replicaSet of inOrder(situation)) {
    const [pod] = outdatedPods(situation, replicaSet);
    if (pod === undefined) continue;
    const message = `pod ${pod.name} of ReplicaSet ${replicaSet.name} is older than restartAt and may not go yet, for lack of other pods or by a PodDisruptionBudget`;
    return { rule: 'Restarting', message };
  }
  return undefined;
}

/** True once no pod made before restartAt is left, as far as every pod that its ReplicaSet counts is known. */
function isRestartDone(situation: Situation): boolean {
  if (!isRestartDue(situation)) return false;
  return inOrder(situation).every(
    (replicaSet) =>
      livePodsOf(situation, replicaSet).length >= Math.min(replicaSet.replicas, replicaSet.specReplicas) &&
      outdatedPods(situation, replicaSet).length === 0,
  );
}

/** Records a restart that is over. */
export function finishRestart(situation: Situation, facts: Facts): Transition | undefined {
  if (!isRestartDone(situation)) return undefined;
  return {
    name: 'Restarted',
    facts: { ...facts, restartedAt: situation.observed.rollout.spec.restartAt },
    events: [],
  };
}

/** Available pods that are certain to stay: by the ReplicaSet's status, which is late, and by what is known of its pods. */
function staying(situation: Situation, replicaSet: ObservedReplicaSet, size: number): number {
  const ready = livePodsOf(situation, replicaSet).filter((pod) => pod.ready).length;
  return Math.min(replicaSet.available, ready, size);
}

/**
 * The pods that are replaced now. So many available ones may be missing: max(maxUnavailable, 1) of n, or of all pods asked
 * for if these are more; what the same plan's sizes take away counts (F-B3). Source: rollout-semantics 1.7.
 * Worked: n = 4, 25 %: one at a time; stable 4 and canary 1, all available: 5 − (5 − 1) = 1.
 */
export function planEvictions(situation: Situation, resized: readonly Action[]): readonly Action[] {
  if (!isRestartDue(situation) || isTrafficComingBack(situation)) return [];
  const sizes = new Map<string, number>();
  for (const action of resized) {
    if (action.kind === 'ChangeReplicaSet' && action.replicas !== undefined) sizes.set(action.uid, action.replicas);
  }
  const sizeOf = ({ uid, specReplicas }: ObservedReplicaSet): number => sizes.get(uid) ?? specReplicas;
  const sets = inOrder(situation);
  const asked = sets.reduce((sum, one) => sum + Math.max(sizeOf(one), one.specReplicas), 0);
  const available = sets.reduce((sum, one) => sum + staying(situation, one, sizeOf(one)), 0);
  let budget = available - (Math.max(situation.replicas, asked) - Math.max(mayLack(situation), 1));
  const actions: Action[] = [];
  for (const replicaSet of sets) {
    let serving = staying(situation, replicaSet, sizeOf(replicaSet));
    for (const pod of outdatedPods(situation, replicaSet)) {
      if (budget <= 0 || actions.length >= PODS_AT_ONCE) return actions;
      if (pod.ready && serving <= 1 && !mayLoseLast(situation, replicaSet)) break;
      const because = `older than restartAt ${situation.observed.rollout.spec.restartAt ?? ''}`;
      actions.push({ kind: 'EvictPod', name: pod.name, uid: pod.uid, because });
      budget -= 1;
      if (pod.ready) serving -= 1;
    }
  }
  return actions;
}

/** While an aborted version still has traffic, stable's pods are needed to take it. */
function isTrafficComingBack(situation: Situation): boolean {
  return situation.aborted && isRouted(situation) && observedWeight(situation) > 0;
}

function mayLack(situation: Situation): number {
  const blueGreen = blueGreenOf(situation);
  if (blueGreen === undefined) return fenceposts(situation).maxUnavailable;
  return resolveIntOrPercent(blueGreen.maxUnavailable, situation.replicas, 'down') ?? 0;
}

/**
 * Whether the last available pod of a revision may go: where the revision has one pod only, nobody else can take its part
 * of the traffic; of a routed canary, whose part stable takes meanwhile, once that is so.
 */
function mayLoseLast(situation: Situation, replicaSet: ObservedReplicaSet): boolean {
  if (isRouted(situation) && replicaSet !== situation.stable && replicaSet === canarySide(situation)) {
    return replicaSet === stableSide(situation) || isProven(situation, 0) || situation.observed.routes.length === 0;
  }
  return replicaSet.specReplicas <= 1;
}

/**
 * True when a routed canary is about to lose its last available pod to a restart: the weight leaves it first, and comes
 * back to the new pod.
 */
export function restartsLastCanary(situation: Situation): boolean {
  const { current, stable, promoted } = situation;
  if (!isRestartDue(situation) || promoted || current === undefined || current === stable) return false;
  if (staying(situation, current, current.specReplicas) > 1) return false;
  const before = stable === undefined ? [] : outdatedPods(situation, stable);
  return before.length === 0 && outdatedPods(situation, current).some(({ ready }) => ready);
}
