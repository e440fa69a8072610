import type { KubeObject } from '../../src/kube/resource.ts';
import { draw } from '../../src/emulator/draw.ts';
import type { ResourceOf } from '../../src/emulator/steps/kinds.ts';
import {
  DEPLOYMENTS,
  listOf,
  NODES,
  PODS,
  REPLICA_SETS,
  RESOURCE_QUOTAS,
  SERVICES,
} from '../../src/emulator/steps/kinds.ts';
import type { Pod } from '../../src/emulator/steps/pod-shape.ts';
import type { Deployment, Node, ReplicaSet, Service } from '../../src/emulator/steps/shapes.ts';
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
  const service = cluster.view.get(SERVICES, NAMESPACE, 'web');
  const owner = {
    apiVersion: 'v1',
    kind: 'Service',
    name: 'web',
    uid: service?.metadata.uid ?? '',
    blockOwnerDeletion: true,
  };
  const ownerReferences = service === undefined || dice() < 0.5 ? [] : [owner];
  cluster.create(REPLICA_SETS, { ...set, metadata: { ...set.metadata, name, ownerReferences } });
}

function addDeployment(cluster: StoredCluster, dice: () => number): void {
  if (cluster.view.get(DEPLOYMENTS, NAMESPACE, 'shop') !== undefined) return;
  const { spec } = replicaSet(Math.floor(dice() * 5));
  const labels = { app: 'shop' };
  const template = { ...spec.template, metadata: { labels } };
  const strategy = { type: dice() < 0.3 ? 'Recreate' : 'RollingUpdate' } as const;
  const more = { strategy, revisionHistoryLimit: 1, progressDeadlineSeconds: 5 };
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

function addNode(cluster: StoredCluster, dice: () => number): void {
  const name = pick(['node-1', 'node-2'], dice) ?? '';
  if (cluster.view.get(NODES, undefined, name) === undefined) cluster.create(NODES, readyNode(name));
}

function addQuota(cluster: StoredCluster): void {
  const metadata = { name: 'small', namespace: NAMESPACE };
  if (cluster.view.get(RESOURCE_QUOTAS, NAMESPACE, 'small') !== undefined) return;
  cluster.create(RESOURCE_QUOTAS, { metadata, spec: { hard: { pods: '3' } } } as KubeObject);
}

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
  removeOne(RESOURCE_QUOTAS),
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
  changeOne<Node>(NODES, (node, dice) => ({
    ...node,
    status: { ...node.status, conditions: [{ type: 'Ready', status: dice() < 0.7 ? 'True' : 'Unknown' }] },
  })),
];

/** Does to the cluster one of the things that users and machines do to it. */
export function meddle(cluster: StoredCluster, dice: () => number): void {
  pick(MEDDLINGS, dice)?.(cluster, dice);
}
