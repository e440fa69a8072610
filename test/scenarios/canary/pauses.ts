import { image, pauseRollout, promote, promoteFull, resume } from '../runner/deeds.ts';
import { event, healthyOn, phase, readyPods, sizes, status, weights } from '../runner/expectations.ts';
import { canary, pause, rollout, routedCanary, setWeight } from '../runner/objects.ts';
import type { Scenario } from '../runner/scenario.ts';
import { always, given, scenario, stays, thenSee, when } from '../runner/scenario.ts';

/** Steps that wait, and people who end the wait. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'a canary stops at its pause until a person promotes',
    given(rollout(routedCanary([setWeight(20), pause()]))),
    always(readyPods({ least: 5 })),
    when(image('v2')),
    thenSee(phase('Paused', 'CanaryPauseStep'), weights({ stable: 80, canary: 20 }), sizes({ v1: 5, v2: 1 })),
    stays(10, phase('Paused', 'CanaryPauseStep'), weights({ stable: 80, canary: 20 })),
    when(promote()),
    thenSee(healthyOn('v2'), weights({ stable: 100, canary: 0 })),
    thenSee(sizes({ v2: 5 }), event('RolloutCompleted', 'Completed all 2 canary steps')),
  ),
  scenario(
    'one promotion ends one pause only',
    given(rollout(canary([setWeight(20), pause(), setWeight(40), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), status({ currentStepIndex: 1 })),
    when(promote()),
    thenSee(phase('Paused'), status({ currentStepIndex: 3 }), sizes({ v1: 3, v2: 2 })),
    stays(10, status({ currentStepIndex: 3 })),
  ),
  scenario(
    'a pause with a duration ends by itself, not before',
    given(rollout(canary([setWeight(20), pause(5), setWeight(60)]))),
    when(image('v2')),
    thenSee(phase('Paused', 'CanaryPauseStep'), sizes({ v1: 4, v2: 1 })),
    stays(3, phase('Paused', 'CanaryPauseStep')),
    thenSee(healthyOn('v2')),
  ),
  scenario(
    'promote full ends all steps and pauses at once',
    given(rollout(routedCanary([setWeight(20), pause(), setWeight(50), pause()]))),
    always(readyPods({ least: 5 })),
    when(image('v2')),
    thenSee(phase('Paused')),
    when(promoteFull()),
    thenSee(healthyOn('v2'), event('RolloutCompleted', 'Full promotion requested')),
  ),
  scenario(
    'a Rollout that a person paused holds its step, and goes on when resumed',
    given(rollout(canary([setWeight(20), pause(4), setWeight(60), pause(2)]))),
    when(image('v2')),
    thenSee(phase('Paused', 'CanaryPauseStep')),
    when(pauseRollout()),
    thenSee(phase('Paused', 'manually paused')),
    stays(8, sizes({ v1: 4, v2: 1 })),
    when(resume()),
    thenSee(healthyOn('v2')),
  ),
];
