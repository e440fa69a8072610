import { abort, image, metrics, patch, remove, deed } from '../runner/deeds.ts';
import { abortedOn, healthyOn, phase, readyPods, runs, status, weights } from '../runner/expectations.ts';
import {
  errorRate,
  experimentStep,
  pause,
  rollout,
  routedCanary,
  setWeight,
  trialAnalysis,
} from '../runner/objects.ts';
import type { Scenario } from '../runner/scenario.ts';
import { always, expectation, given, scenario, stays, thenSee, when } from '../runner/scenario.ts';

/** What the backends of experiments have in the route `web`, smallest first. */
const trialWeights = (wanted: readonly number[]) =>
  expectation(`experiments have ${wanted.join()}`, (world) => {
    const refs = world.route()?.spec?.rules?.[0]?.backendRefs ?? [];
    const trials = refs.filter(({ name }) => name !== 'web-stable' && name !== 'web-canary');
    const seen = trials.map(({ weight = 1 }) => weight).toSorted((a, b) => a - b);
    return seen.join() === wanted.join() ? undefined : `they have ${seen.join()}`;
  });
/** Every backend with weight has a ready endpoint, and weights sum to 100. */
const served = expectation('every backend with weight has ready endpoints, and all sum to 100', (world) => {
  const refs = world.route()?.spec?.rules?.[0]?.backendRefs ?? [];
  const sum = refs.reduce((total, { weight = 1 }) => total + weight, 0);
  if (sum !== 100) return `they sum to ${sum}`;
  const silent = refs.find(
    ({ name, weight = 1 }) =>
      weight > 0 &&
      !world.endpointSlices(name).some(({ endpoints }) => (endpoints ?? []).some((one) => one.conditions.ready)),
  );
  return silent === undefined ? undefined : `${silent.name} has none`;
});
const weighted = (more = {}) =>
  experimentStep({
    templates: [
      { name: 'baseline', specRef: 'stable', weight: 10 },
      { name: 'trial', specRef: 'canary', weight: 15 },
    ],
    ...more,
  });
const removeExperiments = () =>
  deed('delete all experiments', async (hands) => {
    for (const { metadata } of hands.world.list('Experiment')) await remove('Experiment', metadata.name).act(hands);
  });

/** Experiments of a step that get a share of the traffic. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'an experiment has its weight while it runs, and it comes off stable',
    given(rollout(routedCanary([setWeight(20), weighted({ duration: '4s' }), pause()]))),
    always(served),
    when(image('v2')),
    thenSee(trialWeights([10, 15]), weights({ stable: 55, canary: 20 })),
    // The Service of the canary leads from 80 to 8080; that of an experiment has the port of the container.
    thenSee(
      expectation('the backends have ports of their Services', (world) => {
        const refs = world.route()?.spec?.rules?.[0]?.backendRefs ?? [];
        const ports = refs.map(({ port }) => port).join();
        return ports === '80,80,8080,8080' ? undefined : ports;
      }),
    ),
    thenSee(
      status({
        canary: { weights: { canary: { weight: 20 }, stable: { weight: 55 }, verified: true } },
      }),
      expectation('status tells what the experiment has', (world) => {
        const seen = world.status()?.canary?.weights?.additional ?? [];
        const right =
          seen
            .map(({ weight }) => weight)
            .toSorted((a, b) => a - b)
            .join() === '10,15';
        return right && seen.every(({ podTemplateHash = '' }) => world.versionOfHash(podTemplateHash) !== undefined)
          ? undefined
          : JSON.stringify(seen);
      }),
    ),
    thenSee(phase('Paused'), trialWeights([]), weights({ stable: 80, canary: 20 })),
  ),
  scenario(
    'the first step may be an experiment with weight: the canary has none yet',
    given(rollout(routedCanary([weighted({ duration: '4s' }), pause()]))),
    always(served),
    when(image('v2')),
    thenSee(trialWeights([10, 15]), weights({ stable: 75, canary: 0 })),
    thenSee(phase('Paused'), trialWeights([]), weights({ stable: 100, canary: 0 })),
  ),
  scenario(
    'pods of an experiment that is over stay until nobody sends them requests, also without a delay',
    given(rollout(routedCanary([setWeight(20), weighted({ duration: '2s', scaleDownDelaySeconds: 0 }), pause()]))),
    always(served),
    when(image('v2')),
    thenSee(trialWeights([10, 15])),
    thenSee(phase('Paused'), trialWeights([])),
    thenSee(readyPods({ most: 6 })),
  ),
  scenario(
    'a failed experiment gives its weight back with the abort',
    given(
      errorRate('errors', { count: 0 }),
      rollout(
        routedCanary([
          setWeight(20),
          weighted({ analyses: [trialAnalysis('errors', 'trial', { requiredForCompletion: true })] }),
          pause(),
        ]),
      ),
    ),
    always(served, readyPods({ least: 5, version: 'v1' })),
    when(image('v2')),
    thenSee(trialWeights([10, 15]), runs(['Running'])),
    when(metrics({ error_rate: { v2: 0.5 } })),
    thenSee(abortedOn('v1', /Experiment analysis phase/), trialWeights([]), weights({ stable: 100, canary: 0 })),
  ),
  scenario(
    'an abort takes the weight of the experiment back',
    given(rollout(routedCanary([setWeight(20), weighted(), pause()]))),
    always(served),
    when(image('v2')),
    thenSee(trialWeights([10, 15])),
    when(abort()),
    thenSee(abortedOn('v1'), trialWeights([]), weights({ stable: 100, canary: 0 })),
  ),
  scenario(
    'an experiment whose pods are not ready gets no weight',
    given(rollout(routedCanary([setWeight(20), weighted(), pause()]))),
    always(served),
    when(image('v2-unready')),
    stays(3, trialWeights([]), weights({ stable: 100, canary: 0 })),
  ),
  scenario(
    'a backend of the experiment that somebody takes out of the route comes back',
    given(rollout(routedCanary([setWeight(20), weighted(), pause()]))),
    when(image('v2')),
    thenSee(trialWeights([10, 15])),
    when(
      deed('write the route as its author did', (hands) =>
        patch('HTTPRoute', 'web', {
          spec: {
            rules: [
              {
                backendRefs: [
                  { name: 'web-stable', port: 80, weight: 100 },
                  { name: 'web-canary', port: 80, weight: 0 },
                ],
              },
            ],
          },
        }).act(hands),
      ),
    ),
    thenSee(trialWeights([10, 15]), weights({ stable: 55, canary: 20 })),
  ),
  scenario(
    'an experiment that somebody deletes leaves no backend behind',
    given(rollout(routedCanary([setWeight(20), weighted({ duration: '30s' }), pause()]))),
    when(image('v2')),
    thenSee(trialWeights([10, 15])),
    when(removeExperiments()),
    thenSee(trialWeights([]), weights({ stable: 80, canary: 20 })),
    thenSee(trialWeights([10, 15]), weights({ stable: 55, canary: 20 })),
  ),
  scenario(
    'a Rollout that is deleted in mid-experiment takes its backends out of the route',
    given(rollout(routedCanary([setWeight(20), weighted(), pause()]))),
    when(image('v2')),
    thenSee(trialWeights([10, 15])),
    when(remove('Rollout', 'web')),
    thenSee(trialWeights([]), weights({ stable: 100, canary: 0 })),
  ),
  scenario(
    'back to stable in mid-experiment takes its weight back at once',
    given(rollout(routedCanary([setWeight(20), weighted(), pause()]))),
    always(served),
    when(image('v2')),
    thenSee(trialWeights([10, 15])),
    when(image('v1')),
    thenSee(healthyOn('v1'), trialWeights([]), weights({ stable: 100, canary: 0 })),
  ),
];
