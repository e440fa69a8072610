import type { Exchange, Group } from '../exchange.ts';
import { apply, get, jsonPatch, merge, post, put, remove, strategic, watch } from '../exchange.ts';
import { configMap, deployment, pod, replicaSet } from './objects.ts';

const core = '/api/v1/namespaces/writing';
const sets = '/apis/apps/v1/namespaces/writing/replicasets';
const deploys = '/apis/apps/v1/namespaces/writing/deployments';
const maps = `${core}/configmaps`;

const creation: readonly Exchange[] = [
  post('a generated name', maps, { metadata: { generateName: 'made-' } }),
  post('a dry run', `${maps}?dryRun=All`, configMap('dry', 'v')),
  get('what a dry run made', `${maps}/dry`),
  post('metadata that only the server sets', maps, {
    metadata: {
      name: 'own',
      uid: 'mine',
      generation: 9,
      creationTimestamp: '2020-01-01T00:00:00Z',
      deletionTimestamp: '2020-01-01T00:00:00Z',
      selfLink: '/x',
    },
  }),
  post('nulls are left out', maps, { metadata: { name: 'nulls', labels: null, annotations: { a: 'b' } }, data: null }),
];

const generations: readonly Exchange[] = [
  post('a ReplicaSet', sets, replicaSet('gen')),
  merge('labels', `${sets}/gen`, { metadata: { labels: { a: 'b' } } }),
  merge('size', `${sets}/gen`, { spec: { replicas: 3 } }),
  merge('the same size', `${sets}/gen`, { spec: { replicas: 3 } }),
  merge('status', `${sets}/gen/status`, { status: { replicas: 3, readyReplicas: 2, observedGeneration: 2 } }),
  merge('a spec through the status', `${sets}/gen/status`, { spec: { replicas: 9 } }),
  merge('a status through the spec', `${sets}/gen`, { status: { replicas: 9 } }),
  merge('labels through the status', `${sets}/gen/status`, { metadata: { labels: { through: 'status' } } }),
  merge('a status below zero', `${sets}/gen/status`, { status: { replicas: -1 } }),
  merge('more ready than there are', `${sets}/gen/status`, { status: { replicas: 1, readyReplicas: 2 } }),
  get('the status', `${sets}/gen/status`),
  get('the scale', `${sets}/gen/scale`),
  put('a new scale', `${sets}/gen/scale`, { metadata: { name: 'gen', namespace: 'writing' }, spec: { replicas: 5 } }),
  merge('a scale by patch', `${sets}/gen/scale`, { spec: { replicas: 6 } }),
  put('a scale with a lost version', `${sets}/gen/scale`, {
    metadata: { name: 'gen', namespace: 'writing', resourceVersion: '1' },
    spec: { replicas: 5 },
  }),
  put('a scale below zero', `${sets}/gen/scale`, {
    metadata: { name: 'gen', namespace: 'writing' },
    spec: { replicas: -5 },
  }),
  put('a scale under another name', `${sets}/gen/scale`, { metadata: { name: 'x', namespace: 'writing' }, spec: {} }),
  get('the scale of nobody', `${sets}/nobody/scale`),
  merge('null takes a default back', `${sets}/gen`, { spec: { replicas: null, minReadySeconds: null } }),
  merge('a dry run of a patch', `${sets}/gen?dryRun=All`, { spec: { replicas: 8 } }),
  jsonPatch('a guarded size', `${sets}/gen`, [
    { op: 'test', path: '/spec/replicas', value: 1 },
    { op: 'replace', path: '/spec/replicas', value: 2 },
  ]),
];

const deletion: readonly Exchange[] = [
  post('something held', maps, configMap('held', 'v', { finalizers: ['a.io/b'] }), {
    keep: { uid: 'metadata.uid', held: 'metadata.resourceVersion' },
  }),
  remove('with another UID', `${maps}/held`, { preconditions: { uid: 'other' } }),
  remove('with another version', `${maps}/held`, { preconditions: { resourceVersion: '1' } }),
  remove('in dry run', `${maps}/held`, { dryRun: ['All'] }),
  remove('with a policy that does not exist', `${maps}/held`, { propagationPolicy: 'Sometimes' }),
  remove('held by a finalizer', `${maps}/held`, { preconditions: { uid: '{{uid}}' } }),
  remove('once more', `${maps}/held`),
  merge('a finalizer added too late', `${maps}/held`, { metadata: { finalizers: ['a.io/b', 'c.io/d'] } }),
  merge('a change of what is going', `${maps}/held`, { data: { key: 'w' } }),
  merge('the last finalizer goes', `${maps}/held`, { metadata: { finalizers: null } }),
  get('it is gone', `${maps}/held`),
  watch(
    'what a watch saw of it',
    `${maps}?watch=1&resourceVersion={{held}}&fieldSelector=metadata.name=held&timeoutSeconds=1`,
  ),
  post('a parent', sets, replicaSet('parent')),
  remove('in the foreground', `${sets}/parent`, { propagationPolicy: 'Foreground' }),
  post('an orphaning parent', sets, replicaSet('orphaning')),
  remove('leaving orphans', `${sets}/orphaning`, { propagationPolicy: 'Orphan' }),
  post('a plain one', sets, replicaSet('plain')),
  remove('in the background', `${sets}/plain`, { propagationPolicy: 'Background' }),
  post('a plain ConfigMap', maps, configMap('plain', 'v')),
  remove('a ConfigMap', `${maps}/plain`),
  post('a bound pod', `${core}/pods`, pod('bound', { nodeName: 'n1' })),
  remove('a pod with its grace', `${core}/pods/bound`),
  remove('a shorter grace', `${core}/pods/bound`, { gracePeriodSeconds: 5 }),
  remove('no grace', `${core}/pods/bound`, { gracePeriodSeconds: 0 }),
  post('an unbound pod', `${core}/pods`, pod('unbound')),
  remove('an unbound pod at once', `${core}/pods/unbound`),
  post('one of several', maps, configMap('several-1', 'v', { labels: { several: 'yes' } })),
  post('another of several', maps, configMap('several-2', 'v', { labels: { several: 'yes' } })),
  remove('a collection', `${maps}?labelSelector=several=yes`),
];

const namespaces: readonly Exchange[] = [
  post('a namespace', '/api/v1/namespaces', { metadata: { name: 'going' } }),
  post('what holds it', '/api/v1/namespaces/going/configmaps', configMap('held', 'v', { finalizers: ['a.io/b'] })),
  remove('the namespace', '/api/v1/namespaces/going'),
  post('a create in a namespace that is going', '/api/v1/namespaces/going/configmaps', configMap('late', 'v')),
];

const evictions: readonly Exchange[] = [
  post('a pod to evict', `${core}/pods`, pod('guarded', { nodeName: 'n1' })),
  merge('it runs', `${core}/pods/guarded/status`, {
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  }),
  post('a budget', '/apis/policy/v1/namespaces/writing/poddisruptionbudgets', {
    metadata: { name: 'guard' },
    spec: { minAvailable: 1, selector: { matchLabels: { app: 'guarded' } } },
  }),
  post('an eviction before the budget is known', `${core}/pods/guarded/eviction`, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: 'guarded', namespace: 'writing' },
  }),
  merge('the budget is known', '/apis/policy/v1/namespaces/writing/poddisruptionbudgets/guard/status', {
    status: { observedGeneration: 1, disruptionsAllowed: 0, currentHealthy: 1, desiredHealthy: 1, expectedPods: 1 },
  }),
  post('an eviction that a budget forbids', `${core}/pods/guarded/eviction`, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: 'guarded', namespace: 'writing' },
  }),
  post('an eviction under another name', `${core}/pods/guarded/eviction`, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: 'other', namespace: 'writing' },
  }),
  post('an eviction of nobody', `${core}/pods/nobody/eviction`, {
    apiVersion: 'policy/v1',
    kind: 'Eviction',
    metadata: { name: 'nobody', namespace: 'writing' },
  }),
];

const strategics: readonly Exchange[] = [
  post('a Deployment', deploys, deployment('merge')),
  strategic('a container by its name', `${deploys}/merge`, {
    spec: { template: { spec: { containers: [{ name: 'main', image: 'shop:2', env: [{ name: 'A', value: '1' }] }] } } },
  }),
  strategic('a second container', `${deploys}/merge`, {
    spec: { template: { spec: { containers: [{ name: 'side', image: 'side:1' }] } } },
  }),
  strategic('a variable by its name', `${deploys}/merge`, {
    spec: { template: { spec: { containers: [{ name: 'main', env: [{ name: 'B', value: '2' }] }] } } },
  }),
  strategic('a container goes', `${deploys}/merge`, {
    spec: { template: { spec: { containers: [{ name: 'side', $patch: 'delete' }] } } },
  }),
  strategic('the order of a list', `${deploys}/merge`, {
    spec: {
      template: {
        spec: {
          $setElementOrder: undefined,
          '$setElementOrder/containers': [{ name: 'new' }, { name: 'main' }],
          containers: [{ name: 'new', image: 'new:1' }],
        },
      },
    },
  }),
  strategic('a list is replaced', `${deploys}/merge`, {
    spec: { template: { spec: { containers: [{ $patch: 'replace' }, { name: 'only', image: 'only:1' }] } } },
  }),
  strategic('a map keeps only some', `${deploys}/merge`, {
    metadata: { annotations: { a: 'b' } },
    spec: { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
  }),
  strategic('a null', `${deploys}/merge`, { metadata: { annotations: { a: null } } }),
  strategic('a custom object', '/apis/sluice.dev/v1alpha1/namespaces/writing/rollouts/x', {}),
  strategic('finalizers are a set', `${deploys}/merge`, { metadata: { finalizers: ['a.io/b'] } }),
  strategic('a second finalizer', `${deploys}/merge`, { metadata: { finalizers: ['c.io/d'] } }),
  strategic('a finalizer goes', `${deploys}/merge`, {
    metadata: { '$deleteFromPrimitiveList/finalizers': ['a.io/b'] },
  }),
];

/** Writes of every kind, and what they leave behind. */
export const WRITING: Group = {
  name: 'writing',
  exchanges: [...creation, ...generations, ...deletion, ...namespaces, ...evictions, ...strategics],
};

const applied = '/api/v1/namespaces/applying/configmaps/shop';
const appliedSet = '/apis/apps/v1/namespaces/applying/deployments/shop';
const appliedRollout = '/apis/sluice.dev/v1alpha1/namespaces/applying/rollouts/shop';
const rolloutOf = (spec: unknown): unknown => ({
  apiVersion: 'sluice.dev/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'shop' },
  spec,
});

/** Server-side apply: owners of fields, conflicts, and what is taken away. */
export const APPLYING: Group = {
  name: 'applying',
  exchanges: [
    apply('creates', `${applied}?fieldManager=one`, configMap('shop', 'v')),
    apply('changes nothing', `${applied}?fieldManager=one`, configMap('shop', 'v')),
    apply('conflicts', `${applied}?fieldManager=two`, configMap('shop', 'w')),
    apply('shares', `${applied}?fieldManager=two`, configMap('shop', 'v')),
    apply('forces', `${applied}?fieldManager=three&force=true`, configMap('shop', 'x')),
    apply('adds', `${applied}?fieldManager=one`, { ...configMap('shop', 'x'), data: { other: 'y' } }),
    apply('gives up', `${applied}?fieldManager=one`, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'shop' },
    }),
    merge('an update takes over', `${applied}?fieldManager=edit`, { data: { key: 'z' } }),
    apply('conflicts with an update', `${applied}?fieldManager=three`, configMap('shop', 'x')),
    apply('without a kind', `${applied}?fieldManager=one`, { metadata: { name: 'shop' } }),
    apply('under another name', `${applied}?fieldManager=one`, configMap('other', 'x')),
    apply(
      'with managed fields',
      `${applied}?fieldManager=one`,
      configMap('shop', 'x', { managedFields: [{ manager: 'x' }] }),
    ),
    apply('an unknown field', `${applied}?fieldManager=one`, { ...configMap('shop', 'x'), nonsense: 1 }),
    apply('in dry run', `${applied}?fieldManager=one&dryRun=All`, { ...configMap('shop', 'z'), data: { third: '3' } }),
    apply('a Deployment', `${appliedSet}?fieldManager=kubectl`, deployment('shop')),
    apply(
      'another image',
      `${appliedSet}?fieldManager=kubectl`,
      deployment('shop', {
        template: { metadata: { labels: { app: 'shop' } }, spec: { containers: [{ name: 'main', image: 'shop:2' }] } },
      }),
    ),
    apply('a size of another owner', `${appliedSet}?fieldManager=scaler`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop' },
      spec: { replicas: 5 },
    }),
    apply('a container of another owner', `${appliedSet}?fieldManager=sidecar`, {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'shop' },
      spec: { template: { spec: { containers: [{ name: 'side', image: 'side:1' }] } } },
    }),
    apply(
      'a Rollout',
      `${appliedRollout}?fieldManager=kubectl`,
      rolloutOf({
        replicas: 1,
        selector: { matchLabels: { app: 'shop' } },
        template: { metadata: { labels: { app: 'shop' } }, spec: { containers: [{ name: 'main', image: 'shop:1' }] } },
        strategy: { canary: { steps: [{ setWeight: 10 }] } },
      }),
    ),
    apply('a conflict over a Rollout', `${appliedRollout}?fieldManager=other`, rolloutOf({ replicas: 2 })),
    apply('a status of a Rollout', `${appliedRollout}/status?fieldManager=other`, {
      apiVersion: 'sluice.dev/v1alpha1',
      kind: 'Rollout',
      metadata: { name: 'shop' },
      status: { replicas: 2 },
    }),
    get('who owns what at the end', appliedSet),
    put('a replacement clears owners', applied, configMap('shop', 'q', { managedFields: [{}] })),
  ],
};
