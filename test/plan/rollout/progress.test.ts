import { expect, test } from 'vitest';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { hasProgressed, progressMark } from '../../../src/plan/rollout/progress.ts';

const BASE: RolloutStatus = {
  currentPodHash: 'v2',
  stableRS: 'v1',
  currentStepIndex: 1,
  currentStepHash: 'h',
  replicas: 5,
  updatedReplicas: 1,
  readyReplicas: 4,
  availableReplicas: 4,
};

test.each<readonly [string, Partial<RolloutStatus>, boolean]>([
  ['nothing new is no progress', {}, false],
  ['a pod more of the new version is progress', { replicas: 6, updatedReplicas: 2 }, true],
  ['an old pod less is progress', { replicas: 4 }, true],
  ['a pod more that is ready is progress', { readyReplicas: 5 }, true],
  ['a pod more that is available is progress', { availableReplicas: 5 }, true],
  ['a pod that is lost is no progress', { readyReplicas: 3, availableReplicas: 3 }, false],
  ['the next step is progress', { currentStepIndex: 2 }, true],
  ['another list of steps is progress', { currentStepHash: 'i' }, true],
  ['another stable version is progress', { stableRS: 'v2' }, true],
  ['a Service that was switched is progress', { blueGreen: { activeSelector: 'v2' } }, true],
  [
    'a weight that was written is no progress',
    { canary: { weights: { canary: { weight: 20 }, stable: { weight: 80 }, verified: null } } },
    false,
  ],
])('%s', (_sentence, change, expected) => {
  expect(hasProgressed(BASE, { ...BASE, ...change })).toBe(expected);
});

test('a pod that becomes ready and falls again, over and over, makes progress once', () => {
  let status: RolloutStatus = { ...BASE, progressMark: 8 };
  const steps: boolean[] = [];
  for (const ready of [5, 4, 5, 4, 5]) {
    const next: RolloutStatus = { ...status, readyReplicas: ready, availableReplicas: ready };
    steps.push(hasProgressed(status, next));
    const mark = progressMark(status, next);
    status = mark === undefined ? next : { ...next, progressMark: mark };
  }
  expect(steps).toEqual([true, false, false, false, false]);
});

test('the mark begins anew with each step, and ends with the update', () => {
  const before: RolloutStatus = { ...BASE, progressMark: 12 };
  expect(progressMark(before, { ...before, currentStepIndex: 2 })).toBe(8);
  expect(progressMark(before, { ...before, stableRS: 'v2' })).toBeUndefined();
});
