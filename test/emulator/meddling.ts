import type { KubeObject } from '../../src/kube/resource.ts';
import { draw } from '../../src/emulator/draw.ts';
import type { ResourceOf } from '../../src/emulator/steps/kinds.ts';
import {
  AUTOSCALERS,
  DEPLOYMENTS,
  DISRUPTION_BUDGETS,
  GATEWAYS,
  HTTP_ROUTES,
  JOBS,
  listOf,
  NODES,
  PODS,
  REPLICA_SETS,
  RESOURCE_QUOTAS,
  SERVICES,
} from '../../src/emulator/steps/kinds.ts';
import type { Pod } from '../../src/emulator/steps/pod-shape.ts';
import type {
  Deployment,
  DisruptionBudget,
  Gateway,
  HorizontalAutoscaler,
  HttpRoute,
  Job,
  Node,
  ReplicaSet,
  Service,
} from '../../src/emulator/steps/shapes.ts';
import type { StoredCluster } from './stored-cluster.ts';
import { container, NAMESPACE, readyNode, replicaSet } from './rig.ts';

/** Numbers of [0, 1), the same for the same seed. */
export function createDice(seed: number): () => number {
  let thrown = 0;
  return () => {
    thrown += 1;
    return draw(seed, thrown);
  };
}

type Meddling = (cluster: StoredCluster, dice: () => number) => void;

const ENVIRONMENTS: readonly Readonly<Record<string, string | number>>[] = [
  {},
  { CRASH: 'true' },
  { CRASH_AFTER_SECONDS: 2 },
  { FLAP_SECONDS: 1 },
  { NEVER_READY: 'true' },
  { READY_AFTER_SECONDS: 3 },
  { DRAIN_SECONDS: 1 },
];

const IMPATIENT = ['not-ready', 'unreachable'].map((what) => ({
  key: `node.kubernetes.io/${what}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds: 2,
}));

function pick<T>(items: readonly T[], dice: () => number): T | undefined {
  return items[Math.floor(dice() * items.length)];
}

function changeOne<T extends KubeObject>(of: ResourceOf<T>, change: (object: T, dice: () => number) => T): Meddling {
  return (cluster, dice) => {
    const object = pick(listOf(cluster.view, of), dice);
    if (object === undefined) return;
    cluster.change<T>(of, object.metadata.namespace, object.metadata.name, (found) => change(found, dice));
  };
}

function removeOne(of: ResourceOf<KubeObject>): Meddling {
  return (cluster, dice) => {
    const object = pick(listOf(cluster.view, of), dice);
    const policy = pick(['Background', 'Background', 'Foreground', 'Orphan'] as const, dice);
    const alive = object !== undefined && object.metadata.deletionTimestamp === undefined;
    if (alive) cluster.remove(of, object.metadata.namespace, object.metadata.name, policy);
  };
}

function addReplicaSet(cluster: StoredCluster, dice: () => number): void {
  const name = pick(['web-1', 'web-2'], dice) ?? '';
  if (cluster.view.get(REPLICA_SETS, NAMESPACE, name) !== undefined) return;
  const image = pick(['demo:1', 'demo:1-missing'], dice) ?? '';
  const app = container(pick(ENVIRONMENTS, dice), { image });
  const set = replicaSet(Math.floor(dice() * 4), [app], { minReadySeconds: Math.floor(dice() * 3) });
  const template = { ...set.spec.template, spec: { ...set.spec.template.spec, tolerations: IMPATIENT } };
  const service = cluster.view.get(SERVICES, NAMESPACE, 'web');
  const owner = {
    apiVersion: 'v1',
    kind: 'Service',
    name: 'web',
    uid: service?.metadata.uid ?? '',
    blockOwnerDeletion: true,
  };
  const ownerReferences = service === undefined || dice() < 0.5 ? [] : [owner];
  cluster.create(REPLICA_SETS, {
    ...set,
    metadata: { ...set.metadata, name, ownerReferences },
    spec: { ...set.spec, template },
  });
}

function addDeployment(cluster: StoredCluster, dice: () => number): void {
  if (cluster.view.get(DEPLOYMENTS, NAMESPACE, 'shop') !== undefined) return;
  const { spec } = replicaSet(Math.floor(dice() * 5));
  const labels = { app: 'shop' };
  const template = { ...spec.template, metadata: { labels } };
  const strategy = { type: dice() < 0.3 ? 'Recreate' : 'RollingUpdate' } as const;
  const more = { strategy, revisionHistoryLimit: 0, progressDeadlineSeconds: 5 };
  cluster.create<Deployment>(DEPLOYMENTS, {
    metadata: { name: 'shop', namespace: NAMESPACE },
    spec: { ...spec, selector: { matchLabels: labels }, template, ...more },
  });
}

function addService(cluster: StoredCluster, dice: () => number): void {
  const name = pick(['web', 'web-canary'], dice) ?? '';
  if (cluster.view.get(SERVICES, NAMESPACE, name) !== undefined) return;
  const spec = { selector: { app: 'web' }, ports: [{ port: 80, targetPort: pick(['http', 8080], dice) ?? 80 }] };
  cluster.create<Service>(SERVICES, { metadata: { name, namespace: NAMESPACE }, spec });
}

function addJob(cluster: StoredCluster, dice: () => number): void {
  const name = pick(['job-1', 'job-2'], dice) ?? '';
  if (cluster.view.get(JOBS, NAMESPACE, name) !== undefined) return;
  const restartPolicy = pick(['Never', 'OnFailure'] as const, dice) ?? 'Never';
  const spec = {
    parallelism: 1 + Math.floor(dice() * 2),
    completions: 1 + Math.floor(dice() * 3),
    backoffLimit: 1,
    activeDeadlineSeconds: 60,
    ttlSecondsAfterFinished: 10,
    template: { spec: { restartPolicy, containers: [container(pick(ENVIRONMENTS, dice))] } },
  };
  cluster.create<Job>(JOBS, { metadata: { name, namespace: NAMESPACE }, spec });
}

function addBudget(cluster: StoredCluster, dice: () => number): void {
  if (cluster.view.get(DISRUPTION_BUDGETS, NAMESPACE, 'web') !== undefined) return;
  const amount = dice() < 0.5 ? { minAvailable: '50%' } : { maxUnavailable: 1 };
  const spec = { selector: { matchLabels: { app: 'web' } }, ...amount };
  cluster.create<DisruptionBudget>(DISRUPTION_BUDGETS, { metadata: { name: 'web', namespace: NAMESPACE }, spec });
}

function addAutoscaler(cluster: StoredCluster): void {
  if (cluster.view.get(AUTOSCALERS, NAMESPACE, 'shop') !== undefined) return;
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' };
  const spec = { scaleTargetRef, minReplicas: 1, maxReplicas: 5 };
  cluster.create<HorizontalAutoscaler>(AUTOSCALERS, { metadata: { name: 'shop', namespace: NAMESPACE }, spec });
}

function addGateway(cluster: StoredCluster): void {
  if (cluster.view.get(GATEWAYS, NAMESPACE, 'gate') !== undefined) return;
  const spec = { gatewayClassName: 'any', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] };
  cluster.create<Gateway>(GATEWAYS, { metadata: { name: 'gate', namespace: NAMESPACE }, spec });
}

function addRoute(cluster: StoredCluster, dice: () => number): void {
  if (cluster.view.get(HTTP_ROUTES, NAMESPACE, 'web') !== undefined) return;
  const backendRefs = [{ name: 'web', port: pick([80, 81], dice) ?? 80 }];
  const spec = { parentRefs: [{ name: 'gate' }], rules: [{ backendRefs }] };
  cluster.create<HttpRoute>(HTTP_ROUTES, { metadata: { name: 'web', namespace: NAMESPACE }, spec });
}

function addNode(cluster: StoredCluster, dice: () => number): void {
  const name = pick(['node-1', 'node-2'], dice) ?? '';
  if (cluster.view.get(NODES, undefined, name) === undefined) cluster.create(NODES, readyNode(name));
}

function addQuota(cluster: StoredCluster): void {
  const metadata = { name: 'small', namespace: NAMESPACE };
  if (cluster.view.get(RESOURCE_QUOTAS, NAMESPACE, 'small') !== undefined) return;
  cluster.create(RESOURCE_QUOTAS, { metadata, spec: { hard: { pods: '3' } } } as KubeObject);
}

const flipNode: Meddling = changeOne<Node>(NODES, (node, dice) => ({
  ...node,
  status: {
    ...node.status,
    conditions: [
      { type: 'Ready', status: dice() < 0.6 ? 'True' : 'Unknown', lastTransitionTime: '2026-01-01T00:00:00Z' },
    ],
  },
}));

const MEDDLINGS: readonly Meddling[] = [
  addReplicaSet,
  addReplicaSet,
  addService,
  addNode,
  addNode,
  addQuota,
  addDeployment,
  addDeployment,
  removeOne(DEPLOYMENTS),
  addJob,
  addBudget,
  addAutoscaler,
  addGateway,
  addRoute,
  removeOne(RESOURCE_QUOTAS),
  removeOne(JOBS),
  removeOne(DISRUPTION_BUDGETS),
  removeOne(AUTOSCALERS),
  removeOne(GATEWAYS),
  removeOne(HTTP_ROUTES),
  removeOne(NODES),
  changeOne<Deployment>(DEPLOYMENTS, (deployment, dice) => ({
    ...deployment,
    spec: { ...deployment.spec, replicas: Math.floor(dice() * 6) },
  })),
  changeOne<Deployment>(DEPLOYMENTS, (deployment, dice) => ({
    ...deployment,
    spec: { ...deployment.spec, paused: dice() < 0.3 },
  })),
  changeOne<Deployment>(DEPLOYMENTS, (deployment, dice) => {
    const app = container({ VERSION: `v${Math.floor(dice() * 5)}`, ...pick(ENVIRONMENTS, dice) });
    const template = { ...deployment.spec.template, spec: { containers: [app] } };
    return { ...deployment, spec: { ...deployment.spec, template } };
  }),
  removeOne(REPLICA_SETS),
  removeOne(PODS),
  removeOne(SERVICES),
  changeOne<ReplicaSet>(REPLICA_SETS, (set, dice) => ({
    ...set,
    spec: { ...set.spec, replicas: Math.floor(dice() * 5) },
  })),
  changeOne<ReplicaSet>(REPLICA_SETS, (set, dice) => ({
    ...set,
    metadata: { ...set.metadata, labels: { ...set.metadata.labels, app: pick(['shop', 'other'], dice) ?? '' } },
  })),
  changeOne<Pod>(PODS, (pod, dice) => ({
    ...pod,
    metadata: { ...pod.metadata, labels: { app: pick(['web', 'other'], dice) ?? '' } },
  })),
  changeOne<Service>(SERVICES, (service, dice) => ({
    ...service,
    spec: { ...service.spec, publishNotReadyAddresses: dice() < 0.5 },
  })),
  flipNode,
  flipNode,
  flipNode,
];

/** Does to the cluster one of the things that users and machines do to it. */
export function meddle(cluster: StoredCluster, dice: () => number): void {
  pick(MEDDLINGS, dice)?.(cluster, dice);
}
