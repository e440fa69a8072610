import type { Exchange, Group } from '../exchange.ts';
import { get, jsonPatch, merge, post, put, remove } from '../exchange.ts';
import { rollout, template } from './objects.ts';

const route = (name: string, spec: unknown): unknown => ({
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name },
  spec,
});
const routes = '/apis/gateway.networking.k8s.io/v1/namespaces/custom/httproutes';
const steps = (...list: readonly unknown[]): Readonly<Record<string, unknown>> => ({
  strategy: { canary: { steps: list } },
});

function ofGroup(group: string): readonly Exchange[] {
  const path = `/apis/${group}/v1alpha1/namespaces/custom`;
  const it = (text: string): string => `${group}: ${text}`;
  const bad = (text: string, spec: Readonly<Record<string, unknown>>): Exchange =>
    post(it(text), `${path}/rollouts`, rollout('bad', group, spec));
  return [
    post(it('a Rollout'), `${path}/rollouts`, rollout('shop', group)),
    get(it('the Rollout, read'), `${path}/rollouts/shop`),
    post(it('a Rollout in dry run'), `${path}/rollouts?dryRun=All`, rollout('dry', group)),
    post(it('the same name again'), `${path}/rollouts`, rollout('shop', group)),
    post(it('a status at creation is dropped'), `${path}/rollouts`, {
      ...rollout('early', group),
      status: { phase: 'Healthy', replicas: 3 },
    }),
    post(it('unknown fields are pruned'), `${path}/rollouts`, {
      ...rollout('pruned', group, { nonsense: 1 }),
      more: { nonsense: true },
    }),
    post(it('unknown fields are refused when strict'), `${path}/rollouts?fieldValidation=Strict`, {
      ...rollout('strict', group, { nonsense: 1 }),
    }),
    bad('replicas below zero', { replicas: -1 }),
    bad('replicas as a text', { replicas: '3' }),
    bad('no strategy', { strategy: {} }),
    bad('two strategies', { strategy: { canary: {}, blueGreen: { activeService: 'a' } } }),
    bad('a weight above all bounds', steps({ setWeight: 101 })),
    bad('a weight below zero', steps({ setWeight: -1 })),
    bad('a step with two verbs', steps({ setWeight: 10, pause: {} })),
    bad('a step with none', steps({})),
    bad('a pause of a wrong duration', steps({ pause: { duration: 'soon' } })),
    bad('an unavailable share of a wrong form', { strategy: { canary: { maxUnavailable: 'some' } } }),
    bad('no selector', { selector: undefined }),
    post(it('a body of another kind'), `${path}/rollouts`, { ...rollout('x', group), kind: 'Experiment' }),
    post(it('a body of another version'), `${path}/rollouts`, { ...rollout('x', group), apiVersion: 'x/v1' }),
    post(it('a body without a kind'), `${path}/rollouts`, { metadata: { name: 'x' } }),
    post(it('an AnalysisTemplate'), `${path}/analysistemplates`, {
      apiVersion: `${group}/v1alpha1`,
      kind: 'AnalysisTemplate',
      metadata: { name: 'errors' },
      spec: {
        args: [{ name: 'service' }],
        metrics: [
          {
            name: 'errors',
            interval: '30s',
            successCondition: 'result[0] < 0.05',
            provider: { prometheus: { address: 'http://prometheus:9090', query: 'up' } },
          },
        ],
      },
    }),
    post(it('an AnalysisRun'), `${path}/analysisruns`, {
      apiVersion: `${group}/v1alpha1`,
      kind: 'AnalysisRun',
      metadata: { generateName: 'errors-' },
      spec: { metrics: [{ name: 'a', provider: { web: { url: 'http://a', jsonPath: '{$}' } } }] },
    }),
    post(it('an Experiment'), `${path}/experiments`, {
      apiVersion: `${group}/v1alpha1`,
      kind: 'Experiment',
      metadata: { name: 'try' },
      spec: { templates: [{ name: 'a', selector: { matchLabels: { app: 'a' } }, template: template('a') }] },
    }),
    merge(it('the status by a merge patch'), `${path}/rollouts/shop/status`, {
      status: { replicas: 3, phase: 'Healthy' },
    }),
    merge(it('a status patch leaves the spec alone'), `${path}/rollouts/shop/status`, { spec: { replicas: 9 } }),
    merge(it('a spec patch leaves the status alone'), `${path}/rollouts/shop`, {
      spec: { replicas: 4 },
      status: { phase: 'X' },
    }),
    merge(it('labels do not count as a generation'), `${path}/rollouts/shop`, { metadata: { labels: { a: 'b' } } }),
    merge(it('nothing changes'), `${path}/rollouts/shop`, { spec: { replicas: 4 } }),
    merge(it('null takes a field out'), `${path}/rollouts/shop`, {
      spec: { replicas: null },
      metadata: { labels: null },
    }),
    merge(it('a status of a wrong type'), `${path}/rollouts/shop/status`, { status: { replicas: 'three' } }),
    get(it('the scale'), `${path}/rollouts/shop/scale`),
    put(it('a new scale'), `${path}/rollouts/shop/scale`, {
      kind: 'Scale',
      apiVersion: 'autoscaling/v1',
      metadata: { name: 'shop', namespace: 'custom' },
      spec: { replicas: 7 },
    }),
    merge(it('a scale by patch'), `${path}/rollouts/shop/scale`, { spec: { replicas: 8 } }),
    merge(it('a scale below zero'), `${path}/rollouts/shop/scale`, { spec: { replicas: -1 } }),
    jsonPatch(it('a failing test'), `${path}/rollouts/shop`, [{ op: 'test', path: '/spec/replicas', value: 1 }]),
    merge(it('the selector changes'), `${path}/rollouts/shop`, { spec: { selector: { matchLabels: { app: 'y' } } } }),
    merge(it('another strategy by patch'), `${path}/rollouts/shop`, {
      spec: { strategy: { blueGreen: { activeService: 'a' } } },
    }),
    put(it('an update without a version'), `${path}/rollouts/shop`, rollout('shop', group)),
    get(it('the list'), `${path}/rollouts?limit=2`),
    get(it('one that is not there'), `${path}/rollouts/nobody`),
    remove(it('deletion'), `${path}/rollouts/shop`),
  ];
}

const httpRoutes: readonly Exchange[] = [
  post(
    'a route',
    routes,
    route('shop', { parentRefs: [{ name: 'gateway' }], rules: [{ backendRefs: [{ name: 'a', port: 80 }] }] }),
  ),
  post(
    'a route with weights',
    routes,
    route('split', {
      hostnames: ['shop.example.com'],
      rules: [
        {
          matches: [{ path: { value: '/x' } }],
          backendRefs: [
            { name: 'a', port: 80, weight: 90 },
            { name: 'b', port: 80, weight: 0 },
          ],
        },
      ],
    }),
  ),
  post('a route without rules', routes, route('none', {})),
  jsonPatch('weights, guarded by the version that was seen', `${routes}/split`, [
    { op: 'test', path: '/metadata/resourceVersion', value: '1' },
    { op: 'replace', path: '/spec/rules/0/backendRefs/1/weight', value: 10 },
  ]),
  jsonPatch('weights', `${routes}/split`, [{ op: 'replace', path: '/spec/rules/0/backendRefs/1/weight', value: 10 }]),
  jsonPatch('weights with a version that was lost', `${routes}/split`, [
    { op: 'replace', path: '/metadata/resourceVersion', value: '1' },
    { op: 'replace', path: '/spec/rules/0/backendRefs/1/weight', value: 20 },
  ]),
  jsonPatch('a weight above the bound', `${routes}/split`, [
    { op: 'replace', path: '/spec/rules/0/backendRefs/1/weight', value: 1_000_001 },
  ]),
  jsonPatch('a rule that is not there', `${routes}/split`, [{ op: 'replace', path: '/spec/rules/3/name', value: 'x' }]),
  post('a route with a relative path', routes, route('relative', { rules: [{ matches: [{ path: { value: 'x' } }] }] })),
  post('a route of a wrong match', routes, route('wrong', { rules: [{ matches: [{ path: { type: 'Fuzzy' } }] }] })),
  post('a backend without a name', routes, route('nameless', { rules: [{ backendRefs: [{ port: 0 }] }] })),
  merge('a status without parents', `${routes}/split/status`, { status: {} }),
  merge('a status with parents', `${routes}/split/status`, {
    status: { parents: [{ controllerName: 'x/y', parentRef: { name: 'gateway' } }] },
  }),
  merge('an atomic list is replaced', `${routes}/split`, { spec: { rules: [{ backendRefs: [{ name: 'c' }] }] } }),
];

/** Our own kinds in both groups, and routes. */
export const CUSTOM: Group = {
  name: 'custom',
  exchanges: [...ofGroup('sluice.dev'), ...ofGroup('argoproj.io'), ...httpRoutes],
};
