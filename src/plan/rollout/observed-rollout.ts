import type { AnalysisRun, AnalysisTemplate } from '../../api/analysis.ts';
import type { Experiment } from '../../api/experiment.ts';
import type { LabelSelector } from '../../api/meta.ts';
import type { ApiGroup } from '../../api/names.ts';
import type { Rollout } from '../../api/rollout.ts';
import type { ParsedRoute, RouteResource } from '../../api/gateway-api-routes.ts';
import type { ManagedRoute } from '../../api/managed-routes.ts';
import type { AdditionalWeight, RouteName } from '../action.ts';

/** All that a decision about one Rollout may depend on, as plain JSON: it can be saved and replayed. */
export type ObservedRollout = Readonly<{
  group: ApiGroup;
  /** The instance id that we serve, '' without one: it goes to the label of what we create. */
  instanceId: string;
  rollout: Rollout;
  /** The ReplicaSets that the Rollout controls, by UID; those being deleted are among them. */
  replicaSets: readonly ObservedReplicaSet[];
  /** Their pods, where the spec puts something on live pods or wants a restart; else none. */
  pods: readonly ObservedPod[];
  /** One entry for each Service that the spec names. */
  services: readonly ObservedService[];
  /** One entry for each route that the spec names, and for each that it selects by label. */
  routes: readonly ObservedRoute[];
  /** Services that bear our mark and that the spec names no more, as after a change of strategy; and those of `leftRoutes`. */
  leftServices: readonly ObservedService[];
  /** Routes in which our weights stand and that the spec names no more. */
  leftRoutes: readonly LeftRoute[];
  /** Routes in which an update of ours is noted otherwise than the spec says now: by other Services, or not at all. */
  earlierRoutes: readonly EarlierRoute[];
  /** The kinds of routes that the spec asks for and the server does not have. */
  missingRouteKinds: readonly RouteResource[];
  /** The AnalysisRuns that the Rollout controls. */
  analysisRuns: readonly AnalysisRun[];
  /** The Experiments that the Rollout controls. */
  experiments: readonly Experiment[];
  /** The Services that these have, and those to which a route of the spec gives a share for one. */
  trialServices: readonly ObservedTrialService[];
  /** One entry for each template that the spec names, directly or nested. */
  analysisTemplates: readonly ObservedTemplate[];
  /** The object that spec.workloadRef names; undefined without one. */
  workload?: ObservedWorkload;
  /** Deployments that bear our mark: made smaller by this Rollout. */
  scaledDown?: readonly ObservedDeployment[];
  /** The server's answer about the present template; undefined while it was not asked at this generation. */
  templateAnswer: TemplateAnswer | undefined;
  /** Refusals of our writes that no watch tells, newest first; for conditions. */
  refusals: readonly Refusal[];
}>;

/** What spec.workloadRef names. */
export type ObservedWorkload =
  /** Its kind is being read for the first time: nothing is known of it yet. */
  | Readonly<{ kind: 'Unread' }>
  | Readonly<{ kind: 'Missing' }>
  | Readonly<{
      kind: 'Found';
      generation: number;
      /** Its pod template, as raw JSON. */
      template: unknown;
      /** Undefined for a PodTemplate, which has none. */
      selector: LabelSelector | undefined;
      /** Its size, if it is a Deployment. */
      deployment: ObservedDeployment | undefined;
    }>;

/** A Deployment as decisions about its size read it. */
export type ObservedDeployment = Readonly<{
  name: string;
  uid: string;
  specReplicas: number;
  /** Available pods, once its status speaks of its present spec; 0 before. */
  available: number;
  annotations: Readonly<Record<string, string>>;
}>;

/** A ReplicaSet of the Rollout. */
export type ObservedReplicaSet = Readonly<{
  name: string;
  uid: string;
  resourceVersion: string;
  /** Its value of the label rollouts-pod-template-hash. */
  hash: string;
  labels: Readonly<Record<string, string>>;
  annotations: Readonly<Record<string, string>>;
  /** RFC 3339. */
  createdAt: string;
  deleting: boolean;
  specReplicas: number;
  minReadySeconds: number;
  /** Pods that exist, are ready, are available, by its status. */
  replicas: number;
  ready: number;
  available: number;
  /** True when its status speaks of its present spec. */
  settled: boolean;
  /** spec.template as stored. */
  template: unknown;
  /** Its ReplicaFailure condition, when True. */
  failure?: Readonly<{ reason: string; message: string }>;
}>;

/** A pod of a ReplicaSet of the Rollout. */
export type ObservedPod = Readonly<{
  name: string;
  uid: string;
  /** UID of its ReplicaSet. */
  owner: string;
  /** RFC 3339. */
  createdAt: string;
  /** True while it is being deleted. */
  leaving: boolean;
  ready: boolean;
  labels: Readonly<Record<string, string>>;
  /** Long values are kept as `keptText` has them. */
  annotations: Readonly<Record<string, string>>;
}>;

/** A Service that the spec names. */
export type ObservedService = Readonly<{
  name: string;
  exists: boolean;
  /** The fields below are meaningless while it does not exist. */
  uid: string;
  resourceVersion: string;
  selector: Readonly<Record<string, string>>;
  /** The Rollout that claims it by the managed-by annotation. */
  managedBy: string | undefined;
  /** Ready endpoints by revision hash of their pods; pods of no ReplicaSet of ours count under ''. */
  readyEndpoints: Readonly<Record<string, number>>;
  /** Names of other Rollouts whose spec names it; absent when there are none. */
  rivals?: readonly string[];
}>;

/** A Service of an Experiment. */
export type ObservedTrialService = ObservedService &
  Readonly<{
    /** Its port for each port of the canary Service: both lead to the same port of a container. */
    ports: Readonly<Record<string, number>>;
  }>;

/** A route that the spec names, with what was read back from it. */
export type ObservedRoute = Readonly<{
  route: ParsedRoute;
  exists: boolean;
  uid: string;
  resourceVersion: string;
  /**
   * Weights of the canary and stable backends, scaled to a sum of maxTrafficWeight; undefined when no rule names both. Where rules
   * differ it is the one with most canary.
   */
  split: Readonly<{ canary: number; stable: number }> | undefined;
  /** What experiments have of the same total, as our note tells which backends are theirs; absent: nothing. */
  additional?: readonly AdditionalWeight[];
  /** True when every rule that names both backends carries the same split. */
  uniform: boolean;
  /** True when every parent says Accepted and ResolvedRefs at the observed generation (rulings 2). */
  accepted: boolean;
  /** True when a parent says no to its present generation: nobody need wait for it. */
  refused: boolean;
  /** What keeps `accepted` from being true, or the route from being used. */
  problem: string | undefined;
  /** True when the label says that an update is in progress. */
  inProgress: boolean;
  /** True when the route notes that an update of this Rollout is in progress there, between these Services. */
  noted: boolean;
  /** True when it notes an update of another Rollout. */
  shared: boolean;
  /** The managed routes whose rules stand in it, by our note; their order is their precedence. */
  managed: readonly ManagedRoute[];
  /** False when a rule of a managed route is missing, was changed, is out of its order, or is one too many. */
  intact: boolean;
  /** Names of the rules that are the author's. */
  authored: readonly string[];
}>;

/** A route as it stood before an edit, between the Services of then. */
export type EarlierRoute = ObservedRoute & Readonly<{ services: Readonly<{ canary: string; stable: string }> }>;

/** A route that the spec names no more, with the Services between which our weights in it split. */
export type LeftRoute = Readonly<{
  route: RouteName;
  uid: string;
  resourceVersion: string;
  services: Readonly<{ canary: string; stable: string }>;
}>;

/** An analysis template that the spec names. */
export type ObservedTemplate = Readonly<{
  name: string;
  clusterScope: boolean;
  /** Undefined while it does not exist. */
  template: AnalysisTemplate | undefined;
}>;

/** What a dry-run create said about the template of the present generation. */
export type TemplateAnswer =
  | Readonly<{ generation: number; accepted: true; template: unknown }>
  | Readonly<{ generation: number; accepted: false; message: string }>;

/** A write that the server refused for its content or by policy, at a generation of the Rollout. */
export type Refusal = Readonly<{ action: string; object: string; message: string; generation: number }>;
