import { expect } from 'vitest';
import type { Answer } from '../../src/kube/client.ts';
import type { PassResult } from '../../src/kube/controller.ts';
import { startController } from '../../src/kube/controller.ts';
import { Expectations } from '../../src/kube/expectations.ts';
import { CONFIG_MAPS } from '../../src/kube/kinds.ts';
import type { KubeObject } from '../../src/kube/resource.ts';
import { keyOf } from '../../src/kube/resource.ts';
import { createWorkQueue } from '../../src/kube/work-queue.ts';
import type { Fault } from './fault-proxy.ts';
import type { Rig, ServerMaker } from './fault-rig.ts';
import { clock, configMap, expectConverged, setUp, until } from './fault-rig.ts';
import { atEnd } from './test-end.ts';

const isWrite: Fault['when'] = ({ write }) => write;
const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];

/** Lets each fault strike every second write it matches, so that none of them can just be tried through. */
function everyOther(when: Fault['when']): Fault['when'] {
  let count = 0;
  return (one) => when(one) && (count += 1) % 2 === 1;
}

/** Every change of the server in order, as a client sees that no fault comes near: the ledger of writes. */
async function keepLedger(rig: Rig): Promise<string[]> {
  const ledger: string[] = [];
  const { direct, namespace } = rig.server;
  const page = await direct.list(CONFIG_MAPS, { namespace }, {});
  const resourceVersion = page.ok ? page.value.resourceVersion : '0';
  const abort = new AbortController();
  const watching = direct.watch(
    CONFIG_MAPS,
    { namespace },
    { resourceVersion, timeoutSeconds: 300 },
    ({ type, object }) => {
      if (type !== 'BOOKMARK') ledger.push(`${type} ${object.metadata.name}`);
    },
    abort.signal,
  );
  atEnd(async () => {
    abort.abort();
    await watching;
  });
  return ledger;
}

/** A small controller as ours are built: it creates each object, then writes its data once, guarded by what it saw. */
function startWorkers(rig: Rig): void {
  const queue = createWorkQueue({ clock });
  const gate = new Expectations({ clock });
  const { client, store } = rig;
  const { namespace } = rig.server;
  const settle = (key: string, answer: Answer<KubeObject>): PassResult => {
    if (!answer.ok) return answer.why === 'AlreadyExists' ? { ...answer, why: 'Conflict' } : answer;
    gate.wrote(key, CONFIG_MAPS, answer.value);
    return {};
  };
  const reconcile = async (key: string): Promise<PassResult> => {
    const name = key.slice(namespace.length + 1);
    const stored = store.get(namespace, name);
    const waitsUntil = gate.waitsUntil(key, () => stored);
    if (waitsUntil !== undefined) return { requeueAt: waitsUntil };
    if (stored === undefined) return settle(key, await client.create(CONFIG_MAPS, configMap(namespace, name, {})));
    if (stored.data?.['count'] === '1') return {};
    const count = String(Number(stored.data?.['count'] ?? 0) + 1);
    const { resourceVersion } = stored.metadata;
    const body = { metadata: { resourceVersion }, data: { count } };
    return settle(key, await client.patch({ resource: CONFIG_MAPS, namespace, name }, { kind: 'Merge', body }));
  };
  const controller = startController({ queue, clock, workers: 3, reconcile, onError: () => {} });
  atEnd(() => controller.stop());
  const timer = setInterval(() => {
    // The watch's onChange would do this; polling keeps the rig simple.
    for (const object of store.all()) queue.add(keyOf(object.metadata));
  }, 20);
  atEnd(() => clearInterval(timer));
  for (const name of NAMES) queue.add(`${namespace}/${name}`);
}

/** The objects are created and written exactly once each, whatever struck on the way. */
async function expectEachWrittenOnce(makeServer: ServerMaker, id: string, faults: readonly Fault[]): Promise<void> {
  const rig = await setUp(makeServer);
  const ledger = await keepLedger(rig);
  rig.proxy.inject(...faults);
  startWorkers(rig);
  const expected = NAMES.flatMap((name) => [`ADDED ${name}`, `MODIFIED ${name}`]).sort();
  await until(`${id} strikes`, () => rig.proxy.hits(id) > 2);
  await until('all is written', () => ledger.length >= expected.length);
  await expectConverged(rig, id, 250);
  expect(ledger.toSorted()).toEqual(expected);
  expect(rig.store.all().filter((object) => object.data?.['count'] === '1')).toHaveLength(NAMES.length);
}

const CONFLICT = { kind: 'Status', reason: 'Conflict', code: 409, message: 'the object has been modified' };
const ERROR_500 = { kind: 'Status', reason: 'InternalError', code: 500, message: 'etcdserver: leader changed' };

/** The faults of writes, F08 to F13, in front of any API server. */
export const writeFaults: Readonly<Record<string, (makeServer: ServerMaker) => Promise<void>>> = {
  'F08 a write decided on a stale read is refused, and no update is lost': async (makeServer) => {
    let old: string | undefined;
    const rig = await setUp(makeServer);
    const { client, server } = rig;
    await rig.put('counter', { count: '0' });
    const target = { resource: CONFIG_MAPS, namespace: server.namespace, name: 'counter' };
    rig.proxy.inject({
      id: 'F08',
      when: everyOther(({ method, path }) => method === 'GET' && path.endsWith('/counter')),
      act: { kind: 'Rewrite', body: (body) => (old ??= body) },
    });
    let conflicts = 0;
    for (let done = 0; done < 10;) {
      const read = await client.get(target);
      if (!read.ok) throw new Error(read.message);
      const now = read.value as KubeObject & { data: { count: string } };
      const data = { count: String(Number(now.data.count) + 1) };
      const written = await client.replace(target, Object.assign({}, now, { data }));
      if (written.ok) done += 1;
      else if (written.why === 'Conflict') conflicts += 1;
      else throw new Error(written.message);
    }
    expect(conflicts).toBeGreaterThan(0);
    await expectConverged(rig, 'F08');
    expect(rig.store.get(server.namespace, 'counter')?.data?.['count']).toBe('10');
  },

  'F09 five lost races in a row are dropped, not repeated in place': async (makeServer) => {
    const isUpdate: Fault['when'] = ({ method }) => method === 'PATCH';
    await expectEachWrittenOnce(makeServer, 'F09', [
      { id: 'F09', when: isUpdate, times: 5, act: { kind: 'Answer', status: 409, body: CONFLICT } },
    ]);
  },

  'F10 429 with and without Retry-After loses and doubles no write': async (makeServer) => {
    await expectEachWrittenOnce(makeServer, 'F10', [
      {
        id: 'F10',
        when: everyOther(isWrite),
        times: 5,
        act: { kind: 'Answer', status: 429, headers: { 'retry-after': '1' } },
      },
      { id: 'F10', when: everyOther(() => true), times: 6, act: { kind: 'Answer', status: 429 } },
    ]);
  },

  'F11 500, 503 and 504 lose and double no write': async (makeServer) => {
    await expectEachWrittenOnce(
      makeServer,
      'F11',
      [500, 503, 504].map((status) => ({
        id: 'F11',
        when: everyOther(() => true),
        times: 4,
        act: { kind: 'Answer', status, body: ERROR_500 },
      })),
    );
  },

  'F12 writes that are carried out and never answered are not doubled': async (makeServer) => {
    await expectEachWrittenOnce(makeServer, 'F12', [
      { id: 'F12', when: everyOther(isWrite), times: 8, act: { kind: 'LostAfter' } },
    ]);
  },

  'F13 writes that never arrive are not lost': async (makeServer) => {
    await expectEachWrittenOnce(makeServer, 'F13', [
      { id: 'F13', when: everyOther(isWrite), times: 8, act: { kind: 'LostBefore' } },
    ]);
  },
};
