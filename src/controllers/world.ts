import type { AnalysisRun, AnalysisTemplate } from '../api/analysis.ts';
import type { Experiment } from '../api/experiment.ts';
import type { ApiGroup } from '../api/names.ts';
import { API_VERSION } from '../api/names.ts';
import type { Rollout } from '../api/rollout.ts';
import {
  DEPLOYMENTS,
  ENDPOINT_SLICES,
  GRPC_ROUTES,
  HTTP_ROUTES,
  POD_TEMPLATES,
  PODS,
  REPLICA_SETS,
  SERVICES,
  TCP_ROUTES,
  TLS_ROUTES,
} from '../kube/kinds.ts';
import type { KubeObject, Resource } from '../kube/resource.ts';
import { apiVersionOf } from '../kube/resource.ts';
import { Store } from '../kube/store.ts';
import type { EndpointSlice, PodIdentity, ReplicaSet, Service, Stores, Workload } from '../observe/stores.ts';
import {
  BY_BACKEND,
  BY_REFERENCE,
  BY_SERVICE,
  MANAGED_SERVICES,
  SCALED_DOWN,
  SPLIT_ROUTES,
} from '../observe/stores.ts';
import { backendsOf } from '../routers/backends.ts';
import {
  BY_POD,
  experimentReferences,
  managingRollout,
  podsOf,
  referencesOf,
  SERVICE_NAME_LABEL,
  splittingRollouts,
  takingRollout,
} from './triggers.ts';

/** The stores as whoever fills them sees them. */
export type WritableStores = Stores &
  Readonly<{
    rollouts: Store<Rollout>;
    replicaSets: Store<ReplicaSet>;
    services: Store<Service>;
    endpointSlices: Store<EndpointSlice>;
    pods: Store<PodIdentity>;
    httpRoutes: Store;
    experiments: Store<Experiment>;
    grpcRoutes: Store;
    tcpRoutes: Store;
    tlsRoutes: Store;
    deployments: Store<Workload>;
    workloadReplicaSets: Store<Workload>;
    podTemplates: Store<Workload>;
    analysisRuns: Store<AnalysisRun>;
    analysisTemplates: Store<AnalysisTemplate>;
    clusterAnalysisTemplates: Store<AnalysisTemplate>;
  }>;

/** Our own kinds in a group. */
export function ownKinds(group: ApiGroup): Readonly<Record<keyof typeof OWN_PLURALS, Resource>> {
  const kind = (plural: string, name: string, namespaced = true): Resource => ({
    group,
    version: API_VERSION,
    plural,
    kind: name,
    namespaced,
  });
  return {
    rollouts: kind(OWN_PLURALS.rollouts, 'Rollout'),
    experiments: kind(OWN_PLURALS.experiments, 'Experiment'),
    analysisRuns: kind(OWN_PLURALS.analysisRuns, 'AnalysisRun'),
    analysisTemplates: kind(OWN_PLURALS.analysisTemplates, 'AnalysisTemplate'),
    clusterAnalysisTemplates: kind(OWN_PLURALS.clusterAnalysisTemplates, 'ClusterAnalysisTemplate', false),
  };
}

const OWN_PLURALS = {
  rollouts: 'rollouts',
  experiments: 'experiments',
  analysisRuns: 'analysisruns',
  analysisTemplates: 'analysistemplates',
  clusterAnalysisTemplates: 'clusteranalysistemplates',
} as const;

/** The resource of each store. */
export function resourcesOf(group: ApiGroup): Readonly<Record<keyof Stores, Resource>> {
  return {
    ...ownKinds(group),
    replicaSets: REPLICA_SETS,
    services: SERVICES,
    endpointSlices: ENDPOINT_SLICES,
    pods: PODS,
    httpRoutes: HTTP_ROUTES,
    grpcRoutes: GRPC_ROUTES,
    tcpRoutes: TCP_ROUTES,
    tlsRoutes: TLS_ROUTES,
    deployments: DEPLOYMENTS,
    workloadReplicaSets: REPLICA_SETS,
    podTemplates: POD_TEMPLATES,
  };
}

/** Empty stores of every kind, with the indexes that observations and triggers look things up by. */
export function createStores(): WritableStores {
  return {
    rollouts: new Store<Rollout>([{ name: BY_REFERENCE, values: referencesOf }]),
    replicaSets: new Store<ReplicaSet>(),
    services: new Store<Service>([{ name: MANAGED_SERVICES, values: managingRollout }]),
    endpointSlices: new Store<EndpointSlice>([
      { name: BY_SERVICE, values: serviceOf },
      { name: BY_POD, values: podsOf },
    ]),
    pods: new Store<PodIdentity>(),
    httpRoutes: routeStore(),
    grpcRoutes: routeStore(),
    tcpRoutes: routeStore(),
    tlsRoutes: routeStore(),
    experiments: new Store<Experiment>([{ name: BY_REFERENCE, values: experimentReferences }]),
    deployments: new Store<Workload>([{ name: SCALED_DOWN, values: takingRollout }]),
    workloadReplicaSets: new Store<Workload>(),
    podTemplates: new Store<Workload>(),
    analysisRuns: new Store<AnalysisRun>(),
    analysisTemplates: new Store<AnalysisTemplate>(),
    clusterAnalysisTemplates: new Store<AnalysisTemplate>(),
  };
}

function routeStore(): Store {
  return new Store([
    { name: SPLIT_ROUTES, values: splittingRollouts },
    { name: BY_BACKEND, values: backendsOf },
  ]);
}

function serviceOf({ metadata }: EndpointSlice): readonly string[] {
  const service = metadata.labels?.[SERVICE_NAME_LABEL];
  return service === undefined ? [] : [`${metadata.namespace ?? ''}/${service}`];
}

/** What the stores say about any object now, found by its resource: for read-your-own-writes. */
export function lookupIn(stores: Stores, group: ApiGroup): (resource: Resource, key: string) => KubeObject | undefined {
  const byResource = new Map<string, keyof Stores>();
  const resources = resourcesOf(group);
  for (const name of Object.keys(resources) as (keyof Stores)[]) {
    // Of two stores of one kind the first is that of what we write.
    if (!byResource.has(idOf(resources[name]))) byResource.set(idOf(resources[name]), name);
  }
  return (resource, key) => {
    const store = byResource.get(idOf(resource));
    if (store === undefined) return undefined;
    const [first = '', second] = key.split('/');
    return second === undefined ? stores[store].get(undefined, first) : stores[store].get(first, second);
  };
}

function idOf(resource: Resource): string {
  return `${apiVersionOf(resource)}/${resource.plural}`;
}
