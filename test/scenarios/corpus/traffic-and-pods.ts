import { abort, image, patch, promote, promoteFull, remove, scale } from '../runner/deeds.ts';
import { abortedOn, gone, healthyOn, phase, readyPods, serves, sizes, weights } from '../runner/expectations.ts';
import { blueGreen, canary, pause, rollout, routedCanary, service, setWeight } from '../runner/objects.ts';
import type { Expectation, Scenario } from '../runner/scenario.ts';
import { always, during, expectation, given, never, scenario, stays, thenSee, when } from '../runner/scenario.ts';

/** A version's pods are there as long as the route sends anything to its Service. */
function podsBehindWeights(service: string, version: string): Expectation {
  return expectation(`while ${service} has a weight, ${version} has ready pods`, (world) => {
    const weight =
      world
        .route()
        ?.spec?.rules?.at(-1)
        ?.backendRefs?.find(({ name }) => name === service)?.weight ?? 0;
    const selected = world.versionBehind(service);
    if (weight === 0 || (selected !== undefined && selected !== version)) return undefined;
    return readyPods({ least: 1, version }).unmet(world);
  });
}

/** Bugs of other controllers about traffic and pods (reliability.md 8), told as what a person would see; none happens here. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'B01 the stable pods stay until the route is wholly on the new version, and for the delay after it',
    given(rollout(routedCanary([setWeight(50)], { scaleDownDelaySeconds: 3 }))),
    when(image('v2')),
    during(
      [readyPods({ least: 5, version: 'v1' })],
      thenSee(healthyOn('v2'), serves('web-stable', 'v2'), weights({ stable: 100, canary: 0 })),
      stays(1, sizes({ v1: 5, v2: 5 })),
    ),
    thenSee(sizes({ v2: 5 })),
  ),
  scenario(
    'B03 the stable pods are whole when two more versions follow in mid-update',
    given(rollout(routedCanary([setWeight(40), pause()]))),
    always(readyPods({ least: 5, version: 'v1' })),
    when(image('v2')),
    thenSee(phase('Paused')),
    when(image('v3')),
    thenSee(phase('Paused'), sizes({ v1: 5, v3: 2 })),
    when(image('v4')),
    thenSee(phase('Paused'), sizes({ v1: 5, v4: 2 })),
  ),
  scenario(
    'B04 an abort with dynamicStableScale gives traffic back only as stable pods come back',
    given(
      rollout(routedCanary([setWeight(80), pause()], { dynamicStableScale: true, scaleDownDelaySeconds: undefined }), {
        replicas: 10,
      }),
    ),
    always(
      expectation('no more weight on stable than its ready pods carry', (world) => {
        const refs = world.route()?.spec?.rules?.at(-1)?.backendRefs ?? [];
        const weight = refs.find(({ name }) => name === 'web-stable')?.weight ?? 0;
        return readyPods({ least: Math.floor(weight / 10) }).unmet(world);
      }),
    ),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ stable: 20, canary: 80 }), sizes({ v1: 2, v2: 8 })),
    when(abort()),
    thenSee(abortedOn('v1'), weights({ stable: 100, canary: 0 })),
    thenSee(sizes({ v1: 10 })),
  ),
  scenario(
    'B05 the canary Service never has a weight while it selects no ready pod',
    given(rollout(routedCanary([setWeight(30), pause(2), setWeight(70), pause(2)]))),
    always(podsBehindWeights('web-canary', 'v2')),
    when(image('v2')),
    thenSee(healthyOn('v2')),
  ),
  scenario(
    'B06 an abort moves the traffic first and the canary pods afterwards',
    given(rollout(routedCanary([setWeight(60), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ stable: 40, canary: 60 })),
    always(podsBehindWeights('web-canary', 'v2'), readyPods({ least: 5, version: 'v1' })),
    when(abort()),
    thenSee(abortedOn('v1'), weights({ stable: 100, canary: 0 })),
    thenSee(sizes({ v1: 5 })),
  ),
  scenario(
    'B07 a change of size during an abort ends in rest, at the new size',
    given(rollout(routedCanary([setWeight(50), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused')),
    when(abort(), scale(7)),
    thenSee(abortedOn('v1'), weights({ stable: 100, canary: 0 }), sizes({ v1: 7 })),
    stays(4, sizes({ v1: 7 })),
  ),
  scenario(
    'B08 an aborted canary does not come back when the size changes',
    given(rollout(routedCanary([setWeight(50), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused')),
    when(abort()),
    thenSee(abortedOn('v1'), sizes({ v1: 5 })),
    never(weights({ canary: 50 })),
    when(scale(8)),
    thenSee(abortedOn('v1'), sizes({ v1: 8 })),
    stays(4, abortedOn('v1'), sizes({ v1: 8 })),
  ),
  scenario(
    'B12 an abort when nothing is under way changes nothing',
    given(rollout(routedCanary([setWeight(20), pause()]))),
    always(readyPods({ least: 5, version: 'v1' }), weights({ stable: 100, canary: 0 })),
    when(abort()),
    stays(6, sizes({ v1: 5 })),
  ),
  scenario(
    'B16 the active Service of blue-green always selects a revision that has ready pods',
    given(rollout(blueGreen())),
    always(
      expectation('web-active selects a version with ready pods', (world) => {
        const version = world.versionBehind('web-active');
        return version === undefined ? 'it selects no revision' : readyPods({ least: 1, version }).unmet(world);
      }),
    ),
    when(image('v2')),
    thenSee(healthyOn('v2')),
    when(image('v3-unready')),
    thenSee(phase('Progressing')),
    stays(6, serves('web-active', 'v2')),
  ),
  scenario(
    'B22 a healthy version replaces a stable one whose pods are not ready',
    given(rollout(canary([setWeight(50), pause(1)], { maxSurge: 1, maxUnavailable: 1 }), { replicas: 2 })),
    when(image('v2-unready')),
    thenSee(phase('Progressing')),
    when(image('v3')),
    thenSee(healthyOn('v3'), sizes({ v3: 2 })),
  ),
  scenario(
    'B26 backends and rules of others in the same route stay as they are',
    given(service('other', 'other'), rollout(routedCanary([setWeight(40), pause()]))),
    when(
      patch('HTTPRoute', 'web', {
        spec: {
          rules: [
            {
              matches: [{ path: { type: 'PathPrefix', value: '/other' } }],
              backendRefs: [{ name: 'other', port: 80, weight: 7 }],
            },
            {
              backendRefs: [
                { name: 'web-stable', port: 80, weight: 100 },
                { name: 'web-canary', port: 80, weight: 0 },
              ],
            },
          ],
        },
      }),
    ),
    always(
      expectation('the rule of another team is there', (world) => {
        const ref = world.route()?.spec?.rules?.[0]?.backendRefs?.[0];
        return ref?.name === 'other' && ref.weight === 7 ? undefined : `it is ${JSON.stringify(ref ?? null)}`;
      }),
    ),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ stable: 60, canary: 40 })),
    when(abort()),
    thenSee(abortedOn('v1'), weights({ stable: 100, canary: 0 })),
  ),
  scenario(
    'B29 no weight goes to a canary that has no ready pod',
    given(rollout(routedCanary([setWeight(50), pause()]))),
    always(weights({ stable: 100, canary: 0 })),
    when(image('v2-unready')),
    thenSee(phase('Progressing'), sizes({ v1: 5, 'v2-unready': 3 })),
    stays(8, phase('Progressing')),
  ),
  scenario(
    'B30 a Rollout that is deleted in mid-update leaves the route on the stable Service',
    given(rollout(routedCanary([setWeight(40), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ stable: 60, canary: 40 })),
    when(remove('Rollout', 'web')),
    thenSee(gone('Rollout', 'web'), weights({ stable: 100, canary: 0 })),
  ),
  scenario(
    'B32 a healthy canary is kept when stable pods break, until a person decides',
    given(rollout(routedCanary([setWeight(50), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), sizes({ v1: 5, v2: 3 })),
    always(readyPods({ least: 3, version: 'v2' })),
    stays(4, phase('Paused')),
    when(promoteFull()),
    thenSee(healthyOn('v2')),
  ),
  scenario(
    'B36 the stable Service selects the stable version until the new one is promoted',
    given(rollout(routedCanary([setWeight(20), pause()]))),
    when(image('v2')),
    during([serves('web-stable', 'v1')], thenSee(phase('Paused')), stays(3, phase('Paused'))),
    when(promote()),
    thenSee(healthyOn('v2'), serves('web-stable', 'v2')),
  ),
];
