import { describe, expect, test } from 'vitest';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import { seconds } from '../../../src/units/duration.ts';
import { add, formatInstant } from '../../../src/units/instant.ts';
import { BEGIN, worldOf } from '../model/world.ts';
import { routedUpdate } from './updates.ts';

/** A Rollout with one revision, stable from the beginning; its progress clock began 600 s before BEGIN. */
function firstDeployment(available: number, reason: string): ReturnType<typeof worldOf> {
  const since = formatInstant(add(BEGIN, seconds(-600)));
  const condition = { type: 'Progressing', status: 'True', reason, lastUpdateTime: since } as const;
  const status: RolloutStatus = {
    observedGeneration: 1,
    currentPodHash: 'v1',
    stableRS: 'v1',
    currentStepHash: '5ffbfbbd64',
    replicas: 3,
    updatedReplicas: 3,
    readyReplicas: available,
    availableReplicas: available,
    conditions: [condition],
  };
  const sets = { v1: { spec: 3, available } };
  return worldOf({ strategy: 'Basic', replicas: 3, version: 'v1', sets, status });
}

test.each([
  [
    'a first deployment that never got its pods is late',
    1,
    'ReplicaSetUpdated',
    'ProgressDeadlineExceeded',
    'Degraded',
  ],
  [
    'a stable version that lost pods later is not',
    1,
    'NewReplicaSetAvailable',
    'ReplicaSetNotAvailable',
    'Progressing',
  ],
  ['a first deployment with its pods is done', 3, 'ReplicaSetUpdated', 'NewReplicaSetAvailable', 'Healthy'],
] as const)('%s', (_sentence, available, before, reason, phase) => {
  const { status } = planRollout(firstDeployment(available, before), BEGIN);
  expect(status.conditions?.find(({ type }) => type === 'Progressing')?.reason).toBe(reason);
  expect(status.phase).toBe(phase);
});

test('the wake-up of a first deployment is its deadline', () => {
  const observed = firstDeployment(1, 'ReplicaSetUpdated');
  expect(planRollout(observed, add(BEGIN, seconds(-100))).requeueAt).toBe(BEGIN);
});

test('an update that went on while nobody looked is not aborted for being late', () => {
  const late = formatInstant(add(BEGIN, seconds(-3600)));
  const steps = [{ setWeight: 50 }, { pause: {} }];
  const updating = (available: number): ReturnType<typeof worldOf> =>
    routedUpdate(steps, {
      index: 0,
      weight: 0,
      status: {
        replicas: 6,
        updatedReplicas: 2,
        readyReplicas: 4,
        availableReplicas: 4,
        progressMark: 8,
        conditions: [{ type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', lastUpdateTime: late }],
      },
      words: {
        sets: { v1: { spec: 4, available: 4, revision: 1 }, v2: { spec: 2, available, revision: 2 } },
        spec: { progressDeadlineAbort: true },
      },
    });
  expect(planRollout(updating(2), BEGIN).status.abort).toBeUndefined();
  expect(planRollout(updating(0), BEGIN).status.abort).toBe(true);
});

/** A routed update in the pause of its second step, an hour old; what a person does to it is in `status`. */
function longPause(status: RolloutStatus): ReturnType<typeof worldOf> {
  const since = formatInstant(add(BEGIN, seconds(-3600)));
  const at = { lastUpdateTime: since, lastTransitionTime: since } as const;
  return routedUpdate([{ setWeight: 50 }, { pause: {} }, { setWeight: 75 }], {
    index: 1,
    weight: 50,
    status: {
      conditions: [
        { type: 'Progressing', status: 'Unknown', reason: 'RolloutPaused', ...at },
        { type: 'Paused', status: 'True', reason: 'RolloutPaused', ...at },
      ],
      ...status,
    },
    words: { spec: { progressDeadlineAbort: true } },
  });
}

const PAUSED: RolloutStatus = {
  controllerPause: true,
  pauseConditions: [{ reason: 'CanaryPauseStep', startTime: formatInstant(add(BEGIN, seconds(-3600))) }],
};

test.each([
  ['promoted by a person', { controllerPause: true }],
  ['promoted in full', { ...PAUSED, promoteFull: true }],
  ['unpaused by a person', { currentStepIndex: 2 }],
] as const)('the progress clock begins anew when an hour of pause ends: %s', (_how, status) => {
  const plan = planRollout(longPause(status), BEGIN);
  const progressing = plan.status.conditions?.find(({ type }) => type === 'Progressing');
  expect(progressing).toMatchObject({
    status: 'Unknown',
    reason: 'RolloutResumed',
    lastUpdateTime: formatInstant(BEGIN),
  });
  expect(plan.status.abort).toBeUndefined();
});

test('what moves during a pause does not end it in condition Progressing', () => {
  const { status } = planRollout(longPause({ ...PAUSED, updatedReplicas: 1 }), BEGIN);
  expect(status.conditions?.find(({ type }) => type === 'Progressing')?.reason).toBe('RolloutPaused');
});

describe('an update whose spec is invalid for longer than its deadline', () => {
  const late = formatInstant(add(BEGIN, seconds(-3600)));
  const progressing = {
    type: 'Progressing',
    status: 'True',
    reason: 'ReplicaSetUpdated',
    lastUpdateTime: late,
  } as const;
  const invalid = { type: 'InvalidSpec', status: 'True', reason: 'InvalidSpec', message: 'no Service' } as const;
  const update = (exists: boolean): ReturnType<typeof worldOf> => {
    const observed = routedUpdate([{ setWeight: 50 }, { pause: {} }], {
      index: 0,
      weight: 0,
      status: {
        replicas: 6,
        updatedReplicas: 2,
        readyReplicas: 4,
        availableReplicas: 4,
        progressMark: 8,
        conditions: [progressing, invalid],
      },
      words: {
        sets: { v1: { spec: 4, available: 4, revision: 1 }, v2: { spec: 2, available: 0, revision: 2 } },
        spec: { progressDeadlineAbort: true },
      },
    });
    return { ...observed, services: observed.services.map((service) => ({ ...service, exists })) };
  };

  test('is neither aborted nor called late: it waits for whoever mends it', () => {
    const { status } = planRollout(update(false), BEGIN);
    expect(status.abort).toBeUndefined();
    expect(status.conditions).toContainEqual(progressing);
  });

  test('has all its time again once it is mended', () => {
    const mended = update(true);
    const { status } = planRollout(mended, BEGIN);
    expect(status.abort).toBeUndefined();
    expect(status.conditions?.map(({ type }) => type)).not.toContain('InvalidSpec');
    const next = { ...mended, rollout: { ...mended.rollout, status } };
    expect(planRollout(next, add(BEGIN, seconds(599))).status.abort).toBeUndefined();
    expect(planRollout(next, add(BEGIN, seconds(600))).status.abort).toBe(true);
  });
});
