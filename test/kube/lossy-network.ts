import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { sleep, systemClock } from '../../src/clock/clock.ts';
import type { Answer } from '../../src/kube/client.ts';
import { loadConnection } from '../../src/kube/connection.ts';
import { createHttpClient } from '../../src/kube/http-client.ts';
import { CONFIG_MAPS } from '../../src/kube/kinds.ts';
import { startReflector } from '../../src/kube/reflector.ts';
import type { KubeObject } from '../../src/kube/resource.ts';
import { Store } from '../../src/kube/store.ts';
import { withoutManagedFields } from '../../src/kube/without-managed-fields.ts';
import { canonicalJson } from '../../src/units/canonical-json.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import { startControlPlane } from '../cluster/control-plane.ts';

/**
 * A world in which packets between client and API server are really lost. It is run in a network namespace of its own,
 * whose loopback it may spoil: `unshare -rn sh -c 'ip link set lo up; exec node test/kube/lossy-network.ts'`. Ends with
 * one line of JSON on what was seen.
 */
const OBJECTS = 40;
const LOSS_PERCENT = 20;
const namespace = 'default';

const nft = (...args: readonly string[]): Promise<{ stdout: string }> => promisify(execFile)('nft', args);
const clock = systemClock();
const plane = await startControlPlane();
try {
  console.log(JSON.stringify(await runThroughLoss()));
} finally {
  await nft('delete', 'table', 'inet', 'loss').catch(() => undefined);
  await plane.stop();
}

/** Has packets of the API server's port dropped, that many of a hundred, in both directions. */
async function lose(percent: number): Promise<void> {
  const { port } = new URL(plane.url);
  await nft('flush', 'chain', 'inet', 'loss', 'input');
  const some = percent >= 100 ? [] : ['numgen', 'random', 'mod', '100', '<', String(percent)];
  for (const side of ['sport', 'dport']) {
    await nft('add', 'rule', 'inet', 'loss', 'input', 'tcp', side, port, ...some, 'counter', 'drop');
  }
}

async function dropped(): Promise<number> {
  const { stdout } = await nft('list', 'chain', 'inet', 'loss', 'input');
  return [...stdout.matchAll(/counter packets (\d+)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
}

async function runThroughLoss(): Promise<object> {
  const connection = loadConnection({ clock, kubeconfig: plane.kubeconfigPath });
  const client = createHttpClient({ connection, clock, userAgent: 'sluice/loss' });
  const store = new Store<KubeObject & { data?: Record<string, string> }>();
  const options = { client, clock, resource: CONFIG_MAPS, selection: { namespace }, store };
  const failures: string[] = [];
  const reflector = startReflector({
    ...options,
    transform: withoutManagedFields,
    onError: ({ message }) => void failures.push(message),
  });
  await reflector.whenSynced();
  await nft('add', 'table', 'inet', 'loss');
  await nft('add', 'chain', 'inet', 'loss', 'input', '{ type filter hook input priority 0; }');
  await lose(LOSS_PERCENT);
  const began = clock.now();
  const names = Array.from({ length: OBJECTS }, (_, index) => `object-${index}`);
  await Promise.all(names.map((name) => writeOnce(client, name)));
  const written = clock.now() - began;
  const lost = await dropped();
  // Nothing at all comes through for a while: the connections stand, and say nothing.
  await lose(100);
  await sleep(clock, seconds(8));
  const blackout = await dropped();
  await lose(LOSS_PERCENT);
  await writeOnce(client, 'last');
  const healed = clock.now();
  await nft('flush', 'chain', 'inet', 'loss', 'input');
  const page = await client.list(CONFIG_MAPS, { namespace }, {});
  const onServer = page.ok ? page.value.items.map(withoutManagedFields) : [];
  for (let look = 0; look < 600 && textOf(store.inNamespace(namespace)) !== textOf(onServer); look += 1) {
    await sleep(clock, milliseconds(200));
  }
  const objects = store.inNamespace(namespace).filter(({ data }) => data?.['count'] === '1').length;
  const result = {
    objects,
    equal: textOf(store.inNamespace(namespace)) === textOf(onServer),
    written,
    lost,
    blackout,
    healedIn: clock.now() - healed,
    ...reflector.attempts,
    failures,
  };
  await reflector.stop();
  await client.close();
  return result;
}

/** Creates an object, and counts it up once, guarded by its version, as a controller does: looks again after no answer. */
async function writeOnce(client: ReturnType<typeof createHttpClient>, name: string): Promise<void> {
  const target = { resource: CONFIG_MAPS, namespace, name };
  for (let attempt = 0; attempt < 50; attempt += 1) {
    const now: Answer<KubeObject & { data?: Record<string, string> }> = await client.get(target);
    if (now.ok && now.value.data?.['count'] !== undefined) return;
    if (now.ok) {
      const { resourceVersion } = now.value.metadata;
      await client.patch(target, { kind: 'Merge', body: { metadata: { resourceVersion }, data: { count: '1' } } });
    } else if (now.why === 'NotFound') {
      await client.create(CONFIG_MAPS, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace } });
    }
  }
}

function textOf(objects: readonly KubeObject[]): string {
  return canonicalJson([...objects].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)));
}
