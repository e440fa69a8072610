import type { Values } from '../../api/arguments.ts';
import { substituteQuery } from '../../api/arguments.ts';
import type { CanaryMetric } from '../../api/canary-metric.ts';
import { NOT_BESIDE_CANARY } from '../../api/canary-metric.ts';
import type { Metric } from '../../api/metric.ts';
import type { Problem } from '../../api/problem.ts';
import { invalid } from '../../api/problem.ts';
import { narrowSelector } from '../../api/selector.ts';
import { parseGoDuration } from '../../units/duration.ts';
import { readJudgeSettings } from './judge/read-settings.ts';

/** Everything that is wrong with a `canary` metric. `at` is the metric's place, for messages. */
export function canaryProblems(metric: Metric, canary: CanaryMetric, values: Values, at: string): readonly Problem[] {
  const problems: Problem[] = [];
  if (metric.provider !== undefined) {
    const why = 'must hold exactly one of provider and canary; remove one';
    problems.push(invalid(`${at}.provider`, 'OneSource', Object.keys(metric.provider), why));
  }
  for (const field of NOT_BESIDE_CANARY) {
    if (metric[field] === undefined) continue;
    const why = 'has no meaning beside canary, whose evidence has its own bounds; remove it';
    problems.push(invalid(`${at}.${field}`, 'NotBesideCanary', metric[field], why));
  }
  for (const field of ['interval', 'initialDelay'] as const) {
    const length = parseGoDuration(metric[field] ?? '1s');
    if (length === undefined || length < (field === 'interval' ? 1000 : 0)) {
      const why = `must be a Go duration such as 15s${field === 'interval' ? ', at least 1s' : ''}`;
      problems.push(invalid(`${at}.${field}`, 'BadLimit', metric[field], why));
    }
  }
  const settings = readJudgeSettings(canary, false);
  if (!settings.ok)
    problems.push(invalid(`${at}.canary.${settings.field}`, 'BadSetting', settings.value, settings.why));
  if (canary.errors === undefined && canary.latency === undefined) {
    problems.push(invalid(`${at}.canary`, 'NothingCompared', 'neither', 'give errors, latency or both'));
  }
  return [...problems, ...selectorProblems(canary, values, `${at}.canary`)];
}

function selectorProblems(canary: CanaryMetric, values: Values, at: string): readonly Problem[] {
  const { errors, latency, revision } = canary;
  const problems: Problem[] = [];
  const selectors = [
    ['errors.total', errors?.total],
    ['errors.failed', errors?.failed],
    ['latency.buckets', latency?.buckets],
  ] as const;
  const check = (field: string, text: string, read: (query: string) => string | undefined, like: string): void => {
    const asked = substituteQuery(text, values);
    if (!asked.ok) {
      const why = `args.${asked.argument} ${asked.why}`;
      problems.push(invalid(`${at}.${field}`, 'UnsafeArgument', `{{args.${asked.argument}}}`, why));
    } else if (read(asked.query) === undefined) {
      const why = `must be ${like}; functions, ranges and offsets cannot be counted exactly`;
      problems.push(invalid(`${at}.${field}`, 'PlainSelector', text, why));
    }
  };
  for (const [field, text] of selectors) {
    if (text === undefined) continue;
    check(
      field,
      text,
      (query) => narrowSelector(query, ''),
      'a name with matchers, such as http_requests_total{job="web"}',
    );
  }
  for (const arm of ['canary', 'stable'] as const) {
    const text = revision?.[arm];
    if (text === undefined) continue;
    check(
      `revision.${arm}`,
      text,
      (matchers) => narrowSelector('any', matchers),
      'matchers such as service="web-canary"',
    );
  }
  if ((revision?.canary === undefined) !== (revision?.stable === undefined)) {
    const missing = revision?.canary === undefined ? 'canary' : 'stable';
    const why = `is needed as well: matchers tell the versions apart only if both have some`;
    problems.push(invalid(`${at}.revision.${missing}`, 'BothMatchers', 'absent', why));
  }
  return problems;
}
