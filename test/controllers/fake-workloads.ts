import type { Clock } from '../../src/clock/clock.ts';
import { sleep } from '../../src/clock/clock.ts';
import type { Answer, KubeClient } from '../../src/kube/client.ts';
import { ENDPOINT_SLICES, HTTP_ROUTES, PODS, REPLICA_SETS, SERVICES } from '../../src/kube/kinds.ts';
import type { KubeObject, Resource } from '../../src/kube/resource.ts';
import { controllerUidOf } from '../../src/kube/resource.ts';
import { milliseconds } from '../../src/units/duration.ts';

type Labels = Readonly<Record<string, string>>;
type ReplicaSet = KubeObject &
  Readonly<{
    spec: Readonly<{
      replicas?: number;
      template: Readonly<{ metadata?: Readonly<{ labels?: Labels }>; spec: unknown }>;
    }>;
    status?: Readonly<{ replicas?: number; readyReplicas?: number; observedGeneration?: number }>;
  }>;
type Service = KubeObject & Readonly<{ spec?: Readonly<{ selector?: Labels }> }>;
type Slice = KubeObject & Readonly<{ endpoints?: readonly Readonly<{ targetRef?: Readonly<{ uid?: string }> }>[] }>;
type Route = KubeObject &
  Readonly<{
    spec: Readonly<{ parentRefs?: readonly unknown[] }>;
    status?: Readonly<{
      parents?: readonly Readonly<{ conditions?: readonly Readonly<{ observedGeneration?: number }>[] }>[];
    }>;
  }>;

/** What pods do in a world without nodes. */
export interface FakeWorkloads {
  /** Pods of ReplicaSets that this says yes to never become ready. */
  sick: (replicaSet: KubeObject) => boolean;
  stop(): Promise<void>;
}

/**
 * Plays the ReplicaSet controller, kubelet, the endpoints controller and a Gateway in one namespace of an API server that
 * has none of them: pods come and go as ReplicaSets ask, are ready at once, stand in EndpointSlices, and every
 * HTTPRoute is accepted.
 */
export function startFakeWorkloads(client: KubeClient, clock: Clock, namespace: string): FakeWorkloads {
  const stopping = new AbortController();
  const fake: FakeWorkloads = { sick: () => false, stop: async () => {} };
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const pods = await playReplicaSets(client, namespace, fake.sick);
      await playServices(client, namespace, pods);
      await playRoutes(client, namespace);
      await sleep(clock, milliseconds(30), stopping.signal).catch(() => {});
    }
  };
  const running = run();
  fake.stop = async () => {
    stopping.abort(new Error('stopped'));
    await running;
  };
  return fake;
}

async function listAll<T extends KubeObject>(
  client: KubeClient,
  resource: Resource,
  namespace: string,
): Promise<readonly T[]> {
  const answer = await client.list(resource, { namespace }, {});
  return answer.ok ? (answer.value.items as readonly T[]) : [];
}

/** A race that is lost is played again in the next round; a refusal is a fault of this file. */
function expectDone(answer: Answer<unknown>): void {
  if (!answer.ok && answer.why === 'Invalid') throw new Error(answer.message);
}

async function playReplicaSets(
  client: KubeClient,
  namespace: string,
  sick: FakeWorkloads['sick'],
): Promise<readonly KubeObject[]> {
  const replicaSets = await listAll<ReplicaSet>(client, REPLICA_SETS, namespace);
  const pods = await listAll(client, PODS, namespace);
  const alive: KubeObject[] = [];
  for (const replicaSet of replicaSets) {
    const { name, uid = '', generation } = replicaSet.metadata;
    const own = pods.filter((pod) => controllerUidOf(pod) === uid);
    const wanted = replicaSet.spec.replicas ?? 1;
    for (const pod of own.slice(wanted)) {
      expectDone(
        await client.delete({ resource: PODS, namespace, name: pod.metadata.name }, { uid: pod.metadata.uid ?? '' }),
      );
    }
    const kept = own.slice(0, wanted);
    for (let index = own.length; index < wanted; index += 1) {
      const made = await client.create(PODS, podOf(replicaSet, namespace));
      expectDone(made);
      if (made.ok) kept.push(made.value);
    }
    const ready = sick(replicaSet) ? 0 : kept.length;
    if (ready > 0) alive.push(...kept);
    const { replicas = 0, readyReplicas = 0, observedGeneration } = replicaSet.status ?? {};
    if (replicas === kept.length && readyReplicas === ready && observedGeneration === generation) continue;
    const status = {
      replicas: kept.length,
      readyReplicas: ready,
      availableReplicas: ready,
      observedGeneration: generation,
    };
    const target = { resource: REPLICA_SETS, namespace, name, subresource: 'status' } as const;
    expectDone(await client.patch(target, { kind: 'Merge', body: { status } }));
  }
  return alive;
}

function podOf({ metadata, spec }: ReplicaSet, namespace: string): KubeObject {
  const suffix = Math.floor(Math.random() * 2 ** 40).toString(36);
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `${metadata.name}-${suffix}`,
      namespace,
      labels: spec.template.metadata?.labels ?? {},
      ownerReferences: [
        { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: metadata.name, uid: metadata.uid ?? '', controller: true },
      ],
    },
    spec: spec.template.spec,
  };
  return pod;
}

async function playServices(client: KubeClient, namespace: string, pods: readonly KubeObject[]): Promise<void> {
  const slices = await listAll<Slice>(client, ENDPOINT_SLICES, namespace);
  for (const { metadata, spec } of await listAll<Service>(client, SERVICES, namespace)) {
    const selector = Object.entries(spec?.selector ?? {});
    const behind = pods.filter((pod) => selector.every(([key, value]) => pod.metadata.labels?.[key] === value));
    const name = `${metadata.name}-fake`;
    const slice = slices.find((candidate) => candidate.metadata.name === name);
    const endpoints = behind.map((pod, index) => ({
      addresses: [`10.1.0.${index + 1}`],
      conditions: { ready: true },
      targetRef: { kind: 'Pod', namespace, name: pod.metadata.name, uid: pod.metadata.uid },
    }));
    const target = { resource: ENDPOINT_SLICES, namespace, name };
    if (slice === undefined) {
      const labels = { 'kubernetes.io/service-name': metadata.name };
      const made = { metadata: { name, namespace, labels }, addressType: 'IPv4', endpoints, ports: [] };
      expectDone(await client.create(ENDPOINT_SLICES, made));
      continue;
    }
    const before = (slice.endpoints ?? [])
      .map(({ targetRef }) => targetRef?.uid)
      .sort()
      .join();
    const after = behind
      .map((pod) => pod.metadata.uid)
      .sort()
      .join();
    if (before !== after) expectDone(await client.patch(target, { kind: 'Merge', body: { endpoints } }));
  }
}

async function playRoutes(client: KubeClient, namespace: string): Promise<void> {
  for (const { metadata, spec, status } of await listAll<Route>(client, HTTP_ROUTES, namespace)) {
    const seen = status?.parents?.[0]?.conditions?.[0]?.observedGeneration;
    if (seen === metadata.generation) continue;
    const at = { observedGeneration: metadata.generation, lastTransitionTime: '2026-01-01T00:00:00Z' };
    const conditions = ['Accepted', 'ResolvedRefs'].map((type) => ({
      type,
      status: 'True',
      reason: type,
      message: '',
      ...at,
    }));
    const parents = (spec.parentRefs ?? []).map((parentRef) => ({
      parentRef,
      controllerName: 'test/gateway',
      conditions,
    }));
    const target = { resource: HTTP_ROUTES, namespace, name: metadata.name, subresource: 'status' } as const;
    expectDone(await client.patch(target, { kind: 'Merge', body: { status: { parents } } }));
  }
}
