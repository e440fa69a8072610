import type { Milliseconds } from '../../units/duration.ts';
import { seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, parseInstant } from '../../units/instant.ts';
import { isFinal } from '../analysis/metric-result.ts';
import type { AdditionalWeight } from '../action.ts';
import { experimentOf, wantedExperiment } from './experiments.ts';
import type { Situation } from './situation.ts';
import { canaryOf, selectedHash, serviceNamed, totalWeight } from './situation.ts';
import { stableShare } from './split.ts';
import { observedWeight } from './weights.ts';

/** The sum of the shares of an experiment. */
export function sumOf(additional: readonly AdditionalWeight[]): number {
  return additional.reduce((sum, { weight }) => sum + weight, 0);
}

/** The shares of experiments as read back from the route that gives them most. */
export function observedAdditional({ observed }: Situation): readonly AdditionalWeight[] {
  return observed.routes.map(({ additional = [] }) => additional).toSorted((a, b) => sumOf(b) - sumOf(a))[0] ?? [];
}

/**
 * The shares that the experiment of the step under way should have now beside a canary weight; what they have comes off
 * stable. They go as soon as it is over, but never onto a stable version that cannot carry them.
 */
export function chooseAdditional(situation: Situation, canary: number): readonly AdditionalWeight[] {
  const seen = observedAdditional(situation);
  const total = totalWeight(situation);
  const wanted = situation.spec.paused && !situation.aborted ? held(situation, seen) : wantedShares(situation);
  const fitting = canary + sumOf(wanted) > total ? [] : wanted;
  const stableNow = total - observedWeight(situation) - sumOf(seen);
  const stableThen = total - canary - sumOf(fitting);
  // Pods that still answer keep their share rather than stable is given more than its pods can take.
  if (sumOf(fitting) < sumOf(seen) && stableThen > Math.max(stableNow, stableShare(situation))) {
    const kept = held(situation, seen);
    return canary + sumOf(kept) > total ? fitting : kept;
  }
  return fitting;
}

/** What the step declares, as far as its pods carry it. */
function wantedShares(situation: Situation): readonly AdditionalWeight[] {
  const step = wantedExperiment(situation);
  const experiment = experimentOf(situation);
  if (step === undefined || experiment === undefined || !mayCarry(situation)) return [];
  const { phase, templateStatuses = [] } = experiment.status ?? {};
  if (phase !== 'Running' || isFinal(phase) || experiment.spec.terminate === true) return [];
  const known = knownToProxies(situation);
  if (known !== undefined && known > situation.now) return [];
  return step.templates.flatMap(({ name, weight = 0, replicas = 1 }) => {
    const service = templateStatuses.find((one) => one.name === name)?.serviceName;
    const ready = service === undefined ? 0 : Math.min(replicas, readyBehind(situation, service));
    const share = replicas === 0 ? 0 : Math.floor((weight * ready) / replicas);
    return service === undefined || share === 0 ? [] : [{ service, weight: share, ports: portsOf(situation, service) }];
  });
}

/** A proxy learns of a share and of the pods behind a Service that it has never seen on two ways, in any order. */
const PROXIES_LEARN: Milliseconds = seconds(2);

/**
 * When the pods of the experiment under way have been available so long that proxies know them; undefined before they
 * are, or without one that has shares.
 */
export function knownToProxies(situation: Situation): Instant | undefined {
  const shares = wantedExperiment(situation)?.templates.some(({ weight = 0 }) => weight > 0) === true;
  const availableAt = shares ? parseInstant(experimentOf(situation)?.status?.availableAt) : undefined;
  return availableAt === undefined ? undefined : add(availableAt, PROXIES_LEARN);
}

/**
 * True when both Services of the route name one revision each: one without would send its share to the pods of the
 * experiment as well, or to those of an older version (argo-rollouts#2279).
 */
function mayCarry(situation: Situation): boolean {
  const { current, status } = situation;
  const { stableService, canaryService } = canaryOf(situation) ?? {};
  if (selectedHash(serviceNamed(situation, stableService)) !== status.stableRS) return false;
  return (current?.available ?? 0) === 0 || selectedHash(serviceNamed(situation, canaryService)) === current?.hash;
}

/** The shares that were seen, without those behind which nobody answers. */
function held(situation: Situation, seen: readonly AdditionalWeight[]): readonly AdditionalWeight[] {
  return seen.filter(({ service }) => readyBehind(situation, service) > 0);
}

function portsOf({ observed }: Situation, name: string): Readonly<Record<string, number>> {
  return observed.trialServices.find((one) => one.name === name)?.ports ?? {};
}

function readyBehind({ observed }: Situation, name: string): number {
  const service = observed.trialServices.find((one) => one.name === name && one.exists);
  if (service === undefined) return 0;
  const hash = selectedHash(service);
  return hash === undefined ? 0 : (service.readyEndpoints[hash] ?? 0);
}

/** True when two lists give the same shares to the same Services. */
export function sameAdditional(a: readonly AdditionalWeight[], b: readonly AdditionalWeight[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ service, weight }) => b.some((o) => o.service === service && o.weight === weight))
  );
}
