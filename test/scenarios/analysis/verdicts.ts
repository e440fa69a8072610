import { image, metrics } from '../runner/deeds.ts';
import { abortedOn, healthyOn, phase, readyPods, runs, serves, sizes, weights } from '../runner/expectations.ts';
import {
  analysisOf,
  analysisStep,
  blueGreen,
  errorRate,
  pause,
  rollout,
  routedCanary,
  setWeight,
} from '../runner/objects.ts';
import type { Scenario } from '../runner/scenario.ts';
import { always, during, given, scenario, thenSee, when } from '../runner/scenario.ts';

/** What a metric's verdict does to the update. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'an analysis step that succeeds lets the update go on',
    given(errorRate(), rollout(routedCanary([setWeight(20), analysisStep('errors')]))),
    when(image('v2')),
    thenSee(healthyOn('v2'), runs(['Successful'])),
  ),
  scenario(
    'an analysis step that fails aborts the update and names the metric',
    given(
      errorRate(),
      rollout(routedCanary([setWeight(20), analysisStep('errors')])),
      metrics({ error_rate: { v2: 0.5 } }),
    ),
    always(readyPods({ least: 5, version: 'v1' })),
    when(image('v2')),
    thenSee(abortedOn('v1', /Step-based analysis phase error\/failed: Metric "error_rate" assessed Failed/)),
    thenSee(runs(['Failed']), weights({ stable: 100, canary: 0 }), sizes({ v1: 5 })),
  ),
  scenario(
    'a background analysis that turns bad during a pause aborts',
    given(
      errorRate('errors', { count: 0 }),
      rollout(routedCanary([setWeight(20), pause()], { analysis: analysisOf('errors') })),
    ),
    when(image('v2')),
    thenSee(phase('Paused'), runs(['Running'])),
    when(metrics({ error_rate: { v2: 0.5 } })),
    thenSee(abortedOn('v1', /Background analysis phase error\/failed/), weights({ stable: 100, canary: 0 })),
  ),
  scenario(
    'a pre-promotion analysis that fails keeps the active Service where it is',
    given(
      errorRate(),
      rollout(blueGreen({ prePromotionAnalysis: analysisOf('errors') })),
      metrics({ error_rate: { v2: 0.5 } }),
    ),
    when(image('v2')),
    during([serves('web-active', 'v1')], thenSee(abortedOn('v1', /pre-promotion analysis phase error\/failed/))),
  ),
];
