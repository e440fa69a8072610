import type { Argument, RolloutAnalysis } from '../../api/analysis.ts';
import type { Metric } from '../../api/metric.ts';
import type { ApiGroup } from '../../api/names.ts';
import { API_VERSION } from '../../api/names.ts';
import type { Problem } from '../../api/problem.ts';
import { invalid, required } from '../../api/problem.ts';
import { sameJson } from '../../units/canonical-json.ts';
import type { Manifest } from '../action.ts';
import { argumentsIn } from '../../api/arguments.ts';
import { readJudgeSettings } from './judge/read-settings.ts';
import { metricProblems } from './metric-problems.ts';
import type { FoundTemplate } from './templates.ts';
import { gatherTemplates } from './templates.ts';

/** An argument as its user gives it; undefined when what it refers to is not there. */
export type GivenArgument = Readonly<{ name: string; value: string | undefined; path: string }>;

/** What a run is made from. */
export type RunInput = Readonly<{
  group: ApiGroup;
  name: string;
  namespace: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  ownerReference: Readonly<Record<string, unknown>>;
  analysis: RolloutAnalysis;
  templates: readonly FoundTemplate[];
  args: readonly GivenArgument[];
  /** Every metric must come to an end by itself: steps and promotions wait for it. */
  mustBeFinite: boolean;
  /** Where the analysis stands in the spec, for messages. */
  path: string;
  /** What `canary` metrics compare; undefined where there are no two versions to be compared. */
  versions?: ComparedVersions | undefined;
}>;

/** The two versions of a rollout, and among how many of its analyses the share of false aborts is divided. */
export type ComparedVersions = Readonly<{ canaryHash: string; stableHash: string; analyses: number }>;

/**
 * Freezes all that an analysis names into one AnalysisRun: metrics, arguments, dry-run and retention rules of all
 * templates. Answers the manifest, or every problem with its path. Source: rollout-semantics 1.8.
 */
export function buildAnalysisRun(
  input: RunInput,
): Readonly<{ ok: true; manifest: Manifest }> | Readonly<{ ok: false; problems: readonly Problem[] }> {
  const { analysis, path } = input;
  const { specs, problems: missing } = gatherTemplates(analysis, input.templates, path);
  const problems: Problem[] = [...missing];
  const metrics = specs.flatMap((spec) => spec.metrics ?? []);
  const args = mergeArguments(
    specs.flatMap((spec) => spec.args ?? []),
    input.args,
    path,
    problems,
  );
  const dryRun = [...specs.flatMap((spec) => spec.dryRun ?? []), ...(analysis.dryRun ?? [])];
  const measurementRetention = [
    ...specs.flatMap((spec) => spec.measurementRetention ?? []),
    ...(analysis.measurementRetention ?? []),
  ];
  if (missing.length === 0) problems.push(...metricsProblems(metrics, args, input));
  if (problems.length > 0) return { ok: false, problems };
  return {
    ok: true,
    manifest: {
      apiVersion: `${input.group}/${API_VERSION}`,
      kind: 'AnalysisRun',
      metadata: {
        name: input.name,
        namespace: input.namespace,
        labels: { ...analysis.analysisRunMetadata?.labels, ...input.labels },
        annotations: { ...analysis.analysisRunMetadata?.annotations, ...input.annotations },
        ownerReferences: [input.ownerReference],
      },
      spec: {
        metrics: comparing(metrics, input.versions),
        args,
        ...(dryRun.length === 0 ? {} : { dryRun }),
        ...(measurementRetention.length === 0 ? {} : { measurementRetention }),
      },
    },
  };
}

/**
 * Metrics with the hashes that they compare. `alpha` holds for a whole rollout: each of its analyses, and each metric
 * in one, gets an equal share of it. Source: canary-statistics 1 and 3.2.
 */
function comparing(metrics: readonly Metric[], versions: ComparedVersions | undefined): readonly Metric[] {
  if (versions === undefined) return metrics;
  const judged = metrics.filter(({ canary }) => canary !== undefined).length;
  return metrics.map((metric) => {
    const { canary } = metric;
    const read = canary === undefined ? undefined : readJudgeSettings(canary, false);
    if (canary === undefined || read?.ok !== true) return metric;
    const share = (100 * read.settings.alpha) / (Math.max(1, versions.analyses) * judged);
    const revision = { ...canary.revision, canaryHash: versions.canaryHash, stableHash: versions.stableHash };
    return { ...metric, canary: { ...canary, alpha: `${share.toFixed(6)}%`, revision } };
  });
}

/** The declared arguments with the values that the user gives in place of the templates' own. */
function mergeArguments(
  declared: readonly Argument[],
  given: readonly GivenArgument[],
  path: string,
  problems: Problem[],
): readonly Argument[] {
  const merged = new Map<string, Argument>();
  for (const argument of declared) {
    const before = merged.get(argument.name);
    const differs = before !== undefined && !sameJson(before, argument) && valued(before) && valued(argument);
    const overridden = given.some(({ name }) => name === argument.name);
    if (differs && !overridden) {
      const why = `two templates give args.${argument.name} different values; give it one in ${path}.args`;
      problems.push(invalid(`${path}.args`, 'ArgumentConflict', argument.name, why));
    }
    if (before === undefined || !valued(before)) merged.set(argument.name, argument);
  }
  for (const { name, value, path: at } of given) {
    if (!merged.has(name)) continue;
    if (value === undefined)
      problems.push(
        required(at, 'ArgumentUnresolved', `args.${name} was not resolved; what it refers to is not there`),
      );
    else merged.set(name, { name, value });
  }
  return [...merged.values()];
}

function valued(argument: Argument): boolean {
  return argument.value !== undefined || argument.valueFrom !== undefined;
}

function metricsProblems(metrics: readonly Metric[], args: readonly Argument[], input: RunInput): readonly Problem[] {
  const { path } = input;
  const problems: Problem[] = [];
  const names = metrics.map(({ name }) => name);
  if (metrics.length === 0)
    problems.push(invalid(`${path}.templates`, 'NoMetrics', [], 'the templates have no metric'));
  for (const twice of new Set(names.filter((name, index) => names.indexOf(name) !== index))) {
    problems.push(invalid(`${path}.templates`, 'MetricTwice', twice, 'two metrics have this name; rename one'));
  }
  const known = new Map(args.map((argument) => [argument.name, argument]));
  for (const name of new Set(argumentsIn(metrics))) {
    const argument = known.get(name);
    if (argument === undefined || !valued(argument)) {
      const why = `args.${name} was not resolved; give it a value here or in the template`;
      problems.push(required(`${path}.args`, 'ArgumentUnresolved', why));
    } else if (argument.valueFrom?.fieldRef !== undefined) {
      const why = `args.${name} comes from a fieldRef, which only a Rollout can give; give it a value`;
      problems.push(invalid(`${path}.args`, 'NotYetSupported', name, why));
    }
  }
  // What a Secret holds is known when it is measured: until then it is taken for a word that may stand anywhere.
  const values = new Map(
    args.map(({ name, value, valueFrom }) => [name, valueFrom?.secretKeyRef === undefined ? value : 'secret']),
  );
  for (const metric of metrics) problems.push(...metricProblems(metric, values, input.mustBeFinite, path));
  return problems;
}
