import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Metric } from '../../src/api/metric.ts';
import { targetsOf } from '../../src/emulator/pod-targets.ts';
import type { Lie } from '../../src/emulator/prometheus-lies.ts';
import type { HttpListener } from '../../src/emulator/loopback.ts';
import { listenPrometheus } from '../../src/emulator/prometheus-listener.ts';
import { EmulatedPrometheus } from '../../src/emulator/prometheus.ts';
import { ProxyFleet } from '../../src/emulator/proxy-fleet.ts';
import { assessReading } from '../../src/plan/analysis/assess.ts';
import { prometheus as provider } from '../../src/providers/prometheus.ts';
import { seconds } from '../../src/units/duration.ts';
import { createVirtualClock } from '../kube/virtual-clock.ts';
import { BEGIN, after, smallCluster } from './proxies/small-cluster.ts';

/** The query of docs/analysis.md, for the canary of the small cluster. */
const QUERY = `
  (sum(rate(http_requests_total{pod=~"b-.*",code=~"5.."}[1m])) or vector(0))
  / sum(rate(http_requests_total{pod=~"b-.*"}[1m]))`;

const METRIC: Metric = { name: 'errors', successCondition: 'result[0] < 0.5', provider: {} };

const clock = createVirtualClock(after(300));
const prometheus = new EmulatedPrometheus();
let listener: HttpListener;

beforeAll(async () => {
  const cluster = smallCluster();
  for (const pod of ['b-1', 'b-2']) cluster.pod(pod, { application: { errorRate: 0.25 } });
  cluster.route({ stable: 50, canary: 50 });
  const fleet = new ProxyFleet({ applicationOf: cluster.applicationOf });
  fleet.advance(cluster, BEGIN);
  fleet.send({ name: 'shop', rate: 100, to: { kind: 'Host', host: 'shop' } });
  for (let now = 1; now < 300; now += 1) {
    fleet.advance(cluster, after(now));
    prometheus.scrape(targetsOf(cluster, fleet), after(now));
  }
  listener = await listenPrometheus(prometheus, clock, { port: 0 });
});

afterAll(() => listener.close());

/** Asks as the controller does: the provider writes the request and reads the answer. */
async function measure(query = QUERY): Promise<ReturnType<typeof provider.read>> {
  const metric: Metric = { name: 'errors', provider: { prometheus: { address: listener.address, query } } };
  const request = provider.request({
    metric,
    values: new Map(),
    settings: { prometheusAddress: undefined },
    secrets: [],
    now: clock.now(),
  });
  if (!('url' in request)) throw new Error('the provider asks nothing');
  const { method, url, headers, body } = request;
  const response = await fetch(url, { method, headers, ...(body === undefined ? {} : { body }) }).then(
    async (answer) => ({ kind: 'Answer' as const, status: answer.status, body: await answer.text() }),
    () => ({ kind: 'Nothing' as const, message: 'no answer' }),
  );
  return provider.read(metric, response, clock.now());
}

test('the product’s own provider reads the share of errors', async () => {
  const reading = await measure();
  expect(reading.kind).toBe('Value');
  expect(assessReading(METRIC, reading).phase).toBe('Successful');
  const [share] = reading.kind === 'Value' ? (reading.value as readonly number[]) : [];
  expect(share).toBeGreaterThan(0.2);
  expect(share).toBeLessThan(0.3);
});

test('a query that is not carried is an error, and so no evidence', async () => {
  expect((await measure('day_of_week(up)')).kind).toBe('NoEvidence');
});

describe('a fault is no evidence, though the condition would let the truth pass', () => {
  test.each<readonly [string, Lie]>([
    ['F50 refused', { kind: 'Down', how: 'Refused' }],
    ['F50 unavailable', { kind: 'Down', how: 'Unavailable' }],
    ['F52 empty', { kind: 'Empty' }],
    ['F53 NaN', { kind: 'Values', value: Number.NaN }],
    ['F53 infinite', { kind: 'Values', value: Number.NEGATIVE_INFINITY }],
    ['F54 a string', { kind: 'Type', type: 'string' }],
    ['F57 ten minutes old', { kind: 'Old' }],
    ['F61 partial', { kind: 'Partial' }],
  ])('%s', async (_what, lie) => {
    prometheus.lie(lie);
    try {
      expect(assessReading(METRIC, await measure()).phase).toBe('Error');
    } finally {
      prometheus.lie(undefined);
    }
  });
});

test('a slow answer comes late by the clock, and a hanging one not at all', async () => {
  const { address } = listener;
  prometheus.lie({ kind: 'Slow', after: seconds(30) });
  let answered = false;
  const slow = fetch(`${address}/api/v1/query?query=up`).then((answer) => {
    answered = true;
    return answer.status;
  });
  while (clock.pending === 0) await new Promise((resolve) => setImmediate(resolve));
  expect(answered).toBe(false);
  await clock.advance(seconds(30));
  expect(await slow).toBe(200);
  prometheus.lie({ kind: 'Hangs' });
  const hanging = await fetch(`${address}/api/v1/query?query=up`);
  prometheus.lie(undefined);
  expect(hanging.status).toBe(200);
  await hanging.body?.cancel();
});

test('probes, strange paths and methods, and bodies without end are answered as Prometheus does', async () => {
  const status = async (path: string, init: RequestInit = {}): Promise<number> =>
    (await fetch(`${listener.address}${path}`, init)).status;
  expect(await status('/-/ready')).toBe(200);
  expect(await status('/api/v1/nothing')).toBe(404);
  expect(await status('/api/v1/query?query=up', { method: 'DELETE' })).toBe(405);
  expect(await status('/api/v1/query', { method: 'POST', body: 'x'.repeat(2 * 1024 * 1024) })).toBe(413);
  const json = await fetch(`${listener.address}/api/v1/labels`);
  expect(json.headers.get('content-type')).toBe('application/json');
});
