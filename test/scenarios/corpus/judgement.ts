import { image, metrics, patchStatus, promote } from '../runner/deeds.ts';
import { abortedOn, count, event, healthyOn, phase, runs, status, weights } from '../runner/expectations.ts';
import {
  analysisOf,
  analysisStep,
  canary,
  errorRate,
  pause,
  rollout,
  routedCanary,
  setWeight,
} from '../runner/objects.ts';
import type { Scenario } from '../runner/scenario.ts';
import { always, expectation, given, never, scenario, stays, thenSee, when } from '../runner/scenario.ts';

/** Bugs of other controllers about analyses and control (reliability.md 8); none happens here. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'B14 an update with a background analysis makes one run, not one after another',
    given(
      errorRate('errors', { count: 0 }),
      rollout(routedCanary([setWeight(20), pause()], { analysis: analysisOf('errors') })),
    ),
    when(image('v2')),
    thenSee(phase('Paused'), runs(['Running'])),
    stays(8, count('AnalysisRun', 1)),
  ),
  scenario(
    'B15 an update does not go on after an analysis that failed',
    given(
      errorRate(),
      rollout(routedCanary([setWeight(20), analysisStep('errors'), setWeight(60)])),
      metrics({ error_rate: { v2: 0.5 } }),
    ),
    never(weights({ canary: 60 })),
    when(image('v2')),
    thenSee(abortedOn('v1'), weights({ stable: 100, canary: 0 })),
    stays(5, abortedOn('v1'), weights({ stable: 100, canary: 0 })),
  ),
  scenario(
    'B18 a run whose every measurement fails is no success',
    given(
      errorRate('errors', { consecutiveErrorLimit: 0 }),
      rollout(routedCanary([setWeight(20), analysisStep('errors')])),
      metrics({ error_rate: { status: 500 } }),
    ),
    when(image('v2')),
    thenSee(abortedOn('v1'), runs(['Error'])),
  ),
  scenario(
    'B19 an analysis step begins only once the weight of its step is in the route',
    given(errorRate(), rollout(routedCanary([setWeight(20), analysisStep('errors'), pause()]))),
    always(
      expectation('a run is there only with a weight on the canary', (world) => {
        const weight = world.route()?.spec?.rules?.[0]?.backendRefs?.[1]?.weight ?? 0;
        return world.runs().length === 0 || weight === 20 ? undefined : `the weight is ${weight}`;
      }),
    ),
    when(image('v2')),
    thenSee(phase('Paused'), runs(['Successful'])),
  ),
  scenario(
    'B24 two quick promotes of two people do not skip a step',
    given(rollout(canary([setWeight(20), pause(), setWeight(40), pause(), setWeight(60), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), status({ currentStepIndex: 1 })),
    when(promote(), promote()),
    thenSee(phase('Paused'), status({ currentStepIndex: 3 })),
    stays(6, status({ currentStepIndex: 3 })),
  ),
  scenario(
    'B34 a metric without data neither passes nor is taken for a bad version by itself',
    given(
      errorRate('errors', { consecutiveErrorLimit: 100 }),
      rollout(routedCanary([setWeight(20), analysisStep('errors')])),
      metrics({ error_rate: 'no data' }),
    ),
    when(image('v2')),
    thenSee(runs(['Running']), status({ phase: 'Progressing', currentStepIndex: 1 })),
    stays(6, runs(['Running']), status({ currentStepIndex: 1 })),
    when(metrics({ error_rate: 0 })),
    thenSee(healthyOn('v2')),
  ),
  scenario(
    'B35 what is promoted is the revision that was analysed, not what came meanwhile',
    given(errorRate(), rollout(routedCanary([setWeight(20), analysisStep('errors'), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), runs(['Successful'])),
    when(image('v3'), promote()),
    thenSee(phase('Paused'), status({ currentStepIndex: 2 }), runs(['Successful', 'Successful'])),
    stays(3, phase('Paused')),
  ),
  scenario(
    'B13 a status that somebody overwrote is put right, and the update goes on',
    given(rollout(routedCanary([setWeight(20), pause(2)]))),
    when(image('v2')),
    thenSee(status({ currentStepIndex: 1 })),
    when(patchStatus({ phase: 'Healthy', message: 'nonsense', updatedReplicas: 99 })),
    thenSee(healthyOn('v2'), status({ updatedReplicas: 5 }), event('RolloutCompleted', 'revision 2')),
  ),
];
