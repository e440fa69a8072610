import type { RolloutStatus } from '../api/rollout.ts';
import { rolesOf } from '../api/split-services.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import { resolveIntOrPercent } from '../units/int-or-percent.ts';

/** How a Rollout shares traffic: by pods alone, by weights in routes, or by one Service that is switched. */
export type StrategyKind = 'Basic' | 'Routed' | 'BlueGreen' | 'None';

/** Which strategy the spec asks for; None when it names neither. */
export function strategyKind(observed: ObservedRollout): StrategyKind {
  const { canary, blueGreen } = observed.rollout.spec.strategy ?? {};
  if (canary !== undefined) return canary.trafficRouting === undefined ? 'Basic' : 'Routed';
  return blueGreen === undefined ? 'None' : 'BlueGreen';
}

/** What the weights of a route sum to: trafficRouting.maxTrafficWeight. */
export function totalWeight(observed: ObservedRollout): number {
  return observed.rollout.spec.strategy?.canary?.trafficRouting?.maxTrafficWeight ?? 100;
}

/** A weight as the percentage in which these rules reckon. */
export function percentOf(observed: ObservedRollout, weight: number): number {
  return (100 * weight) / totalWeight(observed);
}

/**
 * Whole pods that a percentage of a number needs, rounded up: a hair of tolerance keeps 33.3 % of 3 from being 2, which
 * only the division made.
 */
export function podsFor(percent: number, replicas: number): number {
  return Math.ceil((percent * replicas) / 100 - 1e-9);
}

/** Pods that the user asks for; 1 when the spec leaves it out. */
export function wantedReplicas(observed: ObservedRollout): number {
  return observed.rollout.spec.replicas ?? 1;
}

/**
 * Pods that the whole traffic needs: what the user asks for, or the smaller number that was seen to carry it before the
 * user asked for more.
 */
export function neededReplicas(observed: ObservedRollout): number {
  const carried = observed.rollout.status?.canary?.carriedReplicas;
  const wanted = wantedReplicas(observed);
  return carried === undefined ? wanted : Math.min(carried, wanted);
}

/** Hash of the stable revision, '' before the first is recorded. */
export function stableHash(observed: ObservedRollout): string {
  return observed.rollout.status?.stableRS ?? '';
}

/** Hash of the new revision, '' before the first is recorded. */
export function newHash(observed: ObservedRollout): string {
  return observed.rollout.status?.currentPodHash ?? '';
}

/** Name of the Service that carries the canary's weight, or that previews a blue-green update. */
export function newServiceName(observed: ObservedRollout): string | undefined {
  return rolesOf(observed.rollout).canary ?? observed.rollout.spec.strategy?.blueGreen?.previewService;
}

/** Name of the Service that carries the stable weight, or all traffic of a blue-green Rollout. */
export function stableServiceName(observed: ObservedRollout): string | undefined {
  return rolesOf(observed.rollout).stable ?? observed.rollout.spec.strategy?.blueGreen?.activeService;
}

/** True for a Service that production traffic may use: every one but a preview. */
export function carriesProduction(observed: ObservedRollout, service: string): boolean {
  return service !== observed.rollout.spec.strategy?.blueGreen?.previewService;
}

/** Pods above the wanted number that a basic canary may have, and pods below it that it may lack. */
export function fenceposts(observed: ObservedRollout): Readonly<{ surge: number; unavailable: number }> {
  const wanted = wantedReplicas(observed);
  const canary = observed.rollout.spec.strategy?.canary;
  const surge = resolveIntOrPercent(canary?.maxSurge ?? '25%', wanted, 'up') ?? 0;
  const unavailable = resolveIntOrPercent(canary?.maxUnavailable ?? '25%', wanted, 'down') ?? 0;
  return { surge, unavailable: Math.min(surge === 0 && unavailable === 0 ? 1 : unavailable, wanted) };
}

/** True where maxUnavailable lets every pod of a canary without routes be away at once. */
export function mayLackAll(observed: ObservedRollout): boolean {
  return strategyKind(observed) === 'Basic' && fenceposts(observed).unavailable >= wantedReplicas(observed);
}

/**
 * The sizes by the last setCanaryScale of the steps up to the present one, and up to the one before, whose size the
 * canary has until it got the new one: they rule in place of what its weight needs. Empty when none does, as past the
 * last step, after an abort (unless the aborted canary keeps its pods), or for one that matches the weight.
 */
export function declaredSizes(observed: ObservedRollout): readonly number[] {
  const { status } = observed.rollout;
  const keeps = observed.rollout.spec.strategy?.canary?.abortScaleDownDelaySeconds === 0;
  if (status?.abort === true && !keeps) return [];
  const index = status?.currentStepIndex ?? 0;
  const sizes = [declaredAt(observed, index), declaredAt(observed, index - 1)];
  return sizes.filter((size) => size !== undefined);
}

function declaredAt(observed: ObservedRollout, index: number): number | undefined {
  const { trafficRouting, steps = [] } = observed.rollout.spec.strategy?.canary ?? {};
  if (trafficRouting === undefined || index >= steps.length) return undefined;
  let size: number | undefined;
  for (const step of steps.slice(0, index + 1)) {
    const scale = step.setCanaryScale;
    if (scale === undefined) continue;
    size = scale.replicas;
    if (scale.weight !== undefined) size = podsFor(percentOf(observed, scale.weight), wantedReplicas(observed));
    if (scale.matchTrafficWeight === true) size = undefined;
  }
  return size;
}

/** True where the stable revision loses pods as its share of the traffic does. */
export function isDynamic(observed: ObservedRollout): boolean {
  const canary = observed.rollout.spec.strategy?.canary;
  return canary?.dynamicStableScale === true && canary.trafficRouting !== undefined;
}

/** Pods of the new revision that suffice for a step or for promotion: all of `desired`, or the declared threshold. */
export function sufficientReplicas(observed: ObservedRollout, desired: number): number {
  const threshold = observed.rollout.spec.strategy?.canary?.replicaProgressThreshold;
  if (threshold === undefined || threshold.value < 1) return desired;
  if (threshold.type === 'Pods') return Math.min(threshold.value, desired);
  return threshold.type === 'Percent' ? Math.min(desired, podsFor(threshold.value, desired)) : desired;
}

/**
 * True when the revision that a status calls the newest is older than the stable one, by when their ReplicaSets were
 * made, with fewer than spec.rollbackWindow.revisions made between: going back to it skips steps and analyses.
 */
export function isRecentRollback(observed: ObservedRollout, { currentPodHash, stableRS }: RolloutStatus): boolean {
  const made = (hash: string | undefined): number =>
    Date.parse(observed.replicaSets.find((set) => set.hash === hash)?.createdAt ?? '');
  const [to, from] = [made(currentPodHash), made(stableRS)];
  // Times that cannot be read compare as false.
  if (!(to < from)) return false;
  const between = observed.replicaSets.filter(({ hash }) => made(hash) > to && made(hash) < from);
  return between.length < (observed.rollout.spec.rollbackWindow?.revisions ?? 0);
}

/** True when the stable revision that the status names has no ReplicaSet: somebody deleted it. */
export function isStableGone(observed: ObservedRollout): boolean {
  return !observed.replicaSets.some(({ hash }) => hash === stableHash(observed));
}
