import type { Exchange, Group } from '../exchange.ts';
import { apply, get, jsonPatch, merge, post, put, remove, strategic } from '../exchange.ts';
import { configMap, deployment, pod, replicaSet, service, template } from './objects.ts';

const core = '/api/v1/namespaces/refusals';
const apps = '/apis/apps/v1/namespaces/refusals';
const sets = `${apps}/replicasets`;
const badPod = (title: string, spec: Readonly<Record<string, unknown>>): Exchange =>
  post(`template: ${title}`, sets, replicaSet('bad', { template: { metadata: { labels: { app: 'bad' } }, spec } }));
const badContainer = (title: string, container: Readonly<Record<string, unknown>>): Exchange =>
  badPod(title, { containers: [{ name: 'main', image: 'shop:1', ...container }] });
const named = (title: string, metadata: Readonly<Record<string, unknown>>): Exchange =>
  post(`metadata: ${title}`, `${core}/configmaps`, { metadata });

const paths: readonly Exchange[] = [
  get('a group that does not exist', '/apis/nowhere.io/v1/namespaces/refusals/things'),
  get('a kind that does not exist', '/apis/apps/v1/namespaces/refusals/things'),
  get('a version that does not exist', '/apis/apps/v9/namespaces/refusals/deployments'),
  get('an object that does not exist', `${core}/pods/nobody`),
  get('a list of a namespace that does not exist', '/api/v1/namespaces/nowhere/pods'),
  post('a create in a namespace that does not exist', '/api/v1/namespaces/nowhere/configmaps', configMap('a', 'b')),
  post('a create across all namespaces', '/api/v1/configmaps', configMap('a', 'b')),
  post('a create at the path of an object', `${core}/configmaps/a`, configMap('a', 'b')),
  put('a replacement of a collection', `${core}/configmaps`, configMap('a', 'b')),
  merge('a patch of a collection', `${core}/configmaps`, {}),
  get('a subresource that does not exist', `${core}/configmaps/a/status`),
  put('a replacement of what is not there', `${core}/configmaps/nobody`, configMap('nobody', 'b')),
  merge('a patch of what is not there', `${core}/configmaps/nobody`, {}),
  remove('a deletion of what is not there', `${core}/configmaps/nobody`),
];

const bodies: readonly Exchange[] = [
  post('a body that is no JSON', `${core}/configmaps`, '{"metadata": '),
  post('an empty object', `${core}/configmaps`, {}),
  post('a list as a body', `${core}/configmaps`, []),
  post('another kind', `${core}/configmaps`, { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } }),
  post('another version', `${core}/configmaps`, { apiVersion: 'v2', kind: 'ConfigMap', metadata: { name: 'a' } }),
  post('an unknown kind', `${core}/configmaps`, { apiVersion: 'v1', kind: 'Thing', metadata: { name: 'a' } }),
  post('another namespace', `${core}/configmaps`, configMap('a', 'b', { namespace: 'default' })),
  post('a version at creation', `${core}/configmaps`, configMap('a', 'b', { resourceVersion: '5' })),
  post('a number where a text belongs', `${core}/configmaps`, { metadata: { name: 'a' }, data: { k: 1 } }),
  post('a text where a number belongs', sets, replicaSet('a', { replicas: 'two' })),
  post('a media type that is not known', `${core}/configmaps`, configMap('a', 'b'), { contentType: 'text/plain' }),
  put('a patch type for a replacement', `${core}/configmaps/a`, {}, { contentType: 'application/merge-patch+json' }),
  merge('JSON as the type of a patch', `${core}/configmaps/a`, {}, { contentType: 'application/json' }),
  get('an answer in a form that is not known', `${core}/configmaps`, { accept: 'text/html' }),
  post('an unknown field, strictly', `${sets}?fieldValidation=Strict`, replicaSet('strict', { nonsense: 1 })),
  post('an unknown field, with a warning', `${sets}?fieldValidation=Warn`, replicaSet('warned', { nonsense: 1 })),
  post('an unknown field, ignored', `${sets}?fieldValidation=Ignore`, replicaSet('ignored', { nonsense: 1 })),
  post('a dry run of a wrong word', `${core}/configmaps?dryRun=yes`, configMap('a', 'b')),
  post('a field validation of a wrong word', `${core}/configmaps?fieldValidation=hard`, configMap('a', 'b')),
];

const templates: readonly Exchange[] = [
  post('a selector that does not match', sets, replicaSet('bad', { template: template('other') })),
  post('no selector', sets, replicaSet('bad', { selector: undefined })),
  post('an empty selector', sets, replicaSet('bad', { selector: {} })),
  post('no template', sets, replicaSet('bad', { template: undefined })),
  post('replicas below zero', sets, replicaSet('bad', { replicas: -1, minReadySeconds: -1 })),
  badPod('no containers', { containers: [] }),
  badPod('two of one name', {
    containers: [
      { name: 'a', image: 'a' },
      { name: 'a', image: 'b' },
    ],
  }),
  badPod('a restart policy of a Job', { containers: [{ name: 'a', image: 'a' }], restartPolicy: 'Never' }),
  badPod('a policy that does not exist', {
    containers: [{ name: 'a', image: 'a' }],
    restartPolicy: 'Maybe',
    dnsPolicy: 'X',
  }),
  badContainer('no image', { image: '' }),
  badContainer('no name', { name: '' }),
  badContainer('a name of wrong letters', { name: 'Main_1' }),
  badContainer('a port of zero', { ports: [{ containerPort: 0 }, { containerPort: 70_000 }] }),
  badContainer('a port name too long', { ports: [{ containerPort: 80, name: 'a-very-long-port-name' }] }),
  badContainer('ports of one name', {
    ports: [
      { containerPort: 80, name: 'a' },
      { containerPort: 81, name: 'a' },
    ],
  }),
  badContainer('a protocol that does not exist', { ports: [{ containerPort: 80, protocol: 'HTTP' }] }),
  badContainer('a pull policy that does not exist', { imagePullPolicy: 'Sometimes' }),
  badContainer('an environment without a name', { env: [{ name: '', value: 'x' }] }),
  badContainer('a value and a source', {
    env: [{ name: 'A', value: 'x', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
  }),
  badContainer('a mount of no volume', { volumeMounts: [{ name: 'nothing', mountPath: '/x' }] }),
  badContainer('a quantity that is none', { resources: { limits: { cpu: 'many' } } }),
  badContainer('a request above its limit', { resources: { limits: { cpu: '1' }, requests: { cpu: '2' } } }),
  badContainer('a probe with two ways', { readinessProbe: { httpGet: { port: 80 }, tcpSocket: { port: 80 } } }),
  badContainer('a probe without a way', { readinessProbe: { periodSeconds: 1 } }),
  badContainer('a probe that never waits', { readinessProbe: { httpGet: { port: 80 }, periodSeconds: -1 } }),
  badPod('a negative grace', { containers: [{ name: 'a', image: 'a' }], terminationGracePeriodSeconds: -5 }),
  badPod('volumes of one name', {
    containers: [{ name: 'a', image: 'a' }],
    volumes: [
      { name: 'v', emptyDir: {} },
      { name: 'v', emptyDir: {} },
    ],
  }),
  badPod('a volume with two sources', {
    containers: [{ name: 'a', image: 'a' }],
    volumes: [{ name: 'v', emptyDir: {}, configMap: { name: 'c' } }],
  }),
  post(
    'labels of a template',
    sets,
    replicaSet('bad', { template: { ...template('bad'), metadata: { labels: { app: 'bad', 'a b': 'c d' } } } }),
  ),
  post('a pod without containers', `${core}/pods`, pod('bad', { containers: [] })),
  post('a pod of a wrong name', `${core}/pods`, pod('Bad_Name')),
  post(
    'a Deployment that cannot move',
    `${apps}/deployments`,
    deployment('bad', { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: 0 } } }),
  ),
  post('a Deployment of a wrong strategy', `${apps}/deployments`, deployment('bad', { strategy: { type: 'Canary' } })),
  post(
    'a Deployment that recreates and rolls',
    `${apps}/deployments`,
    deployment('bad', { strategy: { type: 'Recreate', rollingUpdate: { maxSurge: 1 } } }),
  ),
  post(
    'a deadline below the minimum',
    `${apps}/deployments`,
    deployment('bad', { minReadySeconds: 10, progressDeadlineSeconds: 5 }),
  ),
];

const services: readonly Exchange[] = [
  post('a Service without ports', `${core}/services`, service('bad', { ports: [] })),
  post('a Service of a wrong name', `${core}/services`, service('1bad')),
  post('a Service of unnamed ports', `${core}/services`, service('bad', { ports: [{ port: 80 }, { port: 81 }] })),
  post('a Service of a wrong port', `${core}/services`, service('bad', { ports: [{ port: 0 }] })),
  post(
    'a Service of a taken port',
    `${core}/services`,
    service('bad', {
      ports: [
        { name: 'a', port: 80 },
        { name: 'b', port: 80 },
      ],
    }),
  ),
  post(
    'a Service of a wrong target',
    `${core}/services`,
    service('bad', { ports: [{ port: 80, targetPort: 'Not Good' }] }),
  ),
  post('a Service of a wrong affinity', `${core}/services`, service('bad', { sessionAffinity: 'Some' })),
  post('a Service of a wrong address', `${core}/services`, service('bad', { clusterIP: 'nowhere' })),
  post('a Service of a wrong selector', `${core}/services`, service('bad', { selector: { 'a b': 'c' } })),
];

const metadata: readonly Exchange[] = [
  named('a name of wrong letters', { name: 'Not_Good' }),
  named('no name', {}),
  named('an empty name', { name: '' }),
  named('a name too long', { name: 'a'.repeat(254) }),
  named('a label key of two slashes', { name: 'a', labels: { 'a/b/c': 'd' } }),
  named('a label key without a name', { name: 'a', labels: { 'a.io/': 'd' } }),
  named('a label value of wrong letters', { name: 'a', labels: { a: '-x-' } }),
  named('a label value too long', { name: 'a', labels: { a: 'x'.repeat(64) } }),
  named('an annotation key of wrong letters', { name: 'a', annotations: { 'a b': 'c' } }),
  named('annotations too large', { name: 'a', annotations: { a: 'x'.repeat(262_145) } }),
  named('a finalizer without a domain', { name: 'a', finalizers: ['mine'] }),
  named('an owner without a UID', {
    name: 'a',
    ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name: 'p', uid: '' }],
  }),
  named('labels that are no map', { name: 'a', labels: ['x'] }),
];

const patches: readonly Exchange[] = [
  post('something to patch', `${core}/configmaps`, configMap('target', 'v'), {
    keep: { version: 'metadata.resourceVersion' },
  }),
  post('a name that is taken', `${core}/configmaps`, configMap('target', 'w')),
  merge('an up-to-date version', `${core}/configmaps/target`, {
    metadata: { resourceVersion: '{{version}}' },
    data: { key: 'w' },
  }),
  merge('a version that was lost', `${core}/configmaps/target`, {
    metadata: { resourceVersion: '{{version}}' },
    data: { key: 'x' },
  }),
  put(
    'a replacement with a lost version',
    `${core}/configmaps/target`,
    configMap('target', 'y', { resourceVersion: '{{version}}' }),
  ),
  put('a replacement with no version', `${core}/configmaps/target`, configMap('target', 'y')),
  put('a replacement with another UID', `${core}/configmaps/target`, configMap('target', 'y', { uid: 'x' })),
  put('a replacement under another name', `${core}/configmaps/target`, configMap('other', 'y')),
  put('a version that is no number', `${core}/configmaps/target`, configMap('target', 'y', { resourceVersion: 'x' })),
  merge('another name by patch', `${core}/configmaps/target`, { metadata: { name: 'other' } }),
  merge('another UID by patch', `${core}/configmaps/target`, { metadata: { uid: 'x' } }),
  merge('a merge patch that is a list', `${core}/configmaps/target`, []),
  jsonPatch('a JSON patch that is an object', `${core}/configmaps/target`, {}),
  jsonPatch('a failing test', `${core}/configmaps/target`, [{ op: 'test', path: '/data/key', value: 'other' }]),
  jsonPatch('a test of what is not there', `${core}/configmaps/target`, [
    { op: 'test', path: '/data/none', value: 'x' },
  ]),
  jsonPatch('a path that is not there', `${core}/configmaps/target`, [
    { op: 'replace', path: '/data/none', value: 'x' },
  ]),
  jsonPatch('a removal of what is not there', `${core}/configmaps/target`, [{ op: 'remove', path: '/data/none' }]),
  jsonPatch('a member below what is not there', `${core}/configmaps/target`, [
    { op: 'add', path: '/none/x', value: 'x' },
  ]),
  jsonPatch('an operation that does not exist', `${core}/configmaps/target`, [
    { op: 'set', path: '/data/key', value: 'x' },
  ]),
  jsonPatch('a path without a slash', `${core}/configmaps/target`, [{ op: 'add', path: 'data', value: {} }]),
  jsonPatch('a value of a wrong type', `${core}/configmaps/target`, [{ op: 'add', path: '/data/key', value: 5 }]),
  jsonPatch('a good patch of all operations', `${core}/configmaps/target`, [
    { op: 'test', path: '/data/key', value: 'y' },
    { op: 'add', path: '/data/two', value: '2' },
    { op: 'copy', from: '/data/two', path: '/data/three' },
    { op: 'move', from: '/data/key', path: '/data/four' },
    { op: 'replace', path: '/data/two', value: '22' },
    { op: 'remove', path: '/data/three' },
    { op: 'add', path: '/metadata/annotations', value: { 'a.b/c': 'd' } },
    { op: 'replace', path: '/metadata/annotations/a.b~1c', value: 'e' },
  ]),
  strategic('a strategic patch of a wrong type', `${core}/configmaps/target`, { data: { key: 5 } }),
  apply('an apply without a manager', `${core}/configmaps/target`, configMap('target', 'z')),
  apply(
    'a forced merge patch',
    `${core}/configmaps/target?force=true`,
    {},
    { contentType: 'application/merge-patch+json' },
  ),
  merge('an unknown field by a strict patch', `${core}/configmaps/target?fieldValidation=Strict`, { nonsense: 1 }),
];

const immutables: readonly Exchange[] = [
  post('a ReplicaSet to change', sets, replicaSet('fixed')),
  merge('its selector', `${sets}/fixed`, { spec: { selector: { matchLabels: { app: 'x' } } } }),
  merge('its selector and its labels', `${sets}/fixed`, {
    spec: { selector: { matchLabels: { app: 'x' } }, template: { metadata: { labels: { app: 'x' } } } },
  }),
  merge('its size below zero', `${sets}/fixed`, { spec: { replicas: -1 } }),
  post('a Service to change', `${core}/services`, service('fixed')),
  merge('its address', `${core}/services/fixed`, { spec: { clusterIP: '10.96.7.7', clusterIPs: ['10.96.7.7'] } }),
  post('a pod to change', `${core}/pods`, pod('fixed')),
  merge('its node', `${core}/pods/fixed`, { spec: { hostname: 'x' } }),
  strategic('its image', `${core}/pods/fixed`, { spec: { containers: [{ name: 'main', image: 'shop:2' }] } }),
  post('an unchangeable ConfigMap', `${core}/configmaps`, {
    metadata: { name: 'immutable' },
    immutable: true,
    data: { a: 'b' },
  }),
  merge('what it holds', `${core}/configmaps/immutable`, { data: { a: 'c' } }),
];

/** Every refusal that a client of ours may meet. */
export const REFUSALS: readonly Group[] = [
  { name: 'refusals', exchanges: [...paths, ...bodies, ...patches, ...immutables] },
  { name: 'validation', exchanges: [...templates, ...services, ...metadata].map(inValidation) },
];

function inValidation(exchange: Exchange): Exchange {
  return { ...exchange, path: exchange.path.replace('/namespaces/refusals/', '/namespaces/validation/') };
}
