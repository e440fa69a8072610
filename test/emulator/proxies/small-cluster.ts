import type { Application } from '../../../src/emulator/proxies/application.ts';
import type { ClusterView } from '../../../src/emulator/step.ts';
import type { Pod } from '../../../src/emulator/steps/pod-shape.ts';
import type { KubeObject, Resource } from '../../../src/kube/resource.ts';
import { milliseconds } from '../../../src/units/duration.ts';
import type { Instant } from '../../../src/units/instant.ts';
import { instant } from '../../../src/units/instant.ts';

/** Where virtual time begins: a whole minute. */
export const BEGIN = instant(1_700_000_040_000);

/** The instant that many seconds after the beginning. */
export function after(seconds: number): Instant {
  return instant(BEGIN + Math.round(seconds * 1000));
}

type PodShape = Readonly<{ application?: Partial<Application>; labels?: Readonly<Record<string, string>> }>;

/** A cluster of two Services, `stable` and `canary`, with pods, slices and a route, edited by the test. */
export class SmallCluster implements ClusterView {
  readonly #objects = new Map<string, KubeObject>();
  readonly #applications = new Map<string, Application>();
  #version = 0;
  #addresses = 0;
  #generation = 0;
  /** Whether the Gateway takes the route that is put there next. */
  accepted = true;

  /** What listens behind a pod. */
  readonly applicationOf = (pod: Pod): Application | undefined => this.#applications.get(pod.metadata.uid ?? '');

  list({ plural }: Resource): readonly KubeObject[] {
    return [...this.#objects]
      .filter(([key]) => key.startsWith(`${plural}/`))
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object);
  }

  get({ plural }: Resource, _namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#objects.get(`${plural}/${name}`);
  }

  /** Puts a running pod there, or changes what it does. */
  pod(name: string, { application = {}, labels }: PodShape = {}): void {
    const known = this.#applications.get(name);
    this.#addresses += known === undefined ? 1 : 0;
    const fresh: Application = {
      id: `${name}/0`,
      address: `10.244.0.${this.#addresses}`,
      version: 'v1',
      errorRate: 0,
      latency: milliseconds(0),
      refusesFrom: undefined,
      goneFrom: undefined,
    };
    const now = { ...(known ?? fresh), ...application };
    this.#applications.set(name, now);
    const annotations = { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' };
    const own = labels ?? this.#objects.get(`pods/${name}`)?.metadata.labels ?? {};
    const status = { phase: 'Running', podIP: now.address };
    this.#put('pods', { name, uid: name, labels: own, annotations }, { spec: { containers: [] }, status });
  }

  /** Takes a pod away at once. */
  removePod(name: string): void {
    this.#objects.delete(`pods/${name}`);
    this.#applications.delete(name);
  }

  /** The slice of a Service: pods that are ready, and pods that serve on while they end. */
  slice(service: string, ready: readonly string[], ending: readonly string[] = []): void {
    const endpoint = (pod: string, isReady: boolean): object => ({
      addresses: [this.#applications.get(pod)?.address ?? '10.244.9.9'],
      conditions: { ready: isReady, serving: true, terminating: !isReady },
    });
    const labels = { 'kubernetes.io/service-name': service };
    const endpoints = [...ready.map((pod) => endpoint(pod, true)), ...ending.map((pod) => endpoint(pod, false))];
    this.#put('endpointslices', { name: `${service}-slice`, uid: service, labels }, { endpoints });
  }

  /** The route of host `shop`, or another spec. */
  route(weights: Readonly<Record<string, number>>, rules: readonly object[] = []): void {
    const backendRefs = Object.entries(weights).map(([name, weight]) => ({ name, port: 80, weight }));
    const spec = { hostnames: ['shop'], rules: [...rules, { backendRefs }] };
    this.#generation += 1;
    const status = { parents: [{ conditions: [{ type: 'Accepted', status: this.accepted ? 'True' : 'False' }] }] };
    this.#put('httproutes', { name: 'shop', uid: 'shop', generation: this.#generation }, { spec, status });
  }

  /** Takes the route away. */
  removeRoute(): void {
    this.#objects.delete('httproutes/shop');
  }

  #put(plural: string, metadata: KubeObject['metadata'], rest: object): void {
    this.#version += 1;
    const full = { ...metadata, namespace: 'default', resourceVersion: String(this.#version) };
    this.#objects.set(`${plural}/${metadata.name}`, { metadata: full, ...rest });
  }
}

/** Two pods a version, and the route with all its weight on the stable one. */
export function smallCluster(): SmallCluster {
  const cluster = new SmallCluster();
  for (const pod of ['a-1', 'a-2']) cluster.pod(pod, { labels: { app: 'shop', 'rollouts-pod-template-hash': 'a' } });
  for (const pod of ['b-1', 'b-2']) {
    cluster.pod(pod, { application: { version: 'v2' }, labels: { app: 'shop', 'rollouts-pod-template-hash': 'b' } });
  }
  cluster.slice('stable', ['a-1', 'a-2']);
  cluster.slice('canary', ['b-1', 'b-2']);
  cluster.route({ stable: 100, canary: 0 });
  return cluster;
}
