import { parseGoDuration } from '../units/duration.ts';
import type { Experiment } from './experiment.ts';
import { isEmptySelector, matchesSelector } from './label-selector.ts';
import type { PodTemplate } from './meta.ts';
import type { Problem } from './problem.ts';
import { invalid, required } from './problem.ts';

type Template = NonNullable<Experiment['spec']['templates']>[number];

/**
 * Every refusal of an Experiment that its spec alone tells, with full paths (rollout-semantics 1.10). Missing analysis
 * templates and taken names are told where those objects are observed.
 */
export function validateExperiment({ spec }: Experiment): readonly Problem[] {
  const deadline = spec.progressDeadlineSeconds ?? 600;
  const templates = spec.templates ?? [];
  const analyses = spec.analyses ?? [];
  return [
    ...templates.flatMap((template, index) => validateTemplate(template, `spec.templates[${index}]`, deadline)),
    ...repeated(templates, 'spec.templates'),
    ...validateDuration(spec.duration, 'spec.duration'),
    ...validateNumbers(spec),
    ...analyses.flatMap((analysis, index) => {
      const path = `spec.analyses[${index}]`;
      return (analysis.templateName ?? '') === ''
        ? [required(`${path}.templateName`, 'TemplateName', 'name the AnalysisTemplate')]
        : [];
    }),
    ...repeated(analyses, 'spec.analyses'),
  ];
}

/** Refuses names that are missing or given twice in a list. */
export function repeated(list: readonly Readonly<{ name?: string }>[], path: string): readonly Problem[] {
  const names = list.map(({ name }) => name ?? '');
  return names.flatMap((name, index) => {
    const place = `${path}[${index}].name`;
    if (name === '') return [required(place, 'NameRequired', 'give it a name')];
    if (names.indexOf(name) === index) return [];
    return [invalid(place, 'NameTwice', name, 'is the name of another one; give each a name of its own')];
  });
}

/** Refuses a duration that is no Go duration, or a negative one. */
export function validateDuration(duration: string | undefined, path: string): readonly Problem[] {
  if (duration === undefined || duration === '') return [];
  const parsed = parseGoDuration(duration);
  if (parsed !== undefined && parsed >= 0) return [];
  return [invalid(path, 'Duration', duration, 'must be a Go duration such as 90s or 1h30m, and not negative')];
}

/** True when a container of the pod template declares a port, as a Service for its pods needs. */
export function hasPorts(template: PodTemplate | undefined): boolean {
  const { containers } = (template?.spec ?? {}) as Readonly<{
    containers?: readonly Readonly<{ ports?: unknown[] }>[];
  }>;
  return (containers ?? []).some(({ ports }) => (ports ?? []).length > 0);
}

function validateNumbers(spec: Experiment['spec']): readonly Problem[] {
  return (['progressDeadlineSeconds', 'scaleDownDelaySeconds'] as const).flatMap((key) => {
    const value = spec[key];
    return value === undefined || value >= 0 ? [] : [invalid(`spec.${key}`, 'NotNegative', value, 'must be 0 or more')];
  });
}

function validateTemplate(template: Template, path: string, deadline: number): readonly Problem[] {
  const problems: Problem[] = [];
  const { selector, minReadySeconds = 0, replicas = 1 } = template;
  if (replicas < 0) problems.push(invalid(`${path}.replicas`, 'NotNegative', replicas, 'must be 0 or more'));
  if (minReadySeconds < 0) {
    problems.push(invalid(`${path}.minReadySeconds`, 'NotNegative', minReadySeconds, 'must be 0 or more'));
  } else if (minReadySeconds > deadline) {
    const why = `must not be more than progressDeadlineSeconds (${deadline}), or no pod could be available in time`;
    problems.push(invalid(`${path}.minReadySeconds`, 'DeadlineAfterReady', minReadySeconds, why));
  }
  const labels = template.template?.metadata?.labels ?? {};
  if (selector === undefined) {
    problems.push(
      required(`${path}.selector`, 'SelectorRequired', 'say by labels which pods are those of the template'),
    );
  } else if (isEmptySelector(selector)) {
    const why = 'would select every pod; name at least one label';
    problems.push(invalid(`${path}.selector`, 'SelectorNotEmpty', selector, why));
  } else if (!matchesSelector(selector, labels)) {
    const why = 'does not match the selector beside it; give the pods the labels that it asks for';
    problems.push(invalid(`${path}.template.metadata.labels`, 'SelectorMatches', labels, why));
  }
  if (template.service !== undefined && !hasPorts(template.template)) {
    const why = 'a Service needs a port; declare one in a container of the template, or remove it';
    problems.push(invalid(`${path}.service`, 'ServiceNeedsPorts', template.service, why));
  }
  return problems;
}
