import { expect, test } from 'vitest';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';
import { BEGIN, worldOf } from '../model/world.ts';

const STEPS = [{ setWeight: 60 }, { pause: {} }];

/** The sizes that a plan asks for when a basic canary of 5 pods is aborted, v1 having been told a moment ago to give one up. */
function sizesAfterAbort(v1: Readonly<{ settled: boolean; available: number }>): Readonly<Record<string, number>> {
  const world = worldOf({
    strategy: 'Basic',
    replicas: 5,
    version: 'v2',
    steps: STEPS,
    options: { maxSurge: 1, maxUnavailable: 0 },
    sets: { v1: { spec: 2, available: v1.available, revision: 1 }, v2: { spec: 3, available: 3, revision: 2 } },
    status: {
      observedGeneration: 1,
      currentPodHash: 'v2',
      stableRS: 'v1',
      currentStepIndex: 0,
      currentStepHash: stepHash(STEPS),
      abort: true,
      abortedAt: '2026-11-24T09:59:59Z',
    },
  });
  const replicaSets = world.replicaSets.map((set) =>
    set.hash === 'v1' ? { ...set, replicas: v1.available, settled: v1.settled } : set,
  );
  const { actions } = planRollout({ ...world, replicaSets }, BEGIN);
  return Object.fromEntries(
    actions.flatMap((action) =>
      action.kind === 'ChangeReplicaSet' && action.replicas !== undefined ? [[action.name, action.replicas]] : [],
    ),
  );
}

test('a ReplicaSet that is going down is not raised before its status tells how many pods are left', () => {
  expect(sizesAfterAbort({ settled: false, available: 3 })).toEqual({});
  expect(sizesAfterAbort({ settled: true, available: 2 })).toEqual({ 'web-v1': 3 });
});
