import { expect, test } from 'vitest';
import type { Metric } from '../../src/api/metric.ts';
import { validateMetrics } from '../../src/api/validate-analysis.ts';

const metric = (fields: Partial<Metric>): Metric => ({
  name: 'errors',
  provider: { prometheus: { query: 'up' } },
  ...fields,
});

const REFUSED: readonly (readonly [string, Partial<Metric>, string, string])[] = [
  ['an interval must be readable', { interval: 'often' }, 'interval', 'Duration'],
  ['a delay must not be negative', { initialDelay: '-5s' }, 'initialDelay', 'Duration'],
  ['several measurements need an interval', { count: 2 }, 'interval', 'IntervalRequired'],
  ['a limit is a whole number', { failureLimit: '1.5' }, 'failureLimit', 'WholeNumber'],
  ['failureLimit is -1 or more', { failureLimit: -2 }, 'failureLimit', 'LimitTooLow'],
  ['inconclusiveLimit is 0 or more', { inconclusiveLimit: -1 }, 'inconclusiveLimit', 'LimitTooLow'],
  ['consecutiveErrorLimit is 0 or more', { consecutiveErrorLimit: '-1' }, 'consecutiveErrorLimit', 'LimitTooLow'],
  ['a metric must be able to end', { failureLimit: -1 }, 'failureLimit', 'EndlessFailure'],
  [
    'the count must be able to break the limits',
    { count: 3, interval: '1s', failureLimit: 2, consecutiveSuccessLimit: 2 },
    'count',
    'CountReachesLimits',
  ],
  [
    'the count must be able to break the inconclusive limit',
    { count: 1, inconclusiveLimit: 2 },
    'count',
    'CountReachesLimits',
  ],
  ['a metric has a provider', { provider: {} }, 'provider', 'OneProvider'],
  [
    'a metric has one provider',
    { provider: { prometheus: { query: 'up' }, graphite: { query: 'up' } } },
    'provider',
    'OneProvider',
  ],
];

test.each(REFUSED)('%s', (_, fields, key, rule) => {
  const problems = validateMetrics({ metrics: [metric(fields)] });
  expect(problems.map((problem) => [problem.path, problem.rule])).toEqual([[`spec.metrics[0].${key}`, rule]]);
});

test('metric names are unique, and there is at least one metric', () => {
  expect(validateMetrics({ metrics: [metric({}), metric({})] }).map(({ path }) => path)).toEqual([
    'spec.metrics[1].name',
  ]);
  expect(validateMetrics({ metrics: [] }).map(({ rule }) => rule)).toEqual(['MetricRequired']);
  expect(validateMetrics({ templates: [{ templateName: 'other' }] })).toEqual([]);
});

test('limits that hold arguments are judged once they are resolved', () => {
  const open = metric({ count: '{{args.count}}', failureLimit: '{{ args.limit }}', interval: '{{args.interval}}' });
  expect(validateMetrics({ metrics: [open] })).toEqual([]);
});

test('a count of 0 is as if absent, and a switched off limit does not ask for measurements', () => {
  expect(validateMetrics({ metrics: [metric({ count: 0, failureLimit: 3 })] })).toEqual([]);
  const off = metric({ count: 2, interval: '1s', failureLimit: -1, consecutiveSuccessLimit: 2 });
  expect(validateMetrics({ metrics: [off] })).toEqual([]);
});
