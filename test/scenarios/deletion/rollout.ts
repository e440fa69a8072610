import { image, remove } from '../runner/deeds.ts';
import { count, gone, object, phase, weights } from '../runner/expectations.ts';
import { pause, rollout, routedCanary, setWeight } from '../runner/objects.ts';
import type { Scenario } from '../runner/scenario.ts';
import { expectation, given, scenario, thenSee, when } from '../runner/scenario.ts';
import { HASH_LABEL } from '../../../src/api/names.ts';

/** What is left of a Rollout that is deleted. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'a Rollout that is deleted leaves no pods, and Services as they were before it',
    given(rollout(routedCanary([setWeight(20), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ stable: 80, canary: 20 })),
    when(remove('Rollout', 'web')),
    thenSee(gone('Rollout', 'web'), count('ReplicaSet', 0), count('Pod', 0)),
    thenSee(
      object('Service', 'web-stable', { spec: { selector: { app: 'web' } } }),
      expectation(
        'web-stable selects no revision',
        (world) => world.service('web-stable')?.spec?.selector?.[HASH_LABEL],
      ),
    ),
  ),
];
