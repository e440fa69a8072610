import { expect, test } from 'vitest';
import { clusterSteps } from '../../src/emulator/cluster-steps.ts';
import type { ProxyFleetOptions } from '../../src/emulator/proxy-fleet.ts';
import { ProxyFleet } from '../../src/emulator/proxy-fleet.ts';
import type { StreamReport } from '../../src/emulator/proxies/outcomes.ts';
import { applicationOfPod } from '../../src/emulator/pod-application.ts';
import { EmulatedPrometheus } from '../../src/emulator/prometheus.ts';
import { runProxies } from '../../src/emulator/run-proxies.ts';
import { GATEWAYS, HTTP_ROUTES, NODES, PODS, REPLICA_SETS, SERVICES } from '../../src/emulator/steps/kinds.ts';
import type { Node, ReplicaSet } from '../../src/emulator/steps/shapes.ts';
import type { KubeObject } from '../../src/kube/resource.ts';
import { seconds } from '../../src/units/duration.ts';
import type { Rig } from './rig.ts';
import { NAMESPACE, container, replicaSet, startRig } from './rig.ts';

type Env = Readonly<Record<string, string | number>>;

/** ReplicaSet of a version, with its Service. */
function deploy({ cluster }: Rig, version: string, replicas: number, env: Env = {}): void {
  const plain = replicaSet(replicas, [container({ VERSION: version, ...env })]);
  const labels = { app: 'web', version };
  const annotations = { 'prometheus.io/scrape': 'true' };
  const template = { metadata: { labels, annotations }, spec: plain.spec.template.spec };
  const set: ReplicaSet = {
    ...plain,
    metadata: { name: `web-${version}`, namespace: NAMESPACE },
    spec: { replicas, selector: { matchLabels: labels }, template },
  };
  cluster.create(REPLICA_SETS, set);
  const spec = { selector: labels, ports: [{ port: 80, targetPort: 8080 }] };
  cluster.create(SERVICES, { metadata: { name: version, namespace: NAMESPACE }, spec } as KubeObject);
}

function routeSpec(weights: Readonly<Record<string, number>>): object {
  const backendRefs = Object.entries(weights).map(([name, weight]) => ({ name, port: 80, weight }));
  return { parentRefs: [{ name: 'edge' }], hostnames: ['shop'], rules: [{ backendRefs }] };
}

function setWeights({ cluster }: Rig, weights: Readonly<Record<string, number>>): void {
  cluster.change<KubeObject>(HTTP_ROUTES, NAMESPACE, 'shop', (route) => ({ ...route, spec: routeSpec(weights) }));
}

function scale({ cluster }: Rig, version: string, replicas: number): void {
  cluster.change<ReplicaSet>(REPLICA_SETS, NAMESPACE, `web-${version}`, (set) => ({
    ...set,
    spec: { ...set.spec, replicas },
  }));
}

type World = Readonly<{ rig: Rig; prometheus: EmulatedPrometheus; report: StreamReport; end(): void }>;

/** Four pods of v1 under 200 requests/s, for ten seconds. */
async function world(options: Partial<ProxyFleetOptions> = {}, env: Env = {}): Promise<World> {
  const rig = startRig(clusterSteps(), ['n1', 'n2']);
  deploy(rig, 'v1', 4, env);
  const listeners = [{ name: 'http', port: 80, protocol: 'HTTP' }];
  rig.cluster.create(GATEWAYS, {
    metadata: { name: 'edge', namespace: NAMESPACE },
    spec: { gatewayClassName: 'emulated', listeners },
  } as KubeObject);
  rig.cluster.create(HTTP_ROUTES, {
    metadata: { name: 'shop', namespace: NAMESPACE },
    spec: routeSpec({ v1: 100, v2: 0 }),
  } as KubeObject);
  const fleet = new ProxyFleet({ applicationOf: applicationOfPod, seed: 3, ...options });
  const prometheus = new EmulatedPrometheus();
  const running = runProxies(rig.cluster, rig.clock, fleet, prometheus);
  await rig.pass(10);
  running.catchUp();
  const report = fleet.send({ name: 'shop', rate: 200, to: { kind: 'Host', host: 'shop' } });
  await rig.pass(10);
  const end = (): void => {
    running.catchUp();
    running.stop();
    rig.running.stop();
  };
  return { rig, prometheus, report, end };
}

function ask({ rig, prometheus }: World, query: string): number {
  const parameters = new URLSearchParams({ query });
  const reply = prometheus.answer({ method: 'GET', path: '/api/v1/query', parameters }, rig.clock.now());
  if (reply.kind !== 'Answer') throw new Error(reply.kind);
  const { data } = JSON.parse(reply.body) as { data: { result: readonly { value: [number, string] }[] } };
  return Number(data.result[0]?.value[1]);
}

test('a canary of half an hour in the right order loses nothing and is seen in Prometheus', async () => {
  const all = await world();
  const { rig, report, end } = all;
  const started = process.cpuUsage();
  deploy(rig, 'v2', 1, { ERROR_RATE: 0.05 });
  await rig.pass(30);
  for (const [weight, replicas] of [
    [20, 1],
    [50, 2],
    [80, 4],
    [100, 4],
  ] as const) {
    scale(rig, 'v2', replicas);
    await rig.pass(30);
    setWeights(rig, { v1: 100 - weight, v2: weight });
    await rig.pass(420);
  }
  const errors = ask(
    all,
    'sum(rate(http_requests_total{version="v2",code="500"}[5m])) / sum(rate(http_requests_total{version="v2"}[5m]))',
  );
  expect(errors).toBeGreaterThan(0.045);
  expect(errors).toBeLessThan(0.055);
  expect(ask(all, 'sum(rate(envoy_cluster_upstream_rq_total{envoy_cluster_name="shop_v2_80"}[5m]))')).toBeCloseTo(
    200,
    0,
  );
  scale(rig, 'v1', 0);
  await rig.pass(60);
  end();
  const { user, system } = process.cpuUsage(started);
  console.log(`${report.ended} requests, 30 min of a cluster, in ${Math.round((user + system) / 1000)} ms of CPU`);
  expect(report.lost).toBe(0);
  expect(report.ended).toBe(380_000);
  expect(rig.pods()).toHaveLength(4);
  expect(rig.clock.pending).toBe(0);
});

test('pods that do not drain cost requests while proxies are slow to learn', async () => {
  const delay = { least: seconds(1), most: seconds(3) };
  const lost: number[] = [];
  for (const drain of [0, 8]) {
    const { rig, report, end } = await world({ delay }, { DRAIN_SECONDS: drain });
    scale(rig, 'v1', 2);
    await rig.pass(30);
    end();
    lost.push(report.lost);
  }
  expect(lost[0]).toBeGreaterThan(20);
  expect(lost[1]).toBe(0);
});

test('old pods that go before the route has moved cost requests', async () => {
  const { rig, report, end } = await world();
  deploy(rig, 'v2', 4);
  await rig.pass(20);
  scale(rig, 'v1', 0);
  await rig.pass(10);
  setWeights(rig, { v1: 0, v2: 100 });
  await rig.pass(10);
  end();
  expect(report.total('NoEndpoints') + report.total('PodGone')).toBeGreaterThan(500);
});

test('a dead node takes its pods from the proxies’ calls at once', async () => {
  const { rig, report, end } = await world();
  rig.cluster.change<Node>(NODES, undefined, 'n1', (node) => ({
    ...node,
    status: {
      ...node.status,
      conditions: [{ type: 'Ready', status: 'Unknown', lastTransitionTime: '2026-01-01T00:00:00Z' }],
    },
  }));
  await rig.pass(10);
  end();
  expect(report.total('PodGone')).toBeGreaterThan(900);
});

test('a container that starts anew begins its counters at zero', async () => {
  const all = await world({}, { CRASH_AFTER_SECONDS: 60 });
  await all.rig.pass(240);
  expect(ask(all, 'max(resets(http_requests_total{code="200"}[4m]))')).toBeGreaterThanOrEqual(1);
  all.end();
});

test('two runs of a seed are the same', async () => {
  const runs: string[] = [];
  for (let run = 0; run < 2; run += 1) {
    const { rig, report, end } = await world({ seed: 11, loss: 0.1, disorder: 0.1 });
    deploy(rig, 'v2', 2, { ERROR_RATE: 0.2 });
    await rig.pass(20);
    setWeights(rig, { v1: 50, v2: 50 });
    rig.cluster.remove(PODS, NAMESPACE, rig.pods()[0]?.metadata.name ?? '');
    await rig.pass(60);
    end();
    runs.push(JSON.stringify([...report.byVersion]));
  }
  expect(runs[0]).toBe(runs[1]);
});
