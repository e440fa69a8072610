import type { KubeObject, Resource } from '../../kube/resource.ts';
import type { ClusterView } from '../step.ts';
import type { Pod } from './pod-shape.ts';
import type {
  Deployment,
  DisruptionBudget,
  EndpointSlice,
  Gateway,
  HorizontalAutoscaler,
  HttpRoute,
  Job,
  Namespace,
  Node,
  ReplicaSet,
  ResourceQuota,
  Service,
} from './shapes.ts';

declare const shape: unique symbol;

/** A resource that knows how its objects look. */
export type ResourceOf<T extends KubeObject> = Resource & Readonly<{ [shape]?: T }>;

const CLUSTER_WIDE = ['Node', 'Namespace', 'CustomResourceDefinition'];

function resource<T extends KubeObject>(apiVersion: string, plural: string, kind: string): ResourceOf<T> {
  const [version = '', group = ''] = apiVersion.split('/').toReversed();
  return { group, version, plural, kind, namespaced: !CLUSTER_WIDE.includes(kind) };
}

/** The kinds that the controllers of the cluster read and write. */
export const PODS = resource<Pod>('v1', 'pods', 'Pod');
export const SERVICES = resource<Service>('v1', 'services', 'Service');
export const NAMESPACES = resource<Namespace>('v1', 'namespaces', 'Namespace');
export const NODES = resource<Node>('v1', 'nodes', 'Node');
export const RESOURCE_QUOTAS = resource<ResourceQuota>('v1', 'resourcequotas', 'ResourceQuota');
export const REPLICA_SETS = resource<ReplicaSet>('apps/v1', 'replicasets', 'ReplicaSet');
export const DEPLOYMENTS = resource<Deployment>('apps/v1', 'deployments', 'Deployment');
export const JOBS = resource<Job>('batch/v1', 'jobs', 'Job');
export const ENDPOINT_SLICES = resource<EndpointSlice>('discovery.k8s.io/v1', 'endpointslices', 'EndpointSlice');
export const AUTOSCALERS = resource<HorizontalAutoscaler>(
  'autoscaling/v2',
  'horizontalpodautoscalers',
  'HorizontalPodAutoscaler',
);
export const DISRUPTION_BUDGETS = resource<DisruptionBudget>(
  'policy/v1',
  'poddisruptionbudgets',
  'PodDisruptionBudget',
);
export const GATEWAYS = resource<Gateway>('gateway.networking.k8s.io/v1', 'gateways', 'Gateway');
export const HTTP_ROUTES = resource<HttpRoute>('gateway.networking.k8s.io/v1', 'httproutes', 'HTTPRoute');
/** Routes of every protocol: their parents and backends have one shape. The data plane serves those of HTTP. */
export const ROUTES = [
  HTTP_ROUTES,
  resource<HttpRoute>('gateway.networking.k8s.io/v1', 'grpcroutes', 'GRPCRoute'),
  resource<HttpRoute>('gateway.networking.k8s.io/v1', 'tcproutes', 'TCPRoute'),
  resource<HttpRoute>('gateway.networking.k8s.io/v1', 'tlsroutes', 'TLSRoute'),
] as const;

export const DEFINITIONS = resource<KubeObject>(
  'apiextensions.k8s.io/v1',
  'customresourcedefinitions',
  'CustomResourceDefinition',
);

/** Every object of a kind, in all namespaces or in one. */
export function listOf<T extends KubeObject>(view: ClusterView, of: ResourceOf<T>, namespace?: string): readonly T[] {
  return view.list(of, namespace) as readonly T[];
}

/** One object of a kind, or undefined when there is none. */
export function getOf<T extends KubeObject>(
  view: ClusterView,
  of: ResourceOf<T>,
  namespace: string | undefined,
  name: string,
): T | undefined {
  return view.get(of, namespace, name) as T | undefined;
}
