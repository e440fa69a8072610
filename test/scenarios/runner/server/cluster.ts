import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { ApiGroup } from '../../../../src/api/names.ts';
import { systemClock } from '../../../../src/clock/clock.ts';
import type { Clock } from '../../../../src/clock/clock.ts';
import { DEFINITIONS, GATEWAYS, NAMESPACES, NODES } from '../../../../src/emulator/steps/kinds.ts';
import { loadConnection } from '../../../../src/kube/connection.ts';
import { createHttpClient } from '../../../../src/kube/http-client.ts';
import type { PodTimes } from '../../../../src/emulator/steps/pod-times.ts';
import type { KubeObject, Resource } from '../../../../src/kube/resource.ts';
import { run } from '../../../cluster/command.ts';
import { findBinary } from '../../../cluster/binaries.ts';
import type { ControlPlane } from '../../../cluster/control-plane.ts';
import { startControlPlane } from '../../../cluster/control-plane.ts';
import { freePorts } from '../../../cluster/ports.ts';
import { until } from '../../../cluster/ready.ts';
import { collectionOf, ownResources, watchedResources } from '../kinds.ts';
import { GATEWAY } from '../objects.ts';
import { gatewayObject, readCrds } from '../virtual-stage.ts';
import { createNodes, startKubelets } from './kubelets.ts';
import { Mirror } from './mirror.ts';
import type { RawClient } from './raw-client.ts';
import { createRawClient } from './raw-client.ts';

/** Answers what was posted to a path of the metrics address. */
export type MetricsAnswer = (path: string, body: string) => Readonly<{ status: number; body: string }>;

/** A real API server with the real controllers, pods that nobody runs, and what a scenario needs. */
export type ServerCluster = Readonly<{
  plane: ControlPlane;
  clock: Clock;
  /** A person with all rights. */
  person: RawClient;
  mirror: Mirror;
  /** Where scripted metrics are asked for; followed by the path of a scenario. */
  metricsAddress: string;
  /** Who answers metrics from now on. */
  answerMetrics(answer: MetricsAnswer): void;
  /** Starts the controller of a group, in a process of its own; resolves when it leads. */
  startController(
    group: ApiGroup,
    bundle: string,
    flags?: readonly string[],
    node?: readonly string[],
  ): Promise<ControllerProcess>;
  stop(): Promise<void>;
}>;

/** Our controller in a process of its own. */
export type ControllerProcess = Readonly<{
  pid: number;
  metricsUrl: string;
  log(): Promise<string>;
  stop(): Promise<void>;
}>;

/** The controllers of Kubernetes that scenarios meet; node lifecycle would evict pods of nodes that nobody runs. */
const CONTROLLERS = [
  'replicaset-controller',
  'deployment-controller',
  'job-controller',
  'garbage-collector-controller',
  'endpointslice-controller',
  'disruption-controller',
  'resourcequota-controller',
];

const GROUPS: readonly ApiGroup[] = ['sluice.dev', 'argoproj.io'];

/** What differs for those who measure. */
export type ClusterOptions = Readonly<{
  /** How long the stages of a pod's life take. */
  podTimes?: PodTimes;
  /** What is watched here; everything that scenarios look at otherwise. */
  watched?: readonly Resource[];
}>;

/** Brings all of it up; about ten seconds. Both groups are installed. */
export async function startServerCluster(options: ClusterOptions = {}): Promise<ServerCluster> {
  const clock = systemClock();
  const plane = await startControlPlane();
  const folder = await mkdtemp(join(tmpdir(), 'sluice-scenarios-'));
  const children: ChildProcess[] = [];
  const person = createRawClient(plane, 'person');
  const kubelet = createRawClient(plane, 'kubelets');
  await install(person, clock);
  const connection = loadConnection({ clock, kubeconfig: plane.kubeconfigPath });
  const limit = () => ({ perSecond: 5000, burst: 5000 });
  const watching = createHttpClient({ connection, clock, userAgent: 'scenarios', limit });
  const usual = [...watchedResources('sluice.dev'), ...ownResources('argoproj.io')];
  const resources = [...(options.watched ?? usual), NODES, GATEWAYS];
  const mirror = new Mirror({ watching, writing: kubelet }, clock, resources);
  await mirror.whenSynced();
  const kubelets = startKubelets(mirror, clock, options.podTimes);
  children.push(await startControllerManager(plane, folder));
  const metrics = await serveMetrics();
  const { port } = metrics.server.address() as AddressInfo;
  const metricsAddress = `http://127.0.0.1:${port}`;
  return {
    plane,
    clock,
    person,
    mirror,
    metricsAddress,
    answerMetrics: metrics.answerWith,
    async startController(group, bundle, flags = [], node = []) {
      const started = await startOurs({ plane, folder, metricsAddress }, group, [...node, bundle], flags);
      children.push(started.child);
      return started.process;
    },
    async stop() {
      for (const child of children) child.kill('SIGKILL');
      kubelets.stop();
      await mirror.stop();
      await watching.close();
      metrics.server.closeAllConnections();
      metrics.server.close();
      for (const client of [person, kubelet]) client.close();
      await plane.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function install(person: RawClient, clock: Clock): Promise<void> {
  const create = async (path: string, body: KubeObject): Promise<void> => {
    const { status, body: said } = await person.ask({ method: 'POST', path, body });
    if (status >= 300) throw new Error(`${body.kind ?? ''} ${body.metadata.name}: ${JSON.stringify(said)}`);
  };
  const crds = [...(await gatewayCrds()), ...GROUPS.flatMap(readCrds)];
  for (const crd of crds) await create(collectionOf(DEFINITIONS, ''), crd);
  const served = [...GROUPS.flatMap(ownResources), GATEWAYS].map((resource) => collectionOf(resource, 'default'));
  for (const path of served) {
    await until(`${path} is served`, async () => (await person.ask({ method: 'GET', path })).status === 200);
  }
  for (const name of [GATEWAY.namespace, 'sluice-system']) {
    await create(collectionOf(NAMESPACES, ''), { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  }
  await create(collectionOf(GATEWAYS, GATEWAY.namespace), gatewayObject());
  await createNodes(person, clock);
}

/** The Gateway API's own kinds, from the module that the test cluster is built with. */
async function gatewayCrds(): Promise<readonly KubeObject[]> {
  const cwd = join(import.meta.dirname, '..', '..', '..', 'cluster', 'binaries', 'contour');
  const folder = (await run('go', ['list', '-m', '-f', '{{.Dir}}', 'sigs.k8s.io/gateway-api'], { cwd })).trim();
  const texts = ['httproutes', 'gateways'].map((name) =>
    readFile(join(folder, `config/crd/standard/gateway.networking.k8s.io_${name}.yaml`), 'utf8'),
  );
  return (await Promise.all(texts)).map((text) => parse(text) as KubeObject);
}

async function startControllerManager(plane: ControlPlane, folder: string): Promise<ChildProcess> {
  const binary = await findBinary('kube-controller-manager');
  const args = [
    `--kubeconfig=${plane.kubeconfigPath}`,
    `--controllers=${CONTROLLERS.join()}`,
    '--leader-elect=false',
    '--secure-port=0',
    '--authentication-skip-lookup=true',
    '--profiling=false',
    '--kube-api-qps=1000',
    '--kube-api-burst=2000',
    '--concurrent-replicaset-syncs=20',
  ];
  return launch(binary, args, join(folder, 'kube-controller-manager.log'));
}

function launch(
  file: string,
  args: readonly string[],
  logPath: string,
  env: NodeJS.ProcessEnv = process.env,
): ChildProcess {
  const log = openSync(logPath, 'w');
  const child = spawn(file, args, { stdio: ['ignore', log, log], env });
  closeSync(log);
  // A run that breaks off must leave no process behind.
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
  return child;
}

type Metrics = Readonly<{ server: Server; answerWith(answer: MetricsAnswer): void }>;

async function serveMetrics(): Promise<Metrics> {
  let answer: MetricsAnswer = () => ({ status: 404, body: '' });
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
    request.on('end', () => {
      const said = answer(request.url ?? '', body);
      response.writeHead(said.status, { 'content-type': 'application/json' }).end(said.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, answerWith: (next) => void (answer = next) };
}

type OursIn = Readonly<{ plane: ControlPlane; folder: string; metricsAddress: string }>;

async function startOurs(
  { plane, folder, metricsAddress }: OursIn,
  group: ApiGroup,
  program: readonly string[],
  flags: readonly string[],
): Promise<Readonly<{ child: ChildProcess; process: ControllerProcess }>> {
  const [port = 0] = await freePorts(1);
  const args = [
    '--kubeconfig',
    plane.kubeconfigPath,
    '--api-group',
    group,
    // Both groups in one cluster: each has a lease of its own.
    '--lease-name',
    `sluice-${group.split('.')[0] ?? ''}`,
    '--metrics-address',
    `127.0.0.1:${port}`,
    '--allowed-origins',
    metricsAddress,
    ...flags,
  ];
  const logPath = join(folder, `controller-${group}.log`);
  const child = launch(process.execPath, [...program, 'controller', ...args], logPath);
  const log = (): Promise<string> => readFile(logPath, 'utf8');
  await until(
    `the controller of ${group} leads`,
    async () => {
      if (child.exitCode !== null) throw new Error(`the controller ended: ${await log()}`);
      return (await log()).includes('"msg":"leading"');
    },
    { logPath },
  );
  const stop = (): Promise<void> =>
    new Promise((resolve) => {
      if (child.exitCode !== null) return resolve();
      child.once('exit', () => resolve());
      child.kill('SIGTERM');
    });
  return { child, process: { pid: child.pid ?? 0, metricsUrl: `http://127.0.0.1:${port}/metrics`, log, stop } };
}
