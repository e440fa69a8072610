import { abort, apply, image, jsonPatch, promote, promoteFull, remove } from '../runner/deeds.ts';
import { abortedOn, gone, healthyOn, phase, readyPods, sizes, status } from '../runner/expectations.ts';
import type { Spec } from '../runner/objects.ts';
import { pause, rollout, route, routedCanary, service, setWeight } from '../runner/objects.ts';
import type { Expectation, Scenario } from '../runner/scenario.ts';
import { always, expectation, given, scenario, stays, thenSee, when } from '../runner/scenario.ts';

const byHeader = (name = 'by-header', value: Spec = { exact: 'always' }): Spec => ({
  setHeaderRoute: { name, match: [{ headerName: 'X-Canary', headerValue: value }] },
});
const copies = (percentage: number): Spec => ({
  setMirrorRoute: { name: 'copies', match: [{ method: { exact: 'GET' } }], percentage },
});
const noMore = (name: string): Spec => ({ setHeaderRoute: { name } });

/** A canary that may make these managed routes in the HTTPRoute `web`. */
const managed = (steps: readonly Spec[], names: readonly string[] = ['copies', 'by-header']): Spec =>
  routedCanary(steps, {
    trafficRouting: { managedRoutes: names.map((name) => ({ name })), gatewayAPI: { httpRoute: 'web' } },
  });

type Rule = Readonly<{
  matches?: readonly Readonly<{ headers?: readonly Readonly<{ name: string; value: string }>[]; method?: string }>[];
  filters?: readonly Readonly<{
    requestMirror?: Readonly<{ backendRef: Readonly<{ name: string }>; percent?: number }>;
  }>[];
  backendRefs?: readonly Readonly<{ name: string; weight?: number }>[];
}>;

/** A rule in words: what it matches, whom it copies to, where it sends. Servers before Gateway API 1.4 drop its name. */
function told({ matches = [], filters = [], backendRefs = [] }: Rule): string {
  const asks = matches.flatMap(({ headers = [], method }) => [
    ...headers.map(({ name, value }) => `${name}: ${value}`),
    ...(method === undefined ? [] : [method]),
  ]);
  const mirrors = filters.flatMap(({ requestMirror: to }) =>
    to === undefined ? [] : [`copy ${to.percent} % to ${to.backendRef.name}`],
  );
  return [...asks, ...mirrors, ...backendRefs.map(({ name, weight }) => `${name} ${weight}`)].join(', ');
}

/** The rules of the HTTPRoute `web`, all of them, in their order. */
function rules(...wanted: readonly string[]): Expectation {
  return expectation(`the rules are ${wanted.join(' | ')}`, (world) => {
    const seen = ((world.route('web')?.spec?.rules ?? []) as readonly Rule[]).map(told);
    return seen.join(' | ') === wanted.join(' | ') ? undefined : `they are ${seen.join(' | ')}`;
  });
}

/** Nothing of ours is left in the route's metadata. */
const asAuthored = expectation('the route bears no mark of ours', (world) => {
  const { labels = {}, annotations = {} } = world.route('web')?.metadata ?? {};
  const left = [...Object.keys(labels), ...Object.keys(annotations)];
  return left.length === 0 ? undefined : `it has ${left.join(', ')}`;
});

const HEADER = 'X-Canary: always, web-canary 1';

/** Header and mirror routes that steps make in an HTTPRoute. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'a header route sends matching requests to the canary, all of them, and the others by weight',
    given(rollout(managed([setWeight(20), byHeader(), pause()]))),
    always(readyPods({ least: 5, version: 'v1' })),
    when(image('v2')),
    thenSee(phase('Paused'), rules(HEADER, 'web-stable 80, web-canary 20'), sizes({ v1: 5, v2: 1 })),
  ),
  scenario(
    'a mirror route splits as its author said, and copies a share of what matches to the canary',
    given(rollout(managed([setWeight(20), copies(30), pause(), setWeight(40), pause()]))),
    when(image('v2')),
    thenSee(
      phase('Paused'),
      rules('GET, copy 30 % to web-canary, web-stable 80, web-canary 20', 'web-stable 80, web-canary 20'),
    ),
    when(promote()),
    thenSee(
      phase('Paused'),
      rules('GET, copy 30 % to web-canary, web-stable 60, web-canary 40', 'web-stable 60, web-canary 40'),
    ),
  ),
  scenario(
    'managed routes stand in the order of managedRoutes, before every rule of the author',
    given(rollout(managed([setWeight(20), byHeader(), copies(50), pause()]))),
    when(image('v2')),
    thenSee(
      phase('Paused'),
      rules('GET, copy 50 % to web-canary, web-stable 80, web-canary 20', HEADER, 'web-stable 80, web-canary 20'),
    ),
  ),
  scenario(
    'a step without match takes a route away, and a later one of its name replaces it',
    given(
      rollout(
        managed([
          setWeight(20),
          byHeader(),
          byHeader('by-header', { regex: 'a|b' }),
          pause(),
          noMore('by-header'),
          pause(),
        ]),
      ),
    ),
    when(image('v2')),
    thenSee(phase('Paused'), rules('X-Canary: a|b, web-canary 1', 'web-stable 80, web-canary 20')),
    when(promote()),
    thenSee(phase('Paused'), status({ currentStepIndex: 5 }), rules('web-stable 80, web-canary 20')),
  ),
  scenario(
    'a canary without pods gets no header route, and its step is over at once',
    given(rollout(managed([byHeader(), pause(), setWeight(20), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), status({ currentStepIndex: 1 })),
    stays(5, rules('web-stable 100, web-canary 0')),
    when(promote()),
    thenSee(phase('Paused'), status({ currentStepIndex: 3 }), rules(HEADER, 'web-stable 80, web-canary 20')),
  ),
  scenario(
    'managed routes that somebody removes come back',
    given(rollout(managed([setWeight(20), byHeader(), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), rules(HEADER, 'web-stable 80, web-canary 20')),
    when(jsonPatch('HTTPRoute', 'web', [{ op: 'remove', path: '/spec/rules/0' }])),
    thenSee(rules(HEADER, 'web-stable 80, web-canary 20')),
    when(apply(route('web', ['web-stable', 'web-canary']))),
    thenSee(rules(HEADER, 'web-stable 80, web-canary 20')),
  ),
  scenario(
    'at the promotion managed routes go, and the route is as its author wrote it',
    given(rollout(managed([setWeight(20), byHeader(), copies(10), pause()]))),
    always(readyPods({ least: 5 })),
    when(image('v2')),
    thenSee(phase('Paused')),
    when(promote()),
    thenSee(healthyOn('v2'), rules('web-stable 100, web-canary 0'), sizes({ v2: 5 }), asAuthored),
  ),
  scenario(
    'an abort takes managed routes away before the pods go',
    given(rollout(managed([setWeight(20), byHeader(), setWeight(0), pause()]))),
    always(
      expectation('who comes by a header finds a pod', (world) => {
        const [first] = (world.route('web')?.spec?.rules ?? []) as readonly Rule[];
        if (first === undefined || told(first) !== HEADER) return undefined;
        return (world.replicaSet('v2')?.spec.replicas ?? 0) > 0 ? undefined : 'the canary has none';
      }),
    ),
    when(image('v2')),
    thenSee(phase('Paused'), rules(HEADER, 'web-stable 100, web-canary 0'), sizes({ v1: 5, v2: 1 })),
    stays(8, sizes({ v1: 5, v2: 1 })),
    when(abort()),
    thenSee(abortedOn('v1'), rules('web-stable 100, web-canary 0'), sizes({ v1: 5 }), asAuthored),
  ),
  scenario(
    'full promotion takes managed routes away',
    given(rollout(managed([setWeight(20), byHeader(), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), rules(HEADER, 'web-stable 80, web-canary 20')),
    when(promoteFull()),
    thenSee(healthyOn('v2'), rules('web-stable 100, web-canary 0'), asAuthored),
  ),
  scenario(
    'a third version takes the managed routes of the second away before it gets its own',
    given(rollout(managed([setWeight(20), byHeader(), pause()]))),
    always(readyPods({ least: 5, version: 'v1' })),
    when(image('v2')),
    thenSee(phase('Paused'), rules(HEADER, 'web-stable 80, web-canary 20')),
    when(image('v3')),
    thenSee(rules('web-stable 100, web-canary 0')),
    thenSee(phase('Paused'), rules(HEADER, 'web-stable 80, web-canary 20'), sizes({ v1: 5, v3: 1 })),
  ),
  scenario(
    'a Rollout that is deleted in mid-update leaves no rule, no mark and no weight in its route',
    given(rollout(managed([setWeight(20), byHeader(), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), rules(HEADER, 'web-stable 80, web-canary 20')),
    when(remove('Rollout', 'web')),
    thenSee(gone('Rollout', 'web'), rules('web-stable 100, web-canary 0'), asAuthored),
  ),
  scenario(
    'each rule of the author is narrowed by itself, and keeps what it does',
    given(
      service('web-stable'),
      service('web-canary'),
      route('web', [], {
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: '/api' } }],
            filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x', value: 'y' }] } }],
            backendRefs: [
              { name: 'web-stable', port: 80, weight: 100 },
              { name: 'web-canary', port: 80, weight: 0 },
            ],
          },
          { backendRefs: [{ name: 'web-stable', port: 80, weight: 1 }] },
        ],
      }),
      rollout(managed([setWeight(20), byHeader(), pause()])),
    ),
    when(image('v2')),
    thenSee(
      phase('Paused'),
      rules(HEADER, 'web-stable 80, web-canary 20', 'web-stable 1'),
      expectation('our rule has the path and the filters of the author', (world) => {
        const [rule] = (world.route('web')?.spec?.rules ?? []) as readonly Rule[];
        const seen = JSON.stringify([rule?.matches?.[0], rule?.filters?.[0]]);
        return seen.includes('"/api"') && seen.includes('RequestHeaderModifier') ? undefined : seen;
      }),
    ),
  ),
];
