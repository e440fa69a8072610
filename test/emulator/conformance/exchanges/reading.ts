import type { Exchange, Group } from '../exchange.ts';
import { get, merge, post, remove, watch } from '../exchange.ts';
import { configMap, pod, replicaSet, service } from './objects.ts';

const core = '/api/v1/namespaces/reading';
const maps = `${core}/configmaps`;
const labelled = (name: string, labels: Readonly<Record<string, string>>): Exchange =>
  post(`setup ${name}`, maps, configMap(name, 'v', { labels }), { keep: { [name]: 'metadata.resourceVersion' } });
const select = (selector: string): Exchange => get(`labels ${selector}`, `${maps}?labelSelector=${selector}`);
const fields = (selector: string): Exchange => get(`fields ${selector}`, `${core}/pods?fieldSelector=${selector}`);

const lists: readonly Exchange[] = [
  get('an empty list', maps),
  labelled('a', { app: 'a', tier: 'web' }),
  labelled('b', { app: 'b', tier: 'web' }),
  labelled('c', { app: 'c' }),
  labelled('d', { app: 'a', tier: 'back' }),
  get('a whole list', maps),
  get('the first page', `${maps}?limit=2`, { keep: { token: 'metadata.continue' } }),
  get('the second page', `${maps}?limit=2&continue={{token}}`),
  get('the rest without a limit', `${maps}?continue={{token}}`),
  get('a page with a selector', `${maps}?limit=1&labelSelector=tier=web`),
  get('a token and a version', `${maps}?limit=2&continue={{token}}&resourceVersion={{d}}`),
  get('a token that is none', `${maps}?limit=2&continue=abc`),
  get('a limit that is none', `${maps}?limit=x`),
  select('app=a'),
  select('app==a'),
  select('app!=a'),
  select('app in (a,b)'),
  select('app notin (a,b)'),
  select('tier'),
  select('!tier'),
  select('app=a,tier=web'),
  select('app='),
  select('app in a'),
  select('=x'),
  select('app=a b'),
  get('a name', `${maps}?fieldSelector=metadata.name=a`),
  get('all but a name', `${maps}?fieldSelector=metadata.name!=a`),
  get('a field that cannot be selected', `${maps}?fieldSelector=data.key=v`),
  get('a field selector that is none', `${maps}?fieldSelector=x`),
];

const pods: readonly Exchange[] = [
  post('setup pod one', `${core}/pods`, pod('one', { nodeName: 'n1' })),
  post('setup pod two', `${core}/pods`, pod('two')),
  fields('spec.nodeName=n1'),
  fields('spec.nodeName='),
  fields('status.phase=Pending'),
  fields('status.phase!=Pending'),
  fields('spec.hostname=x'),
];

const versions: readonly Exchange[] = [
  get('any version', `${maps}?resourceVersion=0`),
  get('not older than', `${maps}?resourceVersion={{b}}&resourceVersionMatch=NotOlderThan`),
  get('exactly', `${maps}?resourceVersion={{b}}&resourceVersionMatch=Exact`),
  get('an old version with a limit', `${maps}?resourceVersion={{b}}&limit=5`),
  get('exactly any', `${maps}?resourceVersion=0&resourceVersionMatch=Exact`),
  get('a rule without a version', `${maps}?resourceVersionMatch=Exact`),
  get('a rule that does not exist', `${maps}?resourceVersion=1&resourceVersionMatch=Near`),
  get('a version that is no number', `${maps}?resourceVersion=x`),
  get('one object of any version', `${maps}/a?resourceVersion=0`),
  get('one object of a version that is no number', `${maps}/a?resourceVersion=x`),
];

const timed = (title: string, query: string): Exchange => watch(title, `${maps}?watch=1&${query}`);
const watches: readonly Exchange[] = [
  merge('setup: a change', `${maps}/a`, { data: { key: 'w' } }),
  merge('setup: a label goes', `${maps}/b`, { metadata: { labels: { tier: null } } }),
  remove('setup: a deletion', `${maps}/c`),
  timed('all changes since', 'resourceVersion={{d}}&timeoutSeconds=1'),
  timed('changes of what is selected', 'resourceVersion={{d}}&labelSelector=tier=web&timeoutSeconds=1'),
  timed('from any version', 'resourceVersion=0&timeoutSeconds=1'),
  timed('without a version', 'timeoutSeconds=1'),
  timed('one object', 'resourceVersion={{d}}&fieldSelector=metadata.name=a&timeoutSeconds=1'),
  timed('with a bookmark before the end', 'resourceVersion={{d}}&allowWatchBookmarks=true&timeoutSeconds=3'),
  timed(
    'the present objects, then a bookmark',
    'sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1',
  ),
  timed('initial events without a rule', 'sendInitialEvents=true&timeoutSeconds=1'),
  timed('a rule without initial events', 'resourceVersionMatch=NotOlderThan&resourceVersion=1&timeoutSeconds=1'),
  timed('a watch from a version that is no number', 'resourceVersion=x&timeoutSeconds=1'),
  timed('a selector that is none', 'labelSelector==x&timeoutSeconds=1'),
  watch('by the path of an object', `${maps}/a?watch=1&resourceVersion={{d}}&timeoutSeconds=1`),
  watch('a kind that does not exist', `${core}/things?watch=1&timeoutSeconds=1`),
];

/** Lists with pages, selectors and versions; watches. */
export const READING: Group = { name: 'reading', exchanges: [...lists, ...pods, ...versions, ...watches] };

const old = '/api/v1/namespaces/expired/configmaps';

/** What is asked of a history that is no longer there. */
export const EXPIRED: Group = {
  name: 'expired',
  compacts: true,
  exchanges: [
    post('setup a', old, configMap('a', 'v'), { keep: { version: 'metadata.resourceVersion' } }),
    post('setup b', old, configMap('b', 'v')),
    post('setup c', old, configMap('c', 'v')),
    get('a first page', `${old}?limit=1`, { keep: { token: 'metadata.continue' } }),
    merge('a change after it', `${old}/c`, { data: { key: 'w' } }),
    { title: 'the history is forgotten', method: 'COMPACT', path: '' },
    get('the second page, too late', `${old}?limit=1&continue={{token}}`, { keep: { rest: 'metadata.continue' } }),
    get('the rest, without consistency', `${old}?continue={{rest}}`),
    get('exactly an old state', `${old}?resourceVersion={{version}}&resourceVersionMatch=Exact`),
    watch('a watch from the beginning of time', `${old}?watch=1&resourceVersion=1&timeoutSeconds=1`),
    get('the newest state', old),
  ],
};

const asTable = (title: string, path: string): Exchange =>
  get(title, path, { accept: 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json' });
const at = '/namespaces/tables';

/** Tables of the kinds that kubectl prints. */
export const TABLES: Group = {
  name: 'tables',
  exchanges: [
    post('setup ReplicaSet', `/apis/apps/v1${at}/replicasets`, replicaSet('shop')),
    post('setup Deployment', `/apis/apps/v1${at}/deployments`, { ...replicaSet('shop'), kind: 'Deployment' }),
    post('setup pod', `/api/v1${at}/pods`, pod('shop')),
    post('setup Service', `/api/v1${at}/services`, service('shop', { clusterIP: 'None' })),
    post('setup ConfigMap', `/api/v1${at}/configmaps`, configMap('shop', 'v')),
    post('setup Job', `/apis/batch/v1${at}/jobs`, {
      metadata: { name: 'shop' },
      spec: { template: { spec: { restartPolicy: 'Never', containers: [{ name: 'a', image: 'a:1' }] } } },
    }),
    asTable('ReplicaSets', `/apis/apps/v1${at}/replicasets`),
    asTable('Deployments', `/apis/apps/v1${at}/deployments`),
    asTable('Pods', `/api/v1${at}/pods`),
    asTable('Services', `/api/v1${at}/services`),
    asTable('ConfigMaps', `/api/v1${at}/configmaps`),
    asTable('Jobs', `/apis/batch/v1${at}/jobs`),
    asTable('one ConfigMap', `/api/v1${at}/configmaps/shop`),
    asTable('ConfigMaps with whole objects', `/api/v1${at}/configmaps?includeObject=Object`),
    asTable('ConfigMaps without objects', `/api/v1${at}/configmaps?includeObject=None`),
    asTable('Secrets', `/api/v1${at}/secrets`),
    asTable('Events', `/api/v1${at}/events`),
    asTable('EndpointSlices', `/apis/discovery.k8s.io/v1${at}/endpointslices`),
    asTable('HorizontalPodAutoscalers', `/apis/autoscaling/v2${at}/horizontalpodautoscalers`),
    asTable('PodDisruptionBudgets', `/apis/policy/v1${at}/poddisruptionbudgets`),
    asTable('Leases', `/apis/coordination.k8s.io/v1${at}/leases`),
    asTable('ServiceAccounts', `/api/v1${at}/serviceaccounts`),
    asTable('Rollouts', `/apis/sluice.dev/v1alpha1${at}/rollouts`),
    asTable('AnalysisRuns', `/apis/sluice.dev/v1alpha1${at}/analysisruns`),
    asTable('HTTPRoutes', `/apis/gateway.networking.k8s.io/v1${at}/httproutes`),
    asTable('an object that is not there', `/api/v1${at}/configmaps/nobody`),
  ],
};

const KNOWN = {
  core: [
    'configmaps',
    'events',
    'namespaces',
    'namespaces/status',
    'pods',
    'pods/status',
    'pods/eviction',
    'services',
    'services/status',
    'secrets',
    'nodes',
    'serviceaccounts',
  ],
  apps: [
    'deployments',
    'deployments/scale',
    'deployments/status',
    'replicasets',
    'replicasets/scale',
    'replicasets/status',
    'statefulsets',
    'statefulsets/scale',
    'statefulsets/status',
  ],
  groups: [
    'apps',
    'batch',
    'policy',
    'autoscaling',
    'coordination.k8s.io',
    'discovery.k8s.io',
    'events.k8s.io',
    'sluice.dev',
    'argoproj.io',
    'gateway.networking.k8s.io',
  ],
};

/** What a client learns before it asks for objects. */
export const DISCOVERY: Group = {
  name: 'discovery',
  exchanges: [
    get('versions of the core', '/api', { only: [] }),
    get('the core', '/api/v1', { only: KNOWN.core }),
    get('groups', '/apis', {
      only: ['apps', 'batch', 'policy', 'coordination.k8s.io', 'discovery.k8s.io', 'sluice.dev'],
    }),
    get('a group', '/apis/apps'),
    get('apps', '/apis/apps/v1', { only: KNOWN.apps }),
    get('batch', '/apis/batch/v1', { only: ['jobs', 'jobs/status'] }),
    get('policy', '/apis/policy/v1'),
    get('leases', '/apis/coordination.k8s.io/v1', { only: ['leases'] }),
    get('events', '/apis/events.k8s.io/v1'),
    get('slices', '/apis/discovery.k8s.io/v1'),
    get('our own group', '/apis/sluice.dev'),
    get('our own kinds', '/apis/sluice.dev/v1alpha1'),
    get('the takeover group', '/apis/argoproj.io/v1alpha1'),
    get('routes', '/apis/gateway.networking.k8s.io/v1'),
    get('a group that does not exist', '/apis/nowhere.io'),
    get('a version that does not exist', '/apis/apps/v9'),
    get('health', '/healthz'),
    get('readiness', '/readyz'),
    get('liveness', '/livez'),
    get('a path that nothing serves', '/nothing'),
  ],
};
