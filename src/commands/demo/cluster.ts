import type { Fetcher } from '../../apply/fetcher.ts';
import { createFetcher } from '../../apply/fetcher.ts';
import type { ApiGroup } from '../../api/names.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { Clock } from '../../clock/clock.ts';
import { analysisRunReconciler } from '../../controllers/analysis-run-controller.ts';
import type { ControllerParts } from '../../controllers/run-controller.ts';
import { runController } from '../../controllers/run-controller.ts';
import { ownKinds } from '../../controllers/world.ts';
import type { ApiServer } from '../../emulator/api-server.ts';
import { createApiServer } from '../../emulator/api-server.ts';
import { startEmbeddedCluster } from '../../emulator/embedded-cluster.ts';
import { listenHttp } from '../../emulator/http-listener.ts';
import { inProcessClient } from '../../emulator/in-process-client.ts';
import { applicationOfPod } from '../../emulator/pod-application.ts';
import { listenPrometheus } from '../../emulator/prometheus-listener.ts';
import { EmulatedPrometheus } from '../../emulator/prometheus.ts';
import type { StreamReport } from '../../emulator/proxies/outcomes.ts';
import { ProxyFleet } from '../../emulator/proxy-fleet.ts';
import { seededRandom } from '../../emulator/random.ts';
import { runProxies } from '../../emulator/run-proxies.ts';
import type { Stream } from '../../emulator/traffic.ts';
import { plainConnection } from '../../kube/connection.ts';
import { createHttpClient } from '../../kube/http-client.ts';
import { silentMetrics } from '../../simulate/silent-metrics.ts';
import { worldFetcher } from '../../simulate/world-fetcher.ts';
import type { Logger } from '../../telemetry/log.ts';
import type { Cast } from './cast.ts';
import { create } from './deeds.ts';
import { readCrds } from './read-crds.ts';

/** Where the controller keeps its lease. */
const OWN_NAMESPACE = 'sluice-system';
/** Users' requests go by this name. */
const USERS = 'users';
/** The seed of names, pods and traffic. */
const SEED = 7;

/** The embedded cluster of a demo: API server, nodes, proxies, users, Prometheus. */
export type DemoCluster = Readonly<{
  server: ApiServer;
  /** Where kubectl reaches the API server, and a browser the Prometheus. */
  addresses: Readonly<{ apiServer: string; prometheus: string }>;
  /** What became of the users' requests. */
  users: StreamReport;
  prometheus: EmulatedPrometheus;
  /** From now on users send so many requests a second there. */
  sendRequests(to: Stream['to'], rate: number): void;
  /** Carries the traffic up to now: before the report is read. */
  catchUp(): void;
  /** Ends all that runs and frees the ports. */
  close(): Promise<void>;
}>;

/** Pods that a node takes. */
const PODS_A_NODE = 110;

/** As many nodes as two versions need side by side, with some that still end. */
function nodesFor({ spec }: Rollout): readonly string[] {
  const count = Math.max(3, Math.ceil((3 * (spec.replicas ?? 1)) / PODS_A_NODE));
  return Array.from({ length: count }, (_, index) => `node-${index + 1}`);
}

/** Starts a cluster for a Rollout, with nothing in it but our kinds, on ports of loopback that were free. */
export async function openCluster(clock: Clock, { group, rollout, scrapeEvery }: Cast): Promise<DemoCluster> {
  const names = seededRandom(SEED);
  const server = createApiServer({ clock, random: () => names.next() });
  const controllers = startEmbeddedCluster({
    server,
    clock,
    nodes: nodesFor(rollout),
    resources: Object.values(ownKinds(group)),
  });
  for (const crd of readCrds(group)) create(server, crd);
  create(server, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: OWN_NAMESPACE } });
  const fleet = new ProxyFleet({ seed: SEED, applicationOf: applicationOfPod });
  const prometheus = new EmulatedPrometheus({ interval: scrapeEvery, seed: SEED });
  const proxies = runProxies(server, clock, fleet, prometheus);
  const users = fleet.send({ name: USERS, rate: 0, to: { kind: 'Host', host: '' } });
  const api = await listenHttp(server, { port: 0 });
  const queries = await listenPrometheus(prometheus, clock, { port: 0 });
  return {
    server,
    addresses: { apiServer: api.address, prometheus: queries.address },
    users,
    prometheus,
    sendRequests(to, rate) {
      proxies.catchUp();
      fleet.send({ name: USERS, rate, to });
    },
    catchUp: () => proxies.catchUp(),
    async close() {
      controllers.stop();
      proxies.stop();
      await Promise.all([api.close(), queries.close()]);
    },
  };
}

/** A controller at work; `lost` resolves with the reason when it cannot go on. */
export type DemoController = Readonly<{ lost: Promise<string>; stop(): Promise<void> }>;

/** How the controller reaches the cluster: over its ports as in production, or within the process by the clock. */
export type Reach = 'Http' | 'InProcess';

/** Starts our controller on the cluster. Whatever address a metric names, the cluster's own Prometheus answers. */
export async function startController(
  cluster: DemoCluster,
  options: Readonly<{ clock: Clock; group: ApiGroup; reach: Reach; log: Logger }>,
): Promise<DemoController> {
  const { clock, group, reach, log } = options;
  const origin = cluster.addresses.prometheus;
  const policy = () => ({ origins: [origin], clusterServices: true, apiServerHosts: [], ownPorts: [] });
  const parts: ControllerParts = {
    connect: connection(cluster, clock, reach),
    clock,
    log,
    metrics: silentMetrics,
    analysisRuns: analysisRunReconciler({
      policy,
      provider: () => ({ prometheusAddress: origin }),
      fetcher: (allowed) =>
        reach === 'Http' ? redirected(createFetcher(allowed, clock), origin) : worldFetcher(cluster.prometheus, clock),
    }),
  };
  const settings = {
    group,
    instanceId: '',
    namespace: undefined,
    leases: [{ namespace: OWN_NAMESPACE, name: 'sluice' }],
    identity: 'sluice-demo',
    workers: 2,
  };
  const random = seededRandom(SEED + 1);
  const running = await runController(settings, reach === 'Http' ? parts : { ...parts, random: () => random.next() });
  running.synced.catch(() => {});
  return running;
}

function connection(cluster: DemoCluster, clock: Clock, reach: Reach): ControllerParts['connect'] {
  const userAgent = 'sluice/demo';
  return (fence) => {
    const guarded = fence === undefined ? {} : { fence };
    return reach === 'Http'
      ? createHttpClient({
          connection: plainConnection(cluster.addresses.apiServer),
          clock,
          userAgent,
          limit: () => ({ perSecond: 100, burst: 200 }),
          ...guarded,
        })
      : inProcessClient(cluster.server, { clock, userAgent, ...guarded });
  };
}

/** Sends every request to the same place, with its path and query. */
function redirected(inner: Fetcher, origin: string): Fetcher {
  return {
    fetch: (request, signal) => {
      const { pathname, search } = new URL(request.url);
      return inner.fetch({ ...request, url: `${origin}${pathname}${search}` }, signal);
    },
    close: () => inner.close(),
  };
}
