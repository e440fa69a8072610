import type { Resource } from './resource.ts';

/** Pods of the core group. */
export const PODS: Resource = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true };
/** Services of the core group. */
export const SERVICES: Resource = { group: '', version: 'v1', plural: 'services', kind: 'Service', namespaced: true };
/** Namespaces of the core group. */
export const NAMESPACES: Resource = {
  group: '',
  version: 'v1',
  plural: 'namespaces',
  kind: 'Namespace',
  namespaced: false,
};
/** Config maps of the core group: tests store plain objects in them. */
export const CONFIG_MAPS: Resource = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
};
/** ReplicaSets of apps/v1. */
export const REPLICA_SETS: Resource = {
  group: 'apps',
  version: 'v1',
  plural: 'replicasets',
  kind: 'ReplicaSet',
  namespaced: true,
};
/** Deployments of apps/v1. */
export const DEPLOYMENTS: Resource = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
  namespaced: true,
};
/** PodTemplates of the core group. */
export const POD_TEMPLATES: Resource = {
  group: '',
  version: 'v1',
  plural: 'podtemplates',
  kind: 'PodTemplate',
  namespaced: true,
};
/** EndpointSlices of discovery.k8s.io/v1. */
export const ENDPOINT_SLICES: Resource = {
  group: 'discovery.k8s.io',
  version: 'v1',
  plural: 'endpointslices',
  kind: 'EndpointSlice',
  namespaced: true,
};
/** Events of events.k8s.io/v1. */
export const EVENTS: Resource = {
  group: 'events.k8s.io',
  version: 'v1',
  plural: 'events',
  kind: 'Event',
  namespaced: true,
};
/** Leases of coordination.k8s.io/v1. */
export const LEASES: Resource = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true,
};

function gatewayKind(plural: string, kind: string): Resource {
  return { group: 'gateway.networking.k8s.io', version: 'v1', plural, kind, namespaced: true };
}

/** HTTPRoutes of gateway.networking.k8s.io/v1. */
export const HTTP_ROUTES: Resource = gatewayKind('httproutes', 'HTTPRoute');
/** GRPCRoutes of gateway.networking.k8s.io/v1. */
export const GRPC_ROUTES: Resource = gatewayKind('grpcroutes', 'GRPCRoute');
/** TCPRoutes of gateway.networking.k8s.io/v1: since Gateway API 1.6. */
export const TCP_ROUTES: Resource = gatewayKind('tcproutes', 'TCPRoute');
/** TLSRoutes of gateway.networking.k8s.io/v1: since Gateway API 1.5. */
export const TLS_ROUTES: Resource = gatewayKind('tlsroutes', 'TLSRoute');
/** Secrets of the core group: read by name, never listed or watched. */
export const SECRETS: Resource = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret', namespaced: true };
/** Jobs of batch/v1: an analysis may run one for each measurement. */
export const JOBS: Resource = { group: 'batch', version: 'v1', plural: 'jobs', kind: 'Job', namespaced: true };
