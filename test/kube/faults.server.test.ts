import { describe, expect, test } from 'vitest';
import { loadConnection } from '../../src/kube/connection.ts';
import { createEventRecorder } from '../../src/kube/event-recorder.ts';
import type { HttpClient } from '../../src/kube/http-client.ts';
import { createHttpClient } from '../../src/kube/http-client.ts';
import { startElection } from '../../src/kube/lease.ts';
import { CONFIG_MAPS, EVENTS, LEASES, NAMESPACES } from '../../src/kube/kinds.ts';
import type { KubeObject } from '../../src/kube/resource.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import { elapsed } from '../../src/units/instant.ts';
import type { Server } from './fault-rig.ts';
import { clock, configMap, expectConverged, setUp, until } from './fault-rig.ts';
import { watchFaults } from './watch-faults.ts';
import { writeFaults } from './write-faults.ts';
import { alone, atEnd } from './test-end.ts';

const kubeconfig = process.env['SLUICE_TEST_KUBECONFIG'];
if (kubeconfig === undefined) throw new Error('set SLUICE_TEST_KUBECONFIG, or run npm run test:server');
const connection = loadConnection({ clock, kubeconfig });
const direct: HttpClient = createHttpClient({
  connection,
  clock,
  userAgent: 'sluice/direct',
  limit: () => ({ perSecond: 1000, burst: 1000 }),
});
let namespaces = 0;

/** The real API server, with a namespace of the test's own. */
async function realServer(): Promise<Server> {
  const { tls, headers } = await connection.credentials();
  namespaces += 1;
  const name = `kube-faults-${clock.now()}-${namespaces}`;
  const made = await direct.create(NAMESPACES, { metadata: { name } });
  if (!made.ok) throw new Error(made.message);
  atEnd(async () => {
    await direct.delete({ resource: NAMESPACES, name }, { uid: made.value.metadata.uid ?? '' });
  });
  return { upstream: { server: connection.server, tls, headers }, direct, namespace: name };
}

/** A test that runs beside others. */
const apart = (name: string, run: () => Promise<void>): void => test(name, () => alone(run));

describe.concurrent('faults before a real API server', { timeout: 110_000 }, () => {
  for (const [name, run] of Object.entries({ ...watchFaults, ...writeFaults })) apart(name, () => run(realServer));

  apart('L4 F01 a dead watch is noticed within 100 s by the times that production uses', async () => {
    const rig = await setUp(realServer, {
      faults: [{ id: 'F01', when: ({ watch }) => watch, times: 1, act: { kind: 'Silence' } }],
    });
    const began = clock.now();
    await rig.put('in-silence');
    await until('the object is seen', () => rig.store.size > 0, seconds(100));
    console.log(`dead watch noticed after ${elapsed(began, clock.now())} ms`);
    await expectConverged(rig, 'F01');
  });

  apart('bookmarks come at least every 90 s, so that a quiet watch lives', async () => {
    const rig = await setUp(realServer);
    await rig.put('a');
    await until('a bookmark comes', () => elapsed(rig.reflector.lastEventAt ?? clock.now(), clock.now()) > seconds(20));
    const quietSince = rig.reflector.lastEventAt ?? clock.now();
    await until('a bookmark comes', () => (rig.reflector.lastEventAt ?? 0) > quietSince, seconds(90));
    console.log(`bookmark after ${elapsed(quietSince, rig.reflector.lastEventAt ?? clock.now())} ms of quiet`);
    expect(rig.reflector.attempts.watches).toBe(1);
  });
});

describe.concurrent('a real API server takes', { timeout: 60_000 }, () => {
  apart(
    'a JSON patch guarded by a version or a test: both lost races are Conflict, bad content is Invalid',
    async () => {
      const { namespace } = await realServer();
      const target = { resource: CONFIG_MAPS, namespace, name: 'a' };
      const made = await direct.create(CONFIG_MAPS, configMap(namespace, 'a', { k: 'v' }));
      const version = made.ok ? (made.value.metadata.resourceVersion ?? '') : '';
      const patch = (
        operations: { op: 'replace' | 'test'; path: string; value: unknown }[],
      ): ReturnType<HttpClient['patch']> => direct.patch(target, { kind: 'Json', operations });
      const guard = { op: 'replace' as const, path: '/metadata/resourceVersion', value: version };
      expect((await patch([guard, { op: 'replace', path: '/data/k', value: 'w' }])).ok).toBe(true);
      expect(await patch([guard, { op: 'replace', path: '/data/k', value: 'x' }])).toMatchObject({
        why: 'Conflict',
        status: 409,
      });
      expect(await patch([{ op: 'test', path: '/data/k', value: 'v' }])).toMatchObject({
        why: 'Conflict',
        status: 422,
      });
      expect(await patch([{ op: 'replace', path: '/data', value: { 'bad key!': 'x' } }])).toMatchObject({
        why: 'Invalid',
        status: 422,
      });
      expect(await direct.create(CONFIG_MAPS, configMap(namespace, 'a', {}))).toMatchObject({ why: 'AlreadyExists' });
      const uid = made.ok ? (made.value.metadata.uid ?? '') : '';
      expect(await direct.delete(target, { uid: '00000000-0000-0000-0000-000000000000' })).toMatchObject({
        why: 'Conflict',
      });
      expect((await direct.delete(target, { uid })).ok).toBe(true);
    },
  );

  apart('an apply, a merge patch and a dry run', async () => {
    const { namespace } = await realServer();
    const target = { resource: CONFIG_MAPS, namespace, name: 'a' };
    const applied = await direct.patch(target, {
      kind: 'Apply',
      body: configMap(namespace, 'a', { k: 'v' }),
      fieldManager: 'sluice-test',
    });
    expect(applied.ok).toBe(true);
    const dry = await direct.patch(target, { kind: 'Merge', body: { data: { k: 'w' } } }, { dryRun: true });
    expect(dry).toMatchObject({ ok: true, value: { data: { k: 'w' } } });
    expect(await direct.get(target)).toMatchObject({ value: { data: { k: 'v' } } });
    expect(await direct.create(CONFIG_MAPS, configMap(namespace, 'b', {}), { dryRun: true })).toMatchObject({
      ok: true,
    });
    expect(await direct.get({ ...target, name: 'b' })).toMatchObject({ why: 'NotFound' });
  });

  apart('our Lease, its renewals and its release', async () => {
    const { namespace } = await realServer();
    const told: string[] = [];
    const failures: unknown[] = [];
    const times = { leaseDuration: seconds(3), renewDeadline: seconds(2), retryPeriod: milliseconds(300) };
    const election = startElection({
      client: direct,
      clock,
      namespace,
      name: 'sluice',
      identity: 'a',
      ...times,
      onStarted: () => told.push('started'),
      onLost: (why) => told.push(why),
      onError: (failure) => failures.push(failure),
    });
    await until('the lease is held', () => election.mayWrite());
    await until('it was renewed', () => elapsed(clock.now(), clock.now()) === 0 && told.length === 1);
    const target = { resource: LEASES, namespace, name: 'sluice' };
    const first = await direct.get(target);
    await until('a renewal is stored', async () => {
      const now = await direct.get(target);
      return now.ok && first.ok && now.value.metadata.resourceVersion !== first.value.metadata.resourceVersion;
    });
    await election.stop();
    expect(await direct.get(target)).toMatchObject({
      value: { spec: { holderIdentity: '', leaseDurationSeconds: 1, leaseTransitions: 0 } },
    });
    expect(told).toEqual(['started']);
    expect(failures).toEqual([]);
  });

  apart('our events, and counts repeats in their series', async () => {
    const { namespace } = await realServer();
    const made = await direct.create(CONFIG_MAPS, configMap(namespace, 'about', {}));
    if (!made.ok) throw new Error(made.message);
    const dropped: unknown[] = [];
    const recorder = createEventRecorder({
      client: direct,
      clock,
      controller: 'sluice',
      instance: 'sluice-0',
      onDropped: (_note, why) => dropped.push(why),
    });
    const note = {
      regarding: made.value,
      type: 'Normal',
      reason: 'StepReached',
      action: 'SetWeight',
      note: '✓'.repeat(500),
    } as const;
    for (let repeat = 0; repeat < 3; repeat += 1) recorder.record(note);
    await recorder.stop();
    const page = await direct.list(EVENTS, { namespace }, {});
    const events = page.ok
      ? page.value.items.filter((event: KubeObject) => event.metadata.name.startsWith('about.'))
      : [];
    expect(dropped).toEqual([]);
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      reason: 'StepReached',
      series: { count: 3 },
      regarding: { name: 'about', kind: 'ConfigMap' },
    });
  });
});
