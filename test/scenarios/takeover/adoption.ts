import { ARGO_HASHES, argoCondition, argoLeft, handBack, takeOver, UNDER_WAY } from '../runner/argo-left.ts';
import {
  abortedLeft,
  abortMessage,
  argoRun,
  blueGreenPaused,
  completed,
  midStep,
  notPaused,
  PAUSED,
  split,
  steps,
} from '../runner/argo-states.ts';
import { abort, image, promote, promoteFull, retry } from '../runner/deeds.ts';
import {
  abortedOn,
  condition,
  count,
  event,
  healthyOn,
  phase,
  readyPods,
  runs,
  serves,
  sizes,
  status,
  weights,
} from '../runner/expectations.ts';
import { analysisOf, analysisStep, canary, errorRate, pause, routedCanary, setWeight } from '../runner/objects.ts';
import type { Expectation, Part, Scenario } from '../runner/scenario.ts';
import { always, given, never, not, onlyIn, scenario, stays, thenSee, when } from '../runner/scenario.ts';

/** Nothing of Argo's is made anew: the same two revisions, under the same hashes. */
const sameRevisions = (stable: 'v1' | 'v2'): readonly Expectation[] => [
  count('ReplicaSet', 2),
  status({ currentPodHash: ARGO_HASHES.v2, stableRS: ARGO_HASHES[stable], observedGeneration: '1' }),
];
const inTakeover = (name: string, ...parts: readonly Part[]): Scenario =>
  onlyIn('argoproj.io', scenario(name, ...parts));

/** Rollouts that Argo's controller left in the middle of their lives: only its own group has them. */
export const scenarios: readonly Scenario[] = [
  inTakeover(
    'a canary that Argo paused in mid-step stays as it is when it is taken over, and goes on when promoted',
    given(argoLeft(midStep)),
    always(readyPods({ least: 5 })),
    never(event('RolloutUpdated'), event('NewReplicaSetCreated')),
    when(takeOver()),
    stays(
      8,
      phase('Paused', 'CanaryPauseStep'),
      weights({ canary: 20, stable: 80 }),
      sizes({ v1: 5, v2: 1 }),
      ...sameRevisions('v1'),
    ),
    when(promote()),
    thenSee(healthyOn('v2'), weights({ canary: 0, stable: 100 }), sizes({ v2: 5 })),
  ),
  inTakeover(
    'a basic canary that Argo paused in mid-step stays as it is when it is taken over',
    given(argoLeft({ strategy: canary(steps), pods: [4, 1], stable: 'v1', status: PAUSED })),
    always(readyPods({ least: 4 })),
    when(takeOver()),
    stays(8, phase('Paused', 'CanaryPauseStep'), sizes({ v1: 4, v2: 1 }), ...sameRevisions('v1')),
    when(promote()),
    thenSee(healthyOn('v2'), sizes({ v2: 5 })),
  ),
  inTakeover(
    'a pause that began under Argo ends at its own time',
    given(
      argoLeft({
        ...midStep,
        strategy: routedCanary([setWeight(20), pause(22), setWeight(60)]),
      }),
    ),
    when(takeOver()),
    stays(4, phase('Paused', 'CanaryPauseStep')),
    thenSee(healthyOn('v2')),
  ),
  inTakeover(
    'an update that Argo aborted stays aborted, and its pods go at the deadline that Argo wrote',
    given(argoLeft(abortedLeft)),
    always(readyPods({ least: 5 })),
    when(takeOver()),
    stays(
      3,
      abortedOn('v1', `RolloutAborted: ${abortMessage}`),
      sizes({ v1: 5, v2: 1 }),
      weights({ canary: 0, stable: 100 }),
    ),
    thenSee(
      sizes({ v1: 5, v2: 0 }),
      abortedOn('v1'),
      condition('Progressing', { status: 'False', message: abortMessage }),
    ),
  ),
  inTakeover(
    'an update that Argo aborted is retried after the takeover from its first step',
    given(argoLeft(abortedLeft)),
    when(takeOver()),
    thenSee(abortedOn('v1')),
    when(retry()),
    thenSee(phase('Paused', 'CanaryPauseStep'), weights({ canary: 20, stable: 80 }), sizes({ v1: 5, v2: 1 })),
    when(promote()),
    thenSee(healthyOn('v2')),
  ),
  inTakeover(
    'an update that Argo aborted is promoted in full after the takeover',
    given(argoLeft(abortedLeft)),
    when(takeOver()),
    thenSee(abortedOn('v1')),
    when(promoteFull()),
    thenSee(healthyOn('v2'), sizes({ v2: 5 })),
  ),
  inTakeover(
    'an old version inside the delay that Argo gave it keeps its pods until then, and no longer',
    given(
      argoLeft({
        ...midStep,
        pods: [5, 5],
        selects: { 'web-stable': 'v2', 'web-canary': 'v2' },
        weight: 0,
        stable: 'v2',
        deadline: { version: 'v1', in: 12 },
        status: { currentStepIndex: 3, phase: 'Healthy', conditions: completed, ...split(0) },
      }),
    ),
    when(takeOver()),
    stays(3, healthyOn('v2'), sizes({ v1: 5, v2: 5 }), ...sameRevisions('v2')),
    thenSee(healthyOn('v2'), sizes({ v2: 5 }), condition('Healthy', { status: 'True' })),
  ),
  inTakeover(
    'a blue-green that Argo paused before its switch waits on, and switches when promoted',
    given(argoLeft(blueGreenPaused)),
    when(takeOver()),
    stays(
      8,
      phase('Paused', 'BlueGreenPause'),
      serves('web-active', 'v1'),
      serves('web-preview', 'v2'),
      sizes({ v1: 5, v2: 5 }),
      ...sameRevisions('v1'),
    ),
    when(promote()),
    thenSee(healthyOn('v2'), serves('web-active', 'v2'), sizes({ v2: 5 })),
  ),
  inTakeover(
    'a blue-green that Argo paused is aborted after the takeover, and its active Service never moves',
    given(argoLeft(blueGreenPaused)),
    always(serves('web-active', 'v1')),
    when(takeOver()),
    thenSee(phase('Paused', 'BlueGreenPause')),
    when(abort()),
    thenSee(abortedOn('v1'), sizes({ v1: 5 })),
  ),
  inTakeover(
    'a background analysis that Argo began goes on under the name it has, and no second one begins',
    given(
      errorRate('errors', { count: 600 }),
      argoLeft({
        ...midStep,
        strategy: routedCanary(steps, { analysis: analysisOf('errors') }),
        status: {
          ...PAUSED,
          canary: {
            ...(split(20) as { canary: object }).canary,
            currentBackgroundAnalysisRunStatus: { name: `web-${ARGO_HASHES.v2}-2`, status: 'Running' },
          },
        },
        runs: [argoRun(`web-${ARGO_HASHES.v2}-2`, { 'rollout-type': 'Background' })],
      }),
    ),
    when(takeOver()),
    stays(6, runs(['Running']), phase('Paused', 'CanaryPauseStep'), weights({ canary: 20, stable: 80 })),
    when(promote()),
    thenSee(healthyOn('v2'), runs(['Successful'])),
  ),
  inTakeover(
    'an analysis step that Argo began is judged by the run that it has',
    given(
      errorRate('errors'),
      argoLeft({
        ...midStep,
        strategy: routedCanary([setWeight(20), analysisStep('errors'), pause()]),
        status: {
          currentStepIndex: 1,
          phase: 'Progressing',
          message: 'more replicas need to be updated',
          conditions: [
            ...UNDER_WAY,
            notPaused,
            argoCondition('Progressing', 'True', 'ReplicaSetUpdated', 'ReplicaSet is progressing.'),
          ],
          canary: {
            ...(split(20) as { canary: object }).canary,
            currentStepAnalysisRunStatus: { name: `web-${ARGO_HASHES.v2}-2-1`, status: 'Running' },
          },
        },
        runs: [argoRun(`web-${ARGO_HASHES.v2}-2-1`, { 'rollout-type': 'Step', 'step-index': '1' })],
      }),
    ),
    when(takeOver()),
    thenSee(phase('Paused', 'CanaryPauseStep'), status({ currentStepIndex: 2 }), runs(['Successful'])),
  ),
  inTakeover(
    'a new version after the takeover is an update like any other, beside revisions that Argo made',
    given(argoLeft(midStep)),
    when(takeOver()),
    thenSee(phase('Paused', 'CanaryPauseStep')),
    when(image('v3')),
    thenSee(
      phase('Paused', 'CanaryPauseStep'),
      sizes({ v1: 5, v3: 1 }),
      weights({ canary: 20, stable: 80 }),
      status({ revision: '3' }),
    ),
    when(image('v1')),
    thenSee(healthyOn('v1'), status({ stableRS: ARGO_HASHES.v1 }), sizes({ v1: 5 })),
  ),
  inTakeover(
    'what is handed back is touched no more, and taken over again it goes on from where it stands',
    given(argoLeft(midStep)),
    when(takeOver()),
    thenSee(phase('Paused', 'CanaryPauseStep'), status({ stepDisplay: '1/3' })),
    when(handBack(), promote()),
    stays(
      6,
      status({ currentStepIndex: 1, controllerPause: true }),
      sizes({ v1: 5, v2: 1 }),
      weights({ canary: 20, stable: 80 }),
      not(healthyOn('v2')),
    ),
    when(takeOver()),
    thenSee(healthyOn('v2'), sizes({ v2: 5 })),
  ),
];
