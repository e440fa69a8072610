import type { Exchange, Group } from '../exchange.ts';
import { get, merge, post, put, remove } from '../exchange.ts';
import { configMap, deployment, pod, replicaSet, service } from './objects.ts';

const core = '/api/v1/namespaces/strictness';
const apps = '/apis/apps/v1/namespaces/strictness';
const leases = '/apis/coordination.k8s.io/v1/namespaces/strictness/leases';
const budgets = '/apis/policy/v1/namespaces/strictness/poddisruptionbudgets';
const autoscalers = '/apis/autoscaling/v2/namespaces/strictness/horizontalpodautoscalers';
const slices = '/apis/discovery.k8s.io/v1/namespaces/strictness/endpointslices';
const events = '/apis/events.k8s.io/v1/namespaces/strictness/events';
const jobs = '/apis/batch/v1/namespaces/strictness/jobs';

const lease = (name: string, spec: Readonly<Record<string, unknown>>): unknown => ({ metadata: { name }, spec });
const budget = (spec: Readonly<Record<string, unknown>>): unknown => ({ metadata: { name: 'bad' }, spec });
const scaler = (spec: Readonly<Record<string, unknown>>): unknown => ({
  metadata: { name: 'bad' },
  spec: { maxReplicas: 3, scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'a' }, ...spec },
});
const slice = (more: Readonly<Record<string, unknown>>): unknown => ({
  metadata: { name: 'bad' },
  addressType: 'IPv4',
  endpoints: [],
  ports: [],
  ...more,
});
const event = (more: Readonly<Record<string, unknown>>): unknown => ({
  metadata: { name: 'told' },
  eventTime: '2020-01-01T00:00:00.000001Z',
  reportingController: 'sluice',
  reportingInstance: 'sluice-1',
  action: 'Promote',
  reason: 'StepDone',
  type: 'Normal',
  regarding: { kind: 'Rollout', name: 'a', namespace: 'strictness' },
  ...more,
});
const job = (name: string, spec: Readonly<Record<string, unknown>> = {}): unknown => ({
  metadata: { name },
  spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a:1' }] } }, ...spec },
});

const leaseExchanges: readonly Exchange[] = [
  post('a Lease without a length', leases, lease('free', {})),
  post('a Lease of no length', leases, lease('bad', { leaseDurationSeconds: 0 })),
  post('a Lease of negative turns', leases, lease('bad', { leaseTransitions: -1, leaseDurationSeconds: 5 })),
  post('a Lease of an empty holder', leases, lease('bad', { holderIdentity: '' })),
  post('a Lease of a time that is none', leases, lease('bad', { renewTime: 'now' })),
  post('a Lease', leases, lease('held', { holderIdentity: 'a', leaseDurationSeconds: 5 }), {
    keep: { version: 'metadata.resourceVersion' },
  }),
  put('a renewal without a version', leases + '/held', lease('held', { holderIdentity: 'a' })),
  put('a renewal', leases + '/held', {
    metadata: { name: 'held', resourceVersion: '{{version}}' },
    spec: { holderIdentity: 'a', renewTime: '2020-01-01T00:00:00.5Z' },
  }),
  put('a renewal that lost the race', leases + '/held', {
    metadata: { name: 'held', resourceVersion: '{{version}}' },
    spec: { holderIdentity: 'b' },
  }),
];

const budgetExchanges: readonly Exchange[] = [
  post('a budget of both kinds', budgets, budget({ minAvailable: 1, maxUnavailable: 1 })),
  post('a budget below zero', budgets, budget({ minAvailable: -1 })),
  post('a budget of a wrong share', budgets, budget({ maxUnavailable: '120%' })),
  post('a budget of a wrong selector', budgets, budget({ selector: { matchLabels: { 'a b': 'c' } } })),
  post('a budget of a policy that does not exist', budgets, budget({ unhealthyPodEvictionPolicy: 'Maybe' })),
];

const scalerExchanges: readonly Exchange[] = [
  post('an autoscaler with more at least than at most', autoscalers, scaler({ minReplicas: 5 })),
  post('an autoscaler of at least nothing', autoscalers, scaler({ minReplicas: 0 })),
  post('an autoscaler of at most nothing', autoscalers, scaler({ maxReplicas: 0 })),
  post('an autoscaler of nobody', autoscalers, scaler({ scaleTargetRef: { apiVersion: 'apps/v1' } })),
  post('an autoscaler of an unknown metric', autoscalers, scaler({ metrics: [{ type: 'Guess' }] })),
  post('an autoscaler of a metric without a source', autoscalers, scaler({ metrics: [{ type: 'Resource' }] })),
];

const sliceExchanges: readonly Exchange[] = [
  post('a slice without a type', slices, slice({ addressType: undefined })),
  post('a slice of an unknown type', slices, slice({ addressType: 'Pigeon' })),
  post('a slice of a wrong address', slices, slice({ endpoints: [{ addresses: ['here'] }] })),
  post('a slice without addresses', slices, slice({ endpoints: [{ addresses: [] }] })),
  post('a slice of a wrong port', slices, slice({ ports: [{ port: 0 }] })),
  post('a slice of ports of one name', slices, slice({ ports: [{ port: 1 }, { port: 2 }] })),
];

const eventExchanges: readonly Exchange[] = [
  post('an Event of another namespace', events, event({ regarding: { kind: 'Rollout', namespace: 'default' } })),
  post('an Event without a time', events, event({ eventTime: undefined })),
  post('an Event without a reporter', events, event({ reportingController: undefined })),
  post('an Event without a reason', events, event({ reason: undefined, action: undefined })),
  post('an Event of an unknown type', events, event({ type: 'Odd' })),
  post('an Event of too many words', events, event({ note: 'x'.repeat(1025) })),
  post('an Event', events, event({})),
  merge('a series of it', `${events}/told`, { series: { count: 2, lastObservedTime: '2020-01-01T00:01:00.000000Z' } }),
  merge('another reason for it', `${events}/told`, { reason: 'Other' }),
  get('Events by what they are about', `${core}/events?fieldSelector=involvedObject.name=a,reason=StepDone`),
];

const jobExchanges: readonly Exchange[] = [
  post('a Job that restarts for ever', jobs, {
    metadata: { name: 'bad' },
    spec: { template: { spec: { containers: [{ name: 'a', image: 'a' }] } } },
  }),
  post('a Job of negative counts', jobs, job('bad', { completions: -1, parallelism: -1, backoffLimit: -1 })),
  post('a Job', jobs, job('once')),
  merge('another template of it', `${jobs}/once`, {
    spec: { template: { spec: { containers: [{ name: 'a', image: 'b:1' }] } } },
  }),
  merge('more of it', `${jobs}/once`, { spec: { completions: 5 } }),
  merge('less at a time', `${jobs}/once`, { spec: { parallelism: 0 } }),
  remove('a Job without a policy', `${jobs}/once`),
];

const others: readonly Exchange[] = [
  post('a ConfigMap key of wrong letters', `${core}/configmaps`, { metadata: { name: 'bad' }, data: { 'a b': 'c' } }),
  post('a ConfigMap key in both maps', `${core}/configmaps`, {
    metadata: { name: 'bad' },
    data: { a: 'b' },
    binaryData: { a: 'Yg==' },
  }),
  post('binary that is none', `${core}/configmaps`, { metadata: { name: 'bad' }, binaryData: { a: '???' } }),
  post('a Secret key of wrong letters', `${core}/secrets`, { metadata: { name: 'bad' }, stringData: { 'a b': 'c' } }),
  post('a ConfigMap too large', `${core}/configmaps`, {
    metadata: { name: 'bad' },
    data: { a: 'x'.repeat(1_048_577) },
  }),
  post('a generated name too long', `${core}/configmaps`, { metadata: { generateName: `${'a'.repeat(250)}-` } }),
  post(
    'two owners in control',
    `${core}/configmaps`,
    configMap('bad', 'v', {
      ownerReferences: ['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'Pod', name, uid: name, controller: true })),
    }),
  ),
  post(
    'an owner that is an Event',
    `${core}/configmaps`,
    configMap('bad', 'v', {
      ownerReferences: [{ apiVersion: 'v1', kind: 'Event', name: 'a', uid: 'a' }],
    }),
  ),
  post('a Namespace of a wrong name', '/api/v1/namespaces', { metadata: { name: 'a.b' } }),
  post(
    'an expression without values',
    `${apps}/replicasets`,
    replicaSet('bad', {
      selector: { matchExpressions: [{ key: 'app', operator: 'In' }] },
    }),
  ),
  post(
    'an operator that does not exist',
    `${apps}/replicasets`,
    replicaSet('bad', {
      selector: { matchLabels: { app: 'bad' }, matchExpressions: [{ key: 'app', operator: 'Like', values: ['x'] }] },
    }),
  ),
  post(
    'a rolling update of a wrong share',
    `${apps}/deployments`,
    deployment('bad', {
      strategy: { rollingUpdate: { maxSurge: 'some', maxUnavailable: '130%' } },
    }),
  ),
  post('a negative surge', `${apps}/deployments`, deployment('bad', { strategy: { rollingUpdate: { maxSurge: -1 } } })),
  post(
    'a pod of wrong tolerations',
    `${core}/pods`,
    pod('bad', { tolerations: [{ operator: 'Sometimes', key: 'a' }] }),
  ),
  post('a pod of a wrong node selector', `${core}/pods`, pod('bad', { nodeSelector: { 'a b': 'c' } })),
  post(
    'a spread without a key',
    `${core}/pods`,
    pod('bad', {
      topologySpreadConstraints: [{ maxSkew: 0, topologyKey: '', whenUnsatisfiable: 'Perhaps' }],
    }),
  ),
  post(
    'an affinity of a wrong weight',
    `${core}/pods`,
    pod('bad', {
      affinity: {
        podAntiAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, podAffinityTerm: { topologyKey: '' } }],
        },
      },
    }),
  ),
  post('a hostname of wrong letters', `${core}/pods`, pod('bad', { hostname: 'A_b' })),
  post(
    'a variable of wrong letters',
    `${core}/pods`,
    pod('bad', {
      containers: [{ name: 'a', image: 'a', env: [{ name: 'A=B', value: 'c' }] }],
    }),
  ),
  post(
    'a mount at one place twice',
    `${core}/pods`,
    pod('bad', {
      volumes: [{ name: 'v' }],
      containers: [
        {
          name: 'a',
          image: 'a',
          volumeMounts: [
            { name: 'v', mountPath: '/x' },
            { name: 'v', mountPath: '/x' },
          ],
        },
      ],
    }),
  ),
  post(
    'a source of a variable without a key',
    `${core}/pods`,
    pod('bad', {
      containers: [{ name: 'a', image: 'a', env: [{ name: 'A', valueFrom: { secretKeyRef: { name: 's' } } }] }],
    }),
  ),
  post(
    'a field that cannot be a variable',
    `${core}/pods`,
    pod('bad', {
      containers: [{ name: 'a', image: 'a', env: [{ name: 'A', valueFrom: { fieldRef: { fieldPath: 'spec.x' } } }] }],
    }),
  ),
  post('a Service of an address that is taken', `${core}/services`, service('bad', { clusterIP: '10.96.0.1' })),
  post('a Service of an address elsewhere', `${core}/services`, service('bad', { clusterIP: '192.168.7.7' })),
  post('an alias without a name', `${core}/services`, { metadata: { name: 'bad' }, spec: { type: 'ExternalName' } }),
  post(
    'a node port out of range',
    `${core}/services`,
    service('bad', { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }),
  ),
  post(
    'a Service without a node may not ask for a port of it',
    `${core}/services`,
    service('bad', { ports: [{ port: 80, nodePort: 30_100 }] }),
  ),
];

/** What kinds other than workloads refuse, and what no user is likely to write: an emulator may not take it either. */
export const STRICTNESS: Group = {
  name: 'strictness',
  exchanges: [
    ...leaseExchanges,
    ...budgetExchanges,
    ...scalerExchanges,
    ...sliceExchanges,
    ...eventExchanges,
    ...jobExchanges,
    ...others,
  ],
};
