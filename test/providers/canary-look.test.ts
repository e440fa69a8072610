import { describe, expect, test } from 'vitest';
import type { CanaryMetric } from '../../src/api/canary-metric.ts';
import { narrowSelector } from '../../src/api/selector.ts';
import { countBuckets, countErrors } from '../../src/providers/arm-counts.ts';
import type { LookSpan } from '../../src/providers/canary-look.ts';
import { readLook, requestLook } from '../../src/providers/canary-look.ts';
import type { CounterSeries } from '../../src/providers/counter-series.ts';
import { increment } from '../../src/providers/counter-series.ts';
import type { MetricResponse } from '../../src/providers/provider.ts';

const SETTINGS = { prometheusAddress: 'http://prometheus.monitoring:9090' };
const SPAN: LookSpan = { from: 600_000, to: 615_000, before: 0, warmup: 30_000 };
const METRIC: CanaryMetric = {
  errors: { total: 'http_requests_total{job="web"}', failed: 'http_requests_total{job="web",code=~"5.."}' },
  revision: { canaryHash: 'c1', stableHash: 's1' },
};

/** A series with a sample every 5 s up to 615 s; `values` are the newest ones. */
function series(labels: Record<string, string>, ...values: number[]): CounterSeries {
  const first = 615 - 5 * (values.length - 1);
  return { labels, samples: values.map((value, index) => [(first + 5 * index) * 1000, value] as const) };
}

describe('plain selectors take the matchers of a version', () => {
  test.each([
    ['up', 'a="b"', 'up{a="b"}'],
    ['up{}', 'a="b"', 'up{a="b"}'],
    ['up{x=~"5..", y!="}"}', 'a="b",c!~"d"', 'up{x=~"5..",y!="}",a="b",c!~"d"}'],
    ['{__name__="up"}', 'a="b"', '{__name__="up",a="b"}'],
    ['rate(up[5m])', 'a="b"', undefined],
    ['up offset 5m', 'a="b"', undefined],
    ['up[5m]', 'a="b"', undefined],
    ['up{a="b"} or vector(1)', 'a="b"', undefined],
    ['up{a="b"', 'a="b"', undefined],
    ['up', 'a="b"} or vector(1', undefined],
    ['', 'a="b"', undefined],
  ])('%s with %s', (selector, more, expected) => {
    expect(narrowSelector(selector, more)).toBe(expected);
  });
});

describe('increments between stored samples', () => {
  test.each([
    ['grow by their steps', [10, 12, 15, 20], true, 10],
    ['after a reset count the new value', [10, 12, 3, 5], true, 7],
    ['begin at 0 for a counter that a known target makes', [4, 6], true, 6],
    ['begin at the first sample for a target that was not there', [4, 6], false, 2],
    ['are 0 without a sample', [], true, 0],
  ])('%s', (_name, values, there, expected) => {
    expect(increment(series({}, ...values), 600_000, 615_000, there)).toBe(expected);
  });
});

describe('counts of a version', () => {
  const old = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
  const span = { since: 480_000, from: 600_000, to: 615_000 };
  test('requests and errors come target by target, summed over their series', () => {
    const total = [
      series({ instance: 'a', code: '200' }, ...old, 0, 40, 90),
      series({ instance: 'a', code: '500' }, 0, 10),
      series({ instance: 'b', code: '200' }, ...old, 5, 5, 25),
    ];
    const failed = [series({ instance: 'a', code: '500' }, 0, 10)];
    expect(countErrors(total, failed, span, 30_000)).toEqual({
      targets: [
        { requests: 100, errors: 10 },
        { requests: 25, errors: 0 },
      ],
      dropped: 0,
    });
  });
  test('counters of different scrapes are left out', () => {
    const total = [series({ instance: 'a' }, ...old, 0, 40, 90)];
    const late = series({ instance: 'a' }, ...old, 0, 10);
    const failed = [{ ...late, samples: late.samples.map(([at, value]) => [at - 5000, value] as const) }];
    expect(countErrors(total, failed, span, 30_000)).toEqual({ targets: [], dropped: 1 });
  });
  test('more errors than requests are left out', () => {
    const all = [series({ instance: 'a' }, ...old, 0, 1, 2)];
    expect(countErrors(all, [series({ instance: 'a' }, ...old, 0, 5, 9)], span, 30_000).dropped).toBe(1);
  });
  test('the warm-up of a new target is set aside', () => {
    // First seen at 590 s: nothing counts before 620 s.
    expect(countErrors([series({ instance: 'new' }, 0, 50, 90, 95, 99, 120)], [], span, 30_000).targets).toEqual([]);
  });
  test('buckets are taken apart and kept to the bounds that all targets have', () => {
    const bucket = (instance: string, le: string, ...values: number[]) => series({ instance, le }, ...old, ...values);
    const counts = countBuckets(
      [
        bucket('a', '0.1', 0, 5),
        bucket('a', '0.5', 0, 8),
        bucket('a', '+Inf', 0, 10),
        bucket('b', '0.1', 0, 1),
        bucket('b', '+Inf', 0, 4),
      ],
      span,
      0,
    );
    expect(counts).toEqual({ bounds: [0.1], counts: [6, 8], dropped: 0 });
  });
});

test('each counter is asked for both versions, raw and over a little more than the span', () => {
  const requests = requestLook(METRIC, SPAN, new Map(), SETTINGS);
  if ('kind' in requests) throw new Error(requests.message);
  const queries = requests.map(({ body }) => new URLSearchParams(body).get('query'));
  expect(queries).toEqual([
    'http_requests_total{job="web",rollouts_pod_template_hash="c1"}[135s]',
    'http_requests_total{job="web",rollouts_pod_template_hash="s1"}[135s]',
    'http_requests_total{job="web",code=~"5..",rollouts_pod_template_hash="c1"}[135s]',
    'http_requests_total{job="web",code=~"5..",rollouts_pod_template_hash="s1"}[135s]',
  ]);
  expect(new URLSearchParams(requests[0]?.body).get('time')).toBe('615.000');
});

describe('what a look answers', () => {
  const matrix = (...rows: { metric: Record<string, string>; values: [number, string][] }[]): MetricResponse => ({
    kind: 'Answer',
    status: 200,
    body: JSON.stringify({ status: 'success', data: { resultType: 'matrix', result: rows } }),
  });
  const row = (metric: Record<string, string>, ...values: number[]) => ({
    metric,
    values: series(metric, ...values).samples.map(([at, value]): [number, string] => [at / 1000, String(value)]),
  });
  const old = new Array<number>(25).fill(0);

  test('increments of both versions', () => {
    const look = readLook(METRIC, SPAN, [
      matrix(row({ instance: 'c' }, ...old, 100)),
      matrix(row({ instance: 's' }, ...old, 1900)),
      matrix(row({ instance: 'c' }, 3)),
      matrix(),
    ]);
    expect(look).toEqual({
      from: 600_000,
      to: 615_000,
      errors: {
        canary: { targets: [{ requests: 100, errors: 3 }], dropped: 0 },
        stable: { targets: [{ requests: 1900, errors: 0 }], dropped: 0 },
      },
    });
  });

  test.each([
    [
      'the same series in both versions',
      [matrix(row({ a: 'x' }, 1)), matrix(row({ a: 'x' }, 1)), matrix(), matrix()],
      /in common/,
    ],
    [
      'an answer that is no matrix',
      [{ kind: 'Answer', status: 200, body: '{"status":"success","data":{"resultType":"vector","result":[]}}' }],
      /raw samples/,
    ],
    ['a negative sample', [matrix(row({ a: 'x' }, -1)), matrix(), matrix(), matrix()], /0 or more/],
    ['an error of Prometheus', [{ kind: 'Answer', status: 503, body: '' }], /status 503/],
    ['no answer', [{ kind: 'Nothing', message: 'the time limit passed' }], /time limit/],
    ['a question without an answer', [matrix()], /not every question/],
  ] as const)('no evidence: %s', (_name, responses, message) => {
    const look = readLook(METRIC, SPAN, responses);
    expect(look).toEqual({ kind: 'NoEvidence', message: expect.stringMatching(message) as string });
  });
});
