import { parseGoDuration } from '../units/duration.ts';
import type { AnalysisArgument, AnalysisRunSpec, AnalysisTemplateSpec, RolloutAnalysis } from './analysis.ts';
import { readFieldPath } from './field-path.ts';
import type { Metric } from './metric.ts';
import type { Problem } from './problem.ts';
import { invalid, required } from './problem.ts';
import type { Rollout } from './rollout.ts';

/** Every refusal of an analysis block of a Rollout that the Rollout alone tells. */
export function validateRolloutAnalysis(analysis: RolloutAnalysis, rollout: Rollout, path: string): readonly Problem[] {
  const templates = analysis.templates ?? [];
  const problems: Problem[] = [];
  if (templates.length === 0) {
    problems.push(required(`${path}.templates`, 'TemplateRequired', 'name at least one AnalysisTemplate'));
  }
  for (const [index, { templateName }] of templates.entries()) {
    if (templateName === undefined || templateName === '') {
      problems.push(required(`${path}.templates[${index}].templateName`, 'TemplateName', 'name the template'));
    }
  }
  return [...problems, ...validateRolloutArguments(analysis.args ?? [], rollout, `${path}.args`)];
}

/** Refuses arguments with more than one source, and field references to metadata that the Rollout does not have. */
export function validateRolloutArguments(
  args: readonly AnalysisArgument[],
  rollout: Rollout,
  path: string,
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [index, { value, valueFrom }] of args.entries()) {
    const place = `${path}[${index}]`;
    const { fieldRef, podTemplateHashValue } = valueFrom ?? {};
    const sources = [value, fieldRef, podTemplateHashValue].filter((source) => source !== undefined).length;
    if (sources > 1) {
      problems.push(
        invalid(place, 'OneArgumentSource', { value, valueFrom }, 'must hold exactly one of value and valueFrom'),
      );
    } else if (fieldRef?.fieldPath.startsWith('metadata.') === true) {
      // Other paths may lead into status, which fills only as the update goes on.
      const found = readFieldPath(rollout, fieldRef.fieldPath);
      if (!found.ok) {
        problems.push(
          invalid(`${place}.valueFrom.fieldRef.fieldPath`, 'FieldExists', fieldRef.fieldPath, `${found.why}; add it`),
        );
      }
    }
  }
  return problems;
}

/**
 * Every refusal of the metrics of a template or run (rollout-semantics 1.8). A limit that holds an argument is judged
 * once the argument is resolved: pass the resolved spec again.
 */
export function validateMetrics(spec: AnalysisTemplateSpec | AnalysisRunSpec): readonly Problem[] {
  const metrics = spec.metrics ?? [];
  const nested = 'templates' in spec && (spec.templates ?? []).length > 0;
  if (metrics.length === 0 && !nested) {
    return [required('spec.metrics', 'MetricRequired', 'give at least one metric')];
  }
  const problems: Problem[] = [];
  for (const [index, metric] of metrics.entries()) {
    const path = `spec.metrics[${index}]`;
    if (metrics.findIndex(({ name }) => name === metric.name) < index) {
      problems.push(
        invalid(`${path}.name`, 'UniqueName', metric.name, 'is the name of another metric too; rename one'),
      );
    }
    problems.push(...validateTimes(metric, path), ...validateLimits(metric, path), ...validateProvider(metric, path));
  }
  return problems;
}

const holdsArgument = (value: string): boolean => value.includes('{{');

function validateTimes(metric: Metric, path: string): readonly Problem[] {
  const problems: Problem[] = [];
  for (const key of ['interval', 'initialDelay'] as const) {
    const value = metric[key];
    if (value === undefined || value === '' || holdsArgument(value)) continue;
    const length = parseGoDuration(value);
    if (length === undefined || length < 0) {
      problems.push(invalid(`${path}.${key}`, 'Duration', value, 'must be a Go duration such as 30s or 5m'));
    }
  }
  const count = readLimit(metric.count);
  if (typeof count === 'number' && count > 1 && (metric.interval ?? '') === '') {
    problems.push(
      required(`${path}.interval`, 'IntervalRequired', `count is ${count}; say how long to wait in between`),
    );
  }
  return problems;
}

/** A limit as a number; undefined when absent, 'Unresolved' with an argument, 'Unreadable' otherwise. */
function readLimit(value: number | string | undefined): number | undefined | 'Unresolved' | 'Unreadable' {
  if (value === undefined || typeof value === 'number') return value;
  if (holdsArgument(value)) return 'Unresolved';
  return /^[+-]?\d+$/.test(value.trim()) ? Number(value) : 'Unreadable';
}

const LIMITS = [
  'count',
  'failureLimit',
  'inconclusiveLimit',
  'consecutiveErrorLimit',
  'consecutiveSuccessLimit',
] as const;

function validateLimits(metric: Metric, path: string): readonly Problem[] {
  const problems: Problem[] = [];
  const read: Partial<Record<(typeof LIMITS)[number], number>> = {};
  let unresolved = false;
  for (const key of LIMITS) {
    const limit = readLimit(metric[key]);
    if (limit === 'Unresolved') unresolved = true;
    else if (limit === 'Unreadable') {
      problems.push(invalid(`${path}.${key}`, 'WholeNumber', metric[key], 'must be a whole number'));
    } else if (limit !== undefined) {
      const least = key === 'failureLimit' ? -1 : 0;
      if (limit < least) problems.push(invalid(`${path}.${key}`, 'LimitTooLow', limit, `must be ${least} or more`));
      else read[key] = limit;
    }
  }
  if (problems.length > 0 || unresolved) return problems;
  const { count = 0, failureLimit = 0, inconclusiveLimit = 0, consecutiveSuccessLimit = 0 } = read;
  if (failureLimit === -1 && consecutiveSuccessLimit === 0) {
    problems.push(
      invalid(
        `${path}.failureLimit`,
        'EndlessFailure',
        -1,
        'needs a consecutiveSuccessLimit, or the metric could never fail',
      ),
    );
  }
  const needed = Math.max(failureLimit, 0) + consecutiveSuccessLimit;
  if (count > 0 && count < needed) {
    problems.push(
      invalid(
        `${path}.count`,
        'CountReachesLimits',
        count,
        `must be at least failureLimit + consecutiveSuccessLimit (${needed})`,
      ),
    );
  }
  if (count > 0 && count < inconclusiveLimit) {
    problems.push(
      invalid(
        `${path}.count`,
        'CountReachesLimits',
        count,
        `must be at least inconclusiveLimit (${inconclusiveLimit})`,
      ),
    );
  }
  return problems;
}

function validateProvider({ provider }: Metric, path: string): readonly Problem[] {
  const given = Object.keys(provider ?? {});
  if (given.length === 1) return [];
  return given.length === 0
    ? [required(`${path}.provider`, 'OneProvider', 'say where the value comes from')]
    : [
        invalid(
          `${path}.provider`,
          'OneProvider',
          given.join(', '),
          'must hold exactly one provider; split the metric',
        ),
      ];
}
