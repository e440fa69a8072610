import { abort, apply, image, patch, pauseRollout, promote, remove, restart, wait } from '../runner/deeds.ts';
import {
  abortedOn,
  condition,
  count,
  event,
  healthyOn,
  phase,
  podsAtMost,
  readyPods,
  serves,
  sizes,
  status,
  weightAtMost,
  weights,
} from '../runner/expectations.ts';
import { blueGreen, canary, pause, rollout, routedCanary, setWeight } from '../runner/objects.ts';
import type { Scenario } from '../runner/scenario.ts';
import { always, expectation, given, not, scenario, stays, thenSee, when, within } from '../runner/scenario.ts';
import type { World } from '../runner/world.ts';
import { versionOf } from '../runner/world.ts';
import { noOldPods, restarted } from '../runner/pod-expectations.ts';

const NO_UPDATE = [count('ReplicaSet', 1), sizes({ v1: 5 })];
const budget = (minAvailable: number) => ({
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'web' },
  spec: { minAvailable, selector: { matchLabels: { app: 'web' } } },
});

/** While the canary Service has weight, a canary pod is ready: nobody is sent to nobody. */
const canaryHasPods = expectation('a canary with weight has a ready pod', (world: World) => {
  const refs = world.route()?.spec?.rules?.[0]?.backendRefs ?? [];
  const weight = refs.find(({ name }) => name === 'web-canary')?.weight ?? 0;
  const leaving = world.pods().filter((pod) => versionOf(pod.spec) === 'v2').length;
  return weight === 0 || leaving > 0 ? undefined : `it has ${weight} % and no pod`;
});

/** Pods that a person wants replaced. */
export const scenarios: readonly Scenario[] = [
  scenario(
    'a restart replaces every pod, one at a time, and makes no new revision',
    given(rollout(canary([setWeight(20), pause()]))),
    always(readyPods({ least: 4 }), podsAtMost(6)),
    when(wait(2), restart()),
    thenSee(phase('Progressing', 'rollout is restarting')),
    thenSee(restarted, noOldPods, healthyOn('v1'), ...NO_UPDATE),
  ),
  scenario(
    'a restart may take away as many pods as maxUnavailable says',
    given(rollout(canary([setWeight(20)], { maxUnavailable: 2 }))),
    always(readyPods({ least: 3 })),
    when(wait(2), restart()),
    thenSee(readyPods({ most: 3 })),
    thenSee(restarted, noOldPods, healthyOn('v1')),
  ),
  scenario(
    'blueGreen.maxUnavailable rules a restart',
    given(rollout(blueGreen({ maxUnavailable: '60%' }))),
    always(readyPods({ least: 2 }), serves('web-active', 'v1')),
    when(wait(2), restart()),
    thenSee(readyPods({ most: 2 })),
    thenSee(restarted, noOldPods, healthyOn('v1'), ...NO_UPDATE),
  ),
  scenario(
    'the only pod of a Rollout is replaced too',
    given(rollout(canary([setWeight(20)]), { replicas: 1 })),
    when(wait(2), restart()),
    thenSee(restarted, noOldPods, healthyOn('v1'), sizes({ v1: 1 })),
  ),
  scenario(
    'a disruption budget that forbids every eviction holds a restart, which is told and goes on without it',
    given(rollout(canary([setWeight(20)]))),
    when(apply(budget(5)), wait(2), restart()),
    thenSee(
      phase('Progressing', 'rollout is restarting'),
      condition('WriteRefused', { status: 'True', message: /violate the pod's disruption budget/ }),
      event('PodEvictionRefused', 'disruption budget'),
    ),
    stays(5, readyPods({ least: 5 }), not(restarted)),
    when(remove('PodDisruptionBudget', 'web')),
    thenSee(restarted, noOldPods, healthyOn('v1')),
    thenSee(not(condition('WriteRefused', { status: 'True' }))),
  ),
  scenario(
    'a restart in the middle of an update replaces the pods of both versions and leaves the step where it is',
    given(rollout(routedCanary([setWeight(40), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused', 'CanaryPauseStep'), sizes({ v1: 5, v2: 2 })),
    always(readyPods({ least: 6 }), readyPods({ least: 1, version: 'v2' })),
    when(wait(2), restart()),
    thenSee(restarted, noOldPods, phase('Paused', 'CanaryPauseStep'), status({ currentStepIndex: 1 })),
    thenSee(weights({ stable: 60, canary: 40 }), sizes({ v1: 5, v2: 2 })),
    when(promote()),
    thenSee(healthyOn('v2')),
  ),
  scenario(
    'a restart takes the last pod of a canary only when its weight has gone, and gives the weight back',
    given(rollout(routedCanary([setWeight(20), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused'), weights({ stable: 80, canary: 20 }), sizes({ v1: 5, v2: 1 })),
    always(canaryHasPods),
    when(wait(2), restart()),
    thenSee(weightAtMost(0)),
    thenSee(restarted, noOldPods, weights({ stable: 80, canary: 20 }), phase('Paused', 'CanaryPauseStep')),
  ),
  scenario(
    'a restart of a canary without routes keeps the pods that must be available',
    given(rollout(canary([setWeight(40), pause()], { maxSurge: 1, maxUnavailable: 0 }))),
    when(image('v2')),
    thenSee(phase('Paused')),
    always(readyPods({ least: 4 })),
    when(wait(2), restart()),
    thenSee(restarted, noOldPods, phase('Paused')),
  ),
  scenario(
    'an abort during a restart takes the traffic back as if there were none',
    given(rollout(routedCanary([setWeight(40), pause()]))),
    when(image('v2')),
    thenSee(phase('Paused')),
    when(wait(2), restart(), abort()),
    // As long as an abort by itself may take on a busy server.
    within(20, weights({ stable: 100, canary: 0 })),
    thenSee(abortedOn('v1'), restarted, noOldPods, sizes({ v1: 5, v2: 0 })),
  ),
  scenario(
    'a restart goes on while the Rollout is paused by its spec',
    given(rollout(canary([setWeight(20)]))),
    when(wait(2), pauseRollout(), restart()),
    thenSee(restarted, noOldPods, phase('Paused', 'manually paused')),
  ),
  scenario(
    'a restart for later waits for its time',
    given(rollout(canary([setWeight(20)]))),
    when(wait(2), restart(6)),
    thenSee(phase('Progressing', 'rollout is restarting')),
    stays(4, readyPods({ least: 5 }), not(restarted)),
    thenSee(restarted, noOldPods, healthyOn('v1')),
  ),
  scenario(
    'a new template is a restart by itself: what was asked for counts as done',
    given(rollout(canary([setWeight(20), pause()]))),
    when(restart(3600)),
    thenSee(phase('Progressing', 'rollout is restarting')),
    when(image('v2')),
    thenSee(phase('Paused', 'CanaryPauseStep'), restarted),
  ),
  scenario(
    'a restart asked for again replaces the pods again, and an earlier time than theirs replaces none',
    given(rollout(blueGreen())),
    when(wait(2), restart()),
    thenSee(restarted, noOldPods, healthyOn('v1')),
    when(wait(2), restart()),
    thenSee(phase('Progressing', /restarting/)),
    thenSee(restarted, noOldPods, healthyOn('v1'), readyPods({ least: 5 })),
    always(readyPods({ least: 5 }), podsAtMost(5)),
    when(patch('Rollout', 'web', { spec: { restartAt: '2020-01-01T00:00:00Z' } })),
    thenSee(restarted, healthyOn('v1')),
  ),
  scenario(
    'old pods that wait for the end of their delay are replaced last',
    given(rollout(blueGreen({ scaleDownDelaySeconds: 25 }))),
    when(image('v2')),
    thenSee(healthyOn('v2'), sizes({ v1: 5, v2: 5 })),
    when(wait(2), restart()),
    thenSee(restarted, noOldPods, healthyOn('v2')),
  ),
];
