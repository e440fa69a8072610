import { DEFAULT_MAX_WEIGHT } from '../../api/defaults.ts';
import { DESIRED_REPLICAS, HASH_LABEL, REVISION } from '../../api/names.ts';
import type { ParsedBlueGreen, ParsedRollout } from '../../api/parse.ts';
import type { ParsedCanary, ParsedStep } from '../../api/parse-canary.ts';
import type { RolloutStatus } from '../../api/rollout.ts';
import type { Instant } from '../../units/instant.ts';
import type { ObservedReplicaSet, ObservedRollout, ObservedService } from './observed-rollout.ts';

/** One observation, read once: what every rule of the plan looks at. Nothing here is decided yet. */
export type Situation = Readonly<{
  observed: ObservedRollout;
  now: Instant;
  spec: ParsedRollout;
  /** The status as observed: actions rely on these facts only. */
  status: RolloutStatus;
  /** spec.replicas. */
  replicas: number;
  /** The ReplicaSet whose hash is status.currentPodHash. */
  current: ObservedReplicaSet | undefined;
  /** The ReplicaSet whose hash is status.stableRS; the same as `current` once promoted. */
  stable: ObservedReplicaSet | undefined;
  /** Owned, neither current nor stable; newest revision first. */
  others: readonly ObservedReplicaSet[];
  /** stableRS == currentPodHash. Else an update is in flight. */
  promoted: boolean;
  /** An abort that we have acted on. */
  aborted: boolean;
  promoteFull: boolean;
  /** Steps of a canary; none for blue-green. */
  steps: readonly ParsedStep[];
  /** Index of the step under way; the number of steps when all are done. */
  stepIndex: number;
  step: ParsedStep | undefined;
  /** A pause is recorded and nobody ended it yet. */
  waiting: boolean;
  /** A recorded pause that a person ended (rollout-semantics 2.4). */
  resumed: boolean;
}>;

/** Reads the situation; `spec` must come from the same Rollout. */
export function readSituation(seen: ObservedRollout, spec: ParsedRollout, now: Instant): Situation {
  const observed = { ...seen, replicaSets: seen.replicaSets.map(withoutLeaving) };
  const status: RolloutStatus = observed.rollout.status ?? {};
  const alive = observed.replicaSets.filter((replicaSet) => !replicaSet.deleting);
  const current = alive.find((replicaSet) => replicaSet.hash === status.currentPodHash);
  const stable = alive.find((replicaSet) => replicaSet.hash === status.stableRS);
  const steps = spec.strategy.kind === 'Canary' ? spec.strategy.steps : [];
  const stepIndex = Math.max(0, Math.min(status.currentStepIndex ?? steps.length, steps.length));
  const waiting = (status.pauseConditions ?? []).length > 0;
  const hasStable = (status.stableRS ?? '') !== '';
  return {
    observed,
    now,
    spec,
    status,
    replicas: spec.replicas,
    current,
    stable,
    others: alive
      .filter((replicaSet) => replicaSet !== current && replicaSet !== stable)
      .toSorted((a, b) => revisionOf(b) - revisionOf(a)),
    promoted: hasStable && status.stableRS === status.currentPodHash,
    aborted: status.abort === true && status.abortedAt !== undefined,
    promoteFull: status.promoteFull === true,
    steps,
    stepIndex,
    step: steps[stepIndex],
    waiting,
    resumed: status.controllerPause === true && !waiting,
  };
}

/**
 * A ReplicaSet with the pods that stay: those beyond its asked size are leaving, whatever its status still says, so
 * nothing may rely on them.
 */
function withoutLeaving(replicaSet: ObservedReplicaSet): ObservedReplicaSet {
  const { specReplicas, ready, available } = replicaSet;
  if (available <= specReplicas && ready <= specReplicas) return replicaSet;
  return { ...replicaSet, ready: Math.min(ready, specReplicas), available: Math.min(available, specReplicas) };
}

/** The number in the revision annotation; 0 when it has none. */
export function revisionOf(replicaSet: ObservedReplicaSet): number {
  return Number.parseInt(replicaSet.annotations[REVISION] ?? '0', 10) || 0;
}

/** spec.replicas of the Rollout when the ReplicaSet was last scaled, if it was by us. */
export function desiredReplicasOf(replicaSet: ObservedReplicaSet): number | undefined {
  const text = replicaSet.annotations[DESIRED_REPLICAS];
  return text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
}

/** The canary strategy, if it is the one in force. */
export function canaryOf(situation: Situation): ParsedCanary | undefined {
  return situation.spec.strategy.kind === 'Canary' ? situation.spec.strategy : undefined;
}

/** The blue-green strategy, if it is the one in force. */
export function blueGreenOf(situation: Situation): ParsedBlueGreen | undefined {
  return situation.spec.strategy.kind === 'BlueGreen' ? situation.spec.strategy : undefined;
}

/** True for a canary whose traffic goes by weights of a route; else pods are the only weight. */
export function isRouted(situation: Situation): boolean {
  return canaryOf(situation)?.routing !== undefined;
}

/** What weights sum to: trafficRouting.maxTrafficWeight; without routing they are percent. */
export function totalWeight(situation: Situation): number {
  return canaryOf(situation)?.routing?.maxWeight ?? DEFAULT_MAX_WEIGHT;
}

/** The Service of that name, if the spec names it and it exists. */
export function serviceNamed(situation: Situation, name: string | undefined): ObservedService | undefined {
  if (name === undefined) return undefined;
  return situation.observed.services.find((candidate) => candidate.name === name && candidate.exists);
}

/** The revision that a Service selects; undefined when it selects pods of any revision. */
export function selectedHash(target: ObservedService | undefined): string | undefined {
  return target?.selector[HASH_LABEL];
}

/** The ReplicaSet of that hash, if there is one. */
export function withHash(situation: Situation, hash: string | undefined): ObservedReplicaSet | undefined {
  if (hash === undefined) return undefined;
  return situation.observed.replicaSets.find((replicaSet) => replicaSet.hash === hash && !replicaSet.deleting);
}

/** True when every ready endpoint of the Service belongs to that revision and there are at least so many. */
export function endpointsAre(target: ObservedService | undefined, hash: string, atLeast: number): boolean {
  if (target === undefined) return false;
  const ready = target.readyEndpoints;
  const foreign = Object.entries(ready).some(([other, count]) => other !== hash && count > 0);
  return !foreign && (ready[hash] ?? 0) >= atLeast;
}
