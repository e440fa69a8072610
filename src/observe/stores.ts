import type { AnalysisRun, AnalysisTemplate } from '../api/analysis.ts';
import type { Experiment } from '../api/experiment.ts';
import type { Rollout } from '../api/rollout.ts';
import type { LabelSelector } from '../api/meta.ts';
import type { StoreReader } from '../kube/store.ts';
import type { KubeObject, ObjectMeta } from '../kube/resource.ts';

/** A ReplicaSet of apps/v1, as far as it is read. */
export type ReplicaSet = KubeObject &
  Readonly<{
    spec: Readonly<{ replicas?: number; minReadySeconds?: number; template?: unknown }>;
    status?: Readonly<{
      replicas?: number;
      readyReplicas?: number;
      availableReplicas?: number;
      observedGeneration?: number;
      conditions?: readonly Readonly<{ type: string; status: string; reason?: string; message?: string }>[];
    }>;
  }>;

/** A Deployment or ReplicaSet of apps/v1 or a PodTemplate of v1 that a workloadRef may name, as far as it is read. */
export type Workload = KubeObject &
  Readonly<{
    spec?: Readonly<{ replicas?: number; selector?: LabelSelector; template?: unknown }>;
    /** Of a PodTemplate, which has no spec. */
    template?: unknown;
    status?: Readonly<{ availableReplicas?: number; observedGeneration?: number }>;
  }>;

/** A Service of v1, as far as it is read. */
export type Service = KubeObject & Readonly<{ spec?: Readonly<{ selector?: Readonly<Record<string, string>> }> }>;

/** An EndpointSlice of discovery.k8s.io/v1, as far as it is read. */
export type EndpointSlice = KubeObject &
  Readonly<{
    endpoints?: readonly Readonly<{
      conditions?: Readonly<{ ready?: boolean }>;
      targetRef?: Readonly<{ kind?: string; name?: string; uid?: string }>;
    }>[];
  }>;

/** A pod: of its status only whether it is ready. Its long annotations are kept as `keptText` has them. */
export type PodIdentity = Readonly<{ metadata: ObjectMeta; ready: boolean }>;

/** An HTTPRoute in raw JSON; routers know its shape. */
export type RouteObject = KubeObject;

/** Everything that observations are made from. */
export type Stores = Readonly<{
  rollouts: StoreReader<Rollout>;
  replicaSets: StoreReader<ReplicaSet>;
  services: StoreReader<Service>;
  endpointSlices: StoreReader<EndpointSlice>;
  pods: StoreReader<PodIdentity>;
  /** Routes of each kind; a store that is not synced is one of a kind that the server does not have. */
  httpRoutes: StoreReader;
  experiments: StoreReader<Experiment>;
  grpcRoutes: StoreReader;
  tcpRoutes: StoreReader;
  tlsRoutes: StoreReader;
  /** What a workloadRef may name; watched once one does, so not synced means unknown. ReplicaSets are those not ours. */
  deployments: StoreReader<Workload>;
  workloadReplicaSets: StoreReader<Workload>;
  podTemplates: StoreReader<Workload>;
  analysisRuns: StoreReader<AnalysisRun>;
  analysisTemplates: StoreReader<AnalysisTemplate>;
  clusterAnalysisTemplates: StoreReader<AnalysisTemplate>;
}>;

/** Name of the index of Services by `namespace/rollout` of the Rollout that manages them. */
export const MANAGED_SERVICES = 'managed-by';
/** Name of the index of HTTPRoutes by `namespace/rollout` of the Rollouts whose weights stand in them. */
export const SPLIT_ROUTES = 'split-by';
/** Name of the index of Deployments by `namespace/rollout` of the Rollout that made them smaller. */
export const SCALED_DOWN = 'scaled-down';
/** Name of the index of EndpointSlices by `namespace/service`. */
export const BY_SERVICE = 'service';
/** Name of the index of HTTPRoutes by the Services that they send requests to. */
export const BY_BACKEND = 'backend';
/** Name of the index of Rollouts by what their spec names, as `Kind/namespace/name`. */
export const BY_REFERENCE = 'reference';
