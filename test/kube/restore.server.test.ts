import { cp, rm } from 'node:fs/promises';
import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../src/clock/clock.ts';
import type { HttpClient } from '../../src/kube/http-client.ts';
import { createHttpClient } from '../../src/kube/http-client.ts';
import { loadConnection } from '../../src/kube/connection.ts';
import { CONFIG_MAPS } from '../../src/kube/kinds.ts';
import { startReflector } from '../../src/kube/reflector.ts';
import { Store } from '../../src/kube/store.ts';
import { seconds } from '../../src/units/duration.ts';
import { withoutManagedFields } from '../../src/kube/without-managed-fields.ts';
import { startControlPlane } from '../cluster/control-plane.ts';
import { configMap, serverContent, until } from './fault-rig.ts';

const clock = systemClock();
const namespace = 'default';

/** A control plane of this test's own: it is stopped, set back and started again under a reflector that runs on. */
async function ownPlane() {
  const plane = await startControlPlane();
  onTestFinished(() => plane.stop());
  const connection = loadConnection({ clock, kubeconfig: plane.kubeconfigPath });
  const client = (): HttpClient => {
    const made = createHttpClient({ connection, clock, userAgent: 'sluice/restore' });
    onTestFinished(() => made.close());
    return made;
  };
  return { plane, client };
}

const names = (store: Store): readonly string[] => store.inNamespace(namespace).map(({ metadata }) => metadata.name);

test('a reflector follows an etcd that was restored from a backup, and hears its changes again', async () => {
  const { plane, client } = await ownPlane();
  const direct = client();
  const store = new Store();
  const told: string[] = [];
  const create = async (name: string): Promise<void> => {
    const made = await direct.create(CONFIG_MAPS, configMap(namespace, name, {}));
    if (!made.ok) throw new Error(made.message);
  };
  await create('before');
  await plane.interrupt((data) => cp(data, `${data}-backup`, { recursive: true }));
  const reflector = startReflector({
    client: client(),
    clock,
    resource: CONFIG_MAPS,
    selection: { namespace },
    store,
    transform: withoutManagedFields,
    onRestored: (message) => void told.push(message),
  });
  onTestFinished(() => reflector.stop());
  await reflector.whenSynced();
  for (let count = 0; count < 40; count += 1) await create(`after-${count}`);
  await until('all is seen', () => names(store).includes('after-39'));
  const seen = Number(store.version);

  await plane.interrupt(async (data) => {
    await rm(data, { recursive: true });
    await cp(`${data}-backup`, data, { recursive: true });
  });
  const back = clock.now();
  await until('the store has followed', () => !names(store).includes('after-39'), seconds(100));
  console.log(`followed ${clock.now() - back} ms after the server was back; ${reflector.attempts.lists} lists`);
  expect(told).toEqual([expect.stringContaining('the storage of the API server was set back')]);
  expect(Number(store.version)).toBeLessThan(seen);
  await create('new');
  await until('a change is heard', () => names(store).includes('new'), seconds(10));
  expect(store.inNamespace(namespace)).toEqual(
    await serverContent({ upstream: { server: plane.url }, direct, namespace }),
  );
}, 180_000);
