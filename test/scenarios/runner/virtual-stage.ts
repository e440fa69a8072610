import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { RouteResource } from '../../../src/api/gateway-api-routes.ts';
import type { ApiGroup } from '../../../src/api/names.ts';
import type { Fetcher } from '../../../src/apply/fetcher.ts';
import { analysisRunReconciler } from '../../../src/controllers/analysis-run-controller.ts';
import type { RunningController } from '../../../src/controllers/run-controller.ts';
import { runController } from '../../../src/controllers/run-controller.ts';
import { createApiServer } from '../../../src/emulator/api-server.ts';
import type { ApiServer } from '../../../src/emulator/api-server.ts';
import { startEmbeddedCluster } from '../../../src/emulator/embedded-cluster.ts';
import { inProcessClient } from '../../../src/emulator/in-process-client.ts';
import type { PodTimes } from '../../../src/emulator/steps/pod-times.ts';
import type { KubeObject } from '../../../src/kube/resource.ts';
import { drawsFrom } from '../../../src/simulate/random.ts';
import { silentMetrics } from '../../../src/simulate/silent-metrics.ts';
import type { VirtualClock } from '../../../src/simulate/virtual-clock.ts';
import { createVirtualClock } from '../../../src/simulate/virtual-clock.ts';
import type { Fields, Logger } from '../../../src/telemetry/log.ts';
import { milliseconds, seconds } from '../../../src/units/duration.ts';
import { add, instant } from '../../../src/units/instant.ts';
import { ownResources } from './kinds.ts';
import { ScriptedMetrics } from './metrics.ts';
import { GATEWAY } from './objects.ts';
import type { Asked, Reply, Stage } from './stage.ts';
import { World } from './world.ts';

const BEGIN = instant(Date.UTC(2026, 0, 1));
const NAMESPACE = 'scenario';
const ADDRESS = 'http://prometheus.scenario:9090';

const range = (from: number, to: number): PodTimes['starting'] => ({ from: milliseconds(from), to: milliseconds(to) });

/** Pods of scenarios come and go quickly, on either kind of server. */
export const QUICK_PODS: PodTimes = {
  seed: 1,
  scheduling: range(0, 20),
  starting: range(50, 200),
  probing: range(10, 50),
  removing: range(20, 100),
};

/** Our CRDs in a group, as they are shipped. */
export function readCrds(group: ApiGroup): readonly KubeObject[] {
  const folder = join(import.meta.dirname, '..', '..', '..', 'crds', group);
  return readdirSync(folder).map((name) => parse(readFileSync(join(folder, name), 'utf8')) as KubeObject);
}

const crdsOf = new Map<ApiGroup, readonly KubeObject[]>();

/** A stage in virtual time: an emulated cluster and a controller of its own, which serves those kinds of routes. */
export async function openVirtualStage(
  group: ApiGroup,
  routeKinds: readonly RouteResource[] = ['httproutes'],
): Promise<Stage> {
  const clock = createVirtualClock(BEGIN);
  const draws = drawsFrom(`scenario/${group}`);
  const server = createApiServer({ clock, random: () => draws.next(), tracksFields: false });
  const cluster = startEmbeddedCluster({
    server,
    clock,
    podTimes: QUICK_PODS,
    delay: () => milliseconds(10),
    resources: ownResources(group),
  });
  prepare(server, group);
  const world = new World(group, NAMESPACE, server.view, () => clock.now());
  const metrics = new ScriptedMetrics(ADDRESS);
  const lines: string[] = [];
  const controller = await startController(server, clock, group, { world, metrics, lines, routeKinds });
  return {
    group,
    world,
    metrics,
    ask: (asked) => Promise.resolve(replyOf(server, asked)),
    pass: (length) => clock.runUntil(add(clock.now(), length)),
    onChange: (listener) =>
      void server.onChange((resource, object) => {
        if (object.metadata.namespace === NAMESPACE) listener(resource, object);
      }),
    until: (holds, limit) => passUntil(server, clock, holds, limit),
    skew: milliseconds(0),
    log: () => Promise.resolve(lines),
    async close() {
      const stopped = controller.stop();
      await clock.runUntil(add(clock.now(), seconds(60)));
      await stopped;
      cluster.stop();
    },
  };
}

function prepare(server: ApiServer, group: ApiGroup): void {
  const crds = crdsOf.get(group) ?? readCrds(group);
  crdsOf.set(group, crds);
  const create = (path: string, body: unknown): void => {
    const { status, body: said } = server.handle({ method: 'POST', path, body });
    if (status >= 300) throw new Error(`${path}: ${JSON.stringify(said)}`);
  };
  for (const crd of crds) create('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', crd);
  for (const name of [NAMESPACE, GATEWAY.namespace]) create('/api/v1/namespaces', { metadata: { name } });
  create(`/apis/gateway.networking.k8s.io/v1/namespaces/${GATEWAY.namespace}/gateways`, gatewayObject());
}

/** The Gateway that every route of every scenario names as its parent. */
export function gatewayObject(): KubeObject {
  const made = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: GATEWAY,
    spec: { gatewayClassName: 'emulated', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
  };
  return made;
}

function replyOf(server: ApiServer, asked: Asked): Reply {
  const { status, body } = server.handle({ ...asked, userAgent: 'person' });
  return { status, body };
}

async function passUntil(
  server: ApiServer,
  clock: VirtualClock,
  holds: () => boolean,
  limit: ReturnType<typeof milliseconds>,
): Promise<boolean> {
  if (holds()) return true;
  let changed = false;
  let held = false;
  const unsubscribe = server.onChange(() => void (changed = true));
  await clock.runUntil(add(clock.now(), limit), () => {
    if (!changed) return false;
    changed = false;
    held = holds();
    return held;
  });
  unsubscribe();
  return held;
}

type Played = Readonly<{
  world: World;
  metrics: ScriptedMetrics;
  lines: string[];
  routeKinds: readonly RouteResource[];
}>;

async function startController(
  server: ApiServer,
  clock: VirtualClock,
  group: ApiGroup,
  { world, metrics, lines, routeKinds }: Played,
): Promise<RunningController> {
  const draws = drawsFrom(`controller/${group}`);
  const fetcher: Fetcher = {
    fetch(request) {
      const query = new URLSearchParams(request.body ?? '').get('query') ?? '';
      return Promise.resolve({ kind: 'Answer', ...metrics.answer(query, world, clock.now()) });
    },
    close() {},
  };
  const settings = {
    group,
    instanceId: '',
    namespace: undefined,
    leases: [],
    identity: 'scenario',
    workers: 4,
    routeKinds,
  };
  const starting = runController(settings, {
    connect: (fence) =>
      inProcessClient(server, {
        clock,
        userAgent: 'sluice/scenario',
        latency: () => milliseconds(2),
        watchLatency: () => milliseconds(5),
        ...(fence === undefined ? {} : { fence }),
      }),
    clock,
    log: logInto(lines, clock),
    metrics: silentMetrics,
    analysisRuns: analysisRunReconciler({
      policy: () => ({ origins: [ADDRESS], clusterServices: true, apiServerHosts: [], ownPorts: [] }),
      provider: () => ({ prometheusAddress: ADDRESS }),
      fetcher: () => fetcher,
    }),
    random: () => draws.next(),
  });
  await clock.runUntil(add(clock.now(), seconds(1)));
  return starting;
}

function logInto(lines: string[], clock: VirtualClock): Logger {
  const at = (level: string) => (fields: Fields, message: string) =>
    void lines.push(`+${((clock.now() - BEGIN) / 1000).toFixed(3)}s ${level} ${message} ${JSON.stringify(fields)}`);
  return { debug: () => {}, info: at('info'), warn: at('warn'), error: at('error') };
}
