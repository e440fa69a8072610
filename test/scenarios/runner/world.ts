import type { AnalysisRun } from '../../../src/api/analysis.ts';
import type { ApiGroup } from '../../../src/api/names.ts';
import { HASH_LABEL } from '../../../src/api/names.ts';
import type { Rollout, RolloutStatus } from '../../../src/api/rollout.ts';
import type { ClusterView } from '../../../src/emulator/step.ts';
import type { Pod } from '../../../src/emulator/steps/pod-shape.ts';
import type { EndpointSlice, HttpRoute, Job, ReplicaSet, Service } from '../../../src/emulator/steps/shapes.ts';
import { controllerUidOf } from '../../../src/kube/resource.ts';
import type { KubeObject } from '../../../src/kube/resource.ts';
import type { Instant } from '../../../src/units/instant.ts';
import { resourceOf } from './kinds.ts';

/** An event as people read it. */
export type SeenEvent = KubeObject &
  Readonly<{
    type?: string;
    reason?: string;
    note?: string;
    regarding?: Readonly<{ kind?: string; name?: string }>;
    reportingController?: string;
    series?: Readonly<{ count?: number }>;
  }>;

/** What is stored in a scenario's namespace at one moment. */
export class World {
  readonly group: ApiGroup;
  readonly namespace: string;
  readonly #view: ClusterView;
  readonly #now: () => Instant;

  constructor(group: ApiGroup, namespace: string, view: ClusterView, now: () => Instant) {
    this.group = group;
    this.namespace = namespace;
    this.#view = view;
    this.#now = now;
  }

  get now(): Instant {
    return this.#now();
  }

  /** An object by kind and name, or undefined. */
  get(kind: string, name: string): KubeObject | undefined {
    const resource = resourceOf(kind, this.group);
    return this.#view.get(resource, resource.namespaced ? this.namespace : undefined, name);
  }

  /** The objects of a kind in the scenario's namespace. */
  list(kind: string): readonly KubeObject[] {
    const resource = resourceOf(kind, this.group);
    return this.#view.list(resource, resource.namespaced ? this.namespace : undefined);
  }

  rollout(name = 'web'): Rollout | undefined {
    return this.get('Rollout', name) as Rollout | undefined;
  }

  /** The status, once it is about the newest spec; undefined until then. */
  status(name = 'web'): RolloutStatus | undefined {
    const rollout = this.rollout(name);
    const seen = Number(rollout?.status?.observedGeneration);
    return seen === rollout?.metadata.generation ? rollout?.status : undefined;
  }

  replicaSets(rollout = 'web'): readonly ReplicaSet[] {
    const uid = this.rollout(rollout)?.metadata.uid;
    const all = this.list('ReplicaSet') as readonly ReplicaSet[];
    return uid === undefined ? [] : all.filter((set) => controllerUidOf(set) === uid);
  }

  /** The ReplicaSet of a version, which is the tag of its image. */
  replicaSet(version: string, rollout = 'web'): ReplicaSet | undefined {
    return this.replicaSets(rollout).find((set) => versionOf(set.spec.template.spec) === version);
  }

  /** Pods that are not on their way out. */
  pods(): readonly Pod[] {
    return (this.list('Pod') as readonly Pod[]).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  }

  service(name: string): Service | undefined {
    return this.get('Service', name);
  }

  endpointSlices(service: string): readonly EndpointSlice[] {
    const all = this.list('EndpointSlice') as readonly EndpointSlice[];
    return all.filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === service);
  }

  route(name = 'web'): HttpRoute | undefined {
    return this.get('HTTPRoute', name);
  }

  runs(): readonly AnalysisRun[] {
    return this.list('AnalysisRun') as readonly AnalysisRun[];
  }

  jobs(): readonly Job[] {
    return this.list('Job') as readonly Job[];
  }

  events(): readonly SeenEvent[] {
    return this.list('Event');
  }

  /** The version that a revision's hash stands for; undefined when there is no such ReplicaSet. */
  versionOfHash(hash: string | undefined): string | undefined {
    const all = this.list('ReplicaSet') as readonly ReplicaSet[];
    const found = all.find(({ metadata }) => hash !== undefined && metadata.labels?.[HASH_LABEL] === hash);
    return found === undefined ? undefined : versionOf(found.spec.template.spec);
  }

  /** The version that a Service selects; undefined while its selector names no revision. */
  versionBehind(service: string): string | undefined {
    return this.versionOfHash(this.service(service)?.spec?.selector?.[HASH_LABEL]);
  }
}

/** The version of a pod template or pod: the tag of its first image. */
export function versionOf(
  spec: Readonly<{ containers?: readonly Readonly<{ image?: string }>[] }> | undefined,
): string {
  const image = spec?.containers?.[0]?.image ?? '';
  return image.slice(image.lastIndexOf(':') + 1);
}
