import { TEMPLATE_HASH } from '../../../src/api/names.ts';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';
import type { WorldWords } from '../model/world.ts';
import { ACTIVE_SERVICE, CANARY_SERVICE, PREVIEW_SERVICE, STABLE_SERVICE, worldOf } from '../model/world.ts';

/** The time of the last writes of the controller before us. */
const BEFORE = '2026-11-24T09:59:50Z';
const steps = [{ setWeight: 20 }, { pause: {} }, { setWeight: 60 }];
type Conditions = NonNullable<RolloutStatus['conditions']>;

/** A condition as Argo Rollouts writes it: without observedGeneration. */
export const condition = (type: string, status: string, reason: string, message: string): Conditions[number] =>
  ({ type, status, reason, message, lastUpdateTime: BEFORE, lastTransitionTime: BEFORE }) as Conditions[number];

export const AVAILABLE = condition('Available', 'True', 'AvailableReason', 'Rollout has minimum availability');
export const NOT_HEALTHY = condition('Healthy', 'False', 'RolloutHealthy', 'Rollout is not healthy');
export const NOT_COMPLETED = condition('Completed', 'False', 'RolloutCompleted', 'Rollout is not completed');
const IS_PAUSED = [
  condition('Progressing', 'Unknown', 'RolloutPaused', 'Rollout is paused'),
  condition('Paused', 'True', 'RolloutPaused', 'Rollout is paused'),
];
export const NOT_PAUSED = condition('Paused', 'False', 'RolloutPaused', 'Rollout is not paused');

/** A world as Argo Rollouts v1.9 leaves it: its group, a string as observedGeneration, none of our fields and annotations. */
export function left(words: WorldWords): ObservedRollout {
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

export const update = { currentPodHash: 'v2', stableRS: 'v1', currentStepHash: stepHash(steps) } as const;
export const routed: WorldWords = {
  strategy: 'Routed',
  replicas: 5,
  version: 'v2',
  steps,
  sets: { v1: { spec: 5, available: 5, revision: 1 }, v2: { spec: 1, available: 1, revision: 2 } },
  selected: { [CANARY_SERVICE]: 'v2', [STABLE_SERVICE]: 'v1' },
  weight: 20,
};
export const weights = (canary: number): RolloutStatus => ({
  canary: {
    weights: {
      canary: { weight: canary, serviceName: CANARY_SERVICE, podTemplateHash: 'v2' },
      stable: { weight: 100 - canary, serviceName: STABLE_SERVICE, podTemplateHash: 'v1' },
    },
  },
});
export const sixPods = { replicas: 6, HPAReplicas: 6, updatedReplicas: 1, readyReplicas: 6, availableReplicas: 6 };
export const pauseStep: RolloutStatus = {
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

type Case = Readonly<{ name: string; world: ObservedRollout }>;

export const CASES: readonly Case[] = [
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
