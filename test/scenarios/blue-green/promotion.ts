import { abort, image, promote } from '../runner/deeds.ts';
import { abortedOn, event, healthyOn, phase, readyPods, serves, sizes } from '../runner/expectations.ts';
import { blueGreen, rollout } from '../runner/objects.ts';
import type { Scenario } from '../runner/scenario.ts';
import { always, during, given, scenario, stays, thenSee, when } from '../runner/scenario.ts';

/** The switch of the active Service, and what stands before and after it. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'blue-green switches by itself once the new pods are ready, and the old pods go after the delay',
    given(rollout(blueGreen({ scaleDownDelaySeconds: 4 }))),
    always(readyPods({ least: 5 })),
    when(image('v2')),
    thenSee(serves('web-active', 'v2'), sizes({ v1: 5, v2: 5 })),
    stays(2, sizes({ v1: 5, v2: 5 })),
    thenSee(healthyOn('v2'), sizes({ v2: 5 }), event('SwitchService', 'web-active')),
  ),
  scenario(
    'blue-green that is not promoted by itself waits for a person',
    given(rollout(blueGreen({ autoPromotionEnabled: false }))),
    when(image('v2')),
    thenSee(phase('Paused', 'BlueGreenPause'), serves('web-preview', 'v2'), serves('web-active', 'v1')),
    stays(8, phase('Paused'), serves('web-active', 'v1')),
    when(promote()),
    thenSee(healthyOn('v2'), serves('web-active', 'v2')),
  ),
  scenario(
    'blue-green pods that never become ready are never switched to',
    given(rollout(blueGreen(), { progressDeadlineSeconds: 4, progressDeadlineAbort: true })),
    when(image('v2-unready')),
    during([serves('web-active', 'v1')], thenSee(abortedOn('v1', /timed out progressing/)), thenSee(sizes({ v1: 5 }))),
  ),
  scenario(
    'an abort of blue-green before the switch takes the preview away',
    given(rollout(blueGreen({ autoPromotionEnabled: false }))),
    always(serves('web-active', 'v1'), readyPods({ least: 5, version: 'v1' })),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 5, v2: 5 })),
    when(abort()),
    thenSee(abortedOn('v1'), sizes({ v1: 5 })),
  ),
];
