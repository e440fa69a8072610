import type { Metric } from '../../api/metric.ts';
import type { Problem } from '../../api/problem.ts';
import { invalid } from '../../api/problem.ts';
import type { Values } from '../../api/arguments.ts';
import { substitute } from '../../api/arguments.ts';
import { canaryProblems } from './canary-problems.ts';
import { parseExpression } from './expression/parse.ts';
import { readLimits } from './limits.ts';
import { providerProblems } from './provider-problems.ts';

/** Everything that is wrong with one metric of an analysis, told before it is measured for the first time. */
export function metricProblems(
  metric: Metric,
  values: Values,
  mustBeFinite: boolean,
  path: string,
): readonly Problem[] {
  const at = `${path}: metric "${metric.name}"`;
  let resolved: Metric;
  try {
    // The query is put together on its own, where an argument's place in it matters.
    const { provider: _provider, canary: _canary, ...plain } = metric;
    resolved = substitute(plain, values);
  } catch {
    return [];
  }
  if (metric.canary !== undefined) return canaryProblems(metric, metric.canary, values, at);
  const limits = readLimits(resolved);
  const problems: Problem[] = limits.ok ? [] : [invalid(`${at}.${limits.field}`, 'BadLimit', limits.value, limits.why)];
  for (const field of ['successCondition', 'failureCondition'] as const) {
    const problem = conditionProblem(resolved[field]);
    if (problem === undefined) continue;
    const why = `${problem}; write a condition such as result[0] <= 0.05`;
    problems.push(invalid(`${at}.${field}`, 'BadCondition', resolved[field], why));
  }
  if (limits.ok) {
    const { count, interval } = limits.value;
    if (count === undefined && interval !== undefined && mustBeFinite) {
      problems.push(
        invalid(`${at}.count`, 'Endless', 'absent', 'with an interval it never ends here; give it a count'),
      );
    }
  }
  return [...problems, ...providerProblems(metric, values, at)];
}

function conditionProblem(text: string | undefined): string | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  try {
    parseExpression(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : 'cannot be read';
  }
}
