import type { AnalysisRun } from '../../api/analysis.ts';
import { EXPERIMENT_ANALYSIS, EXPERIMENT_NAME, INSTANCE_ID } from '../../api/names.ts';
import type { ExperimentAnalysis } from '../../api/parse-experiment.ts';
import type { Problem } from '../../api/problem.ts';
import { add, formatInstant } from '../../units/instant.ts';
import type { GivenArgument } from '../analysis/build-run.ts';
import { buildAnalysisRun } from '../analysis/build-run.ts';
import { isFinal } from '../analysis/metric-result.ts';
import { podHash, replicaSetName } from './names.ts';
import type { ExperimentAction } from './observed-experiment.ts';
import { fillPlaceholders } from './placeholders.ts';
import { ownedBy } from './replica-sets.ts';
import type { ExperimentSituation, RunStatus } from './situation.ts';
import { replicaSetOf, templateStatusOf } from './situation.ts';

/** Annotation of an Experiment's runs, ours: status.availableAt of the life that they were made in. */
export const LIFE = 'sluice.dev/experiment-available-at';

/**
 * The run that answers an analysis: the one that the status names, else the one that was made in the present life of the
 * Experiment. It is thus found again after a crash, and one of an earlier life, before a retry, is not taken for it.
 */
export function runOf(
  { observed, status }: ExperimentSituation,
  { name }: ExperimentAnalysis,
): AnalysisRun | undefined {
  const named = (status.analysisRuns ?? []).find((one) => one.name === name)?.analysisRun;
  return (
    observed.analysisRuns.find(({ metadata }) => metadata.name === named) ??
    observed.analysisRuns.find(
      ({ metadata: { annotations } }) =>
        annotations?.[EXPERIMENT_ANALYSIS] === name &&
        status.availableAt !== undefined &&
        annotations[LIFE] === status.availableAt,
    )
  );
}

/** What is to be said of every analysis that has a run; of one whose run somebody deleted, its last word. */
export function reportRuns(situation: ExperimentSituation): readonly RunStatus[] {
  return situation.spec.analyses.flatMap((analysis) => {
    const run = runOf(situation, analysis);
    const before = (situation.status.analysisRuns ?? []).find(({ name }) => name === analysis.name);
    if (run === undefined) return before !== undefined && isFinal(before.phase) ? [before] : [];
    const { phase = 'Pending', message } = run.status ?? {};
    return [
      {
        name: analysis.name,
        analysisRun: run.metadata.name,
        phase,
        ...(message === undefined || message === '' ? {} : { message }),
      },
    ];
  });
}

/** The runs that are to be made and ended now. */
export function planExperimentRuns(situation: ExperimentSituation): readonly ExperimentAction[] {
  const { over, ended, availableAt, spec, observed } = situation;
  const actions: ExperimentAction[] = [];
  if (!over && ended === undefined && availableAt !== undefined) {
    const known = new Set(reportRuns(situation).map(({ name }) => name));
    spec.analyses.forEach((analysis, index) => {
      if (known.has(analysis.name)) return;
      const built = build(situation, analysis, index);
      if (built.ok) actions.push({ kind: 'CreateAnalysisRun', manifest: built.manifest });
    });
  }
  if (!over && ended === undefined) return actions;
  for (const run of observed.analysisRuns) {
    if (isFinal(run.status?.phase) || run.spec.terminate === true) continue;
    const { name, uid = '', resourceVersion = '' } = run.metadata;
    const by = !over && ended === 'ByPerson' ? 'Person' : 'Experiment';
    const because = over ? 'ExperimentOver' : 'Terminated';
    actions.push({ kind: 'EndAnalysisRun', target: { name, uid, resourceVersion }, by, because });
  }
  return actions;
}

function build(
  situation: ExperimentSituation,
  analysis: ExperimentAnalysis,
  index: number,
): ReturnType<typeof buildAnalysisRun> {
  const { group, instanceId, experiment, analysisTemplates } = situation.observed;
  const { dryRun, measurementRetention, analysisRunMetadata } = experiment.spec;
  return buildAnalysisRun({
    group,
    name: runName(situation, analysis),
    namespace: experiment.metadata.namespace ?? 'default',
    labels: instanceId === '' ? {} : { [INSTANCE_ID]: instanceId },
    annotations: {
      [EXPERIMENT_NAME]: experiment.metadata.name,
      [EXPERIMENT_ANALYSIS]: analysis.name,
      [LIFE]: situation.status.availableAt ?? '',
    },
    ownerReference: ownedBy(group, experiment),
    analysis: {
      templates: [{ templateName: analysis.templateName, clusterScope: analysis.clusterScope === true }],
      ...(dryRun === undefined ? {} : { dryRun }),
      ...(measurementRetention === undefined ? {} : { measurementRetention }),
      ...(analysisRunMetadata === undefined ? {} : { analysisRunMetadata }),
    },
    templates: analysisTemplates,
    args: resolveArguments(situation, analysis, index),
    mustBeFinite: false,
    path: `spec.analyses[${index}]`,
  });
}

/** `<experiment>-<analysis>`, with a number behind it where earlier runs, or those of somebody else, took the name. */
function runName({ observed }: ExperimentSituation, { name: analysis }: ExperimentAnalysis): string {
  const first = `${observed.experiment.metadata.name}-${analysis}`;
  const taken = new Set([
    ...observed.analysisRuns.map(({ metadata }) => metadata.name),
    ...observed.refusals.filter(({ action }) => action === 'collision').map(({ object }) => object),
  ]);
  let name = first;
  for (let attempt = 1; taken.has(name); attempt++) name = `${first}.${attempt}`;
  return name;
}

function resolveArguments(
  situation: ExperimentSituation,
  { args }: ExperimentAnalysis,
  index: number,
): readonly GivenArgument[] {
  return (args ?? []).map(({ name, value }, place) => ({
    name,
    value: value === undefined ? undefined : fillIn(situation, value),
    path: `spec.analyses[${index}].args[${place}]`,
  }));
}

function fillIn(situation: ExperimentSituation, value: string): string | undefined {
  return fillPlaceholders(value, (placeholder) =>
    placeholder.kind === 'Time'
      ? timeOf(situation, placeholder.what)
      : ofTemplate(situation, placeholder.template, placeholder.what),
  );
}

function ofTemplate(situation: ExperimentSituation, name: string, what: string): string | undefined {
  const template = situation.spec.templates.find((one) => one.name === name);
  if (template === undefined) return undefined;
  const replicaSet = replicaSetOf(situation, template);
  const { experiment } = situation.observed;
  const collisions = templateStatusOf(situation, name)?.collisionCount ?? 0;
  // Before the ReplicaSet is there its names to be are as good: whether an argument can be resolved is told early.
  return what === 'podTemplateHash'
    ? (replicaSet?.hash ?? podHash(experiment, template, collisions))
    : (replicaSet?.name ?? replicaSetName(experiment, template, collisions));
}

/** When all templates were available, or when the duration will be over; before that a time is reckoned from now. */
function timeOf({ spec, availableAt, now }: ExperimentSituation, what: string): string | undefined {
  const since = availableAt ?? now;
  if (what === 'availableAt') return formatInstant(since);
  return spec.duration === undefined ? undefined : formatInstant(add(since, spec.duration));
}

/** What is wrong with the analyses that have no run yet: a run is a frozen copy, and nothing can be wrong with it later. */
export function analysisProblems(situation: ExperimentSituation): readonly Problem[] {
  const known = new Set(reportRuns(situation).map(({ name }) => name));
  return situation.spec.analyses.flatMap((analysis, index) => {
    if (known.has(analysis.name)) return [];
    const built = build(situation, analysis, index);
    if (built.ok) return [];
    const at = `spec.analyses[${index}]`;
    return built.problems.map((problem) => ({
      ...problem,
      // An analysis of an Experiment names one template, where one of a Rollout has a list.
      path: problem.path.replace(/^(spec\.analyses\[\d+\])\.templates(\[0\]\.templateName)?$/, '$1.templateName'),
      message: problem.message.replaceAll(`${at}.templates`, `${at}.templateName`),
    }));
  });
}
