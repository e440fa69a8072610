import type { Exchange, Group } from '../exchange.ts';
import { get, merge, post } from '../exchange.ts';
import { configMap, deployment, pod, replicaSet, RICH_POD_SPEC, service, template } from './objects.ts';

const core = '/api/v1/namespaces/create';
const apps = '/apis/apps/v1/namespaces/create';

const workloads: readonly Exchange[] = [
  post('a small ReplicaSet', `${apps}/replicasets`, replicaSet('small')),
  get('the same, read', `${apps}/replicasets/small`),
  post('a ReplicaSet of the smallest form', `${apps}/replicasets`, {
    metadata: { name: 'least' },
    spec: { selector: { matchLabels: { app: 'x' } }, template: template('x') },
  }),
  post(
    'a ReplicaSet with a rich template',
    `${apps}/replicasets`,
    replicaSet('rich', {
      minReadySeconds: 5,
      template: { metadata: { labels: { app: 'rich' } }, spec: RICH_POD_SPEC },
    }),
  ),
  post('a small Deployment', `${apps}/deployments`, deployment('small')),
  post(
    'a Deployment that recreates',
    `${apps}/deployments`,
    deployment('recreate', { strategy: { type: 'Recreate' }, paused: true, replicas: 0 }),
  ),
  post(
    'a Deployment with half a rolling update',
    `${apps}/deployments`,
    deployment('rolling', { strategy: { rollingUpdate: { maxSurge: 2 } }, revisionHistoryLimit: 0 }),
  ),
  post('a StatefulSet', `${apps}/statefulsets`, {
    metadata: { name: 'state' },
    spec: { serviceName: 'state', selector: { matchLabels: { app: 'x' } }, template: template('x') },
  }),
  post('a pod', `${core}/pods`, pod('small')),
  post('a pod with a rich spec', `${core}/pods`, pod('rich', { ...RICH_POD_SPEC, serviceAccountName: undefined })),
  post('a pod that never restarts', `${core}/pods`, pod('once', { restartPolicy: 'Never', nodeName: 'n1' })),
  post('a pod with limits only', `${core}/pods`, {
    metadata: { name: 'limits' },
    spec: { containers: [{ name: 'a', image: 'a:1', resources: { limits: { cpu: '100m', memory: '64Mi' } } }] },
  }),
  post('a pod in the network of its host', `${core}/pods`, {
    metadata: { name: 'host' },
    spec: { hostNetwork: true, containers: [{ name: 'a', image: 'a@sha256:0', ports: [{ containerPort: 80 }] }] },
  }),
  post('a Job', '/apis/batch/v1/namespaces/create/jobs', {
    metadata: { name: 'once' },
    spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a:1' }] } } },
  }),
  post('a Job with counts and labels', '/apis/batch/v1/namespaces/create/jobs', {
    metadata: { name: 'many', labels: { own: 'yes' } },
    spec: {
      completions: 3,
      parallelism: 2,
      backoffLimit: 1,
      activeDeadlineSeconds: 60,
      ttlSecondsAfterFinished: 5,
      template: jobTemplate('many'),
    },
  }),
];

function jobTemplate(app: string): unknown {
  return {
    metadata: { labels: { app } },
    spec: { restartPolicy: 'OnFailure', containers: [{ name: 'a', image: 'a' }] },
  };
}

const services: readonly Exchange[] = [
  post('a Service', `${core}/services`, service('plain')),
  post('a Service without an address', `${core}/services`, service('headless', { clusterIP: 'None' })),
  post(
    'a Service with named ports',
    `${core}/services`,
    service('ports', {
      ports: [
        { name: 'http', port: 80, targetPort: 'web' },
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 5353, appProtocol: 'x' },
      ],
      sessionAffinity: 'ClientIP',
    }),
  ),
  post('a Service on every node', `${core}/services`, service('node-port', { type: 'NodePort' })),
  post('a Service behind a balancer', `${core}/services`, service('balanced', { type: 'LoadBalancer' })),
  post('a Service that is an alias', `${core}/services`, {
    metadata: { name: 'alias' },
    spec: { type: 'ExternalName', externalName: 'shop.example.com' },
  }),
  post('a Service of a type that does not exist', `${core}/services`, service('odd', { type: 'Odd' })),
];

const plain: readonly Exchange[] = [
  post('a ConfigMap', `${core}/configmaps`, configMap('plain', 'v')),
  post('an empty ConfigMap', `${core}/configmaps`, { metadata: { name: 'empty' } }),
  post('a Secret', `${core}/secrets`, { metadata: { name: 'keys' }, stringData: { k: 'v' }, data: { b: 'Yg==' } }),
  post('a ServiceAccount', `${core}/serviceaccounts`, { metadata: { name: 'shop' } }),
  post('a Lease', '/apis/coordination.k8s.io/v1/namespaces/create/leases', {
    metadata: { name: 'leader' },
    spec: {
      holderIdentity: 'a',
      leaseDurationSeconds: 15,
      renewTime: '2020-01-01T00:00:00.123456Z',
      acquireTime: '2020-01-01T00:00:00.000000Z',
      leaseTransitions: 0,
    },
  }),
  post('an Event of the core group', `${core}/events`, {
    metadata: { name: 'old' },
    involvedObject: { kind: 'Pod', name: 'a', namespace: 'create' },
    reason: 'Started',
    message: 'told',
    type: 'Normal',
    firstTimestamp: '2020-01-01T00:00:00Z',
    lastTimestamp: '2020-01-01T00:00:00Z',
    count: 1,
    source: { component: 'kubelet' },
  }),
  post('an Event of events.k8s.io', '/apis/events.k8s.io/v1/namespaces/create/events', {
    metadata: { name: 'new' },
    eventTime: '2020-01-01T00:00:00.000001Z',
    reportingController: 'sluice',
    reportingInstance: 'sluice-1',
    action: 'Promote',
    reason: 'StepDone',
    note: 'told',
    type: 'Normal',
    regarding: { kind: 'Rollout', name: 'a', namespace: 'create', apiVersion: 'sluice.dev/v1alpha1' },
  }),
  get('the new Event in the core group', `${core}/events/new`),
  get('the old Event in events.k8s.io', '/apis/events.k8s.io/v1/namespaces/create/events/old'),
  post('an EndpointSlice', '/apis/discovery.k8s.io/v1/namespaces/create/endpointslices', {
    metadata: { name: 'slice', labels: { 'kubernetes.io/service-name': 'plain' } },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.2.3'], conditions: { ready: true } }, { addresses: ['10.1.2.4'] }],
    ports: [{ name: 'http', port: 80 }],
  }),
  post('a PodDisruptionBudget', '/apis/policy/v1/namespaces/create/poddisruptionbudgets', {
    metadata: { name: 'budget' },
    spec: { minAvailable: '50%', selector: { matchLabels: { app: 'x' } } },
  }),
  post('a HorizontalPodAutoscaler', '/apis/autoscaling/v2/namespaces/create/horizontalpodautoscalers', {
    metadata: { name: 'auto' },
    spec: {
      maxReplicas: 5,
      scaleTargetRef: { apiVersion: 'sluice.dev/v1alpha1', kind: 'Rollout', name: 'a' },
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
    },
  }),
  post('an autoscaler with nothing but bounds', '/apis/autoscaling/v2/namespaces/create/horizontalpodautoscalers', {
    metadata: { name: 'bounds' },
    spec: { minReplicas: 2, maxReplicas: 5, scaleTargetRef: { kind: 'Deployment', name: 'a' } },
  }),
  post('an autoscaler with a behaviour', '/apis/autoscaling/v2/namespaces/create/horizontalpodautoscalers', {
    metadata: { name: 'behaviour' },
    spec: {
      maxReplicas: 5,
      scaleTargetRef: { kind: 'Deployment', name: 'a', apiVersion: 'apps/v1' },
      behavior: { scaleDown: { stabilizationWindowSeconds: 60 } },
    },
  }),
  post('a ResourceQuota', `${core}/resourcequotas`, { metadata: { name: 'quota' }, spec: { hard: { pods: 50 } } }),
  post('a Role', '/apis/rbac.authorization.k8s.io/v1/namespaces/create/roles', {
    metadata: { name: 'reader' },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  }),
  post('a RoleBinding', '/apis/rbac.authorization.k8s.io/v1/namespaces/create/rolebindings', {
    metadata: { name: 'reader' },
    roleRef: { kind: 'Role', name: 'reader' },
    subjects: [{ kind: 'ServiceAccount', name: 'shop' }],
  }),
  post('an Ingress', '/apis/networking.k8s.io/v1/namespaces/create/ingresses', {
    metadata: { name: 'web' },
    spec: {
      rules: [
        {
          http: {
            paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'a', port: { number: 80 } } } }],
          },
        },
      ],
    },
  }),
  post('a Namespace', '/api/v1/namespaces', { metadata: { name: 'made-here' } }),
  post('a Node', '/api/v1/nodes', { metadata: { name: 'n1' }, spec: { unschedulable: true } }),
  merge('a change of a Secret by its strings', `${core}/secrets/keys`, { stringData: { k: 'w' } }),
];

/** Creation of every built-in kind in use, with all that the server fills in. */
export const CREATE: Group = { name: 'create', exchanges: [...workloads, ...services, ...plain] };
