import { expect, test } from 'vitest';
import type { InProcessOptions } from '../../src/emulator/in-process-client.ts';
import { inProcessClient } from '../../src/emulator/in-process-client.ts';
import { listenHttp } from '../../src/emulator/http-listener.ts';
import { systemClock } from '../../src/clock/clock.ts';
import { createApiServer } from '../../src/emulator/api-server.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import { createEventRecorder } from '../../src/kube/event-recorder.ts';
import { createHttpClient } from '../../src/kube/http-client.ts';
import { CONFIG_MAPS, PODS, REPLICA_SETS } from '../../src/kube/kinds.ts';
import { startElection } from '../../src/kube/lease.ts';
import { startReflector } from '../../src/kube/reflector.ts';
import type { KubeObject } from '../../src/kube/resource.ts';
import { Store } from '../../src/kube/store.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import { createRig, replicaSet, sequence } from './api-rig.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';

function rigWithClient(more: Partial<InProcessOptions> = {}) {
  const rig = createRig();
  const client = inProcessClient(rig.server, { clock: rig.clock, latency: () => milliseconds(20), ...more });
  return { ...rig, client };
}

function map(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } };
}

test('our reflector follows the server through changes, broken streams and compaction', async () => {
  const { server, clock, client, post, patch, remove } = rigWithClient();
  const store = new Store();
  const reflector = startReflector({
    client,
    clock,
    resource: CONFIG_MAPS,
    store,
    transform: (object) => object,
    onError: () => {},
    random: () => 0.5,
  });
  const names = (): readonly string[] => store.all().map(({ metadata }) => metadata.name);
  post(MAPS, map('a'));
  await clock.advance(seconds(2));
  post(MAPS, map('b'));
  await clock.advance(seconds(1));
  expect(names()).toEqual(['a', 'b']);
  client.breakStreams();
  post(MAPS, map('c'));
  patch(`${MAPS}/a`, { data: { k: 'v' } });
  server.compact();
  remove(`${MAPS}/b`);
  await clock.advance(seconds(60));
  expect(names().toSorted()).toEqual(['a', 'c']);
  expect(store.get('default', 'a')).toMatchObject({ data: { k: 'v' } });
  void reflector.stop();
});

test('our lease changes hands on the server, and its events are kept', async () => {
  const { server, clock, client, get } = rigWithClient();
  const join = (identity: string) =>
    startElection({
      client,
      clock,
      namespace: 'default',
      name: 'sluice',
      identity,
      onStarted: () => {},
      onLost: () => {},
      random: () => 0.5,
    });
  const first = join('a');
  await clock.advance(seconds(1));
  const second = join('b');
  await clock.advance(seconds(60));
  expect([first.isLeader(), second.isLeader()]).toEqual([true, false]);
  void first.stop();
  await clock.advance(seconds(60));
  expect(second.isLeader()).toBe(true);
  const recorder = createEventRecorder({
    client,
    clock,
    controller: 'sluice',
    instance: 'sluice-0',
    onDropped: () => {},
  });
  recorder.record({
    regarding: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'a', uid: 'u' } },
    type: 'Normal',
    reason: 'Seen',
    action: 'See',
    note: 'seen',
  });
  await clock.advance(seconds(5));
  const events = get('/api/v1/namespaces/default/events').body as { items: readonly object[] };
  expect(events.items).toMatchObject([{ reason: 'Seen', message: 'seen', reportingComponent: 'sluice' }]);
  expect(server.view.list(CONFIG_MAPS)).toEqual([]);
});

test('a write whose answer is lost may have been carried out, and is Unknown', async () => {
  const { client, clock, get } = rigWithClient({
    afterCommit: ({ verb }) => (verb === 'create' ? { kind: 'Broken' } : undefined),
  });
  const answer = client.create(CONFIG_MAPS, map('a'));
  await clock.advance(seconds(1));
  expect(await answer).toMatchObject({ ok: false, why: 'Unknown' });
  expect(get(`${MAPS}/a`).status).toBe(200);
});

test('a write that is refused before it is carried out leaves nothing behind', async () => {
  const { client, clock, get } = rigWithClient({
    beforeCommit: ({ writes }) => (writes ? { kind: 'Answer', status: 429, retryAfterSeconds: 3 } : undefined),
  });
  const answer = client.create(CONFIG_MAPS, map('a'));
  await clock.advance(seconds(1));
  expect(await answer).toMatchObject({ ok: false, why: 'TooMany', retryAfter: 3000 });
  expect(get(`${MAPS}/a`).status).toBe(404);
});

test('failures of the client in process are those of the client over HTTP', async () => {
  const clock = systemClock();
  const server = createApiServer({ clock, random: sequence() });
  const listener = await listenHttp(server, { port: 0 });
  const http = createHttpClient({ clock, connection: plainConnection(listener.address), userAgent: 'test/1' });
  const local = inProcessClient(server, { clock, userAgent: 'test/1' });
  const created = await http.create(REPLICA_SETS, {
    ...(replicaSet('a') as KubeObject),
    metadata: { name: 'a', namespace: 'default' },
  });
  expect(created.ok).toBe(true);
  const target = { resource: REPLICA_SETS, namespace: 'default', name: 'a' };
  const lost = { op: 'test', path: '/spec/replicas', value: 9 } as const;
  for (const client of [http, local]) {
    expect(await client.patch(target, { kind: 'Json', operations: [lost] })).toMatchObject({
      why: 'Conflict',
      status: 422,
    });
  }
  const calls = [
    (client: typeof local | typeof http) => client.get({ ...target, name: 'none' }),
    (client: typeof local | typeof http) => client.patch(target, { kind: 'Merge', body: { spec: { replicas: -1 } } }),
    (client: typeof local | typeof http) => client.delete(target, { uid: 'another' }),
    (client: typeof local | typeof http) => client.list(REPLICA_SETS, { labelSelector: 'a b' }, {}),
    (client: typeof local | typeof http) =>
      client.evict({ resource: PODS, namespace: 'default', name: 'none' }, { uid: 'another' }),
  ];
  for (const call of calls) expect(await call(local)).toEqual(await call(http));
  await http.close();
  await listener.close();
});

test('an eviction is guarded by the UID, and what a budget forbids is the answer at once', async () => {
  const { server, client, clock } = rigWithClient({ latency: () => milliseconds(0) });
  const pod = { metadata: { name: 'a', labels: { app: 'web' } }, spec: { containers: [{ name: 'c', image: 'i' }] } };
  server.handle({ method: 'POST', path: '/api/v1/namespaces/default/pods', body: pod });
  const seen = (): KubeObject =>
    server.handle({ method: 'GET', path: '/api/v1/namespaces/default/pods/a' }).body as KubeObject;
  const target = { resource: PODS, namespace: 'default', name: 'a' };
  const before = seen();
  const wrong = client.evict(target, { uid: 'another' });
  await clock.advance(seconds(1));
  expect(await wrong).toMatchObject({ ok: false, why: 'Conflict' });
  expect(seen()).toEqual(before);
  const right = client.evict(target, { uid: before.metadata.uid ?? '' });
  await clock.advance(seconds(1));
  expect(await right).toEqual({ ok: true, value: undefined });
});
