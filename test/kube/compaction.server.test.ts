import { beforeAll, expect, test } from 'vitest';
import type { Failure } from '../../src/kube/client.ts';
import { loadConnection } from '../../src/kube/connection.ts';
import type { HttpClient } from '../../src/kube/http-client.ts';
import { createHttpClient } from '../../src/kube/http-client.ts';
import { CONFIG_MAPS } from '../../src/kube/kinds.ts';
import { seconds } from '../../src/units/duration.ts';
import type { ControlPlane } from '../cluster/control-plane.ts';
import { startControlPlane } from '../cluster/control-plane.ts';
import type { Fault } from './fault-proxy.ts';
import type { Server } from './fault-rig.ts';
import { clock, configMap, expectConverged, seen, setUp, until } from './fault-rig.ts';

const namespace = 'default';
let plane: ControlPlane;
let direct: HttpClient;

/** An API server that compacts its storage every second, so that versions of a few seconds ago are gone. */
beforeAll(async () => {
  plane = await startControlPlane(['--etcd-compaction-interval=1s']);
  const connection = loadConnection({ clock, kubeconfig: plane.kubeconfigPath });
  direct = createHttpClient({ connection, clock, userAgent: 'sluice/direct' });
  return async () => {
    await direct.close();
    await plane.stop();
  };
}, 120_000);

async function compacting(): Promise<Server> {
  const connection = loadConnection({ clock, kubeconfig: plane.kubeconfigPath });
  const { tls, headers } = await connection.credentials();
  return { upstream: { server: connection.server, tls, headers }, direct, namespace };
}

const isList: Fault['when'] = ({ watch, method, path }) => method === 'GET' && !watch && path.endsWith('configmaps');
const GONE = { kind: 'Status', reason: 'Expired', code: 410, message: 'too old resource version' };

test('F17 F21 a continue token that a real compaction ends in mid-list starts the list again', async () => {
  for (const name of ['a', 'b', 'c', 'd', 'e']) await direct.create(CONFIG_MAPS, configMap(namespace, name, {}));
  const failures: (Failure | Error)[] = [];
  let waited = 0;
  /** Writes on until the server itself says that the token of this list is too old. */
  const outliveToken = async (token: string): Promise<void> => {
    const began = clock.now();
    await until(
      'the token is compacted away',
      async () => {
        const data = { at: String(clock.now()) };
        await direct.patch({ resource: CONFIG_MAPS, namespace, name: 'a' }, { kind: 'Merge', body: { data } });
        const page = await direct.list(CONFIG_MAPS, { namespace }, { limit: 2, continue: token });
        return !page.ok && page.why === 'Gone';
      },
      seconds(40),
    );
    waited = clock.now() - began;
  };
  let token = '';
  const rig = await setUp(compacting, {
    awaitSync: false,
    reflector: { pageSize: 2, onError: (failure) => void failures.push(failure) },
    faults: [
      // A list from the cache comes whole, so the first one is refused: only a list of the newest state has pages.
      { id: 'gone', when: isList, times: 1, act: { kind: 'Answer', status: 410, body: GONE } },
      {
        id: 'F17',
        when: (one) => isList(one) && (token = one.query.get('continue') ?? '') !== '',
        times: 1,
        act: { kind: 'First', act: () => outliveToken(token) },
      },
    ],
  });
  await rig.reflector.whenSynced();
  console.log(`the token was gone after ${waited} ms: ${failures.map(({ message }) => message).at(1)}`);
  expect(failures).toMatchObject([{ why: 'Gone' }, { why: 'Gone', status: 410 }]);
  expect(failures[1]?.message).not.toContain(GONE.message);
  expect(rig.reflector.attempts.lists).toBe(3);
  expect(rig.changes.filter((change) => /^Added [a-e]$/.test(change))).toHaveLength(5);
  await expectConverged(rig, 'F17');
}, 110_000);

test('F02 F21 a watch whose version the server has really forgotten makes one list, and nothing is missed', async () => {
  const failures: (Failure | Error)[] = [];
  const rig = await setUp(compacting, { reflector: { onError: (failure) => void failures.push(failure) } });
  await rig.put('going');
  await seen(rig, 'going');
  // Away while the history goes: nothing reaches the server, and the server forgets its cache of events.
  const away: Fault = { id: 'F21', when: () => true, act: { kind: 'LostBefore' } };
  rig.proxy.inject(away);
  rig.proxy.endWatches();
  await rig.remove('going');
  await rig.put('came', { v: '1' });
  await plane.interrupt(async () => {});
  await rig.put('came', { v: '2' });
  rig.proxy.clear();
  await seen(rig, 'came', (object) => object?.data?.['v'] === '2');
  await seen(rig, 'going', (object) => object === undefined);
  expect(rig.changes.filter((change) => change.endsWith('going'))).toEqual(['Added going', 'Deleted going']);
  const gone = failures.filter((failure) => 'why' in failure && failure.why === 'Gone');
  console.log(`told: ${gone.map(({ message }) => message).join('; ')}`);
  expect(gone).toHaveLength(1);
  expect(rig.reflector.attempts.lists).toBe(2);
  await expectConverged(rig, 'F21');
}, 110_000);
