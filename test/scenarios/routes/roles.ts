import { abort, apply, image, patch, patchCanary, promote, remove } from '../runner/deeds.ts';
import {
  abortedOn,
  condition,
  gone,
  healthyOn,
  phase,
  readyPods,
  serves,
  sizes,
  status,
  weights,
} from '../runner/expectations.ts';
import type { Spec } from '../runner/objects.ts';
import { pause, rollout, route, routedCanary, service, setWeight } from '../runner/objects.ts';
import type { Scenario } from '../runner/scenario.ts';
import { always, expectation, given, onlyIn, scenario, stays, thenSee, when } from '../runner/scenario.ts';

const pingPong = (steps: readonly Spec[]): Spec => ({
  canary: {
    steps,
    pingPong: { pingService: 'web-ping', pongService: 'web-pong' },
    trafficRouting: { gatewayAPI: { httpRoute: 'web' } },
    scaleDownDelaySeconds: 2,
    abortScaleDownDelaySeconds: 2,
  },
});
const side = (stablePingPong: string) => status({ canary: { stablePingPong } });
const routing = (gatewayAPI: Spec): Spec => ({ trafficRouting: { gatewayAPI } });
const labels = (name: string, wanted: string) =>
  expectation(`the labels of HTTPRoute ${name} are ${wanted}`, (world) => {
    const seen = JSON.stringify(world.route(name)?.metadata.labels ?? {});
    return seen === wanted ? undefined : `they are ${seen}`;
  });
const pair = ['web-stable', 'web-canary'] as const;
const labelled = (name: string) => ({ ...route(name, pair), metadata: { name, labels: { traffic: 'web' } } });

/** Which Services and routes an update goes by, and what becomes of them. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'the Services of pingPong swap roles at each promotion, and none with traffic is pointed elsewhere',
    given(rollout(pingPong([setWeight(20), pause()]))),
    always(readyPods({ least: 5 })),
    thenSee(healthyOn('v1'), side('ping'), serves('web-ping', 'v1')),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ ping: 80, pong: 20 }), serves('web-ping', 'v1'), serves('web-pong', 'v2')),
    when(promote()),
    thenSee(healthyOn('v2'), side('pong'), weights({ ping: 0, pong: 100 }), sizes({ v2: 5 }), serves('web-pong', 'v2')),
    when(image('v3')),
    thenSee(phase('Paused'), weights({ ping: 20, pong: 80 }), serves('web-pong', 'v2'), serves('web-ping', 'v3')),
    when(promote()),
    thenSee(healthyOn('v3'), side('ping'), weights({ ping: 100, pong: 0 }), sizes({ v3: 5 })),
  ),
  scenario(
    'an abort with pingPong gives the traffic back and swaps nothing',
    given(rollout(pingPong([setWeight(40), pause()]))),
    always(readyPods({ least: 5, version: 'v1' })),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ ping: 60, pong: 40 })),
    when(abort()),
    thenSee(abortedOn('v1'), side('ping'), weights({ ping: 100, pong: 0 }), sizes({ v1: 5 })),
  ),
  scenario(
    'routes that are selected by label get the same split, and one that is labelled later joins them',
    given(
      service('web-stable'),
      service('web-canary'),
      labelled('web'),
      labelled('admin'),
      route('other', pair),
      rollout(
        routedCanary([setWeight(20), pause()], routing({ httpRouteSelector: { matchLabels: { traffic: 'web' } } })),
      ),
    ),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ stable: 80, canary: 20 }), weights({ stable: 80, canary: 20 }, 'admin')),
    stays(3, weights({ stable: 100, canary: 0 }, 'other')),
    when(patch('HTTPRoute', 'other', { metadata: { labels: { traffic: 'web' } } })),
    thenSee(weights({ stable: 80, canary: 20 }, 'other')),
  ),
  scenario(
    'a selector that no route meets is told, and heals when one has the label',
    given(service('web-stable'), service('web-canary'), route('web', pair)),
    when(
      apply(
        rollout(
          routedCanary([setWeight(20), pause()], routing({ httpRouteSelector: { matchLabels: { traffic: 'web' } } })),
        ),
      ),
    ),
    thenSee(phase('Degraded', /no HTTPRoute in namespace ".*" has these labels/)),
    when(patch('HTTPRoute', 'web', { metadata: { labels: { traffic: 'web' } } })),
    thenSee(healthyOn('v1')),
  ),
  scenario(
    'a kind of route that the cluster does not have is told',
    given(service('web-stable'), service('web-canary')),
    when(apply(rollout(routedCanary([setWeight(20)], routing({ tcpRoute: 'web' }))))),
    thenSee(phase('Degraded', /the cluster has no TCPRoute/)),
  ),
  scenario(
    'the label of an update has the key and value that the spec names, and is there only while it runs',
    given(
      rollout(
        routedCanary(
          [setWeight(20), pause()],
          routing({ httpRoute: 'web', inProgressLabelKey: 'example.com/moving', inProgressLabelValue: 'yes' }),
        ),
      ),
    ),
    when(image('v2')),
    thenSee(phase('Paused'), labels('web', '{"example.com/moving":"yes"}')),
    when(promote()),
    thenSee(healthyOn('v2'), labels('web', '{}')),
  ),
  scenario(
    'no label is put on a route where the spec wants none',
    given(rollout(routedCanary([setWeight(20), pause()], routing({ httpRoute: 'web', disableInProgressLabel: true })))),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ stable: 80, canary: 20 }), labels('web', '{}')),
  ),
  scenario(
    'an abort finds the route of before an edit that names one which does not exist',
    given(rollout(routedCanary([setWeight(40), pause()]))),
    always(readyPods({ least: 5, version: 'v1' })),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ stable: 60, canary: 40 })),
    when(patchCanary(routing({ httpRoute: 'nobody' }))),
    thenSee(condition('InvalidSpec', { status: 'True' })),
    stays(5, weights({ stable: 60, canary: 40 }), sizes({ v1: 5, v2: 2 })),
    when(abort()),
    thenSee(weights({ stable: 100, canary: 0 }), phase('Degraded')),
    stays(5, weights({ stable: 100, canary: 0 }), serves('web-stable', 'v1')),
  ),
  scenario(
    'an abort finds the Services of before an edit that names one which does not exist',
    given(rollout(routedCanary([setWeight(40), pause()]))),
    always(readyPods({ least: 5, version: 'v1' })),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ stable: 60, canary: 40 })),
    when(patchCanary({ stableService: 'nobody' })),
    thenSee(condition('InvalidSpec', { status: 'True' })),
    when(abort()),
    thenSee(weights({ stable: 100, canary: 0 }), phase('Degraded')),
    when(patchCanary({ stableService: 'web-stable' })),
    thenSee(abortedOn('v1'), sizes({ v1: 5 }), weights({ stable: 100, canary: 0 })),
  ),
  onlyIn(
    // In our own group the API server refuses such a spec.
    'argoproj.io',
    scenario(
      'an abort finds the Services of before an edit that names one for both roles',
      given(rollout(routedCanary([setWeight(40), pause()]))),
      always(readyPods({ least: 5, version: 'v1' })),
      when(image('v2')),
      thenSee(phase('Paused'), weights({ stable: 60, canary: 40 })),
      when(patchCanary({ stableService: 'web-canary' })),
      thenSee(condition('InvalidSpec', { status: 'True' })),
      when(abort()),
      thenSee(weights({ stable: 100, canary: 0 }), phase('Degraded')),
    ),
  ),
  scenario(
    'a Service that an older Rollout names is not taken from it, and is free when that one is gone',
    given(rollout(routedCanary([setWeight(20)]))),
    thenSee(healthyOn('v1')),
    when(
      apply(
        rollout(
          routedCanary([setWeight(20)]),
          { selector: { matchLabels: { app: 'web', copy: 'yes' } }, template: copyOf('v1') },
          'copy',
        ),
      ),
    ),
    thenSee(phase('Degraded', /is managed by Rollout "web"/, 'copy')),
    stays(3, healthyOn('v1')),
    when(remove('Rollout', 'web')),
    thenSee(gone('Rollout', 'web'), phase('Healthy', undefined, 'copy')),
  ),
];

/** A template whose pods a Service of `web` selects too. */
function copyOf(version: string): Spec {
  return {
    metadata: { labels: { app: 'web', copy: 'yes' } },
    spec: { containers: [{ name: 'app', image: `docker.io/sluice/demo:${version}` }] },
  };
}
