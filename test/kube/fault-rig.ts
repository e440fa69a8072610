import { expect } from 'vitest';
import { sleep, systemClock } from '../../src/clock/clock.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import type { HttpClient } from '../../src/kube/http-client.ts';
import { createHttpClient } from '../../src/kube/http-client.ts';
import { CONFIG_MAPS } from '../../src/kube/kinds.ts';
import type { Reflector, ReflectorOptions } from '../../src/kube/reflector.ts';
import { startReflector } from '../../src/kube/reflector.ts';
import { withoutManagedFields } from '../../src/kube/without-managed-fields.ts';
import type { KubeObject } from '../../src/kube/resource.ts';
import { Store } from '../../src/kube/store.ts';
import { canonicalJson } from '../../src/units/canonical-json.ts';
import type { Milliseconds } from '../../src/units/duration.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import type { Fault, FaultProxy, Upstream } from './fault-proxy.ts';
import { startFaultProxy } from './fault-proxy.ts';
import { atEnd } from './test-end.ts';

/** An API server to inject faults in front of: ours in this process, or a real one. */
export type Server = Readonly<{
  upstream: Upstream;
  /** A client that no fault comes near. */
  direct: KubeClient;
  /** A namespace of this test's own. */
  namespace: string;
}>;

/** How a test gets a server of its own. */
export type ServerMaker = () => Promise<Server>;

/** A config map: the plainest object there is. */
export type ConfigMap = KubeObject & Readonly<{ data?: Readonly<Record<string, string>> }>;

/** A client and a reflector behind a proxy, and what is needed to judge them. */
export type Rig = Readonly<{
  server: Server;
  proxy: FaultProxy;
  client: HttpClient;
  store: Store<ConfigMap>;
  reflector: Reflector;
  /** `Added a`, `Deleted a` … as the reflector told. */
  changes: string[];
  put(name: string, data?: Record<string, string>): Promise<ConfigMap>;
  remove(name: string): Promise<void>;
}>;

export const clock = systemClock();

/** Waits on the real clock, for what only time brings. */
export const pause = (length: Milliseconds): Promise<void> => sleep(clock, length);

/** Sets all up behind a proxy, with the given faults from the start; the store is synced unless `awaitSync` is false. */
export async function setUp(
  makeServer: ServerMaker,
  options: Readonly<{
    faults?: readonly Fault[];
    silence?: Milliseconds;
    reflector?: Partial<ReflectorOptions<ConfigMap>>;
    awaitSync?: boolean;
  }> = {},
): Promise<Rig> {
  const server = await makeServer();
  const proxy = await startFaultProxy(server.upstream);
  proxy.inject(...(options.faults ?? []));
  const silence = options.silence === undefined ? {} : { silence: options.silence };
  const client = createHttpClient({
    connection: plainConnection(proxy.address),
    clock,
    userAgent: 'sluice/faults',
    ...silence,
  });
  const store = new Store<ConfigMap>();
  const changes: string[] = [];
  const reflector = startReflector<ConfigMap>({
    client,
    clock,
    resource: CONFIG_MAPS,
    selection: { namespace: server.namespace },
    store,
    transform: withoutManagedFields,
    onChange: ({ type, object }) => void changes.push(`${type} ${object.metadata.name}`),
    ...silence,
    ...options.reflector,
  });
  atEnd(async () => {
    await reflector.stop();
    await client.close();
    await proxy.close();
  });
  if (options.awaitSync !== false) await reflector.whenSynced();
  const { direct, namespace } = server;
  return {
    server,
    proxy,
    client,
    store,
    reflector,
    changes,
    async put(name, data = {}) {
      const created = await direct.create(CONFIG_MAPS, configMap(namespace, name, data));
      const target = { resource: CONFIG_MAPS, namespace, name };
      const written = created.ok ? created : await direct.patch(target, { kind: 'Merge', body: { data } });
      if (!written.ok) throw new Error(written.message);
      return written.value;
    },
    async remove(name) {
      const found = await direct.get({ resource: CONFIG_MAPS, namespace, name });
      if (!found.ok) throw new Error(found.message);
      const uid = found.value.metadata.uid ?? '';
      const gone = await direct.delete({ resource: CONFIG_MAPS, namespace, name }, { uid });
      if (!gone.ok) throw new Error(gone.message);
    },
  };
}

/** A config map to create. */
export function configMap(namespace: string, name: string, data: Record<string, string>, more: object = {}): ConfigMap {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name, ...more }, data };
}

/** What the server has, as the store should have it. */
export async function serverContent({ direct, namespace }: Server): Promise<readonly KubeObject[]> {
  const page = await direct.list(CONFIG_MAPS, { namespace }, {});
  if (!page.ok) throw new Error(page.message);
  return page.value.items.map(withoutManagedFields);
}

/** Waits until the condition holds, looking every 20 ms; throws, naming it, when that takes longer than `within`. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  within: Milliseconds = seconds(40),
): Promise<void> {
  const deadline = clock.now() + within;
  while (!(await holds())) {
    if (clock.now() > deadline) throw new Error(`not within ${within} ms: ${what}`);
    await pause(milliseconds(20));
  }
}

/** The criterion of every fault: it struck; once it has stopped, the store becomes equal to the server, without a hot loop. */
export async function expectConverged(rig: Rig, id: string, requestsAtMost = 60): Promise<void> {
  await until(`${id} strikes`, () => rig.proxy.hits(id) > 0);
  rig.proxy.clear();
  const equal = async (): Promise<boolean> => textOf(rig.store.all()) === textOf(await serverContent(rig.server));
  await until('the store equals the server', equal);
  expect(rig.proxy.hits(id)).toBeGreaterThan(0);
  expect(rig.proxy.requests.length).toBeLessThan(requestsAtMost);
}

/** Resolves when the store has an object of that name that satisfies the condition. */
export function seen(
  rig: Rig,
  name: string,
  is: (object: ConfigMap | undefined) => boolean = (found) => found !== undefined,
): Promise<void> {
  return until(`the store has ${name} as expected`, () => is(rig.store.get(rig.server.namespace, name)));
}

/** Long enough for an event to come through the proxy if it were let through. */
export const EVENT_WOULD_HAVE_COME: Milliseconds = milliseconds(400);
/** A short silence for tests; a real server's bookmarks come each minute, so it reconnects that often. */
export const SHORT_SILENCE: Milliseconds = seconds(2);

/** Equal content has equal text, whatever the order of objects and fields. */
function textOf(objects: readonly KubeObject[]): string {
  return canonicalJson([...objects].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1)));
}
