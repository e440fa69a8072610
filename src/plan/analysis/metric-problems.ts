import type { Metric } from '../../api/metric.ts';
import type { Problem } from '../../api/problem.ts';
import { invalid } from '../../api/problem.ts';
import type { Values } from '../../api/arguments.ts';
import { substitute, substituteQuery } from '../../api/arguments.ts';
import { canaryProblems } from './canary-problems.ts';
import { parseExpression } from './expression/parse.ts';
import { readLimits } from './limits.ts';

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

function providerProblems(metric: Metric, values: Values, at: string): readonly Problem[] {
  const provider = metric.provider ?? {};
  const named = Object.keys(provider);
  const { prometheus } = provider;
  if (named.length !== 1) {
    return [invalid(`${at}.provider`, 'OneProvider', named, 'must name exactly one provider')];
  }
  if (prometheus === undefined) {
    return [invalid(`${at}.provider.${named[0]}`, 'NotYetSupported', named[0], 'only prometheus is served so far')];
  }
  for (const field of ['rangeQuery', 'insecure'] as const) {
    if (prometheus[field] !== undefined && prometheus[field] !== false) {
      return [invalid(`${at}.provider.prometheus.${field}`, 'NotYetSupported', field, 'is not served yet; remove it')];
    }
  }
  if (prometheus.authentication?.sigv4 !== undefined || prometheus.authentication?.oauth2 !== undefined) {
    const field = `${at}.provider.prometheus.authentication`;
    return [
      invalid(field, 'NotYetSupported', Object.keys(prometheus.authentication), 'only basicAuth is served so far'),
    ];
  }
  if (prometheus.query === undefined || prometheus.query.trim() === '') {
    return [invalid(`${at}.provider.prometheus.query`, 'QueryMissing', '', 'write the PromQL query')];
  }
  const query = substituteQuery(prometheus.query, values);
  if (query.ok) return [];
  const field = `${at}.provider.prometheus.query`;
  return [invalid(field, 'UnsafeArgument', `{{args.${query.argument}}}`, `args.${query.argument} ${query.why}`)];
}
