import type { AnalysisRun, RolloutAnalysis } from '../../api/analysis.ts';
import type { RolloutType } from '../../api/names.ts';
import { HASH_LABEL, ROLLOUT_TYPE_LABEL, STEP_INDEX_LABEL } from '../../api/names.ts';
import type { RolloutStatus } from '../../api/rollout.ts';
import { isActiveSwitched, isFastTrack, isPreviewFull, isSaturated } from './blue-green.ts';
import { isRollbackInWindow } from './rollback-window.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, canaryOf, isRouted, revisionOf, totalWeight } from './situation.ts';
import { partOf, weightInForce } from './step.ts';
import { canarySide, isProven } from './weights.ts';

/** Annotation of runs, ours: the attempt (status.attempt) that they were made for. */
export const ATTEMPT = 'sluice.dev/attempt';

/** A run's name, phase and message, as a Rollout's status repeats them. */
export type RunReport = NonNullable<NonNullable<RolloutStatus['canary']>['currentStepAnalysisRunStatus']>;

/** An analysis that the update needs now. */
export type WantedRun = Readonly<{
  type: RolloutType;
  analysis: RolloutAnalysis;
  /** Where it stands in the spec, for messages. */
  path: string;
  /** Index of the step, of a step's run. */
  stepIndex: number | undefined;
  /** Every metric must come to an end by itself. */
  mustBeFinite: boolean;
  /** False while it must not begin yet; a run that exists goes on. */
  due: boolean;
}>;

/** The analyses of the present state of the update; empty when none may run. */
export function wantedRuns(situation: Situation): readonly WantedRun[] {
  if (situation.promoted || situation.aborted || situation.promoteFull || situation.current === undefined) return [];
  if (isRollbackInWindow(situation)) return [];
  return canaryOf(situation) === undefined ? blueGreenRuns(situation) : canaryRuns(situation);
}

function canaryRuns(situation: Situation): readonly WantedRun[] {
  const canary = canaryOf(situation);
  const part = partOf(situation.step, 'Analysis');
  const runs: WantedRun[] = [];
  if (part !== undefined) {
    const path = `spec.strategy.canary.steps[${situation.stepIndex}].analysis`;
    const { analysis } = part;
    runs.push({
      type: 'Step',
      analysis,
      path,
      stepIndex: situation.stepIndex,
      mustBeFinite: true,
      due: !situation.spec.paused,
    });
  }
  const background = canary?.background;
  if (background !== undefined && situation.stepIndex >= background.startingStep) {
    runs.push({
      type: 'Background',
      analysis: background.analysis,
      path: 'spec.strategy.canary.analysis',
      stepIndex: undefined,
      mustBeFinite: false,
      due: hasTraffic(situation),
    });
  }
  return runs;
}

/** True when the canary has a pod and, if the steps ask for weight, that weight is in force (fix F-D5). */
function hasTraffic(situation: Situation): boolean {
  if ((situation.current?.available ?? 0) === 0) return false;
  const weight = weightInForce(situation.steps, situation.stepIndex, totalWeight(situation));
  if (!isRouted(situation) || situation.observed.routes.length === 0 || situation.steps.length === 0) return true;
  // A weight that is in force behind a Service of another version is not the canary's.
  return weight === 0 || (canarySide(situation) === situation.current && isProven(situation, weight));
}

function blueGreenRuns(situation: Situation): readonly WantedRun[] {
  const blueGreen = blueGreenOf(situation);
  if (blueGreen === undefined) return [];
  const runs: WantedRun[] = [];
  const switched = isActiveSwitched(situation);
  const path = 'spec.strategy.blueGreen';
  if (blueGreen.prePromotionAnalysis !== undefined && !switched && !isFastTrack(situation)) {
    runs.push({
      type: 'PrePromotion',
      analysis: blueGreen.prePromotionAnalysis,
      path: `${path}.prePromotionAnalysis`,
      stepIndex: undefined,
      mustBeFinite: true,
      due: isPreviewFull(situation),
    });
  }
  if (blueGreen.postPromotionAnalysis !== undefined && switched) {
    runs.push({
      type: 'PostPromotion',
      analysis: blueGreen.postPromotionAnalysis,
      path: `${path}.postPromotionAnalysis`,
      stepIndex: undefined,
      mustBeFinite: true,
      due: isSaturated(situation, situation.current),
    });
  }
  return runs;
}

/** Where a run's report stands in the status. */
export function reportOf(status: RolloutStatus, type: RolloutType): RunReport | undefined {
  switch (type) {
    case 'Step':
      return status.canary?.currentStepAnalysisRunStatus;
    case 'Background':
      return status.canary?.currentBackgroundAnalysisRunStatus;
    case 'PrePromotion':
      return status.blueGreen?.prePromotionAnalysisRunStatus;
    case 'PostPromotion':
      return status.blueGreen?.postPromotionAnalysisRunStatus;
  }
}

/**
 * The run that answers a wanted analysis: the one that the status names while it speaks of the same step, else the one
 * that was made for the present attempt. A run is thus found again after a crash, and none is made twice.
 */
export function runFor(situation: Situation, wanted: WantedRun): AnalysisRun | undefined {
  const { observed, status } = situation;
  const attempt = String(status.attempt ?? 0);
  const candidates = observed.analysisRuns.filter(
    (run) =>
      run.metadata.labels?.[ROLLOUT_TYPE_LABEL] === wanted.type &&
      run.metadata.labels[HASH_LABEL] === status.currentPodHash &&
      (wanted.stepIndex === undefined || run.metadata.labels[STEP_INDEX_LABEL] === String(wanted.stepIndex)),
  );
  const named = reportOf(status, wanted.type)?.name;
  return (
    candidates.find((run) => run.metadata.name === named) ??
    candidates.find((run) => run.metadata.annotations?.[ATTEMPT] === attempt)
  );
}

/**
 * The report of the step under way, if the status has one: a report of another step, which somebody promoted past,
 * says nothing about this one.
 */
export function stepRunReport(situation: Situation): RunReport | undefined {
  const { observed, status, stepIndex } = situation;
  const report = status.canary?.currentStepAnalysisRunStatus;
  const run = observed.analysisRuns.find(({ metadata }) => metadata.name === report?.name);
  // A run that somebody deleted leaves only its report, which is then all that is known.
  const index = run?.metadata.labels?.[STEP_INDEX_LABEL] ?? String(stepIndex);
  return index === String(stepIndex) && partOf(situation.step, 'Analysis') !== undefined ? report : undefined;
}

/** What the wanted run of that kind says of itself; undefined while there is none. */
export function liveReport(situation: Situation, type: RolloutType): RunReport | undefined {
  const wanted = wantedRuns(situation).find((want) => want.type === type);
  const run = wanted === undefined ? undefined : runFor(situation, wanted);
  return run === undefined ? undefined : reportRun(run);
}

/** What is to be said of the run of that kind now: by the run itself, or by the status once the run is not wanted any more. */
export function reportNow(situation: Situation, type: RolloutType): RunReport | undefined {
  return liveReport(situation, type) ?? reportOf(situation.status, type);
}

/** The name of a new run: by revision and purpose, with a number behind it where earlier attempts took the name. */
export function runName(situation: Situation, wanted: WantedRun): string {
  const { observed, current } = situation;
  const number = current === undefined ? 0 : revisionOf(current);
  const suffix = { Step: `-${wanted.stepIndex}`, Background: '', PrePromotion: '-pre', PostPromotion: '-post' }[
    wanted.type
  ];
  const first = `${observed.rollout.metadata.name}-${current?.hash ?? ''}-${number}${suffix}`;
  const taken = new Set(observed.analysisRuns.map((run) => run.metadata.name));
  let name = first;
  for (let attempt = 1; taken.has(name); attempt++) name = `${first}.${attempt}`;
  return name;
}

/** True when a run has come to its end. */
export function isFinished(run: AnalysisRun): boolean {
  const phase = run.status?.phase;
  return phase === 'Successful' || phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive';
}

/** What the status says of a run. */
export function reportRun(run: AnalysisRun): RunReport {
  const { phase, message } = run.status ?? {};
  return {
    name: run.metadata.name,
    status: phase ?? 'Pending',
    ...(message === undefined || message === '' ? {} : { message }),
  };
}
