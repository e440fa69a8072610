import type { KubeObject, Resource } from '../kube/resource.ts';
import type { ClusterView, ClusterWrite } from './step.ts';

/** How the cluster's own controllers reach the stored objects: no admission latency, but every guard of the API. */
export interface ClusterAccess {
  readonly view: ClusterView;
  /** Carries a write out now; false when it was refused: a lost race, or the object is gone. */
  write(write: ClusterWrite): boolean;
  /** Calls back after each stored change, synchronously; returns how to stop. */
  onChange(listener: (resource: Resource, object: KubeObject) => void): () => void;
}
