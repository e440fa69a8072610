import type { Clock } from '../clock/clock.ts';
import { NODES, PODS, RESOURCE_QUOTAS, getOf, listOf } from '../emulator/steps/kinds.ts';
import { isReady } from '../emulator/steps/pod-facts.ts';
import { controllerUidOf } from '../kube/resource.ts';
import type { KubeObject } from '../kube/resource.ts';
import { milliseconds } from '../units/duration.ts';
import { add, formatInstant } from '../units/instant.ts';
import type { CallBook } from './call-faults.ts';
import type { WorldCluster } from './cluster.ts';
import { DISASTER_ODDS } from './disaster-odds.ts';
import { PLACE } from './manifests.ts';
import { create, editWeight, inOrder } from './people.ts';
import { rivalRollout } from './rival.ts';
import type { Disaster } from './world-plan.ts';

const { namespace, name } = PLACE;
const SHOP = `/namespaces/${namespace}`;
const ROLLOUT = `/apis/sluice.dev/v1alpha1${SHOP}/rollouts/${name}`;
const LEASE = '/apis/coordination.k8s.io/v1/namespaces/sluice-system/leases/sluice';
const MERGE = 'application/merge-patch+json';
/** The name of the quota that a world may get. */
const QUOTA = 'pods';
/** How often a GitOps tool puts things back (F83). */
const GITOPS_EVERY = 180_000;

/** True for what strikes the cluster, or the objects around a Rollout. */
export function isDisaster(happening: Readonly<{ kind: string }>): happening is Disaster & Readonly<{ at: number }> {
  return Object.hasOwn(DISASTER_ODDS, happening.kind);
}

/** Lets a disaster strike, and mends after its time what can be mended; answers in words what it came to. */
export function strike(cluster: WorldCluster, clock: Clock, book: CallBook, disaster: Disaster): string {
  const { server, fleet } = cluster;
  const later = (after: number, then: () => void): void => void clock.schedule(milliseconds(after), then);
  switch (disaster.kind) {
    case 'Evict':
      return evict(cluster, disaster.which, disaster.count);
    case 'DrainNode':
      return drainNode(cluster, clock, later, disaster.length);
    case 'LoseNode':
      setNode(cluster, clock, 'Unknown');
      later(disaster.length, () => setNode(cluster, clock, 'True'));
      return `${LOST_NODE} is silent`;
    case 'StickProxy': {
      const [proxy] = fleet.proxies;
      if (proxy === undefined) return 'there is none';
      proxy.stuck = true;
      later(disaster.length, () => void (proxy.stuck = false));
      return `${proxy.name} takes nothing in`;
    }
    case 'DeleteRollout':
      return takeAway(cluster, later, ROLLOUT, disaster.length);
    case 'DeleteService':
      return takeAway(cluster, later, `/api/v1${SHOP}/services/${serviceOf(cluster, disaster.which)}`, disaster.length);
    case 'DeleteRoute':
      return takeAway(cluster, later, `/apis/gateway.networking.k8s.io/v1${SHOP}/httproutes/${name}`, disaster.length);
    case 'GitOps': {
      const revert = (left: number): void => {
        editWeight(server, 0);
        if (left > 1) later(disaster.every ?? GITOPS_EVERY, () => revert(left - 1));
      };
      revert(disaster.times);
      return 'the weights are put back';
    }
    case 'Quota':
      if (server.view.get(RESOURCE_QUOTAS, namespace, QUOTA) !== undefined) return 'there is one already';
      create(server, quota(disaster.pods));
      later(disaster.length, () => server.handle({ method: 'DELETE', path: `/api/v1${SHOP}/resourcequotas/${QUOTA}` }));
      return `at most ${disaster.pods} pods`;
    case 'Forbid':
      book.forbidden.set(disaster.resource, {
        until: add(clock.now(), milliseconds(disaster.length)),
        by: disaster.by,
      });
      return `no more writes of ${disaster.resource}`;
    case 'HoldReplicaSet':
      return holdReplicaSet(cluster, later, disaster.which, disaster.length);
    case 'Rival':
      return bringRival(cluster, later, disaster.length);
    case 'Compact':
      server.compact();
      return 'the history is forgotten';
    case 'EditLease':
      return editLease(cluster, disaster.how);
  }
}

/** The node that is lost; with the others, a world has two. */
export const LOST_NODE = 'node-2';

function setNode({ server }: WorldCluster, clock: Clock, status: 'True' | 'Unknown'): void {
  const node = getOf(server.view, NODES, undefined, LOST_NODE);
  if (node === undefined) return;
  const lastTransitionTime = formatInstant(clock.now());
  const conditions = [{ type: 'Ready', status, reason: 'KubeletReady', message: '', lastTransitionTime }] as const;
  const object = { ...node, status: { ...node.status, conditions } };
  server.write({ kind: 'Replace', resource: NODES, object, subresource: 'status' });
}

function evict({ server }: WorldCluster, which: number, count: number): string {
  const owner = inOrder(server)[which];
  const pods = listOf(server.view, PODS, namespace)
    .filter((pod) => isReady(pod) && controllerUidOf(pod) === owner?.metadata.uid)
    .slice(0, count);
  return `${owner?.metadata.name ?? 'none'}: ${pods.map((pod) => askToGo(server, pod)).join(', ')}`;
}

/** Asks the eviction API; answers its status: 429 where a budget has nothing left. */
function askToGo(server: WorldCluster['server'], { metadata }: KubeObject): number {
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name: metadata.name, namespace } };
  return server.handle({ method: 'POST', path: `/api/v1${SHOP}/pods/${metadata.name}/eviction`, body }).status;
}

/** How often `kubectl drain` asks again for a pod that may not go yet. */
const ASK_AGAIN = 5_000;

function drainNode({ server }: WorldCluster, clock: Clock, later: Later, length: number): string {
  const cordon = (unschedulable: boolean): void => {
    const body = { spec: { unschedulable: unschedulable ? true : null } };
    server.handle({ method: 'PATCH', path: `/api/v1/nodes/${LOST_NODE}`, body, contentType: MERGE });
  };
  const end = add(clock.now(), milliseconds(length));
  const ask = (): number => {
    const pods = listOf(server.view, PODS, namespace).filter(
      ({ spec, metadata }) => spec.nodeName === LOST_NODE && metadata.deletionTimestamp === undefined,
    );
    for (const pod of pods) askToGo(server, pod);
    if (add(clock.now(), milliseconds(ASK_AGAIN)) < end) later(ASK_AGAIN, ask);
    return pods.length;
  };
  cordon(true);
  later(length, () => cordon(false));
  return `${ask()} pods of ${LOST_NODE} are asked to go`;
}

function holdReplicaSet({ server }: WorldCluster, later: Later, which: number, length: number): string {
  const found = inOrder(server)[which];
  if (found === undefined) return 'there is none';
  const path = `/apis/apps/v1${SHOP}/replicasets/${found.metadata.name}`;
  const hold = (finalizers: readonly string[] | null): number =>
    server.handle({ method: 'PATCH', path, body: { metadata: { finalizers } }, contentType: MERGE }).status;
  later(length, () => hold(null));
  return `${found.metadata.name}: ${hold(['example.com/backup'])}`;
}

function bringRival({ server }: WorldCluster, later: Later, length: number): string {
  const made = rivalRollout(server.view);
  if (made === undefined) return 'there is nobody to rival';
  create(server, made);
  const path = `/apis/sluice.dev/v1alpha1${SHOP}/rollouts/${made.metadata.name}`;
  later(length, () => server.handle({ method: 'DELETE', path, body: { propagationPolicy: 'Background' } }));
  return `Rollout ${made.metadata.name} names the same Services`;
}

function serviceOf({ server }: WorldCluster, which: number): string {
  const { body } = server.handle({ method: 'GET', path: `/api/v1${SHOP}/services` });
  const { items = [] } = body as Readonly<{ items?: readonly KubeObject[] }>;
  return items[which % Math.max(1, items.length)]?.metadata.name ?? name;
}

type Later = (after: number, then: () => void) => void;

/** Deletes an object, and puts it back after a while as a person would who has its manifest: spec and name alone. */
function takeAway({ server }: WorldCluster, later: Later, path: string, length: number): string {
  const { body, status } = server.handle({ method: 'GET', path });
  if (status !== 200) return 'it is not there';
  const { apiVersion, kind, metadata, spec } = body as KubeObject &
    Readonly<{ spec?: Readonly<Record<string, unknown>> }>;
  server.handle({ method: 'DELETE', path, body: { propagationPolicy: 'Background' } });
  const manifest = {
    ...(apiVersion === undefined ? {} : { apiVersion }),
    ...(kind === undefined ? {} : { kind }),
    metadata: { name: metadata.name, namespace },
    spec: kind === 'Service' ? serviceSpec() : spec,
  };
  const putBack = (left: number): void => {
    const collection = path.slice(0, path.lastIndexOf('/'));
    const answer = server.handle({ method: 'POST', path: collection, body: manifest });
    if (answer.status >= 300 && left > 0) later(5_000, () => putBack(left - 1));
  };
  later(length, () => putBack(20));
  return `${metadata.name} is deleted`;
}

function serviceSpec(): object {
  return { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] };
}

function quota(pods: number): KubeObject {
  const made = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: QUOTA, namespace },
    spec: { hard: { pods: String(pods) } },
  };
  return made;
}

function editLease({ server }: WorldCluster, how: 'Delete' | 'Steal'): string {
  if (how === 'Delete') return `the Lease is deleted: ${server.handle({ method: 'DELETE', path: LEASE }).status}`;
  const body = { spec: { holderIdentity: 'somebody-else' } };
  const answer = server.handle({ method: 'PATCH', path: LEASE, body, contentType: MERGE });
  return `the Lease has another holder: ${answer.status}`;
}
