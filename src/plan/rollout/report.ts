import { DEFAULT_MAX_WEIGHT } from '../../api/defaults.ts';
import { TEMPLATE_HASH } from '../../api/names.ts';
import type { Problem } from '../../api/problem.ts';
import type { Condition, RolloutStatus } from '../../api/rollout.ts';
import type { AdditionalWeight } from '../action.ts';
import { sameJson } from '../../units/canonical-json.ts';
import { formatInstant } from '../../units/instant.ts';
import { isCarried } from './canary-scale.ts';
import type { Action } from '../action.ts';
import { writeConditions } from './conditions.ts';
import { noteReverts } from './contested.ts';
import { countPods } from './counts.ts';
import { observedAdditional, sumOf } from './experiment-weights.ts';
import { experimentOf } from './experiments.ts';
import type { Facts } from './facts.ts';
import { findConditions, kstatusFindings } from './findings.ts';
import { choosePhase } from './phase.ts';
import { progressMark } from './progress.ts';
import type { RunReport } from './runs.ts';
import { liveReport, reportOf } from './runs.ts';
import type { Situation } from './situation.ts';
import {
  blueGreenOf,
  canaryOf,
  isRouted,
  revisionOf,
  selectedHash,
  serviceNamed,
  totalWeight,
  withHash,
} from './situation.ts';
import { rawTemplateHash } from './revision.ts';
import { displaySteps } from './step.ts';
import type { Transition } from './transitions.ts';
import { WAITING, findWaiting } from './waiting.ts';
import { hasManagedRoutes, isProven, observedWeight } from './weights.ts';

/** Fields with the value undefined left out, so that what is absent looks the same however it came to be. */
function present<T extends object>(fields: T): { [Key in keyof T]: Exclude<T[Key], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [Key in keyof T]: Exclude<T[Key], undefined>;
  };
}

function nonEmpty<T extends object>(fields: T): T | undefined {
  return Object.keys(fields).length === 0 ? undefined : fields;
}

/**
 * The status: what was observed, the facts to be remembered, conditions, and the phase from all of these. The very
 * object that was observed when nothing is new, so that an unchanged world writes nothing. `generation` is that of the
 * spec that it speaks of; `actions` are those of the same plan.
 */
export function reportStatus(
  situation: Situation,
  facts: Facts,
  transition: Transition | undefined,
  problems: readonly Problem[],
  generation: number | undefined,
  actions: readonly Action[],
): RolloutStatus {
  const { observed, status } = situation;
  const current = withHash(situation, facts.currentPodHash);
  const bare: RolloutStatus = present({
    observedGeneration: observed.group === 'argoproj.io' && generation !== undefined ? String(generation) : generation,
    currentPodHash: facts.currentPodHash,
    stableRS: facts.stableRS,
    revision: current === undefined ? undefined : String(revisionOf(current)),
    currentStepIndex:
      canaryOf(situation) !== undefined && situation.steps.length > 0 ? facts.currentStepIndex : undefined,
    currentStepHash: facts.currentStepHash,
    stepDisplay: displaySteps(facts.currentStepIndex ?? situation.steps.length, situation.steps.length),
    attempt: facts.attempt === 0 ? undefined : facts.attempt,
    collisionCount: facts.collisionCount,
    pauseConditions: facts.pauseConditions.length === 0 ? undefined : facts.pauseConditions,
    controllerPause: facts.controllerPause ? true : undefined,
    abort: facts.abort ? true : undefined,
    abortedAt: facts.abortedAt,
    promoteFull: facts.promoteFull ? true : undefined,
    ...countPods({ ...situation, current }),
    canary: nonEmpty(reportCanary(situation, facts, actions)),
    blueGreen: nonEmpty(reportBlueGreen(situation, facts)),
    workloadObservedGeneration: reportWorkload(situation, transition),
    restartedAt: facts.restartedAt,
  });
  const mark = progressMark(status, bare);
  const counted = mark === undefined ? bare : { ...bare, progressMark: mark };
  const next = withPhase(situation, counted, transition, problems, Math.max(0, generation ?? 0));
  return sameJson(next, status) ? status : next;
}

function withPhase(
  situation: Situation,
  bare: RolloutStatus,
  transition: Transition | undefined,
  problems: readonly Problem[],
  generation: number,
): RolloutStatus {
  const { findings, removed } = findConditions(situation, bare, transition, problems);
  const before = situation.status.conditions ?? [];
  const argo = withWaiting(situation, bare, writeConditions(before, findings, removed, situation.now, generation));
  const { phase, message } = choosePhase(situation, { ...bare, conditions: argo });
  const kstatus = kstatusFindings(phase, message);
  const conditions = writeConditions(argo, kstatus.findings, kstatus.removed, situation.now, generation);
  return { ...bare, conditions, phase, ...(message === '' ? {} : { message }) };
}

function withWaiting(
  situation: Situation,
  bare: RolloutStatus,
  conditions: readonly Condition[],
): readonly Condition[] {
  const found = findWaiting(situation, { ...bare, conditions });
  const generation = situation.observed.rollout.metadata.generation ?? 0;
  return found === undefined
    ? writeConditions(conditions, [], [WAITING], situation.now, generation)
    : writeConditions(conditions, [found], [], situation.now, generation);
}

function keptRun(situation: Situation, facts: Facts, type: Parameters<typeof reportOf>[1]): RunReport | undefined {
  const keep = type === 'Step' ? facts.keepStepRun : facts.keepOtherRuns;
  if (!keep) return undefined;
  const live = liveReport(situation, type);
  if (live !== undefined) return live;
  // Blue-green keeps its verdicts until the next template; a step's or background run goes with what it judged.
  return type === 'PrePromotion' || type === 'PostPromotion' ? reportOf(situation.status, type) : undefined;
}

function reportCanary(
  situation: Situation,
  facts: Facts,
  actions: readonly Action[],
): NonNullable<RolloutStatus['canary']> {
  if (canaryOf(situation) === undefined) return {};
  const routed = isRouted(situation) && situation.observed.routes.length > 0;
  return present({
    weights: routed ? reportWeights(situation) : undefined,
    currentStepAnalysisRunStatus: keptRun(situation, facts, 'Step'),
    currentBackgroundAnalysisRunStatus: keptRun(situation, facts, 'Background'),
    currentExperiment: facts.keepStepRun ? experimentOf(situation)?.metadata.name : undefined,
    stablePingPong: canaryOf(situation)?.pingPong === true ? facts.stablePingPong : undefined,
    carriedReplicas: routed ? reportCarried(situation) : undefined,
    provenWeight: routed ? reportProven(situation) : undefined,
    weightReverts: routed ? noteReverts(situation, actions) : undefined,
  });
}

type Weights = NonNullable<NonNullable<RolloutStatus['canary']>['weights']>;

function reportWeights(situation: Situation): Weights | undefined {
  if (situation.observed.routes.every((route) => route.split === undefined)) return undefined;
  const canary = canaryOf(situation);
  const weight = observedWeight(situation);
  const additional = observedAdditional(situation);
  const destination = (share: number, name: string | undefined): Weights['canary'] =>
    present({
      weight: share,
      serviceName: name,
      podTemplateHash: selectedHash(serviceNamed(situation, name)),
    });
  return {
    canary: destination(weight, canary?.canaryService),
    stable: destination(totalWeight(situation) - weight - sumOf(additional), canary?.stableService),
    ...(additional.length === 0 ? {} : { additional: additional.map((share) => reportTrial(situation, share)) }),
    verified: isProven(situation, weight)
      ? true
      : situation.observed.routes.some((route) => route.refused)
        ? false
        : null,
  };
}

function reportTrial({ observed }: Situation, { service, weight }: AdditionalWeight): Weights['canary'] {
  const hash = selectedHash(observed.trialServices.find(({ name, exists }) => name === service && exists));
  return present({ weight, serviceName: service, podTemplateHash: hash });
}

function reportCarried(situation: Situation): number | undefined {
  return isCarried(situation) ? situation.replicas : situation.status.canary?.carriedReplicas;
}

/** The split in force once it is proven; until then the one that was proven before. */
function reportProven(situation: Situation): NonNullable<RolloutStatus['canary']>['provenWeight'] {
  const canary = canaryOf(situation);
  const before = situation.status.canary?.provenWeight;
  const weight = observedWeight(situation);
  if (!isProven(situation, weight)) return before;
  const total = totalWeight(situation);
  const proven = {
    weight,
    ...(total === DEFAULT_MAX_WEIGHT ? {} : { total }),
    canaryHash: selectedHash(serviceNamed(situation, canary?.canaryService)) ?? '',
    stableHash: selectedHash(serviceNamed(situation, canary?.stableService)) ?? '',
    ...(hasManagedRoutes(situation) ? { managedRoutes: true } : {}),
  };
  const same =
    before?.weight === proven.weight &&
    (before.total ?? DEFAULT_MAX_WEIGHT) === total &&
    (before.managedRoutes === true) === 'managedRoutes' in proven &&
    before.canaryHash === proven.canaryHash &&
    before.stableHash === proven.stableHash;
  return same ? before : { ...proven, since: formatInstant(situation.now) };
}

function reportBlueGreen(situation: Situation, facts: Facts): NonNullable<RolloutStatus['blueGreen']> {
  const blueGreen = blueGreenOf(situation);
  if (blueGreen === undefined) return {};
  return present({
    activeSelector: selectedHash(serviceNamed(situation, blueGreen.activeService)),
    previewSelector: selectedHash(serviceNamed(situation, blueGreen.previewService)),
    scaleUpPreviewCheckPoint: facts.previewCheckPoint ? true : undefined,
    prePromotionAnalysisRunStatus: keptRun(situation, facts, 'PrePromotion'),
    postPromotionAnalysisRunStatus: keptRun(situation, facts, 'PostPromotion'),
  });
}

/** The generation of the workload whose template is on record as the current revision; until then the one before. */
function reportWorkload(
  { observed, status, current }: Situation,
  transition: Transition | undefined,
): string | undefined {
  const { workload, rollout } = observed;
  if (rollout.spec.workloadRef === undefined) return undefined;
  const marked = current?.annotations[TEMPLATE_HASH] === rawTemplateHash(rollout.spec.template);
  const seen = marked || transition?.name === 'NewRevision';
  return workload?.kind === 'Found' && seen ? String(workload.generation) : status.workloadObservedGeneration;
}
