import { abort, image, retry } from '../runner/deeds.ts';
import {
  abortedOn,
  condition,
  event,
  healthyOn,
  phase,
  readyPods,
  sizes,
  status,
  weights,
} from '../runner/expectations.ts';
import { canary, pause, rollout, routedCanary, setWeight } from '../runner/objects.ts';
import type { Scenario } from '../runner/scenario.ts';
import { always, given, scenario, stays, thenSee, when } from '../runner/scenario.ts';

/** Updates that are given up, and tried again. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'an abort gives the traffic back, then takes the pods away',
    given(rollout(routedCanary([setWeight(40), pause()]))),
    always(readyPods({ least: 5, version: 'v1' })),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ stable: 60, canary: 40 })),
    when(abort()),
    thenSee(
      abortedOn('v1', 'RolloutAborted: Rollout aborted update to revision 2'),
      weights({ stable: 100, canary: 0 }),
    ),
    thenSee(
      sizes({ v1: 5 }),
      event('RolloutAborted'),
      condition('Progressing', { status: 'False', reason: 'RolloutAborted' }),
    ),
    stays(5, abortedOn('v1'), sizes({ v1: 5 })),
  ),
  scenario(
    'a retry after an abort begins at the first step',
    given(rollout(routedCanary([setWeight(40), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused')),
    when(abort()),
    thenSee(abortedOn('v1')),
    when(retry()),
    thenSee(phase('Paused'), status({ currentStepIndex: 1, abort: undefined }), weights({ stable: 60, canary: 40 })),
  ),
  scenario(
    'an abort without traffic routing brings the stable pods back',
    given(rollout(canary([setWeight(60), pause()], { maxSurge: 1, maxUnavailable: 0 }))),
    always(readyPods({ least: 5 })),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 2, v2: 3 })),
    stays(1, sizes({ v1: 2, v2: 3 })),
    when(abort()),
    thenSee(abortedOn('v1'), sizes({ v1: 5 })),
  ),
  scenario(
    'the stable version applied again after an abort is Healthy',
    given(rollout(routedCanary([setWeight(40), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused')),
    when(abort()),
    thenSee(abortedOn('v1')),
    when(image('v1')),
    thenSee(healthyOn('v1')),
  ),
  scenario(
    'pods that never become ready are stopped by the progress deadline where it aborts',
    given(rollout(routedCanary([setWeight(40)]), { progressDeadlineSeconds: 4, progressDeadlineAbort: true })),
    always(readyPods({ least: 5, version: 'v1' })),
    when(image('v2-unready')),
    thenSee(abortedOn('v1', /timed out progressing/), weights({ stable: 100, canary: 0 })),
    thenSee(sizes({ v1: 5 })),
  ),
];
