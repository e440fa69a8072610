import { apply, image, patchCanary, scale } from '../runner/deeds.ts';
import {
  healthyOn,
  phase,
  podsAtMost,
  readyPods,
  sizes,
  status,
  weightAtMost,
  weights,
} from '../runner/expectations.ts';
import { canary, pause, podTemplate, rollout, routedCanary, setWeight } from '../runner/objects.ts';
import type { Scenario } from '../runner/scenario.ts';
import { always, during, given, scenario, thenSee, when } from '../runner/scenario.ts';

/** The way through the steps. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'the first version is deployed whole, without its steps',
    when(apply(rollout(canary([setWeight(20), pause()])))),
    thenSee(healthyOn('v1'), sizes({ v1: 5 }), status({ currentStepIndex: 2 })),
  ),
  scenario(
    'the weight never goes ahead of its step',
    given(rollout(routedCanary([setWeight(20), pause(3), setWeight(50), pause(3)]))),
    always(readyPods({ least: 5 })),
    when(image('v2')),
    during([weightAtMost(20)], thenSee(status({ currentStepIndex: 1 }), weights({ stable: 80, canary: 20 }))),
    during([weightAtMost(50)], thenSee(status({ currentStepIndex: 3 }), weights({ stable: 50, canary: 50 }))),
    thenSee(healthyOn('v2')),
  ),
  scenario(
    'without traffic routing pods follow the weight within surge and unavailability',
    given(rollout(canary([setWeight(20), pause(2), setWeight(60), pause(2)], { maxSurge: 1, maxUnavailable: 0 }))),
    always(readyPods({ least: 5 }), podsAtMost(6)),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 4, v2: 1 })),
    thenSee(phase('Paused'), sizes({ v1: 2, v2: 3 })),
    thenSee(healthyOn('v2'), sizes({ v2: 5 })),
  ),
  scenario(
    'a third version in mid-update begins at the first step, and the second goes',
    given(rollout(routedCanary([setWeight(20), pause()]))),
    always(readyPods({ least: 5, version: 'v1' })),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 5, v2: 1 })),
    when(image('v3')),
    thenSee(
      phase('Paused'),
      status({ currentStepIndex: 1 }),
      sizes({ v1: 5, v3: 1 }),
      weights({ stable: 80, canary: 20 }),
    ),
  ),
  scenario(
    'back to the stable version ends the update at once, without its steps',
    given(rollout(routedCanary([setWeight(40), pause()]))),
    always(readyPods({ least: 5, version: 'v1' })),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ stable: 60, canary: 40 })),
    when(image('v1')),
    thenSee(healthyOn('v1'), weights({ stable: 100, canary: 0 })),
    thenSee(sizes({ v1: 5 })),
  ),
  scenario(
    'another size in mid-update keeps the weight, and sizes both sides',
    given(rollout(routedCanary([setWeight(50), pause()]), { replicas: 4 })),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 4, v2: 2 })),
    when(scale(8)),
    thenSee(phase('Paused'), sizes({ v1: 8, v2: 4 }), weights({ stable: 50, canary: 50 })),
    when(scale(2)),
    thenSee(phase('Paused'), sizes({ v1: 2, v2: 1 }), weights({ stable: 50, canary: 50 })),
  ),
  scenario(
    'steps that are edited in mid-update begin anew',
    given(rollout(routedCanary([setWeight(20), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ stable: 80, canary: 20 })),
    when(patchCanary({ steps: [setWeight(60), pause()] })),
    thenSee(
      phase('Paused'),
      status({ currentStepIndex: 1 }),
      weights({ stable: 40, canary: 60 }),
      sizes({ v1: 5, v2: 3 }),
    ),
  ),
  scenario(
    'a change of annotations and labels of the template is a new version too',
    given(rollout(canary([setWeight(20), pause()]))),
    when(
      apply(
        rollout(canary([setWeight(20), pause()]), {
          template: { ...podTemplate('v1'), metadata: { labels: { app: 'web', tier: 'front' } } },
        }),
      ),
    ),
    thenSee(phase('Paused'), status({ updatedReplicas: 1, replicas: 5 })),
  ),
];
