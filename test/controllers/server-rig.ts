import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, vi } from 'vitest';
import { systemClock } from '../../src/clock/clock.ts';
import { analysisRunReconciler } from '../../src/controllers/analysis-run-controller.ts';
import type { ControllerSettings, RunningController } from '../../src/controllers/run-controller.ts';
import { runController } from '../../src/controllers/run-controller.ts';
import { ownKinds } from '../../src/controllers/world.ts';
import type { RequestRecord } from '../../src/kube/calls.ts';
import type { KubeClient } from '../../src/kube/client.ts';
import type { Connection } from '../../src/kube/connection.ts';
import { loadConnection } from '../../src/kube/connection.ts';
import { createHttpClient } from '../../src/kube/http-client.ts';
import { HTTP_ROUTES, NAMESPACES, REPLICA_SETS, SERVICES } from '../../src/kube/kinds.ts';
import type { KubeObject, Resource } from '../../src/kube/resource.ts';
import type { ApiGroup } from '../../src/api/names.ts';
import type { Rollout, RolloutStatus } from '../../src/api/rollout.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { milliseconds } from '../../src/units/duration.ts';
import { sleep } from '../../src/clock/clock.ts';
import { mustKubectl } from '../api/kubectl.ts';
import type { FakeWorkloads } from './fake-workloads.ts';
import { startFakeWorkloads } from './fake-workloads.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');
export const clock = systemClock();

/** A line that the controller logged. */
export type Line = Readonly<{ at: number; level: string; message: string; fields: Readonly<Record<string, unknown>> }>;

/** A controller on a real API server, in a namespace of the test's own, with pods that somebody plays. */
export type ServerRig = Replica &
  Readonly<{
    namespace: string;
    client: KubeClient;
    workloads: FakeWorkloads;
    apply(object: object): Promise<void>;
    rollout(): Promise<Rollout>;
    patchRollout(body: unknown, subresource?: 'status'): Promise<void>;
    /** Waits until the status says so; the error shows the status and the log's end. */
    until(what: string, holds: (status: RolloutStatus) => boolean): Promise<RolloutStatus>;
    object<T extends KubeObject>(resource: Resource, name: string): Promise<T>;
    replicaSets(): Promise<readonly Sized[]>;
    weights(): Promise<readonly (number | undefined)[]>;
    selectorOf(service: string): Promise<string | undefined>;
  }>;

/** A ReplicaSet, as far as tests read it. */
export type Sized = KubeObject & Readonly<{ spec: Readonly<{ replicas: number }> }>;

/** Installs our CRDs of a group and the Gateway API's. */
export async function installCrds(group: ApiGroup = 'sluice.dev'): Promise<void> {
  const run = promisify(execFile);
  const from = { cwd: join(REPOSITORY, 'test/cluster/binaries/contour') };
  const { stdout } = await run('go', ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/gateway-api'], from);
  const routes = join(stdout.trim(), 'config/crd/standard/gateway.networking.k8s.io_httproutes.yaml');
  const ours = ['rollouts', 'analysisruns', 'analysistemplates', 'clusteranalysistemplates', 'experiments'];
  const files = [routes, ...ours.map((name) => join(REPOSITORY, `crds/${group}/${name}.yaml`))];
  for (const file of files) {
    await mustKubectl(['apply', '--server-side', '--force-conflicts', '-f', '-'], await readFile(file, 'utf8'));
  }
  for (const name of ['httproutes.gateway.networking.k8s.io', ...ours.map((name) => `${name}.${group}`)]) {
    await mustKubectl(['wait', '--for=condition=Established', '--timeout=60s', `crd/${name}`]);
    await vi.waitFor(() => mustKubectl(['get', name, '-A']), { timeout: 60_000, interval: 200 });
  }
}

/** One running controller, and what it told and did. */
export type Replica = Readonly<{
  controller: RunningController;
  lines: Line[];
  /** Writes that it sent, without leases and events. */
  writes: RequestRecord[];
}>;

/** What a controller under test is started with beside its namespace. */
export type RigOptions = Readonly<{
  settings?: Partial<ControllerSettings>;
  prometheus?: string;
  /** The user as which the controller writes, and may do only what its roles say; default: the administrator. */
  user?: string;
}>;

/** The connection as which another user is served. */
function actingAs(connection: Connection, user: string): Connection {
  return {
    server: connection.server,
    namespace: connection.namespace,
    forget: () => connection.forget(),
    async credentials() {
      const { headers, ...rest } = await connection.credentials();
      return { ...rest, headers: { ...headers, 'impersonate-user': user } };
    },
  };
}

function connect(): Connection {
  const kubeconfig = process.env['SLUICE_TEST_KUBECONFIG'];
  if (kubeconfig === undefined) throw new Error('set SLUICE_TEST_KUBECONFIG, or run npm run test:server');
  return loadConnection({ clock, kubeconfig });
}

let count = 0;

/** A namespace of the test's own and a client that no fence holds back; both end with the test. */
export async function startNamespace(): Promise<Readonly<{ namespace: string; client: KubeClient }>> {
  const client = createHttpClient({
    connection: connect(),
    clock,
    userAgent: 'sluice/test',
    limit: () => ({ perSecond: 5000, burst: 5000 }),
  });
  count += 1;
  const namespace = `sluice-run-${clock.now()}-${count}`;
  const made = await client.create(NAMESPACES, { metadata: { name: namespace } });
  if (!made.ok) throw new Error(made.message);
  onTestFinished(async () => {
    await client.delete({ resource: NAMESPACES, name: namespace }, { uid: made.value.metadata.uid ?? '' });
    await client.close();
  });
  return { namespace, client };
}

/** Starts a controller in a namespace; it is stopped with the test, if the test has not done so. */
export async function startReplica(namespace: string, options: RigOptions = {}): Promise<Replica> {
  const connection = options.user === undefined ? connect() : actingAs(connect(), options.user);
  const lines: Line[] = [];
  const writes: RequestRecord[] = [];
  const at = (level: string) => (fields: Line['fields'], message: string) =>
    void lines.push({ at: clock.now(), level, message, fields });
  const onRequest = (record: RequestRecord): void => {
    const aside = record.plural === 'leases' || record.plural === 'events';
    if (!['get', 'list', 'watch'].includes(record.verb) && !aside) writes.push(record);
  };
  count += 1;
  const settings: ControllerSettings = {
    group: 'sluice.dev',
    instanceId: '',
    namespace,
    leases: [{ namespace, name: 'sluice' }],
    identity: `replica-${count}`,
    workers: 4,
    ...options.settings,
  };
  const origins = options.prometheus === undefined ? [] : [options.prometheus];
  const controller = await runController(settings, {
    connect: (fence) =>
      createHttpClient({
        connection,
        clock,
        userAgent: 'sluice/controller',
        onRequest,
        ...(fence === undefined ? {} : { fence }),
      }),
    clock,
    log: { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') },
    metrics: createMetrics({ version: 'test', commit: 'test' }),
    analysisRuns: analysisRunReconciler({
      policy: () => ({ origins, clusterServices: false, apiServerHosts: [], ownPorts: [] }),
      provider: () => ({ prometheusAddress: options.prometheus }),
    }),
  });
  onTestFinished(() => controller.stop());
  await controller.synced;
  return { controller, lines, writes };
}

/** Sets a controller up in a namespace of its own, with pods that come as they are asked for. */
export async function startRig(options: RigOptions = {}): Promise<ServerRig> {
  const { namespace, client } = await startNamespace();
  const workloads = startFakeWorkloads(client, clock, namespace);
  onTestFinished(() => workloads.stop());
  const replica = await startReplica(namespace, options);
  return {
    namespace,
    client,
    workloads,
    ...replica,
    ...actionsOn(client, namespace, replica.lines, options.settings?.group ?? 'sluice.dev'),
  };
}

type Actions = Pick<
  ServerRig,
  'apply' | 'rollout' | 'patchRollout' | 'until' | 'object' | 'replicaSets' | 'weights' | 'selectorOf'
>;

function actionsOn(client: KubeClient, namespace: string, lines: readonly Line[], group: ApiGroup): Actions {
  const { rollouts } = ownKinds(group);
  const object = async <T extends KubeObject>(resource: Resource, name: string): Promise<T> => {
    const answer = await client.get({ resource, namespace, name });
    if (!answer.ok) throw new Error(answer.message);
    return answer.value as T;
  };
  const rollout = (): Promise<Rollout> => object<KubeObject & Rollout>(rollouts, 'web');
  return {
    object,
    rollout,
    async apply(given) {
      await mustKubectl(['apply', '-n', namespace, '-f', '-'], JSON.stringify(given));
    },
    async patchRollout(body, subresource) {
      const place = subresource === undefined ? {} : { subresource };
      const answer = await client.patch(
        { resource: rollouts, namespace, name: 'web', ...place },
        { kind: 'Merge', body },
      );
      if (!answer.ok) throw new Error(answer.message);
    },
    async until(what, holds) {
      const end = clock.now() + 60_000;
      for (;;) {
        const { status = {} } = await rollout();
        if (holds(status)) return status;
        if (clock.now() > end) {
          const log = lines
            .slice(-15)
            .map((line) => JSON.stringify(line))
            .join('\n');
          expect.fail(`not within 60 s: ${what}; status ${JSON.stringify(status, undefined, 1)}\n${log}`);
        }
        await sleep(clock, milliseconds(50));
      }
    },
    async replicaSets() {
      const answer = await client.list(REPLICA_SETS, { namespace }, {});
      return answer.ok ? (answer.value.items as readonly Sized[]) : [];
    },
    async weights() {
      type Route = KubeObject & { spec: { rules: { backendRefs: { weight?: number }[] }[] } };
      const route = await object<Route>(HTTP_ROUTES, 'web');
      return route.spec.rules[0]?.backendRefs.map(({ weight }) => weight) ?? [];
    },
    async selectorOf(service) {
      type Service = KubeObject & { spec: { selector: Record<string, string> } };
      return (await object<Service>(SERVICES, service)).spec.selector['rollouts-pod-template-hash'];
    },
  };
}
