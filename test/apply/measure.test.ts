import { describe, expect, test } from 'vitest';
import type { AnalysisRun } from '../../src/api/analysis.ts';
import type { Metric } from '../../src/api/metric.ts';
import type { Fetcher } from '../../src/apply/fetcher.ts';
import { measure } from '../../src/apply/measure.ts';
import { createApiServer } from '../../src/emulator/api-server.ts';
import { inProcessClient } from '../../src/emulator/in-process-client.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { JOBS, PODS, SECRETS } from '../../src/kube/kinds.ts';
import type { KubeObject } from '../../src/kube/resource.ts';
import type { MetricRequest, MetricResponse } from '../../src/providers/provider.ts';
import { sequence } from '../emulator/api-rig.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import { createVirtualClock } from '../kube/virtual-clock.ts';

/** A process with a cluster of its own, and metrics stores that answer as told; nobody runs Jobs but the test. */
function rig(answers: Readonly<Record<string, MetricResponse>>, jobsEnabled = true) {
  const clock = createVirtualClock();
  const server = createApiServer({ clock, random: sequence() });
  for (const name of ['n', 'sluice-system']) {
    server.handle({ method: 'POST', path: '/api/v1/namespaces', body: { kind: 'Namespace', metadata: { name } } });
  }
  const own = inProcessClient(server, { clock });
  const sent: MetricRequest[] = [];
  const fetcher: Fetcher = {
    fetch: (request) => {
      sent.push(request);
      return Promise.resolve(answers[new URL(request.url).host] ?? { kind: 'Nothing', message: 'no such host' });
    },
    close: () => undefined,
  };
  const jobs = { client: own, clock, group: 'sluice.dev', enabled: () => jobsEnabled } as const;
  const settings = () => ({ prometheusAddress: 'http://p:9090' });
  const parts = { fetcher, clock, settings, client: own, controllerNamespace: 'sluice-system', jobs };
  const take = (
    metric: Omit<Metric, 'name'>,
    args: AnalysisRun['spec']['args'] = [],
    signal = new AbortController().signal,
  ) => {
    const run: AnalysisRun = {
      metadata: { name: 'r', namespace: 'n', uid: '0a9b1c2d-0000-4000-8000-000000000001' },
      spec: { metrics: [{ name: 'm', ...metric }], args },
    };
    return measure(parts, run, 'm', 1, signal);
  };
  /** Lets virtual time pass until a call is answered. */
  const through = async <T>(call: Promise<T>): Promise<T> => {
    const turns = async (): Promise<'TooLate'> => {
      for (let turn = 0; turn < 100; turn += 1) await clock.advance(milliseconds(100));
      return 'TooLate';
    };
    const first = await Promise.race([call.then((value) => ({ value })), turns()]);
    if (first === 'TooLate') throw new Error('no answer within ten seconds');
    return first.value;
  };
  const client = {
    get: (...call: Parameters<KubeClient['get']>) => through(own.get(...call)),
    create: (...call: Parameters<KubeClient['create']>) => through(own.create(...call)),
    patch: (...call: Parameters<KubeClient['patch']>) => through(own.patch(...call)),
  };
  return { clock, client, sent, take, through };
}

const secretOf = (namespace: string, name: string, data: Record<string, string>): KubeObject =>
  ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    data: Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')])),
  }) as KubeObject;

const json = (body: unknown, status = 200): MetricResponse => ({ kind: 'Answer', status, body: JSON.stringify(body) });
const TOKEN = [{ name: 'token', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }];
const WEB: Omit<Metric, 'name'> = {
  provider: {
    web: { url: 'http://api.shop/{{args.token}}', headers: [{ key: 'authorization', value: 'Bearer {{args.token}}' }] },
  },
};

describe('arguments from Secrets', () => {
  test('are read by name when the measurement starts', async () => {
    const { client, sent, take, through } = rig({ 'api.shop': json(1) });
    await client.create(SECRETS, secretOf('n', 's', { k: 't0psecret' }));
    expect(await through(take(WEB, TOKEN))).toMatchObject({ kind: 'Value', value: 1 });
    expect(sent[0]?.headers['authorization']).toBe('Bearer t0psecret');
  });
  test.each([
    ['a Secret that is not there', undefined, 'args.token: Secret n/s is not there; create it'],
    ['a key that it lacks', { other: 'x' }, 'args.token: Secret n/s has no key k'],
  ])('%s is one error, which says so', async (_name, data, message) => {
    const { client, take, through } = rig({});
    if (data !== undefined) await client.create(SECRETS, secretOf('n', 's', data));
    expect(await through(take(WEB, TOKEN))).toEqual({ kind: 'NoEvidence', message });
  });
  test('never stand in what a measurement answers', async () => {
    const { client, take, through } = rig({ 'api.shop': { kind: 'Nothing', message: 'no answer from /t0psecret' } });
    await client.create(SECRETS, secretOf('n', 's', { k: 't0psecret' }));
    expect(await through(take(WEB, TOKEN))).toEqual({
      kind: 'NoEvidence',
      message: 'provider.web.url: no answer from /*****',
    });
  });
});

test("a provider's own Secret is the operator's, from the namespace of the controller", async () => {
  const { client, sent, take, through } = rig({ 'api.datadoghq.com': json({ series: [{ pointlist: [[1, 2]] }] }) });
  const metric = { provider: { datadog: { query: 'avg:x{*}' } } };
  expect(await through(take(metric))).toMatchObject({
    message: expect.stringContaining('sluice-system/datadog') as string,
  });
  await client.create(SECRETS, secretOf('sluice-system', 'datadog', { 'api-key': 'a', 'app-key': 'b' }));
  expect(await through(take(metric))).toMatchObject({ kind: 'Value', value: 2 });
  expect(sent[0]?.headers).toMatchObject({ 'dd-api-key': 'a' });
});

describe('tokens by OAuth 2', () => {
  const metric: Omit<Metric, 'name'> = {
    provider: {
      prometheus: {
        address: 'http://p.shop',
        query: 'up',
        authentication: {
          oauth2: { tokenUrl: 'http://id.shop/t', clientId: 'me', clientSecret: 'pass', scopes: ['a', 'b'] },
        },
      },
    },
  };
  const good = json({ status: 'success', data: { resultType: 'scalar', result: [1, '3'] } });
  test('are fetched first, and sent as a bearer', async () => {
    const { sent, take, through } = rig({ 'id.shop': json({ access_token: 'abc' }), 'p.shop': good });
    expect(await through(take(metric))).toMatchObject({ kind: 'Value', value: 3 });
    expect(sent.map(({ headers }) => headers['authorization'])).toEqual([`Basic ${btoa('me:pass')}`, 'Bearer abc']);
    expect(sent[0]?.body).toBe('grant_type=client_credentials&scope=a+b');
  });
  test.each([
    ['refused', json({}, 401)],
    ['not there', json({ token: 'x' })],
    ['with a line break', json({ access_token: 'a\r\nx: y' })],
    ['in no JSON', { kind: 'Answer', status: 200, body: 'secret' } as const],
  ])('%s: no evidence, and nothing is asked', async (_name, answer) => {
    const { sent, take, through } = rig({ 'id.shop': answer, 'p.shop': good });
    expect(await through(take(metric))).toMatchObject({
      kind: 'NoEvidence',
      message: expect.stringContaining('no token') as string,
    });
    expect(sent).toHaveLength(1);
  });
});

describe('measurements by Jobs', () => {
  const metric: Omit<Metric, 'name'> = {
    provider: {
      job: {
        metadata: { labels: { team: 'a' } },
        spec: {
          backoffLimit: 0,
          template: { spec: { restartPolicy: 'Never', containers: [{ name: 'c', image: 'i' }] } },
        },
      },
    },
  };
  const NAME = '0a9b1c2d-0000-4000-8000-000000000001.m.1';
  const place = { resource: JOBS, namespace: 'n', name: NAME } as const;
  const end = (client: ReturnType<typeof rig>['client'], type: string, reason: string) =>
    client.patch(
      { ...place, subresource: 'status' },
      { kind: 'Merge', body: { status: { conditions: [{ type, status: 'True', reason }] } } },
    );

  test.each([
    ['Complete', 'Successful'],
    ['Failed', 'Failed'],
  ])('a Job that is %s is %s', async (type, phase) => {
    const { clock, client, take } = rig({});
    const reading = take(metric);
    await clock.advance(seconds(1));
    const job = await client.get(place);
    expect(job.ok && job.value.metadata.labels).toEqual({
      team: 'a',
      'analysisrun.argoproj.io/uid': NAME.slice(0, 36),
    });
    await end(client, type, 'Because');
    await clock.advance(seconds(60));
    expect(await reading).toMatchObject({ kind: 'Verdict', phase, shown: NAME });
  });

  test('a process that takes over waits for the same Job', async () => {
    const { clock, client, take } = rig({});
    const first = take(metric);
    const second = take(metric);
    await clock.settle();
    await end(client, 'Complete', 'Because');
    await clock.advance(seconds(60));
    expect([await first, await second]).toMatchObject([{ phase: 'Successful' }, { phase: 'Successful' }]);
  });

  test('an image that cannot be had is Inconclusive, and the Job goes', async () => {
    const { clock, client, take } = rig({});
    const reading = take(metric);
    await clock.settle();
    await client.create(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', namespace: 'n', labels: { 'batch.kubernetes.io/job-name': NAME } },
      spec: { containers: [{ name: 'c', image: 'i' }] },
    } as KubeObject);
    const waiting = { containerStatuses: [{ name: 'c', state: { waiting: { reason: 'ImagePullBackOff' } } }] };
    await client.patch(
      { resource: PODS, namespace: 'n', name: 'p', subresource: 'status' },
      { kind: 'Merge', body: { status: waiting } },
    );
    await clock.advance(seconds(60));
    expect(await reading).toMatchObject({ kind: 'Verdict', phase: 'Inconclusive' });
    expect((await client.get(place)).ok).toBe(false);
  });

  test('a measurement that is called off takes its Job with it', async () => {
    const { clock, client, take, through } = rig({});
    const off = new AbortController();
    const reading = take(metric, [], off.signal);
    await clock.advance(seconds(1));
    off.abort(new Error('the run is over'));
    expect(await through(reading)).toMatchObject({ kind: 'NoEvidence' });
    expect((await client.get(place)).ok).toBe(false);
  });

  test('Jobs that the operator has not enabled are not made', async () => {
    const { client, take, through } = rig({}, false);
    expect(await through(take(metric))).toMatchObject({ message: expect.stringContaining('jobProvider') as string });
    expect((await client.get(place)).ok).toBe(false);
  });
});
