import { expect, test } from 'vitest';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { isRoutineNews } from '../../../src/plan/rollout/routine-status.ts';

const condition = (type: string, status: 'True' | 'False' | 'Unknown', reason: string, message = '') => ({
  type,
  status,
  reason,
  message,
  lastUpdateTime: '2026-01-01T00:00:00Z',
  lastTransitionTime: '2026-01-01T00:00:00Z',
});

const BEFORE: RolloutStatus = {
  phase: 'Progressing',
  message: 'more replicas need to be updated',
  currentStepIndex: 1,
  updatedReplicas: 1,
  availableReplicas: 5,
  conditions: [
    condition('Progressing', 'Unknown', 'RolloutResumed'),
    condition('Available', 'True', 'AvailableReason'),
  ],
};

const ROWS: readonly (readonly [string, boolean, RolloutStatus])[] = [
  ['counts', true, { updatedReplicas: 2, availableReplicas: 6, progressMark: 12 }],
  ['a message of Progressing', true, { message: 'updated replicas are still becoming available' }],
  ['the phase', false, { phase: 'Paused', message: 'CanaryPauseStep' }],
  ['the step', false, { currentStepIndex: 2 }],
  ['a pause', false, { pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-01-01T00:00:00Z' }] }],
  [
    'progress after a pause',
    true,
    {
      conditions: [
        condition('Progressing', 'True', 'ReplicaSetUpdated'),
        condition('Available', 'True', 'AvailableReason'),
      ],
    },
  ],
  [
    'availability that is lost',
    false,
    {
      conditions: [
        condition('Progressing', 'Unknown', 'RolloutResumed'),
        condition('Available', 'False', 'AvailableReason'),
      ],
    },
  ],
  [
    'a deadline that passed',
    false,
    {
      conditions: [
        condition('Progressing', 'False', 'ProgressDeadlineExceeded'),
        condition('Available', 'True', 'AvailableReason'),
      ],
    },
  ],
  [
    'a condition more',
    false,
    { conditions: [...(BEFORE.conditions ?? []), condition('InvalidSpec', 'True', 'InvalidSpec')] },
  ],
];

test.each(ROWS)('news of a status that may wait some seconds: %s? %s', (_name, routine, change) => {
  expect(isRoutineNews(BEFORE, { ...BEFORE, ...change })).toBe(routine);
});
