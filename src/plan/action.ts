import type { RouteResource } from '../api/gateway-api-routes.ts';
import type { ManagedRoute } from '../api/managed-routes.ts';

/** A Kubernetes object to be created, whole, as raw JSON. */
export type Manifest = Readonly<{
  apiVersion: string;
  kind: string;
  metadata: Readonly<Record<string, unknown>> & Readonly<{ name: string; namespace: string }>;
  spec: Readonly<Record<string, unknown>>;
}>;

/** Labels and annotations to be written; null removes one. */
export type MetadataChange = Readonly<{
  labels: Readonly<Record<string, string | null>>;
  annotations: Readonly<Record<string, string | null>>;
}>;

/** What changes of a ReplicaSet's pod template; pods that exist stay as they are. A null affinity removes it. */
export type TemplateChange = Readonly<{
  metadata?: MetadataChange;
  affinity?: Readonly<Record<string, unknown>> | null;
}>;

/** Names an object that exists: its UID guards against one that was made anew under the same name. */
export type Existing = Readonly<{ name: string; uid: string; resourceVersion: string }>;

/**
 * Everything that a Rollout's plan may ever do to the cluster, as data that prints itself. The actions of one plan
 * commute: any order and any prefix leaves the cluster safe. At most one action writes a given object.
 */
export type Action =
  /** Asks the server, without keeping anything, whether a ReplicaSet may have this template and how it defaults it. */
  | Readonly<{ kind: 'AskTemplate'; generation: number; manifest: Manifest }>
  | Readonly<{ kind: 'CreateReplicaSet'; manifest: Manifest }>
  /**
   * Changes a ReplicaSet if it still has this UID and `seenReplicas`: its size, its annotations (null removes one), or
   * its minReadySeconds. Its resourceVersion is no guard: it moves with every pod.
   */
  | Readonly<{
      kind: 'ChangeReplicaSet';
      name: string;
      uid: string;
      seenReplicas: number;
      replicas?: number;
      minReadySeconds?: number;
      annotations?: Readonly<Record<string, string | null>>;
      labels?: Readonly<Record<string, string>>;
      template?: TemplateChange;
      because: string;
    }>
  /** Changes annotations (null removes one) or our finalizer of the Rollout itself, if it is as the plan saw it. */
  | Readonly<{
      kind: 'ChangeRollout';
      target: Existing;
      annotations?: Readonly<Record<string, string | null>>;
      finalizers?: readonly string[];
      because: string;
    }>
  /** Resizes the Deployment that a workloadRef names, or gives its size back, if it has this UID and `seenReplicas`. */
  | Readonly<{
      kind: 'ScaleDeployment';
      name: string;
      uid: string;
      seenReplicas: number;
      replicas: number;
      annotations: Readonly<Record<string, string | null>>;
      because: string;
    }>
  | Readonly<{ kind: 'DeleteReplicaSet'; target: Existing; because: string }>
  /** Changes labels and annotations of a live pod, if it still has this UID; null removes one. */
  | Readonly<{ kind: 'ChangePodMetadata'; name: string; uid: string; metadata: MetadataChange; because: string }>
  /** Evicts a pod, if it still has this UID and no disruption budget forbids it: its ReplicaSet makes another. */
  | Readonly<{ kind: 'EvictPod'; name: string; uid: string; because: string }>
  /** Points a Service at the pods of one revision, and marks it as ours. */
  | Readonly<{ kind: 'PointService'; target: Existing; hash: string; because: string }>
  /**
   * Writes the weights of the canary and stable backends into one route, the rules of managed routes, its label and our
   * note of whose update is in progress there; nothing else of it.
   */
  | Readonly<{
      kind: 'SetSplit';
      route: RouteName;
      target: Existing;
      services: SplitServices;
      split: Split;
      /** In the order of their precedence. */
      managed: readonly ManagedRoute[];
      inProgress: boolean;
      terms: RouteTerms;
      because: string;
    }>
  /**
   * Takes the revision out of the selector of a Service that the spec names no more; our mark goes with it, or later,
   * once its endpoints were seen to follow.
   */
  | Readonly<{ kind: 'ReleaseService'; target: Existing; mark: 'Goes' | 'Stays'; because: string }>
  /** Gives all weight of a route that the spec names no more to its stable Service, and takes our note out of it. */
  | Readonly<{ kind: 'ReleaseRoute'; route: RouteName; target: Existing; because: string }>
  | Readonly<{ kind: 'CreateAnalysisRun'; manifest: Manifest }>
  /** Ends a run that nobody needs any more; its message says that it ended with the update. */
  | Readonly<{ kind: 'EndAnalysisRun'; target: Existing; because: string }>
  | Readonly<{ kind: 'DeleteAnalysisRun'; target: Existing; because: string }>
  | Readonly<{ kind: 'CreateExperiment'; manifest: Manifest }>
  /** Ends an experiment whose step is over; its message says that it ended with the update. */
  | Readonly<{ kind: 'EndExperiment'; target: Existing; because: string }>
  | Readonly<{ kind: 'DeleteExperiment'; target: Existing; because: string }>;

/** The kind and place of a route object. */
export type RouteName = Readonly<{ router: 'GatewayApi'; resource: RouteResource; namespace: string; name: string }>;

/** The names of the two Services between which a route splits. */
export type SplitServices = Readonly<{ canary: string; stable: string }>;

/** What the spec says of the routes that it names: names that are ours to make, and the label of an update. */
export type RouteTerms = Readonly<{
  declared: readonly string[];
  label: Readonly<{ key: string; value: string }> | undefined;
  /** What weights sum to. */
  total: number;
}>;

/** How the traffic of a route is shared: whole weights that sum to `total`. */
export type Split = Readonly<{
  canary: number;
  stable: number;
  /** What an experiment has of them. */
  additional?: readonly AdditionalWeight[];
}>;

/** The share of a Service of an experiment. */
export type AdditionalWeight = Readonly<{
  service: string;
  weight: number;
  /** Its port for each port of the canary Service. */
  ports?: Readonly<Record<string, number>>;
}>;

/** An event to be recorded once the status of the same plan has been accepted. */
export type EventNote = Readonly<{ type: 'Normal' | 'Warning'; reason: string; note: string; action?: string }>;
