import { budgetProblems } from './kinds/budgets.ts';
import { mapProblems } from './kinds/maps.ts';
import type { Resource } from '../kube/resource.ts';
import { builtInType } from './built-in-types.ts';
import { columnsOf } from './columns.ts';
import type { Kind } from './kind.ts';
import { completeCrd, crdProblems, prepareCrd } from './kinds/crds.ts';
import { newEventProblems, shownEvent, storedEvent } from './kinds/events.ts';
import {
  autoscalerProblems,
  completeAutoscaler,
  completeBinding,
  completeEndpointSlice,
  holdNamespace,
  labelNamespace,
  completeSecret,
  endpointSliceProblems,
  leaseProblems,
} from './kinds/plain.ts';
import { completePod, podProblems, preparePod } from './kinds/pods.ts';
import { completeService, placeService, serviceProblems } from './kinds/services.ts';
import {
  completeDeployment,
  completeJob,
  completePodTemplate,
  completeStatefulSet,
  completeTemplate,
  jobProblems,
  replicatedProblems,
  tieJob,
} from './kinds/workloads.ts';
import { labelNameProblem, pathSegmentProblem, subdomainProblem } from './names.ts';
import { tableOf } from './state.ts';

type Traits = Partial<Omit<Kind, 'resource' | 'table'>> & Readonly<{ type?: string; namespaced?: boolean }>;

function builtIn(groupVersion: string, plural: string, kind: string, traits: Traits = {}): Kind {
  const [group = '', version = ''] = groupVersion.includes('/') ? groupVersion.split('/') : ['', groupVersion];
  const { type = kind, namespaced = true, ...rest } = traits;
  const resource: Resource = { group, version, plural, kind, namespaced };
  return {
    resource,
    table: tableOf(resource),
    singular: kind.toLowerCase(),
    shortNames: [],
    categories: [],
    builtIn: true,
    schema: builtInType(type),
    hasStatus: false,
    hasGeneration: false,
    unconditionalUpdate: true,
    answersDeleted: false,
    selectableFields: [],
    columns: columnsOf(plural),
    nameProblem: subdomainProblem,
    ...rest,
  };
}

const SCALE = { spec: ['spec', 'replicas'], status: ['status', 'replicas'], selector: ['spec', 'selector'] } as const;
const WORKLOAD = {
  hasStatus: true,
  hasGeneration: true,
  categories: ['all'],
  validate: replicatedProblems,
  scale: SCALE,
};
const EVENT_FIELDS = [
  ...['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'].map(
    (key) => `involvedObject.${key}`,
  ),
  'reason',
  'reportingComponent',
  'source',
  'type',
];
const RBAC = { nameProblem: pathSegmentProblem };

const core: readonly Kind[] = [
  builtIn('v1', 'configmaps', 'ConfigMap', { shortNames: ['cm'], validate: mapProblems }),
  builtIn('v1', 'endpoints', 'Endpoints', { shortNames: ['ep'] }),
  builtIn('v1', 'events', 'Event', { shortNames: ['ev'], selectableFields: EVENT_FIELDS }),
  builtIn('v1', 'namespaces', 'Namespace', {
    namespaced: false,
    shortNames: ['ns'],
    hasStatus: true,
    selectableFields: ['status.phase'],
    nameProblem: labelNameProblem,
    complete: labelNamespace,
    prepare: holdNamespace,
    answersDeleted: true,
  }),
  builtIn('v1', 'nodes', 'Node', {
    namespaced: false,
    shortNames: ['no'],
    hasStatus: true,
    selectableFields: ['spec.unschedulable'],
  }),
  builtIn('v1', 'pods', 'Pod', {
    shortNames: ['po'],
    categories: ['all'],
    hasStatus: true,
    hasGeneration: true,
    answersDeleted: true,
    selectableFields: [
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'spec.hostNetwork',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ],
    complete: completePod,
    prepare: preparePod,
    validate: podProblems,
  }),
  builtIn('v1', 'podtemplates', 'PodTemplate', { hasGeneration: true, complete: completePodTemplate }),
  builtIn('v1', 'resourcequotas', 'ResourceQuota', { shortNames: ['quota'], hasStatus: true, answersDeleted: true }),
  builtIn('v1', 'secrets', 'Secret', {
    selectableFields: ['type'],
    complete: completeSecret,
    validate: mapProblems,
  }),
  builtIn('v1', 'serviceaccounts', 'ServiceAccount', { shortNames: ['sa'], answersDeleted: true }),
  builtIn('v1', 'services', 'Service', {
    shortNames: ['svc'],
    categories: ['all'],
    hasStatus: true,
    answersDeleted: true,
    selectableFields: ['spec.clusterIP', 'spec.type'],
    nameProblem: labelNameProblem,
    complete: completeService,
    prepare: placeService,
    validate: serviceProblems,
  }),
];

const groups: readonly Kind[] = [
  builtIn('apps/v1', 'deployments', 'Deployment', {
    ...WORKLOAD,
    shortNames: ['deploy'],
    complete: completeDeployment,
  }),
  builtIn('apps/v1', 'replicasets', 'ReplicaSet', {
    ...WORKLOAD,
    shortNames: ['rs'],
    complete: completeTemplate,
  }),
  builtIn('apps/v1', 'statefulsets', 'StatefulSet', {
    ...WORKLOAD,
    shortNames: ['sts'],
    complete: completeStatefulSet,
  }),
  builtIn('autoscaling/v2', 'horizontalpodautoscalers', 'HorizontalPodAutoscaler', {
    shortNames: ['hpa'],
    categories: ['all'],
    hasStatus: true,
    complete: completeAutoscaler,
    validate: autoscalerProblems,
  }),
  builtIn('batch/v1', 'jobs', 'Job', {
    categories: ['all'],
    hasStatus: true,
    hasGeneration: true,
    selectableFields: ['status.successful'],
    complete: completeJob,
    prepare: tieJob,
    validate: jobProblems,
  }),
  builtIn('coordination.k8s.io/v1', 'leases', 'Lease', { unconditionalUpdate: false, validate: leaseProblems }),
  builtIn('discovery.k8s.io/v1', 'endpointslices', 'EndpointSlice', {
    hasGeneration: true,
    complete: completeEndpointSlice,
    validate: endpointSliceProblems,
  }),
  builtIn('events.k8s.io/v1', 'events', 'Event', {
    type: 'EventsEvent',
    shortNames: ['ev'],
    toStored: storedEvent,
    fromStored: shownEvent,
    validate: newEventProblems,
  }),
  builtIn('networking.k8s.io/v1', 'ingresses', 'Ingress', {
    shortNames: ['ing'],
    hasStatus: true,
    hasGeneration: true,
  }),
  builtIn('policy/v1', 'poddisruptionbudgets', 'PodDisruptionBudget', {
    shortNames: ['pdb'],
    hasStatus: true,
    hasGeneration: true,
    unconditionalUpdate: false,
    validate: budgetProblems,
  }),
  builtIn('rbac.authorization.k8s.io/v1', 'clusterrolebindings', 'ClusterRoleBinding', {
    ...RBAC,
    namespaced: false,
    complete: completeBinding,
  }),
  builtIn('rbac.authorization.k8s.io/v1', 'clusterroles', 'ClusterRole', { ...RBAC, namespaced: false }),
  builtIn('rbac.authorization.k8s.io/v1', 'rolebindings', 'RoleBinding', { ...RBAC, complete: completeBinding }),
  builtIn('rbac.authorization.k8s.io/v1', 'roles', 'Role', RBAC),
];

/** CustomResourceDefinitions, from which further kinds are made. */
export const CRD_KIND: Kind = builtIn(
  'apiextensions.k8s.io/v1',
  'customresourcedefinitions',
  'CustomResourceDefinition',
  {
    namespaced: false,
    shortNames: ['crd', 'crds'],
    categories: ['api-extensions'],
    complete: completeCrd,
    prepare: prepareCrd,
    validate: (object, before, part) => (part === 'status' ? [] : crdProblems(object, before)),
    hasStatus: true,
    hasGeneration: true,
    unconditionalUpdate: false,
  },
);

/** The kinds that the server has from the start. */
export const BUILT_IN_KINDS: readonly Kind[] = [...core, ...groups, CRD_KIND];
