import type { KubeObject, Resource } from '../kube/resource.ts';
import type { Instant } from '../units/instant.ts';

/** The stored objects of the emulated cluster, read at one moment; what is read is never changed afterwards. */
export interface ClusterView {
  /** Every object of a resource, in all namespaces or in one, in the order of namespace and name. */
  list(resource: Resource, namespace?: string): readonly KubeObject[];
  /** One object, or undefined when there is none. */
  get(resource: Resource, namespace: string | undefined, name: string): KubeObject | undefined;
}

/** A write that a controller of the cluster asks for; guarded by the resourceVersion in the object where it has one. */
export type ClusterWrite =
  | Readonly<{ kind: 'Create'; resource: Resource; object: KubeObject }>
  | Readonly<{ kind: 'Replace'; resource: Resource; object: KubeObject; subresource?: 'status' | 'scale' }>
  | Readonly<{
      kind: 'Delete';
      resource: Resource;
      namespace?: string;
      name: string;
      uid: string;
      /** 0 removes a pod at once; left out, the object's own grace holds. */
      graceSeconds?: number;
    }>;

/** What a step found to be done now, and when it must look again though nothing changes. */
export type StepOutcome = Readonly<{ writes: readonly ClusterWrite[]; wakeAt?: Instant }>;

/**
 * A controller of the cluster (ReplicaSets, pods, garbage …) as a pure step: the same view and instant give the same
 * outcome. The writes of one outcome commute; where order matters, it takes two steps. A step over an unchanged view at
 * the same instant, after its writes were carried out, finds nothing to do.
 */
export type ClusterStep = Readonly<{
  name: string;
  /** The resources whose changes call for a new step. */
  watches: readonly Resource[];
  step(view: ClusterView, now: Instant): StepOutcome;
}>;
