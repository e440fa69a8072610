import { expect, test } from 'vitest';
import type { Condition, RolloutStatus } from '../../../src/api/rollout.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';
import {
  ACTIVE_SERVICE,
  BEGIN,
  CANARY_SERVICE,
  PREVIEW_SERVICE,
  STABLE_SERVICE,
  templateOf,
  worldOf,
} from '../model/world.ts';
import type { WorldWords } from '../model/world.ts';
import { withSet } from './pods.ts';
import { routedUpdate } from './updates.ts';

const STEPS = [{ setWeight: 50 }, { pause: {} }];
const OLD = '2026-11-24T09:00:00Z';
const said = (type: string, status: Condition['status'], reason: string): Condition => ({
  type,
  status,
  reason,
  message: 'before',
  lastUpdateTime: OLD,
  lastTransitionTime: OLD,
  observedGeneration: 1,
});

/** The condition in the next status, as `status reason`; 'none' when there is no such condition. */
function shown(world: ObservedRollout, type: string): string {
  const found = planRollout(world, BEGIN).status.conditions?.find((one) => one.type === type);
  return found === undefined ? 'none' : `${found.status} ${found.reason ?? ''}`;
}

/** A promoted Rollout of 4 replicas. */
function promoted(strategy: WorldWords['strategy'], status: RolloutStatus = {}, more: Partial<WorldWords> = {}) {
  const blueGreen = strategy === 'BlueGreen';
  const selected = blueGreen
    ? { [ACTIVE_SERVICE]: 'v1', [PREVIEW_SERVICE]: 'v1' }
    : { [CANARY_SERVICE]: 'v1', [STABLE_SERVICE]: 'v1' };
  const base: RolloutStatus = {
    observedGeneration: 1,
    currentPodHash: 'v1',
    stableRS: 'v1',
    currentStepHash: blueGreen ? '' : stepHash(undefined),
    replicas: 4,
    updatedReplicas: 4,
    readyReplicas: 4,
    availableReplicas: 4,
    ...(blueGreen ? { blueGreen: { activeSelector: 'v1', previewSelector: 'v1' } } : {}),
  };
  const world = worldOf({
    strategy,
    replicas: 4,
    version: 'v1',
    sets: { v1: { spec: 4, available: 4 } },
    selected,
    status: { ...base, ...status },
    ...more,
  });
  const set = world.replicaSets[0]?.annotations ?? {};
  return withSet(world, 'v1', { annotations: { ...set, 'rollout.argoproj.io/desired-replicas': '4' } });
}

const updating = (status: RolloutStatus = {}, words: Partial<WorldWords> = {}) =>
  routedUpdate(STEPS, { index: 0, weight: 0, status, words });
const lost = (world: ObservedRollout) => withSet(world, 'v1', { available: 3, ready: 3 });
const failing = { failure: { reason: 'FailedCreate', message: 'quota' } };
const PAUSED = { controllerPause: true, pauseConditions: [{ reason: 'CanaryPauseStep', startTime: OLD }] } as const;
const fresh = worldOf({ strategy: 'Basic', replicas: 1, version: 'v1', sets: {} });
const answered = { ...fresh, templateAnswer: { generation: 1, accepted: true, template: templateOf('v1') } as const };

// Rollout-semantics 2.3, row by row.
for (const [type, sentence, world, expected] of [
  ['InvalidSpec', 'an invalid spec', updating({}, { steps: [{ setWeight: 200 }] }), 'True InvalidSpec'],
  [
    'InvalidSpec',
    'a spec that was mended',
    updating({ conditions: [said('InvalidSpec', 'True', 'InvalidSpec')] }),
    'none',
  ],
  [
    'Available',
    'a canary whose pods are available, of whatever version',
    updating({}, { sets: { v1: { spec: 4, available: 3 }, v2: { spec: 2, available: 1, revision: 2 } } }),
    'True AvailableReason',
  ],
  ['Available', 'a canary that lacks one', lost(promoted('Basic')), 'False AvailableReason'],
  ['Available', 'blue-green whose active version is whole', promoted('BlueGreen'), 'True AvailableReason'],
  ['Available', 'blue-green whose active version is not', lost(promoted('BlueGreen')), 'False AvailableReason'],
  ['Progressing', 'a ReplicaSet that was made', answered, 'True NewReplicaSetCreated'],
  [
    'Progressing',
    'a ReplicaSet that was found',
    { ...fresh, replicaSets: promoted('Basic').replicaSets },
    'True FoundNewReplicaSet',
  ],
  [
    'Progressing',
    'progress',
    updating({ conditions: [said('Progressing', 'True', 'NewReplicaSetCreated')], updatedReplicas: 1 }),
    'True ReplicaSetUpdated',
  ],
  [
    'Progressing',
    'a Rollout that arrived',
    promoted('Basic', { conditions: [said('Progressing', 'True', 'ReplicaSetUpdated')] }),
    'True NewReplicaSetAvailable',
  ],
  [
    'Progressing',
    'a promoted Rollout that lost pods',
    lost(promoted('Basic', { conditions: [said('Progressing', 'True', 'NewReplicaSetAvailable')] })),
    'True ReplicaSetNotAvailable',
  ],
  ['Progressing', 'an abort by a person', updating({ abort: true }), 'False RolloutAborted'],
  [
    'Progressing',
    'a deadline that is over',
    updating(
      {
        conditions: [said('Progressing', 'True', 'ReplicaSetUpdated')],
        replicas: 8,
        updatedReplicas: 4,
        readyReplicas: 8,
        availableReplicas: 8,
        progressMark: 16,
      },
      { sets: { v1: { spec: 4, available: 4 }, v2: { spec: 4, available: 4, revision: 2 } }, accepted: false },
    ),
    'False ProgressDeadlineExceeded',
  ],
  [
    'Progressing',
    'a pause that begins',
    routedUpdate(STEPS, { index: 1, weight: 50, status: { replicas: 8 } }),
    'Unknown RolloutPaused',
  ],
  [
    'Progressing',
    'a pause that a person ended',
    routedUpdate(STEPS, {
      index: 1,
      weight: 50,
      status: {
        controllerPause: true,
        conditions: [said('Progressing', 'Unknown', 'RolloutPaused'), said('Paused', 'True', 'RolloutPaused')],
      },
    }),
    'Unknown RolloutResumed',
  ],
  [
    'Progressing',
    'an abort that was taken back',
    updating({ abortedAt: OLD, conditions: [said('Progressing', 'False', 'RolloutAborted')] }),
    'Unknown RolloutRetry',
  ],
  [
    'Progressing',
    'a promoted Rollout that its spec pauses',
    promoted(
      'Basic',
      { conditions: [said('Progressing', 'True', 'NewReplicaSetAvailable')] },
      { spec: { paused: true } },
    ),
    'True NewReplicaSetAvailable',
  ],
  [
    'Paused',
    'an update that waits',
    routedUpdate(STEPS, { index: 1, weight: 50, status: PAUSED }),
    'True RolloutPaused',
  ],
  ['Paused', 'a Rollout that its spec pauses', promoted('Basic', {}, { spec: { paused: true } }), 'True RolloutPaused'],
  [
    'Paused',
    'a Rollout that goes on',
    updating({ conditions: [said('Paused', 'True', 'RolloutPaused')] }),
    'False RolloutPaused',
  ],
  ['Paused', 'one that was never paused', updating(), 'none'],
  [
    'Paused',
    'an aborted one, whose condition stays as it was',
    updating(
      { abort: true, abortedAt: OLD, conditions: [said('Paused', 'False', 'RolloutPaused')] },
      { spec: { paused: true } },
    ),
    'False RolloutPaused',
  ],
  ['Completed', 'a promoted Rollout', promoted('Basic'), 'True RolloutCompleted'],
  [
    'Completed',
    'an update',
    updating({ conditions: [said('Completed', 'True', 'RolloutCompleted')] }),
    'False RolloutCompleted',
  ],
  ['Healthy', 'a canary at rest', promoted('Basic'), 'True RolloutHealthy'],
  ['Healthy', 'blue-green at rest', promoted('BlueGreen'), 'True RolloutHealthy'],
  ['Healthy', 'one that never was', updating(), 'none'],
  [
    'Healthy',
    'an update',
    updating({ conditions: [said('Healthy', 'True', 'RolloutHealthy')] }),
    'False RolloutHealthy',
  ],
  [
    'Healthy',
    'a paused Rollout',
    promoted('Basic', { conditions: [said('Healthy', 'True', 'RolloutHealthy')] }, { spec: { paused: true } }),
    'False RolloutHealthy',
  ],
  [
    'Healthy',
    'a routed canary within the scale-down delay',
    promoted(
      'Routed',
      { conditions: [said('Healthy', 'True', 'RolloutHealthy')] },
      { sets: { v0: { spec: 4, available: 4 }, v1: { spec: 4, available: 4, revision: 2 } } },
    ),
    'False RolloutHealthy',
  ],
  [
    'Healthy',
    'blue-green within the scale-down delay',
    promoted('BlueGreen', {}, { sets: { v0: { spec: 4, available: 4 }, v1: { spec: 4, available: 4, revision: 2 } } }),
    'True RolloutHealthy',
  ],
  ['ReplicaFailure', 'a ReplicaSet that cannot make pods', withSet(updating(), 'v1', failing), 'True FailedCreate'],
  [
    'ReplicaFailure',
    'ReplicaSets that can again',
    updating({ conditions: [said('ReplicaFailure', 'True', 'FailedCreate')] }),
    'none',
  ],
  ['Ready', 'a Rollout at rest', promoted('Basic'), 'True Healthy'],
  ['Reconciling', 'an update', updating(), 'True Progressing'],
  ['Stalled', 'an aborted update', updating({ abort: true }), 'True Degraded'],
] as const) {
  test(`condition ${type} of ${sentence} is ${expected}`, () => {
    expect(shown(world, type)).toBe(expected);
  });
}

test('within the scale-down delay a routed canary is Healthy by its phase, and not by the condition', () => {
  const sets = { v0: { spec: 4, available: 4 }, v1: { spec: 4, available: 4, revision: 2 } };
  const world = promoted('Routed', { conditions: [said('Healthy', 'True', 'RolloutHealthy')] }, { sets });
  expect(planRollout(world, BEGIN).status.phase).toBe('Healthy');
  expect(shown(world, 'Healthy')).toBe('False RolloutHealthy');
});

test('the ReplicaFailure of the new ReplicaSet is told before that of another', () => {
  const both = withSet(withSet(updating(), 'v1', failing), 'v2', { failure: { reason: 'FailedDelete', message: 'x' } });
  expect(shown(both, 'ReplicaFailure')).toBe('True FailedDelete');
});

test('a condition is written only when its status or reason changes, and lastTransitionTime moves with its status only', () => {
  const before = [said('Available', 'True', 'AvailableReason'), said('Progressing', 'True', 'NewReplicaSetCreated')];
  const { conditions = [] } = planRollout(updating({ conditions: before, updatedReplicas: 1 }), BEGIN).status;
  const find = (type: string) => conditions.find((one) => one.type === type);
  expect(find('Available')).toEqual(before[0]);
  expect(find('Progressing')).toMatchObject({ lastUpdateTime: '2026-11-24T10:00:00Z', lastTransitionTime: OLD });
});
