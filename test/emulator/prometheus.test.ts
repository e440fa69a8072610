import { describe, expect, test } from 'vitest';
import { ProxyFleet } from '../../src/emulator/proxy-fleet.ts';
import { targetsOf } from '../../src/emulator/pod-targets.ts';
import type { Lie } from '../../src/emulator/prometheus-lies.ts';
import { EmulatedPrometheus } from '../../src/emulator/prometheus.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import type { SmallCluster } from './proxies/small-cluster.ts';
import { BEGIN, after, smallCluster } from './proxies/small-cluster.ts';

type Rig = Readonly<{
  cluster: SmallCluster;
  fleet: ProxyFleet;
  prometheus: EmulatedPrometheus;
  run(until: number): void;
  ask(query: string, at?: number): unknown;
}>;

/** Ten minutes of 100 requests/s, 30 % to the canary, whose answers are errors by a tenth. */
function rig(): Rig {
  const cluster = smallCluster();
  for (const pod of ['b-1', 'b-2']) cluster.pod(pod, { application: { errorRate: 0.1, latency: milliseconds(40) } });
  cluster.route({ stable: 70, canary: 30 });
  const fleet = new ProxyFleet({ applicationOf: cluster.applicationOf });
  const prometheus = new EmulatedPrometheus({ pair: true });
  fleet.advance(cluster, BEGIN);
  fleet.advance(cluster, after(1));
  fleet.send({ name: 'shop', rate: 100, to: { kind: 'Host', host: 'shop' } });
  let now = 1;
  const run = (until: number): void => {
    for (; now < until; now += 1) {
      fleet.advance(cluster, after(now));
      prometheus.scrape(targetsOf(cluster, fleet), after(now));
    }
  };
  run(600);
  const ask = (query: string, at = now): unknown => {
    const parameters = new URLSearchParams({ query, time: String(after(at) / 1000) });
    const reply = prometheus.answer({ method: 'GET', path: '/api/v1/query', parameters }, after(at));
    if (reply.kind !== 'Answer') return reply.kind;
    const { status, data, warnings, errorType } = JSON.parse(reply.body) as Record<string, unknown>;
    if (status !== 'success') return errorType;
    const { result, resultType } = data as { result: unknown; resultType: string };
    if (warnings !== undefined) return { result, warnings };
    return resultType === 'vector' ? valuesOf(result) : result;
  };
  return { cluster, fleet, prometheus, run, ask };
}

/** The values of a vector, by its labels other than the name. */
function valuesOf(result: unknown): Record<string, number> {
  const samples = result as readonly { metric: Record<string, string>; value: [number, string] }[];
  return Object.fromEntries(
    samples.map(({ metric, value }) => [
      Object.entries(metric)
        .filter(([name]) => name !== '__name__')
        .map(([, text]) => text)
        .join(','),
      Number(value[1]),
    ]),
  );
}

describe('what is scraped', () => {
  const { cluster, fleet, prometheus, run, ask } = rig();

  test('the share of errors of a version is what its pods do', () => {
    const query = (version: string): string =>
      `(sum(rate(http_requests_total{version="${version}",code=~"5.."}[2m])) or vector(0)) / sum(rate(http_requests_total{version="${version}"}[2m]))`;
    expect(ask(query('v1'))).toEqual({ '': 0 });
    const { '': bad = 0 } = ask(query('v2')) as Record<string, number>;
    expect(bad).toBeGreaterThan(0.08);
    expect(bad).toBeLessThan(0.12);
  });

  test('pods are known by namespace, name, app and hash; proxies by their instance', () => {
    expect(ask('count by (namespace, app, rollouts_pod_template_hash) (http_requests_total{code="200"})')).toEqual({
      'shop,default,a': 2,
      'shop,default,b': 2,
    });
    expect(ask('up{job="envoy"}')).toEqual({ 'envoy-0:8002,envoy': 1, 'envoy-1:8002,envoy': 1 });
  });

  test('latencies lie in the buckets of the demo application', () => {
    const query = 'histogram_quantile(0.9, sum by (le, version) (rate(http_request_duration_seconds_bucket[2m])))';
    const { v1 = 0, v2 = 0 } = ask(query) as Record<string, number>;
    expect(v1).toBeLessThanOrEqual(0.001);
    expect(v2).toBeGreaterThan(0.025);
    expect(v2).toBeLessThanOrEqual(0.05);
    expect(ask('count(http_request_duration_seconds_bucket{pod="a-1"})')).toEqual({ '': 13 });
  });

  test('proxies count the requests of each Service as Envoy under Contour does', () => {
    const shares = ask('sum by (envoy_cluster_name) (rate(envoy_cluster_upstream_rq_total[5m]))') as Record<
      string,
      number
    >;
    expect(shares['default_canary_80']).toBeGreaterThan(28);
    expect(shares['default_canary_80']).toBeLessThan(32);
    const classes = ask('sum by (envoy_response_code_class) (increase(envoy_cluster_upstream_rq_xx[5m]))');
    expect(Object.keys(classes as object).toSorted()).toEqual(['2', '5']);
  });

  test('the series of a pod that is gone end with the next look, not five minutes later', () => {
    cluster.removePod('a-2');
    cluster.slice('stable', ['a-1']);
    run(605);
    expect(ask('count(http_requests_total{pod="a-2"}) or vector(0)')).toEqual({ '': 0 });
    expect(ask('count(up{pod="a-2"}) or vector(0)')).toEqual({ '': 0 });
    expect(ask('count(count_over_time(http_requests_total{pod="a-2"}[1m]))')).toEqual({ '': 2 });
  });

  test('a target that does not answer is up 0, and its series end', () => {
    cluster.pod('b-2', { application: { refusesFrom: after(605), goneFrom: after(605) } });
    run(640);
    expect(ask('up{pod="b-2"}')).toEqual({ 'shop,10.244.0.4:8080,pods,default,b-2,b': 0 });
    expect(ask('count(http_requests_total{pod="b-2"}) or vector(0)')).toEqual({ '': 0 });
  });

  test('what is older than the retention is forgotten', () => {
    const before = prometheus.series;
    cluster.removePod('b-2');
    fleet.advance(cluster, after(40_000));
    prometheus.scrape(targetsOf(cluster, fleet), after(40_000));
    expect(prometheus.series).toBeLessThan(before);
  });
});

describe('how it lies', () => {
  const { prometheus, ask } = rig();
  const ERRORS = 'sum by (version) (rate(http_requests_total{code="500"}[2m]))';
  const told = (lie: Lie, query = ERRORS): unknown => {
    prometheus.lie(lie);
    const answer = ask(query);
    prometheus.lie(undefined);
    return answer;
  };
  const truth = ask(ERRORS) as Record<string, number>;

  test('the truth first', () => {
    expect(truth['v1']).toBe(0);
    expect(truth['v2']).toBeGreaterThan(2);
  });

  test('F50, F51: down, slow, hanging', () => {
    expect(told({ kind: 'Down', how: 'Refused' })).toBe('Refused');
    expect(told({ kind: 'Hangs' })).toBe('Hangs');
    prometheus.lie({ kind: 'Down', how: 'Unavailable' });
    const request = { method: 'GET', path: '/api/v1/query', parameters: new URLSearchParams({ query: 'up' }) };
    expect(prometheus.answer(request, after(600))).toMatchObject({ status: 503 });
    prometheus.lie({ kind: 'Slow' });
    expect(prometheus.answer(request, after(600))).toMatchObject({ status: 200, after: seconds(30) });
    prometheus.lie(undefined);
  });

  test.each([
    ['F52 an empty vector', { kind: 'Empty' }, {}],
    ['F53 NaN', { kind: 'Values', value: Number.NaN }, { v1: Number.NaN, v2: Number.NaN }],
    ['F53 infinity', { kind: 'Values', value: Number.POSITIVE_INFINITY }, { v1: Number.NaN, v2: Number.NaN }],
    ['F57 nothing came for ten minutes', { kind: 'Old' }, {}],
    ['F63 a clock that is behind', { kind: 'ClockOff', by: milliseconds(-300_000) }, {}],
  ] as const)('%s', (_what, lie, expected) => {
    expect(told(lie)).toEqual(expected);
  });

  test('F54 a type that nobody asked for', () => {
    expect(told({ kind: 'Type', type: 'scalar' })).toEqual([after(600) / 1000, expect.any(String)]);
    expect(told({ kind: 'Type', type: 'matrix' })).toEqual([expect.objectContaining({ values: expect.any(Array) })]);
  });

  test('F55 and F62 more series than were asked for, and other values', () => {
    const answer = told({ kind: 'SeveralSeries', count: 3 }, 'sum(up)') as Record<string, number>;
    expect(answer).toEqual({ '0': 6, '1': 12, '2': 18 });
    expect(Object.keys(told({ kind: 'Huge', series: 10_000 }, 'sum(up)') as object)).toHaveLength(10_000);
  });

  test('F56 counters that begin anew, and rates that bear it', () => {
    prometheus.lie({ kind: 'Resets', every: seconds(120) });
    const [resets, rate] = ['resets(http_requests_total{pod="a-1",code="200"}[8m])', ERRORS].map((query) => ask(query));
    prometheus.lie(undefined);
    expect(Object.values(resets as object)[0]).toBeGreaterThanOrEqual(3);
    expect((rate as Record<string, number>)['v2']).toBeCloseTo(truth['v2'] ?? 0, 0);
  });

  test('F58 the canary’s query gets the stable series', () => {
    const query = 'sum(rate(http_requests_total{rollouts_pod_template_hash="b",code="500"}[2m]))';
    expect(told({ kind: 'WrongSeries', asked: 'hash="b"', given: 'hash="a"' }, query)).toEqual({ '': 0 });
  });

  test('F59 good and bad in turn, with each scrape interval', () => {
    prometheus.lie({ kind: 'InTurn', other: { kind: 'Empty' } });
    const answers = [0, 15, 30, 45].map((later) => Object.keys(ask(ERRORS, 540 + later) as object).length);
    prometheus.lie(undefined);
    expect(new Set(answers)).toEqual(new Set([0, 2]));
    expect(answers[0]).toBe(answers[2]);
    expect(answers[1]).toBe(answers[3]);
  });

  test('F60 a pair that scrapes at other moments answers in turn', () => {
    prometheus.lie({ kind: 'Pair' });
    const answers = [1, 2, 3, 4].map(() => JSON.stringify(ask('http_requests_total{pod="a-1",code="200"}')));
    prometheus.lie(undefined);
    expect(answers[0]).toBe(answers[2]);
    expect(answers[1]).toBe(answers[3]);
    expect(answers[0]).not.toBe(answers[1]);
  });

  test('F61 a part of the series, with a warning', () => {
    expect(told({ kind: 'Partial' })).toMatchObject({ warnings: [expect.stringContaining('partial')] });
  });

  test('F63 a clock that is ahead shows the world of five minutes ago', () => {
    expect(told({ kind: 'ClockOff' }, 'http_requests_total{pod="a-1",code="200"}')).toEqual(
      ask('http_requests_total{pod="a-1",code="200"}', 300),
    );
  });
});
