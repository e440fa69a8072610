import { canonicalJson } from '../../src/units/canonical-json.ts';

/** An object as JSON. */
export type Body = Readonly<{
  metadata: Readonly<{ name: string }>;
  spec: Readonly<Record<string, unknown>>;
  status?: Readonly<Record<string, unknown>>;
}>;

/** A cluster whose controllers run and whose nodes do not: what a kubelet would report is told by the scenario. */
export interface NodelessCluster {
  /** Sends a request to its API server; throws when that refuses. */
  ask(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<unknown>;
  /** Gives a pod to a node. */
  bind(pod: string, node: string): Promise<void>;
  /** The present time, as Kubernetes writes it. */
  now(): string;
}

/** One thing that is done, after which both clusters must come to the same. */
export type Stage = Readonly<{ name: string; act: (cluster: NodelessCluster) => Promise<void> }>;

const NAMESPACE = '/namespaces/default';
const PODS = `/api/v1${NAMESPACE}/pods`;
const DEPLOYMENT = `/apis/apps/v1${NAMESPACE}/deployments/web`;
const NODE = 'node-1';

const LISTS = [
  `/apis/apps/v1${NAMESPACE}/deployments`,
  `/apis/apps/v1${NAMESPACE}/replicasets`,
  `/apis/discovery.k8s.io/v1${NAMESPACE}/endpointslices`,
  `/apis/policy/v1${NAMESPACE}/poddisruptionbudgets`,
  `/apis/batch/v1${NAMESPACE}/jobs`,
  PODS,
];

const selector = { matchLabels: { app: 'web' } };
const containers = (tag: string): readonly object[] => [
  { name: 'app', image: `demo:${tag}`, ports: [{ name: 'http', containerPort: 8080 }] },
];

const OBJECTS: readonly (readonly [path: string, body: object])[] = [
  [
    `/apis/apps/v1${NAMESPACE}/deployments`,
    {
      metadata: { name: 'web', annotations: { team: 'shop' } },
      spec: {
        replicas: 3,
        minReadySeconds: 1,
        selector,
        strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
        template: { metadata: { labels: { app: 'web' } }, spec: { containers: containers('v1') } },
      },
    },
  ],
  [
    `/api/v1${NAMESPACE}/services`,
    {
      metadata: { name: 'web' },
      spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
    },
  ],
  [
    `/apis/policy/v1${NAMESPACE}/poddisruptionbudgets`,
    { metadata: { name: 'web' }, spec: { maxUnavailable: 1, selector } },
  ],
  [
    `/apis/batch/v1${NAMESPACE}/jobs`,
    {
      metadata: { name: 'load' },
      spec: { template: { spec: { restartPolicy: 'Never', containers: containers('v1') } } },
    },
  ],
];

async function createAll(cluster: NodelessCluster): Promise<void> {
  const node = (await cluster.ask('POST', '/api/v1/nodes', { metadata: { name: NODE } })) as Body;
  const at = cluster.now();
  const ready = {
    type: 'Ready',
    status: 'True',
    reason: 'KubeletReady',
    lastHeartbeatTime: at,
    lastTransitionTime: at,
  };
  await cluster.ask('PUT', `/api/v1/nodes/${NODE}/status`, { ...node, status: { conditions: [ready] } });
  for (const [path, body] of OBJECTS) await cluster.ask('POST', path, body);
}

/** Says of every pod that waits that it runs and is ready, or of a Job's that it has succeeded. */
async function runPods(cluster: NodelessCluster): Promise<void> {
  const { items } = (await cluster.ask('GET', PODS)) as Readonly<{ items: readonly Body[] }>;
  for (const [index, { metadata, status }] of items.entries()) {
    if (status?.['phase'] !== 'Pending') continue;
    const phase = metadata.name.startsWith('load') ? 'Succeeded' : 'Running';
    await cluster.bind(metadata.name, NODE);
    const pod = (await cluster.ask('GET', `${PODS}/${metadata.name}`)) as Body;
    const at = cluster.now();
    const ready = { type: 'Ready', status: phase === 'Running' ? 'True' : 'False', lastTransitionTime: at };
    const podIP = `10.1.0.${index + 1}`;
    const reported = { phase, startTime: at, podIP, podIPs: [{ ip: podIP }], conditions: [ready] };
    await cluster.ask('PUT', `${PODS}/${metadata.name}/status`, { ...pod, status: { ...pod.status, ...reported } });
  }
}

/** What a kubelet does when the processes of a deleted pod have ended. */
async function endPods(cluster: NodelessCluster): Promise<void> {
  const { items } = (await cluster.ask('GET', PODS)) as Readonly<{ items: readonly Body[] }>;
  for (const { metadata } of items) {
    if (!('deletionTimestamp' in metadata)) continue;
    await cluster.ask('DELETE', `${PODS}/${metadata.name}?gracePeriodSeconds=0`);
  }
}

const change =
  (body: object) =>
  async (cluster: NodelessCluster): Promise<void> => {
    await cluster.ask('PATCH', DEPLOYMENT, body);
  };

const turn: readonly Stage[] = [
  { name: 'its new pod is ready', act: runPods },
  { name: 'the old pod has ended', act: endPods },
];

/** The life of a Deployment behind a Service with a budget, and of a Job beside it. */
export const STAGES: readonly Stage[] = [
  { name: 'all is created', act: createAll },
  { name: 'the pods run, the Job is done', act: runPods },
  { name: 'a new version is set', act: change({ spec: { template: { spec: { containers: containers('v2') } } } }) },
  ...turn,
  ...turn,
  ...turn,
  { name: 'it grows', act: change({ spec: { replicas: 5 } }) },
  { name: 'the further pods are ready', act: runPods },
  { name: 'it shrinks', act: change({ spec: { replicas: 2 } }) },
  { name: 'the surplus pods have ended', act: endPods },
  {
    name: 'it is deleted in the foreground',
    act: async (cluster) => {
      await cluster.ask('DELETE', `${DEPLOYMENT}?propagationPolicy=Foreground`);
    },
  },
  { name: 'its last pods have ended', act: endPods },
];

/** Everything that controllers wrote, without what differs from cluster to cluster: one line an object, in order. */
export async function told(cluster: NodelessCluster): Promise<readonly string[]> {
  const lists = [];
  for (const path of LISTS)
    lists.push(((await cluster.ask('GET', path)) as Readonly<{ items: readonly unknown[] }>).items);
  return lists
    .flat()
    .filter((object) => (object as Body).metadata.name !== 'kubernetes')
    .map((object) => canonicalJson(withoutChance(object)))
    .toSorted();
}

/** UIDs, versions, and what the emulated controllers leave out: the trigger time of slices, the finalizer of a Job's pods. */
const LEFT_OUT = new Set([
  ...[
    'uid',
    'resourceVersion',
    'managedFields',
    'creationTimestamp',
    'controller-uid',
    'batch.kubernetes.io/controller-uid',
  ],
  ...[
    'endpoints.kubernetes.io/last-change-trigger-time',
    'finalizers',
    'apiVersion',
    'kind',
    'addresses',
    'podIP',
    'podIPs',
  ],
]);

function withoutChance(value: unknown, key = ''): unknown {
  if (Array.isArray(value)) {
    const items = value.map((item) => withoutChance(item));
    return key === 'endpoints' ? items.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1)) : items;
  }
  if (typeof value === 'object' && value !== null) {
    const kept = Object.entries(value).filter(([name]) => !LEFT_OUT.has(name));
    // How often a slice was written depends on how fast one looks; the real binding of a pod does not count as a change.
    const uncounted = 'addressType' in value || 'containers' in ((value as Partial<Body>).spec ?? {});
    const members = kept.map(([name, member]) => [name, withoutChance(member, name)] as const);
    const object = Object.fromEntries(members.filter(([, member]) => canonicalJson(member ?? null) !== '{}'));
    return uncounted ? { ...object, metadata: { ...(object['metadata'] as object), generation: 0 } } : object;
  }
  if (typeof value !== 'string') return value;
  return value
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'T')
    .replaceAll(/(web|load)-[a-z0-9]{5,10}(-[a-z0-9]{5})?/g, '$1-x')
    .replaceAll(/^[bcdfghjklmnpqrstvwxz2456789]{6,10}$/g, 'x');
}
