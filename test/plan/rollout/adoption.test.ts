import { describe, expect, test } from 'vitest';
import { TEMPLATE_HASH } from '../../../src/api/names.ts';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import type { Action } from '../../../src/plan/action.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';
import { seconds } from '../../../src/units/duration.ts';
import type { Instant } from '../../../src/units/instant.ts';
import { add } from '../../../src/units/instant.ts';
import type { WorldWords } from '../model/world.ts';
import {
  ACTIVE_SERVICE,
  BEGIN,
  CANARY_SERVICE,
  PREVIEW_SERVICE,
  STABLE_SERVICE,
  templateOf,
  worldOf,
} from '../model/world.ts';
import { stepRun } from './updates.ts';

/** The time of the last writes of the controller before us. */
const BEFORE = '2026-11-24T09:59:50Z';
const steps = [{ setWeight: 20 }, { pause: {} }, { setWeight: 60 }];
type Conditions = NonNullable<RolloutStatus['conditions']>;

/** A condition as Argo Rollouts writes it: without observedGeneration. */
const condition = (type: string, status: string, reason: string, message: string): Conditions[number] =>
  ({ type, status, reason, message, lastUpdateTime: BEFORE, lastTransitionTime: BEFORE }) as Conditions[number];

const AVAILABLE = condition('Available', 'True', 'AvailableReason', 'Rollout has minimum availability');
const NOT_HEALTHY = condition('Healthy', 'False', 'RolloutHealthy', 'Rollout is not healthy');
const NOT_COMPLETED = condition('Completed', 'False', 'RolloutCompleted', 'Rollout is not completed');
const IS_PAUSED = [
  condition('Progressing', 'Unknown', 'RolloutPaused', 'Rollout is paused'),
  condition('Paused', 'True', 'RolloutPaused', 'Rollout is paused'),
];
const NOT_PAUSED = condition('Paused', 'False', 'RolloutPaused', 'Rollout is not paused');

/** A world as Argo Rollouts v1.9 leaves it: its group, a string as observedGeneration, none of our fields and annotations. */
function left(words: WorldWords): ObservedRollout {
  const world = worldOf(words);
  return {
    ...world,
    group: 'argoproj.io',
    rollout: {
      ...world.rollout,
      apiVersion: 'argoproj.io/v1alpha1',
      status: { observedGeneration: '1', selector: 'app=web', ...world.rollout.status },
    },
    // The Gateway API plugin labels its route while an update runs.
    routes: world.routes.map((route) => ({ ...route, inProgress: (words.weight ?? 0) > 0 })),
    replicaSets: world.replicaSets.map((one) => {
      const { [TEMPLATE_HASH]: ours, ...annotations } = one.annotations;
      void ours;
      return {
        ...one,
        annotations: { ...annotations, 'rollout.argoproj.io/desired-replicas': String(words.replicas) },
      };
    }),
  };
}

type Looked = Readonly<{ status: RolloutStatus; actions: readonly Action[]; events: readonly string[] }>;

/** Looks again and again, as passes follow one another, while the world beside the status stands still. */
function looks(world: ObservedRollout, now: Instant = BEGIN): Looked {
  const seen: { actions: Action[]; events: string[] } = { actions: [], events: [] };
  let at = world;
  for (let pass = 0; pass < 12; pass++) {
    const plan = planRollout(at, now);
    expect(breaches(at, plan)).toEqual([]);
    seen.events.push(...plan.events.map(({ reason }) => reason));
    const asks = plan.actions.find(({ kind }) => kind === 'AskTemplate');
    seen.actions.push(...plan.actions.filter(({ kind }) => kind !== 'AskTemplate'));
    const done = plan.status === at.rollout.status && asks === undefined;
    if (done) return { status: plan.status, ...seen };
    const answer = { generation: 1, accepted: true, template: at.rollout.spec.template } as const;
    at = {
      ...at,
      rollout: { ...at.rollout, status: plan.status },
      ...(asks === undefined ? {} : { templateAnswer: answer }),
    };
  }
  throw new Error('it does not come to rest');
}

/** What changes pods, traffic or runs; a note on a ReplicaSet that spares later questions does not. */
function changes(actions: readonly Action[]): readonly Action[] {
  return actions.filter((action) => action.kind !== 'ChangeReplicaSet' || action.replicas !== undefined);
}

const update = { currentPodHash: 'v2', stableRS: 'v1', currentStepHash: stepHash(steps) } as const;
const routed: WorldWords = {
  strategy: 'Routed',
  replicas: 5,
  version: 'v2',
  steps,
  sets: { v1: { spec: 5, available: 5, revision: 1 }, v2: { spec: 1, available: 1, revision: 2 } },
  selected: { [CANARY_SERVICE]: 'v2', [STABLE_SERVICE]: 'v1' },
  weight: 20,
};
const weights = (canary: number): RolloutStatus => ({
  canary: {
    weights: {
      canary: { weight: canary, serviceName: CANARY_SERVICE, podTemplateHash: 'v2' },
      stable: { weight: 100 - canary, serviceName: STABLE_SERVICE, podTemplateHash: 'v1' },
    },
  },
});
const sixPods = { replicas: 6, HPAReplicas: 6, updatedReplicas: 1, readyReplicas: 6, availableReplicas: 6 };
const pauseStep: RolloutStatus = {
  ...update,
  ...sixPods,
  currentStepIndex: 1,
  controllerPause: true,
  pauseConditions: [{ reason: 'CanaryPauseStep', startTime: BEFORE }],
  phase: 'Paused',
  message: 'CanaryPauseStep',
  conditions: [AVAILABLE, NOT_HEALTHY, NOT_COMPLETED, ...IS_PAUSED],
};
const abortMessage =
  'Rollout aborted update to revision 2: Step-based analysis phase error/failed: Metric "errors" assessed Failed due to failed (1) > failureLimit (0)';
const aborted: RolloutStatus = {
  ...update,
  ...sixPods,
  currentStepIndex: 0,
  abort: true,
  abortedAt: BEFORE,
  phase: 'Degraded',
  message: `RolloutAborted: ${abortMessage}`,
  conditions: [
    AVAILABLE,
    NOT_HEALTHY,
    NOT_COMPLETED,
    NOT_PAUSED,
    condition('Progressing', 'False', 'RolloutAborted', abortMessage),
  ],
};
const promoted: RolloutStatus = {
  currentPodHash: 'v2',
  stableRS: 'v2',
  currentStepHash: stepHash(steps),
  currentStepIndex: 3,
  replicas: 10,
  HPAReplicas: 10,
  updatedReplicas: 5,
  readyReplicas: 10,
  availableReplicas: 10,
  phase: 'Healthy',
  conditions: [
    AVAILABLE,
    NOT_PAUSED,
    // With traffic routing it stays so until the old pods are gone.
    NOT_HEALTHY,
    condition('Completed', 'True', 'RolloutCompleted', 'RolloutCompleted'),
    condition('Progressing', 'True', 'NewReplicaSetAvailable', 'ReplicaSet "web-v2" has successfully progressed.'),
  ],
};
const blueGreenSets = { v1: { spec: 3, available: 3, revision: 1 }, v2: { spec: 3, available: 3, revision: 2 } };

/** Fields that Argo does not know; on our CRDs it leaves them alone. */
const OURS = ['revision', 'stepDisplay', 'attempt', 'progressMark', 'currentStepHash', 'conditions'];

type Case = Readonly<{ name: string; world: ObservedRollout }>;

const CASES: readonly Case[] = [
  {
    name: 'a canary paused in mid-step, with its weight',
    world: left({ ...routed, status: { ...pauseStep, ...weights(20) } }),
  },
  {
    name: 'a basic canary paused in mid-step',
    world: left({
      ...routed,
      strategy: 'Basic',
      sets: { v1: { spec: 4, available: 4, revision: 1 }, v2: { spec: 1, available: 1, revision: 2 } },
      selected: {},
      status: { ...pauseStep, replicas: 5, HPAReplicas: 5, readyReplicas: 5, availableReplicas: 5 },
    }),
  },
  {
    name: 'an aborted canary inside its delay',
    world: left({
      ...routed,
      sets: {
        v1: { spec: 5, available: 5, revision: 1 },
        v2: { spec: 1, available: 1, revision: 2, deadline: '2026-11-24T10:00:20Z' },
      },
      selected: { [CANARY_SERVICE]: 'v1', [STABLE_SERVICE]: 'v1' },
      weight: 0,
      status: { ...aborted, ...weights(0) },
    }),
  },
  {
    name: 'a promoted canary whose old version is inside its delay',
    world: left({
      ...routed,
      sets: {
        v1: { spec: 5, available: 5, revision: 1, deadline: '2026-11-24T10:00:20Z' },
        v2: { spec: 5, available: 5, revision: 2 },
      },
      selected: { [CANARY_SERVICE]: 'v2', [STABLE_SERVICE]: 'v2' },
      weight: 0,
      status: { ...promoted, ...weights(0) },
    }),
  },
  {
    name: 'a blue-green that waits for its promotion',
    world: left({
      strategy: 'BlueGreen',
      replicas: 3,
      version: 'v2',
      options: { autoPromotionEnabled: false },
      sets: blueGreenSets,
      selected: { [ACTIVE_SERVICE]: 'v1', [PREVIEW_SERVICE]: 'v2' },
      status: {
        currentPodHash: 'v2',
        stableRS: 'v1',
        blueGreen: { activeSelector: 'v1', previewSelector: 'v2' },
        controllerPause: true,
        pauseConditions: [{ reason: 'BlueGreenPause', startTime: BEFORE }],
        replicas: 6,
        HPAReplicas: 3,
        selector: 'app=web,rollouts-pod-template-hash=v1',
        updatedReplicas: 3,
        readyReplicas: 3,
        availableReplicas: 3,
        phase: 'Paused',
        message: 'BlueGreenPause',
        conditions: [AVAILABLE, NOT_HEALTHY, NOT_COMPLETED, ...IS_PAUSED],
      },
    }),
  },
  {
    name: 'a blue-green whose old version is inside its delay',
    world: left({
      strategy: 'BlueGreen',
      replicas: 3,
      version: 'v2',
      sets: { ...blueGreenSets, v1: { ...blueGreenSets.v1, deadline: '2026-11-24T10:00:20Z' } },
      selected: { [ACTIVE_SERVICE]: 'v2', [PREVIEW_SERVICE]: 'v2' },
      status: {
        currentPodHash: 'v2',
        stableRS: 'v2',
        blueGreen: { activeSelector: 'v2', previewSelector: 'v2' },
        replicas: 6,
        HPAReplicas: 3,
        selector: 'app=web,rollouts-pod-template-hash=v2',
        updatedReplicas: 3,
        readyReplicas: 3,
        availableReplicas: 3,
        phase: 'Healthy',
        conditions: [
          ...(promoted.conditions ?? []).filter(({ type }) => type !== 'Healthy'),
          condition('Healthy', 'True', 'RolloutHealthy', 'Rollout is healthy'),
        ],
      },
    }),
  },
];

describe('adopted from Argo Rollouts, nothing moves: no pod, no traffic, no revision, no phase', () => {
  test.each(CASES)('$name', ({ world }) => {
    const before = world.rollout.status ?? {};
    const { status, actions, events } = looks(world);
    expect(changes(actions)).toEqual([]);
    expect(events).toEqual([]);
    // Handed back, it is what Argo wrote: every field of its own still says what it said.
    const { conditions, canary, ...plain } = before;
    expect(status).toMatchObject(plain);
    // The revision behind a weight is the one that the Service selects, where Argo names the one it means.
    for (const side of ['canary', 'stable'] as const) {
      expect(status.canary?.weights?.[side].weight).toBe(canary?.weights?.[side].weight);
    }
    const added = Object.keys(status).filter((field) => !(field in before) && field !== 'canary');
    expect(added.filter((field) => !OURS.includes(field))).toEqual([]);
    for (const { type, status: is, reason, message } of conditions ?? []) {
      expect(status.conditions?.filter((one) => one.type === type)).toMatchObject([{ status: is, reason, message }]);
    }
  });
});

test('a pause that began under Argo ends at its own time', () => {
  const timed = [{ setWeight: 20 }, { pause: { duration: '30s' } }, { setWeight: 60 }];
  const world = left({
    ...routed,
    steps: timed,
    status: { ...pauseStep, ...weights(20), currentStepHash: stepHash(timed) },
  });
  expect(looks(world).status.currentStepIndex).toBe(1);
  const { status } = planRollout(
    { ...world, templateAnswer: { generation: 1, accepted: true, template: templateOf('v2') } },
    add(BEGIN, seconds(21)),
  );
  expect(status.currentStepIndex).toBe(2);
});

test('an old version goes when the deadline that Argo wrote is past', () => {
  const world = CASES.find(({ name }) => name.startsWith('a promoted canary'))?.world ?? left(routed);
  const { actions } = looks(world, add(BEGIN, seconds(25)));
  expect(changes(actions)).toContainEqual(
    expect.objectContaining({ kind: 'ChangeReplicaSet', name: 'web-v1', replicas: 0 }),
  );
});

test('a background run that Argo made goes on, and no second one is made', () => {
  const { annotations, labels, ...metadata } = stepRun(0, 'Running').metadata;
  void annotations;
  const run = {
    ...stepRun(0, 'Running'),
    metadata: { ...metadata, name: 'web-v2-2', labels: { ...labels, 'rollout-type': 'Background' } },
  };
  const background = { templates: [{ templateName: 'errors' }] };
  const report = { name: 'web-v2-2', status: 'Running' } as const;
  const world = left({
    ...routed,
    options: { analysis: background },
    status: { ...pauseStep, canary: { ...weights(20).canary, currentBackgroundAnalysisRunStatus: report } },
  });
  const { actions, status } = looks({ ...world, analysisRuns: [run] });
  expect(changes(actions)).toEqual([]);
  expect(status.canary?.currentBackgroundAnalysisRunStatus).toEqual(report);
});

test('an update that Argo led on after we handed it back is not taken for a skipped step', () => {
  const world = left({ ...routed, status: { ...pauseStep, ...weights(20), stepDisplay: '0/3', attempt: 1 } });
  const { status, events } = looks(world);
  expect(events).toEqual([]);
  expect(status.pauseConditions).toEqual(pauseStep.pauseConditions);
});

test('a run that Argo made for the step goes on, and no second one is made', () => {
  const judged = [{ setWeight: 20 }, { analysis: { templates: [{ templateName: 'errors' }] } }, { setWeight: 60 }];
  const { annotations, ...metadata } = stepRun(1, 'Running').metadata;
  void annotations;
  const run = {
    ...stepRun(1, 'Running'),
    metadata: { ...metadata, annotations: { 'rollout.argoproj.io/revision': '2' } },
  };
  const world = left({
    ...routed,
    steps: judged,
    status: {
      ...update,
      ...sixPods,
      currentStepHash: stepHash(judged),
      currentStepIndex: 1,
      phase: 'Progressing',
      message: 'more replicas need to be updated',
      canary: { ...weights(20).canary, currentStepAnalysisRunStatus: { name: 'web-v2-2-1', status: 'Running' } },
      conditions: [
        AVAILABLE,
        NOT_HEALTHY,
        NOT_COMPLETED,
        NOT_PAUSED,
        condition('Progressing', 'True', 'ReplicaSetUpdated', 'ReplicaSet "web-v2" is progressing.'),
      ],
    },
  });
  const { actions, status } = looks({ ...world, analysisRuns: [run] });
  expect(changes(actions)).toEqual([]);
  expect(status.canary?.currentStepAnalysisRunStatus).toEqual({ name: 'web-v2-2-1', status: 'Running' });
});
