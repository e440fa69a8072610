import {
  abort,
  apply,
  image,
  patchCanary,
  pauseRollout,
  promote,
  promoteFull,
  resume,
  retry,
  scale,
} from '../runner/deeds.ts';
import {
  abortedOn,
  available,
  condition,
  event,
  healthyOn,
  phase,
  podsAtMost,
  readyPods,
  sizes,
  status,
  weightAtMost,
  weights,
} from '../runner/expectations.ts';
import { canary, pause, rollout, routedCanary, setWeight, type Spec } from '../runner/objects.ts';
import type { Scenario } from '../runner/scenario.ts';
import { always, during, given, onlyIn, scenario, stays, thenSee, when } from '../runner/scenario.ts';

const setCanaryScale = (scaled: Spec): Spec => ({ setCanaryScale: scaled });
const match = setCanaryScale({ matchTrafficWeight: true });

/** A canary whose stable version shrinks; there is no scale-down delay beside that. */
const dynamic = (steps: readonly Spec[], more: Spec = {}): Spec =>
  routedCanary(steps, {
    dynamicStableScale: true,
    scaleDownDelaySeconds: undefined,
    abortScaleDownDelaySeconds: undefined,
    ...more,
  });
const QUARTERS = [setWeight(25), pause(), setWeight(50), pause(), setWeight(75), pause()];

/** Pods apart from weights: declared sizes, bounds, thresholds, a stable version that shrinks. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'setCanaryScale brings pods before any weight, and a later weight keeps them',
    given(rollout(routedCanary([setCanaryScale({ replicas: 2 }), pause(), setWeight(60), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 5, v2: 2 }), weights({ stable: 100, canary: 0 })),
    thenSee(event('SpecWarning', 'steps[2].setWeight: Invalid value: 60: asks for 3 pods')),
    when(promote()),
    thenSee(status({ currentStepIndex: 3 }), sizes({ v1: 5, v2: 2 }), weights({ stable: 40, canary: 60 })),
    thenSee(condition('ReducedCapacity', { status: 'True', reason: 'SetCanaryScale' })),
    when(promote()),
    thenSee(healthyOn('v2'), sizes({ v2: 5 })),
  ),
  scenario(
    'matchTrafficWeight gives the canary the pods of its weight, which stays meanwhile',
    given(rollout(routedCanary([setCanaryScale({ replicas: 1 }), setWeight(60), pause(), match, pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 5, v2: 1 }), weights({ stable: 40, canary: 60 })),
    when(promote()),
    during([weightAtMost(60), weightAtMost(40, 'web-stable')], thenSee(status({ currentStepIndex: 4 }))),
    thenSee(phase('Paused'), sizes({ v1: 5, v2: 3 }), available({ v1: 5, v2: 3 })),
  ),
  scenario(
    'setCanaryScale by weight brings the pods of that weight',
    given(rollout(routedCanary([setCanaryScale({ weight: 50 }), setWeight(10), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 5, v2: 3 }), weights({ stable: 90, canary: 10 })),
  ),
  scenario(
    'a step of a size and a pause ends when both are done',
    given(rollout(routedCanary([{ ...setCanaryScale({ replicas: 2 }), ...pause(3) }, setWeight(40), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), status({ currentStepIndex: 0 }), sizes({ v1: 5, v2: 2 })),
    thenSee(
      phase('Paused'),
      status({ currentStepIndex: 2 }),
      event('RolloutStepCompleted', 'Rollout step 1/3 completed (setCanaryScale{replicas: 2}, pause: 3s)'),
    ),
  ),
  scenario(
    'a full promotion forgets the declared size',
    given(rollout(routedCanary([setCanaryScale({ replicas: 1 }), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 5, v2: 1 })),
    when(promoteFull()),
    thenSee(healthyOn('v2'), sizes({ v2: 5 })),
  ),
  scenario(
    'an aborted canary with abortScaleDownDelaySeconds 0 keeps its pods for good, at its declared size',
    given(
      rollout(
        routedCanary([setCanaryScale({ replicas: 2 }), setWeight(20), pause()], { abortScaleDownDelaySeconds: 0 }),
      ),
    ),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 5, v2: 2 })),
    when(abort()),
    thenSee(abortedOn('v1'), weights({ stable: 100, canary: 0 })),
    stays(8, abortedOn('v1'), sizes({ v1: 5, v2: 2 })),
    when(retry()),
    thenSee(phase('Paused'), weights({ stable: 80, canary: 20 })),
  ),
  scenario(
    'minPodsPerReplicaSet keeps one pod from being the whole canary',
    given(rollout(routedCanary([setWeight(5), pause()], { minPodsPerReplicaSet: 2 }))),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 5, v2: 2 }), weights({ stable: 95, canary: 5 })),
  ),
  scenario(
    'a threshold that asks for more pods than there are is met by all of them',
    given(rollout(routedCanary([setWeight(20), pause(1)], { replicaProgressThreshold: { type: 'Pods', value: 9 } }))),
    when(image('v2')),
    thenSee(healthyOn('v2'), sizes({ v2: 5 })),
  ),
  scenario(
    'weights of a thousand: five are half a percent, and one pod',
    given(
      rollout(
        routedCanary([setWeight(5), pause(), setWeight(500), pause()], {
          trafficRouting: { gatewayAPI: { httpRoute: 'web' }, maxTrafficWeight: 1000 },
        }),
      ),
    ),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 5, v2: 1 }), weights({ stable: 995, canary: 5 })),
    when(promote()),
    thenSee(phase('Paused'), sizes({ v1: 5, v2: 3 }), weights({ stable: 500, canary: 500 })),
    thenSee(status({ canary: { weights: { canary: { weight: 500 }, verified: true } } })),
    when(promote()),
    thenSee(healthyOn('v2'), weights({ stable: 1000, canary: 0 })),
  ),
  scenario(
    'a router that reckons with 100 refuses another maximum',
    when(
      apply(
        rollout(
          routedCanary([], {
            trafficRouting: { istio: { virtualService: { name: 'web' } }, maxTrafficWeight: 1000 },
          }),
        ),
      ),
    ),
    thenSee(
      phase(
        'Degraded',
        /maxTrafficWeight: Invalid value: 1000: istio reckons with 100; only nginx and plugins take another maximum/,
      ),
    ),
  ),
  scenario(
    'stable shrinks as its traffic leaves, and never before',
    given(rollout(dynamic(QUARTERS), { replicas: 4 })),
    always(readyPods({ least: 4 })),
    when(image('v2')),
    during([readyPods({ least: 3, version: 'v1' })], thenSee(phase('Paused'), sizes({ v1: 3, v2: 1 }))),
    when(promote()),
    during([readyPods({ least: 2, version: 'v1' })], thenSee(status({ currentStepIndex: 3 }), sizes({ v1: 2, v2: 2 }))),
    when(promote()),
    thenSee(status({ currentStepIndex: 5 }), sizes({ v1: 1, v2: 3 }), weights({ stable: 25, canary: 75 })),
    when(promote()),
    thenSee(healthyOn('v2')),
  ),
  scenario(
    'an abort of it goes back by the steps of the update, in hardly more pods than usual',
    given(rollout(dynamic(QUARTERS), { replicas: 4 })),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 3, v2: 1 })),
    when(promote()),
    thenSee(status({ currentStepIndex: 3 }), sizes({ v1: 2, v2: 2 })),
    when(promote()),
    thenSee(status({ currentStepIndex: 5 }), sizes({ v1: 1, v2: 3 })),
    when(abort()),
    during(
      [readyPods({ least: 4 }), podsAtMost(7), weightAtMost(75)],
      thenSee(abortedOn('v1'), weights({ stable: 100, canary: 0 }), sizes({ v1: 4, v2: 1 })),
    ),
  ),
  scenario(
    'with an abort delay of its own the canary of it stays whole, and a retry finds it',
    given(rollout(dynamic(QUARTERS, { abortScaleDownDelaySeconds: 20 }), { replicas: 4 })),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 3, v2: 1 })),
    when(promote()),
    thenSee(status({ currentStepIndex: 3 }), sizes({ v1: 2, v2: 2 })),
    when(abort()),
    thenSee(abortedOn('v1'), weights({ stable: 100, canary: 0 }), sizes({ v1: 4, v2: 2 })),
    when(retry()),
    thenSee(phase('Paused'), weights({ stable: 75, canary: 25 }), sizes({ v1: 3, v2: 1 })),
  ),
  scenario(
    'going back to the stable version of it lets stable grow before the traffic comes',
    given(rollout(dynamic(QUARTERS), { replicas: 4 })),
    always(readyPods({ least: 4 })),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 3, v2: 1 })),
    when(promote()),
    thenSee(status({ currentStepIndex: 3 }), sizes({ v1: 2, v2: 2 })),
    when(image('v1')),
    thenSee(healthyOn('v1'), weights({ stable: 100, canary: 0 })),
  ),
  scenario(
    'a third version in mid-update of it waits until stable has all of the traffic',
    given(rollout(dynamic([setWeight(50), pause()]), { replicas: 4 })),
    always(readyPods({ least: 4 })),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 2, v2: 2 })),
    when(image('v3')),
    thenSee(phase('Paused'), weights({ stable: 50, canary: 50 }), available({ v1: 2, v2: 2, v3: 2 })),
  ),
  scenario(
    'a full promotion of it ends on the new version with all of its pods',
    given(rollout(dynamic(QUARTERS), { replicas: 4 })),
    always(readyPods({ least: 4 })),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 3, v2: 1 })),
    when(promoteFull()),
    thenSee(healthyOn('v2'), weights({ stable: 100, canary: 0 })),
  ),
  scenario(
    'another size in mid-update of it sizes both sides, and the weight stays',
    given(rollout(dynamic([setWeight(25), pause()]), { replicas: 4 })),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 3, v2: 1 })),
    when(scale(8)),
    during([weightAtMost(25)], thenSee(phase('Paused'), available({ v1: 6, v2: 2 }))),
    when(scale(4)),
    during([weightAtMost(25)], thenSee(phase('Paused'), sizes({ v1: 3, v2: 1 }))),
  ),
  onlyIn(
    'argoproj.io',
    scenario(
      'a scale-down delay beside a stable version that shrinks is refused, and what serves stays',
      given(rollout(dynamic([setWeight(25), pause()]))),
      when(patchCanary({ scaleDownDelaySeconds: 10 })),
      thenSee(phase('Degraded', /scaleDownDelaySeconds: Invalid value: 10: cannot stand beside dynamicStableScale/)),
      stays(3, sizes({ v1: 5 })),
      when(patchCanary({ scaleDownDelaySeconds: null })),
      thenSee(healthyOn('v1')),
    ),
  ),
  scenario(
    'a paused Rollout follows another size at its split, and moves no weight (F-B6)',
    given(rollout(routedCanary([setWeight(40), pause(1), setWeight(80), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ stable: 60, canary: 40 })),
    when(pauseRollout()),
    thenSee(phase('Paused', 'manually paused')),
    when(scale(10)),
    during([weightAtMost(40)], thenSee(available({ v1: 10, v2: 4 }), phase('Paused', 'manually paused'))),
    when(resume()),
    thenSee(status({ currentStepIndex: 3 }), weights({ stable: 20, canary: 80 })),
  ),
  scenario(
    'without traffic routing a paused Rollout follows another size as well (F-B6)',
    given(rollout(canary([setWeight(40), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 3, v2: 2 })),
    when(pauseRollout()),
    thenSee(phase('Paused', 'manually paused')),
    when(scale(10)),
    thenSee(available({ v1: 6, v2: 4 })),
    when(scale(5)),
    thenSee(sizes({ v1: 3, v2: 2 })),
  ),
];
