import type { AnalysisRun, AnalysisTemplate } from '../../api/analysis.ts';
import type { Experiment } from '../../api/experiment.ts';
import type { Problem } from '../../api/problem.ts';
import type { ApiKind } from '../../api/unsupported.ts';
import { unsupportedFields } from '../../api/unsupported.ts';
import { validateExperiment } from '../../api/validate-experiment.ts';
import { metricProblems } from '../../plan/analysis/metric-problems.ts';
import type { Verdict } from './verdict.ts';

const ENDED: ReadonlySet<string | undefined> = new Set(['Successful', 'Failed', 'Error', 'Inconclusive']);

/** A template is adopted unless it asks for what is not served. */
export function judgeTemplate({ spec }: AnalysisTemplate): Verdict {
  return verdictOf(unsupported('AnalysisTemplate', spec));
}

/** A run that has ended is left alone; one that goes on is measured further, if all that it asks for is served. */
export function judgeRun({ spec, status }: AnalysisRun): Verdict {
  if (ENDED.has(status?.phase)) return { kind: 'Adopted' };
  const values = new Map((spec.args ?? []).map(({ name, value }) => [name, value]));
  const problems = (spec.metrics ?? []).flatMap((metric) => metricProblems(metric, values, false, 'spec.metrics'));
  return verdictOf([...unsupported('AnalysisRun', spec), ...problems]);
}

/** An experiment that has ended is left alone. */
export function judgeExperiment(experiment: Experiment): Verdict {
  if (ENDED.has(experiment.status?.phase)) return { kind: 'Adopted' };
  return verdictOf([...unsupported('Experiment', experiment.spec), ...validateExperiment(experiment)]);
}

const unsupported = (kind: ApiKind, spec: unknown): readonly Problem[] => unsupportedFields(kind, spec);

function verdictOf(problems: readonly Problem[]): Verdict {
  if (problems.length === 0) return { kind: 'Adopted' };
  return { kind: 'Refused', why: problems.map(({ path, message }) => `${path}: ${message}`) };
}
