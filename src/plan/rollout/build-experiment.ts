import { API_VERSION, HASH_LABEL, INSTANCE_ID, REVISION, STEP_INDEX_LABEL } from '../../api/names.ts';
import type { LabelSelector, PodTemplate } from '../../api/meta.ts';
import type { StepExperiment } from '../../api/parse-canary.ts';
import type { Checked, Problem } from '../../api/problem.ts';
import { required } from '../../api/problem.ts';
import type { Manifest } from '../action.ts';
import { buildAnalysisRun } from '../analysis/build-run.ts';
import { fillPlaceholders } from '../experiment/placeholders.ts';
import { resolveArguments } from './analysis-arguments.ts';
import type { ObservedReplicaSet } from './observed-rollout.ts';
import { ownerReferenceTo } from './replica-set.ts';
import { ATTEMPT } from './runs.ts';
import type { Situation } from './situation.ts';
import { revisionOf } from './situation.ts';

type StepTemplate = StepExperiment['templates'][number];

/** The Experiment of a step, or every problem that keeps it from being made. Source: rollout-semantics 1.10. */
export function buildExperiment(situation: Situation, step: StepExperiment, index: number): Checked<Manifest> {
  const { observed, status, current } = situation;
  const { rollout, group, instanceId } = observed;
  const path = `spec.strategy.canary.steps[${index}].experiment`;
  const templates = step.templates.flatMap((template) => buildTemplate(situation, template) ?? []);
  const analyses = (step.analyses ?? []).map(({ args, ...analysis }, at) => ({
    ...analysis,
    ...(args === undefined ? {} : { args: argumentsOf(situation, args, `${path}.analyses[${at}]`) }),
  }));
  const problems = experimentProblems(situation, step, index);
  if (templates.length < step.templates.length) {
    problems.push(required(`${path}.templates`, 'RevisionMissing', 'the ReplicaSet of a specRef is not there yet'));
  }
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    value: {
      apiVersion: `${group}/${API_VERSION}`,
      kind: 'Experiment',
      metadata: {
        name: experimentName(situation, index),
        namespace: rollout.metadata.namespace ?? 'default',
        labels: {
          [HASH_LABEL]: status.currentPodHash ?? '',
          [STEP_INDEX_LABEL]: String(index),
          ...(instanceId === '' ? {} : { [INSTANCE_ID]: instanceId }),
        },
        annotations: {
          [ATTEMPT]: String(status.attempt ?? 0),
          [REVISION]: String(current === undefined ? 0 : revisionOf(current)),
        },
        ownerReferences: [ownerReferenceTo(observed)],
      },
      spec: {
        templates,
        ...given('duration', step.duration),
        progressDeadlineSeconds: Math.round(situation.spec.progressDeadline / 1000),
        ...(analyses.length === 0 ? {} : { analyses }),
        ...given('dryRun', step.dryRun),
        ...given('analysisRunMetadata', step.analysisRunMetadata),
        ...given('scaleDownDelaySeconds', step.scaleDownDelaySeconds),
      },
    },
  };
}

const given = <Value>(key: string, value: Value | undefined): Readonly<Record<string, Value>> =>
  value === undefined ? {} : { [key]: value };

/** `<rollout>-<hash>-<revision>-<step index>`, with a number behind it where earlier attempts took the name. */
function experimentName({ observed, current, status }: Situation, index: number): string {
  const revision = current === undefined ? 0 : revisionOf(current);
  const first = `${observed.rollout.metadata.name}-${status.currentPodHash ?? ''}-${revision}-${index}`;
  const taken = new Set([
    ...observed.experiments.map(({ metadata }) => metadata.name),
    ...observed.refusals.filter(({ action }) => action === 'CreateExperiment').map(({ object }) => object),
  ]);
  let name = first;
  for (let attempt = 1; taken.has(name); attempt++) name = `${first}-${attempt}`;
  return name;
}

/** A template as its revision's ReplicaSet has it, with what the step adds; undefined while that is not there. */
function buildTemplate(
  situation: Situation,
  { name, specRef, replicas, metadata, selector, weight, service }: StepTemplate,
): Readonly<Record<string, unknown>> | undefined {
  const source = specRef === 'canary' ? situation.current : situation.stable;
  if (source === undefined) return undefined;
  const { labels, annotations } = metadata ?? {};
  const template = withoutHash(source);
  const base: LabelSelector = selector ?? situation.spec.selector;
  return {
    name,
    replicas: replicas ?? 1,
    minReadySeconds: source.minReadySeconds,
    selector: { ...base, matchLabels: { ...base.matchLabels, ...labels } },
    template: {
      ...template,
      metadata: {
        ...template.metadata,
        labels: { ...template.metadata?.labels, ...labels },
        ...(annotations === undefined ? {} : { annotations: { ...template.metadata?.annotations, ...annotations } }),
      },
    },
    // Weight goes to a Service.
    ...given('service', service ?? (weight === undefined ? undefined : {})),
  };
}

/** The pod template of a revision without the label that makes its pods the revision's. */
function withoutHash({ template }: ObservedReplicaSet): PodTemplate {
  const { metadata, ...rest } = (template ?? {}) as PodTemplate;
  const { [HASH_LABEL]: _hash, ...labels } = metadata?.labels ?? {};
  return { ...rest, metadata: { ...metadata, labels } };
}

type Arguments = NonNullable<NonNullable<StepExperiment['analyses']>[number]['args']>;

/** Values of the Rollout put in; what they say of the Experiment is left for it to fill in. */
function argumentsOf({ observed, status }: Situation, args: Arguments, path: string) {
  return resolveArguments(observed.rollout, status, args, path).map(({ name, value }) => ({ name, value }));
}

/** What a placeholder may look like once it is filled in: what may stand where in a query is judged by it. */
const EXAMPLES = { podTemplateHash: '5d8f7c9b6d', 'replicaset.name': 'a-b', time: '2026-01-01T00:00:00Z' } as const;

/** What is wrong with the analyses of a step's experiment, told before an update needs it. */
export function experimentProblems(situation: Situation, step: StepExperiment, index: number): Problem[] {
  const { observed, status } = situation;
  const path = `spec.strategy.canary.steps[${index}].experiment`;
  return (step.analyses ?? []).flatMap(({ templateName, clusterScope, args }, at) => {
    const place = `${path}.analyses[${at}]`;
    const built = buildAnalysisRun({
      group: observed.group,
      name: 'checked',
      namespace: observed.rollout.metadata.namespace ?? 'default',
      labels: {},
      annotations: {},
      ownerReference: {},
      analysis: {
        templates: [{ templateName, clusterScope: clusterScope === true }],
        ...(step.dryRun === undefined ? {} : { dryRun: step.dryRun }),
      },
      templates: observed.analysisTemplates,
      args: resolveArguments(observed.rollout, status, args ?? [], place).map((argument) => ({
        ...argument,
        value: argument.value === undefined ? undefined : example(step, argument.value),
      })),
      mustBeFinite: false,
      path: place,
    });
    if (built.ok) return [];
    // An analysis of an experiment names one template, where one of a Rollout has a list.
    return built.problems.map((problem) => ({
      ...problem,
      path: problem.path.replace(/\.templates(\[0\]\.templateName)?$/, '.templateName'),
    }));
  });
}

function example({ templates, duration }: StepExperiment, value: string): string | undefined {
  return fillPlaceholders(value, (placeholder) => {
    if (placeholder.kind === 'Template') {
      return templates.some(({ name }) => name === placeholder.template) ? EXAMPLES[placeholder.what] : undefined;
    }
    return placeholder.what === 'finishedAt' && duration === undefined ? undefined : EXAMPLES.time;
  });
}
