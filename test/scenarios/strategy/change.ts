import { abort, image, patchSpec, promote } from '../runner/deeds.ts';
import { abortedOn, healthyOn, object, phase, readyPods, serves, sizes, status } from '../runner/expectations.ts';
import { blueGreen, canary, pause, rollout, route, routedCanary, service, setWeight } from '../runner/objects.ts';
import type { Expectation, Scenario } from '../runner/scenario.ts';
import { always, expectation, given, scenario, thenSee, when } from '../runner/scenario.ts';

const STEPS = [setWeight(40), pause()];
const MARK = 'argo-rollouts.argoproj.io/managed-by-rollouts';
const KEY = 'rollouts-pod-template-hash';

/** A Service as its author wrote it. */
function givenBack(name: string): Expectation {
  return expectation(`${name} is given back`, (world) => {
    const seen = world.service(name);
    const selector = seen?.spec?.selector?.[KEY];
    const mark = seen?.metadata.annotations?.[MARK];
    return selector === undefined && mark === undefined ? undefined : `it has ${String(selector)}, ${String(mark)}`;
  });
}

const routeGivenBack: Expectation = expectation('the route is given back', (world) => {
  const { annotations = {}, labels = {} } = world.get('HTTPRoute', 'web')?.metadata ?? {};
  const ours = [annotations['sluice.dev/split-by'], labels['rollouts.argoproj.io/gatewayapi-canary']];
  return ours.every((value) => value === undefined) ? undefined : ours.join();
});

const toBlueGreen = patchSpec({ strategy: { canary: null, ...blueGreen() } });
const toBasic = patchSpec({ strategy: { blueGreen: null, canary: { steps: STEPS } } });
const toRouted = patchSpec({ strategy: { blueGreen: null, ...routedCanary(STEPS) } });
const leavesRoute = patchSpec({
  strategy: { canary: { trafficRouting: null, canaryService: null, stableService: null, scaleDownDelaySeconds: null } },
});
const SERVICES = ['web-active', 'web-preview', 'web-canary', 'web-stable'].map((name) => service(name));
const enough = always(readyPods({ least: 4 }));

/** A change of strategy on a live Rollout (rollout-semantics 4.3, last row). */
export const scenarios: readonly Scenario[] = [
  scenario(
    'canary with routes to blue-green at rest: the new Services serve, the old ones and the route are given back',
    given(...SERVICES, rollout(routedCanary(STEPS))),
    enough,
    when(toBlueGreen),
    thenSee(healthyOn('v1'), serves('web-active', 'v1'), serves('web-preview', 'v1')),
    thenSee(givenBack('web-canary'), givenBack('web-stable'), routeGivenBack),
    thenSee(
      expectation('the status of the canary is cleared', (world) => {
        const { canary: left, currentStepIndex } =
          (world.get('Rollout', 'web') as Readonly<{ status?: Record<string, unknown> }>).status ?? {};
        return left === undefined && currentStepIndex === undefined
          ? undefined
          : JSON.stringify({ left, currentStepIndex });
      }),
    ),
  ),
  scenario(
    'canary with routes to blue-green in mid-update: the update is finished by the new strategy',
    given(...SERVICES, rollout(routedCanary(STEPS))),
    when(image('v2')),
    thenSee(phase('Paused')),
    enough,
    when(toBlueGreen),
    thenSee(healthyOn('v2'), serves('web-active', 'v2'), sizes({ v1: 0, v2: 5 })),
    thenSee(givenBack('web-canary'), givenBack('web-stable'), routeGivenBack),
  ),
  scenario(
    'blue-green to a canary with routes in mid-update: it begins at the first step',
    given(...SERVICES, route('web', ['web-stable', 'web-canary']), rollout(blueGreen({ autoPromotionEnabled: false }))),
    when(image('v2')),
    thenSee(phase('Paused')),
    enough,
    when(toRouted),
    thenSee(phase('Paused', 'CanaryPauseStep'), status({ currentStepIndex: 1 }), sizes({ v1: 5, v2: 2 })),
    when(promote()),
    thenSee(healthyOn('v2'), serves('web-stable', 'v2'), givenBack('web-active'), givenBack('web-preview')),
  ),
  scenario(
    'blue-green to a canary without routes in mid-update: the old active Service selects every version',
    given(...SERVICES, rollout(blueGreen({ autoPromotionEnabled: false }))),
    when(image('v2')),
    thenSee(phase('Paused')),
    enough,
    when(toBasic),
    thenSee(
      phase('Paused', 'CanaryPauseStep'),
      sizes({ v1: 3, v2: 2 }),
      givenBack('web-active'),
      givenBack('web-preview'),
    ),
    when(promote()),
    thenSee(healthyOn('v2'), sizes({ v1: 0, v2: 5 })),
  ),
  scenario(
    'routes that are left in mid-update are given back, and the update goes on by pods',
    given(rollout(routedCanary(STEPS))),
    when(image('v2')),
    thenSee(phase('Paused')),
    enough,
    when(leavesRoute),
    thenSee(givenBack('web-canary'), givenBack('web-stable'), routeGivenBack, sizes({ v1: 3, v2: 2 })),
    when(promote()),
    thenSee(healthyOn('v2'), object('HTTPRoute', 'web')),
  ),
  scenario(
    'a change of strategy in mid-update, and then an abort, goes back to the stable version',
    given(...SERVICES, rollout(routedCanary(STEPS))),
    when(image('v2')),
    thenSee(phase('Paused')),
    enough,
    when(patchSpec({ strategy: { canary: null, ...blueGreen({ autoPromotionEnabled: false }) } })),
    thenSee(phase('Paused', 'BlueGreenPause')),
    when(abort()),
    thenSee(abortedOn('v1'), serves('web-active', 'v1'), givenBack('web-canary'), givenBack('web-stable')),
  ),
  scenario(
    'a canary without routes whose Services are named at rest gets them at the stable version',
    given(...SERVICES, rollout(canary(STEPS))),
    enough,
    when(patchSpec({ strategy: { canary: { canaryService: 'web-canary', stableService: 'web-stable' } } })),
    thenSee(serves('web-stable', 'v1'), serves('web-canary', 'v1')),
    when(image('v2')),
    thenSee(phase('Paused')),
    when(promote()),
    thenSee(healthyOn('v2'), serves('web-stable', 'v2'), serves('web-canary', 'v2')),
    when(patchSpec({ strategy: { canary: { canaryService: null, stableService: null } } })),
    thenSee(givenBack('web-canary'), givenBack('web-stable')),
  ),
];
