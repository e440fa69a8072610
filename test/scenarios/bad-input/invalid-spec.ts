import { image, patchCanary } from '../runner/deeds.ts';
import { condition, event, phase, readyPods, sizes, weights } from '../runner/expectations.ts';
import { pause, rollout, routedCanary, setWeight } from '../runner/objects.ts';
import type { Scenario } from '../runner/scenario.ts';
import { always, given, scenario, stays, thenSee, when } from '../runner/scenario.ts';

/** Specs that cannot be served. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'an edit that names a Service that does not exist disturbs nothing of what serves, and is told',
    given(rollout(routedCanary([setWeight(20), pause()]))),
    always(readyPods({ least: 5, version: 'v1' })),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ stable: 80, canary: 20 })),
    when(patchCanary({ stableService: 'nobody' })),
    thenSee(phase('Degraded', /^InvalidSpec/), condition('InvalidSpec', { status: 'True' }), event('InvalidSpec')),
    stays(5, sizes({ v1: 5, v2: 1 }), weights({ stable: 80, canary: 20 })),
    when(patchCanary({ stableService: 'web-stable' })),
    thenSee(phase('Paused'), weights({ stable: 80, canary: 20 })),
  ),
];
