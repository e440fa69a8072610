import type { AnalysisRun } from '../../api/analysis.ts';
import type { Problem } from '../../api/problem.ts';
import { HASH_LABEL, INSTANCE_ID, REVISION, ROLLOUT_TYPE_LABEL, STEP_INDEX_LABEL } from '../../api/names.ts';
import type { Action } from '../action.ts';
import type { ComparedVersions } from '../analysis/build-run.ts';
import { buildAnalysisRun } from '../analysis/build-run.ts';
import { resolveArguments } from './analysis-arguments.ts';
import { experimentProblems } from './build-experiment.ts';
import { ownerReferenceTo } from './replica-set.ts';
import type { WantedRun } from './runs.ts';
import { ATTEMPT, isFinished, runFor, runName, wantedRuns } from './runs.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, canaryOf, revisionOf } from './situation.ts';
import { partOf } from './step.ts';

/** The runs to be made and ended now: at most one live run an analysis. */
export function planRuns(situation: Situation): readonly Action[] {
  const wanted = wantedRuns(situation);
  const answering = new Set(wanted.map((want) => runFor(situation, want)));
  const actions: Action[] = [];
  for (const want of wanted) {
    // A run without a verdict pauses the update; the next one begins when a person resumed, in another attempt.
    if (runFor(situation, want) !== undefined || !want.due) continue;
    const built = build(situation, want);
    if (built.ok) actions.push({ kind: 'CreateAnalysisRun', manifest: built.manifest });
  }
  for (const run of situation.observed.analysisRuns) {
    if (isFinished(run) || answering.has(run) || run.spec.terminate === true) continue;
    if (run.metadata.labels?.[ROLLOUT_TYPE_LABEL] !== undefined) actions.push(end(run, situation));
  }
  return actions;
}

function end(run: AnalysisRun, situation: Situation): Action {
  const { name, uid, resourceVersion } = run.metadata;
  const because = situation.aborted ? 'Aborted' : situation.promoted ? 'UpdateEnded' : 'StepEnded';
  return { kind: 'EndAnalysisRun', target: { name, uid: uid ?? '', resourceVersion: resourceVersion ?? '' }, because };
}

function build(situation: Situation, wanted: WantedRun): ReturnType<typeof buildAnalysisRun> {
  const { observed, current, status } = situation;
  const { rollout } = observed;
  return buildAnalysisRun({
    group: observed.group,
    name: runName(situation, wanted),
    namespace: rollout.metadata.namespace ?? 'default',
    labels: {
      ...rollout.spec.selector?.matchLabels,
      [HASH_LABEL]: current?.hash ?? status.currentPodHash ?? '',
      [ROLLOUT_TYPE_LABEL]: wanted.type,
      ...(wanted.stepIndex === undefined ? {} : { [STEP_INDEX_LABEL]: String(wanted.stepIndex) }),
      ...(observed.instanceId === '' ? {} : { [INSTANCE_ID]: observed.instanceId }),
    },
    annotations: {
      [ATTEMPT]: String(status.attempt ?? 0),
      [REVISION]: String(current === undefined ? 0 : revisionOf(current)),
    },
    ownerReference: ownerReferenceTo(observed),
    analysis: wanted.analysis,
    templates: observed.analysisTemplates,
    args: resolveArguments(rollout, status, wanted.analysis.args ?? [], wanted.path),
    mustBeFinite: wanted.mustBeFinite,
    path: wanted.path,
    versions: comparedVersions(situation),
  });
}

function comparedVersions({ current, stable, steps, ...situation }: Situation): ComparedVersions | undefined {
  if (current === undefined || stable === undefined || current === stable) return undefined;
  const { strategy } = situation.spec;
  const beside =
    strategy.kind === 'BlueGreen'
      ? [strategy.prePromotionAnalysis, strategy.postPromotionAnalysis]
      : [strategy.background?.analysis];
  const analyses = steps.filter((step) => partOf(step, 'Analysis') !== undefined).length;
  const { hash: canaryHash } = current;
  return { canaryHash, stableHash: stable.hash, analyses: analyses + beside.filter((one) => one !== undefined).length };
}

/** Every analysis of the spec, whatever the step: what is wrong with any of them is told before an update needs it. */
export function analysisProblems(situation: Situation): readonly Problem[] {
  const always = { stepIndex: undefined, due: true } as const;
  const { steps } = situation;
  const all: WantedRun[] = steps.flatMap((step, index) => {
    const analysis = partOf(step, 'Analysis')?.analysis;
    const path = `spec.strategy.canary.steps[${index}].analysis`;
    return analysis === undefined ? [] : [{ ...always, type: 'Step' as const, analysis, path, mustBeFinite: true }];
  });
  const background = canaryOf(situation)?.background?.analysis;
  if (background !== undefined) {
    const path = 'spec.strategy.canary.analysis';
    all.push({ ...always, type: 'Background', analysis: background, path, mustBeFinite: false });
  }
  for (const key of ['prePromotionAnalysis', 'postPromotionAnalysis'] as const) {
    const analysis = blueGreenOf(situation)?.[key];
    const type = key === 'prePromotionAnalysis' ? 'PrePromotion' : 'PostPromotion';
    const path = `spec.strategy.blueGreen.${key}`;
    if (analysis !== undefined) all.push({ ...always, type, analysis, path, mustBeFinite: true });
  }
  const ofExperiments = steps.flatMap((step, index) => {
    const experiment = partOf(step, 'Experiment')?.experiment;
    return experiment === undefined ? [] : experimentProblems(situation, experiment, index);
  });
  const ofRuns = all.flatMap((wanted) => {
    const built = build(situation, wanted);
    return built.ok ? [] : built.problems;
  });
  return [...ofRuns, ...ofExperiments];
}
