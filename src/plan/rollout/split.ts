import { podsToCarry, podsToRise, sufficientPods } from './canary-scale.ts';
import type { ObservedRoute } from './observed-rollout.ts';
import { restartsLastCanary } from './restart.ts';
import type { Situation } from './situation.ts';
import { canaryOf, endpointsAre, selectedHash, serviceNamed, totalWeight } from './situation.ts';
import { weightInForce } from './step.ts';
import { canarySide, carriedReplicas, observedWeight, stableSide } from './weights.ts';

/** The canary weight that should be in force now, and the name of the rule that says so. */
export type SplitDecision = Readonly<{ canary: number; reason: string }>;

type Rule = (situation: Situation) => SplitDecision | undefined;

const hold = (situation: Situation, reason: string): SplitDecision => ({ canary: observedWeight(situation), reason });

/** True when the stable Service sends everything to ready pods of the current revision. */
export function stableServiceServesCurrent(situation: Situation): boolean {
  const { current } = situation;
  const service = serviceNamed(situation, canaryOf(situation)?.stableService);
  if (current === undefined || selectedHash(service) !== current.hash) return false;
  return endpointsAre(service, current.hash, Math.max(1, Math.min(current.available, situation.replicas)));
}

/** With dynamicStableScale a full promotion moves with the pods: stable need not wait for all of them to shrink. */
function promoteInFull(situation: Situation): SplitDecision {
  const full = fullWhenFilled(situation, 'FullPromotion');
  if (canaryOf(situation)?.dynamicStableScale !== true || full.reason === 'FullPromotion') return full;
  const carried = Math.floor((totalWeight(situation) * (situation.current?.available ?? 0)) / situation.replicas);
  return carried > full.canary ? { canary: carried, reason: 'FullPromotionAsPodsCome' } : full;
}

function fullWhenFilled(situation: Situation, reason: string): SplitDecision {
  const filled = (situation.current?.available ?? 0) >= sufficientPods(situation, situation.replicas);
  return filled ? { canary: totalWeight(situation), reason } : hold(situation, `${reason}TooFewPods`);
}

/** What is wanted, first match; what pods can carry is seen to afterwards. Source: rollout-semantics 4.1. */
const wishes: readonly Rule[] = [
  (s) => (s.replicas === 0 ? { canary: 0, reason: 'ScaledToZero' } : undefined),
  (s) => (s.promoted && stableServiceServesCurrent(s) ? { canary: 0, reason: 'FullyPromoted' } : undefined),
  (s) => (s.promoted ? hold(s, 'SwitchingStable') : undefined),
  (s) => (s.aborted ? { canary: 0, reason: 'Aborted' } : undefined),
  (s) => ((s.current?.available ?? 0) === 0 ? { canary: 0, reason: 'CanaryHasNoPods' } : undefined),
  (s) => (restartsLastCanary(s) ? { canary: 0, reason: 'CanaryRestarts' } : undefined),
  (s) => (canarySide(s) === s.current ? undefined : { canary: 0, reason: 'CanaryServiceNamesAnotherRevision' }),
  (s) => (s.spec.paused ? hold(s, 'Paused') : undefined),
  (s) => (s.promoteFull ? promoteInFull(s) : undefined),
  (s) => (s.steps.length === 0 ? { canary: 0, reason: 'NoSteps' } : undefined),
  (s) => (s.stepIndex >= s.steps.length ? fullWhenFilled(s, 'AllStepsDone') : undefined),
  (s) => ({ canary: weightInForce(s.steps, s.stepIndex, totalWeight(s)), reason: 'Step' }),
];

/** The wish, cut to what ready pods can carry: up only onto pods that are there, down only onto a stable that can. */
export function chooseSplit(situation: Situation): SplitDecision {
  const wish = wishedSplit(situation);
  // The stable Service is being pointed elsewhere: weight for it would arrive at pods that nobody has seen behind it.
  if (wish.reason === 'SwitchingStable') return wish;
  const now = observedWeight(situation);
  if (wish.canary > now) return chooseRise(situation, wish, now);
  const carried = chooseCarried(situation, Math.min(now, wish.canary));
  if (carried < wish.canary) return { canary: carried, reason: 'CanaryLostPods' };
  if (wish.canary < now) return chooseFall(situation, wish, now);
  return wish;
}

/** The split that is wanted, before it is cut to what ready pods carry. */
export function wishedSplit(situation: Situation): SplitDecision {
  for (const rule of wishes) {
    const decision = rule(situation);
    if (decision !== undefined) return decision;
  }
  return hold(situation, 'Hold');
}

function chooseRise(situation: Situation, wish: SplitDecision, now: number): SplitDecision {
  const side = canarySide(situation);
  const need = podsToRise(situation, wish.canary);
  const service = serviceNamed(situation, canaryOf(situation)?.canaryService);
  const stable = serviceNamed(situation, canaryOf(situation)?.stableService);
  if (side === undefined || side.available < need) return held(situation, now, 'TooFewPods');
  // A Service that gets weight must already send it to pods of this revision, and to no others.
  if (!endpointsAre(service, side.hash, need)) return held(situation, now, 'EndpointsNotReady');
  // A stable Service without a hash would send its share to canary pods as well.
  // Where stable has no pod at all, as after a first deployment that never worked, there is nothing to switch it to, and
  // its share is better off with pods: a broken old version never blocks its replacement (F-C2).
  const broken = (situation.stable?.available ?? 0) === 0 && selectedHash(stable) === undefined;
  if (selectedHash(stable) !== situation.status.stableRS && !broken) {
    return held(situation, now, 'StableServiceNotSwitched');
  }
  return wish;
}

function held(situation: Situation, now: number, reason: string): SplitDecision {
  return { canary: chooseCarried(situation, now), reason };
}

/** A canary that lost pods keeps the part of `weight` that its ready pods carry: floor(weight * available / need). */
function chooseCarried(situation: Situation, weight: number): number {
  const side = canarySide(situation);
  if (weight === 0) return 0;
  const available = side?.available ?? unselectedPods(situation);
  const total = totalWeight(situation);
  const need = podsToCarry(situation, weight);
  if (available >= need) return weight;
  // No more goes to stable than its own pods can take: where both lack pods the split stays.
  return Math.min(weight, Math.max(Math.floor((weight * available) / need), total - stableShare(situation)));
}

/** Ready pods behind a canary Service that selects no revision: those of every revision. */
function unselectedPods(situation: Situation): number {
  const service = serviceNamed(situation, canaryOf(situation)?.canaryService);
  if (service === undefined || selectedHash(service) !== undefined) return 0;
  return Object.values(service.readyEndpoints).reduce((sum, count) => sum + count, 0);
}

/** The weight that the stable side's ready endpoints can carry: floor(total * available / replicas). */
export function stableShare(situation: Situation): number {
  const side = stableSide(situation);
  const service = serviceNamed(situation, canaryOf(situation)?.stableService);
  // Weight for a Service that is about to be pointed at the stable revision would arrive at another one.
  if (side === undefined || service === undefined || side !== situation.stable) return 0;
  const ready = Math.min(side.available, service.readyEndpoints[side.hash] ?? 0);
  const replicas = Math.max(1, carriedReplicas(situation));
  const total = totalWeight(situation);
  return Math.min(total, Math.floor((total * ready) / replicas));
}

function chooseFall(situation: Situation, wish: SplitDecision, now: number): SplitDecision {
  const share = stableShare(situation);
  if (situation.replicas === 0) return wish;
  const least = Math.max(wish.canary, totalWeight(situation) - share);
  if (least <= wish.canary) return wish;
  const canary = Math.min(now, least, chooseCarried(situation, now));
  return { canary, reason: `${wish.reason}StableTooSmall` };
}

/** True when a route must be written: it carries another split, or its rules differ. */
export function needsWriting(route: ObservedRoute, canary: number): boolean {
  return route.exists && route.split !== undefined && (route.split.canary !== canary || !route.uniform);
}
