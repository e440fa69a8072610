import { describe, expect, test } from 'vitest';
import type { CanaryStep } from '../../../src/api/canary.ts';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { BEGIN, CANARY_SERVICE, STABLE_SERVICE, type WorldWords } from '../model/world.ts';
import { routedUpdate } from './updates.ts';

type At = Readonly<{
  index: number;
  weight?: number;
  canary: number;
  available?: number;
  status?: RolloutStatus;
  words?: Partial<WorldWords>;
}>;

/** An update of ten replicas at a step, its canary of so many pods. */
function update(
  steps: readonly CanaryStep[],
  { index, weight = 0, canary, available = canary, status = {}, words = {} }: At,
): ObservedRollout {
  return routedUpdate(steps, {
    index,
    weight,
    status,
    words: {
      replicas: 10,
      sets: { v1: { spec: 10, available: 10, revision: 1 }, v2: { spec: canary, available, revision: 2 } },
      ...words,
    },
  });
}

/** The size that the plan gives the canary, its own where it leaves it alone. */
function canarySize(observed: ObservedRollout): number | undefined {
  const change = planRollout(observed, BEGIN).actions.find(
    (action) => action.kind === 'ChangeReplicaSet' && action.name === 'web-v2' && action.replicas !== undefined,
  );
  if (change?.kind === 'ChangeReplicaSet') return change.replicas;
  return observed.replicaSets.find(({ hash }) => hash === 'v2')?.specReplicas;
}

/** The canary's weight that the plan writes, that of the route where it leaves it alone. */
function canaryWeight(observed: ObservedRollout): number | undefined {
  const change = planRollout(observed, BEGIN).actions.find(({ kind }) => kind === 'SetSplit');
  return change?.kind === 'SetSplit' ? change.split.canary : observed.routes[0]?.split?.canary;
}

describe('setCanaryScale', () => {
  const STEPS: readonly CanaryStep[] = [
    { setCanaryScale: { replicas: 3 } },
    { setWeight: 60 },
    { setCanaryScale: { weight: 50 } },
    { setCanaryScale: { matchTrafficWeight: true } },
    { setWeight: 80 },
  ];

  test.each([
    ['sizes the canary before any weight', { index: 0, canary: 0 }, 3],
    ['outlives a later setWeight (F-C1)', { index: 1, weight: 60, canary: 3 }, 3],
    ['by weight asks for the pods of that weight', { index: 2, weight: 60, canary: 3 }, 5],
    ['ends with matchTrafficWeight', { index: 3, weight: 60, canary: 5 }, 6],
    ['is forgotten by the weights after that', { index: 4, weight: 60, canary: 6 }, 8],
    ['is forgotten when all steps are done', { index: 5, weight: 80, canary: 8 }, 10],
    ['is forgotten by a full promotion', { index: 0, canary: 3, status: { promoteFull: true } }, 10],
  ] as const)('%s', (_sentence, at, size) => {
    const observed = update(STEPS, at);
    expect(canarySize(observed)).toBe(size);
    expect(breaches(observed, planRollout(observed, BEGIN))).toEqual([]);
  });

  test('is complete when its pods are available', () => {
    expect(planRollout(update(STEPS, { index: 0, canary: 3, available: 2 }), BEGIN).status.currentStepIndex).toBe(0);
    expect(planRollout(update(STEPS, { index: 0, canary: 3 }), BEGIN).status.currentStepIndex).toBe(1);
  });

  test('is complete only once a canary that must lose pods was scaled down', () => {
    const steps = [{ setCanaryScale: { replicas: 5 } }, { setCanaryScale: { replicas: 1 } }, { pause: {} }];
    const observed = update(steps, { index: 1, canary: 5 });
    expect(canarySize(observed)).toBe(1);
    expect(planRollout(observed, BEGIN).status.currentStepIndex).toBe(1);
  });

  test('lets the weight rise onto the pods that it declares, and a condition says so', () => {
    const observed = update(STEPS, { index: 1, canary: 3 });
    expect(canaryWeight(observed)).toBe(60);
    const reached = planRollout(update(STEPS, { index: 1, weight: 60, canary: 3 }), BEGIN);
    expect(reached.status.currentStepIndex).toBe(2);
    expect(reached.status.conditions).toContainEqual(
      expect.objectContaining({ type: 'ReducedCapacity', status: 'True', reason: 'SetCanaryScale' }),
    );
    expect(reached.because).toContainEqual({
      rule: 'SetCanaryScale',
      message: '3 pods count as enough where the weight asks for 6',
    });
  });

  test('holds the weight until all the pods that it declares are there', () => {
    const steps = [{ setCanaryScale: { replicas: 6 } }, { setWeight: 20 }];
    expect(canaryWeight(update(steps, { index: 1, canary: 6, available: 5 }))).toBe(0);
    expect(canaryWeight(update(steps, { index: 1, canary: 6 }))).toBe(20);
  });

  test('a canary that grows back to the size of its weight has lost nothing: its weight stays', () => {
    const grows = update(STEPS, { index: 3, weight: 60, canary: 6, available: 5 });
    expect(canaryWeight(grows)).toBe(60);
    const done = update([{ setCanaryScale: { replicas: 3 } }, { setWeight: 60 }], { index: 2, weight: 60, canary: 3 });
    expect(canaryWeight(done)).toBe(60);
    expect(canarySize(done)).toBe(10);
  });

  test('pods lost of those declared take their part of the weight with them, and no more', () => {
    const lost = update(STEPS, { index: 1, weight: 60, canary: 3, available: 2 });
    expect(canaryWeight(lost)).toBe(40);
    expect(breaches(lost, planRollout(lost, BEGIN))).toEqual([]);
  });

  test('a declared size of 0 never gets weight', () => {
    const steps = [{ setCanaryScale: { replicas: 0 } }, { setWeight: 20 }];
    expect(canaryWeight(update(steps, { index: 1, canary: 0 }))).toBe(0);
  });

  const ABORTED = { abort: true, abortedAt: '2026-11-24T09:00:00Z' } as const;
  const PROVEN = {
    provenWeight: { weight: 0, canaryHash: 'v1', stableHash: 'v1', since: '2026-11-24T09:00:00Z' },
  } as const;
  const AT_REST = { selected: { [CANARY_SERVICE]: 'v1', [STABLE_SERVICE]: 'v1' } } as const;

  test('is ignored after an abort', () => {
    const at: At = { index: 0, canary: 5, status: { ...ABORTED, canary: PROVEN }, words: AT_REST };
    expect(canarySize(update(STEPS, at))).toBe(5);
  });

  test('rules after an abort where the aborted canary keeps its pods for good', () => {
    const options = { abortScaleDownDelaySeconds: 0 };
    const at = (canary: number): ObservedRollout =>
      update(STEPS, { index: 0, canary, status: { ...ABORTED, canary: PROVEN }, words: { ...AT_REST, options } });
    expect(canarySize(at(1))).toBe(3);
    expect(canarySize(at(5))).toBe(3);
    expect(canarySize(at(3))).toBe(3);
  });

  test('does not shrink an aborted canary that requests may still reach', () => {
    const options = { abortScaleDownDelaySeconds: 0 };
    const observed = update(STEPS, { index: 0, weight: 20, canary: 5, status: ABORTED, words: { options } });
    expect(canarySize(observed)).toBe(5);
  });
});

describe('a step of several parts (F-C6)', () => {
  const steps: readonly CanaryStep[] = [
    { setCanaryScale: { replicas: 2 }, pause: { duration: 10 } },
    { setWeight: 20 },
  ];
  const paused = (startTime: string): RolloutStatus => ({
    controllerPause: true,
    pauseConditions: [{ reason: 'CanaryPauseStep', startTime }],
  });

  test('begins its pause and scales at once', () => {
    const observed = update(steps, { index: 0, canary: 0 });
    expect(planRollout(observed, BEGIN).status.pauseConditions).toHaveLength(1);
    expect(canarySize(update(steps, { index: 0, canary: 0, status: paused('2026-11-24T09:59:55Z') }))).toBe(2);
  });

  test.each([
    ['neither part is done', 1, '2026-11-24T09:59:55Z', 0],
    ['the pods are there, the pause is not over', 2, '2026-11-24T09:59:55Z', 0],
    ['the pause is over, the pods are not there', 1, '2026-11-24T09:59:50Z', 0],
    ['all parts are done', 2, '2026-11-24T09:59:50Z', 1],
  ] as const)('is complete when all parts are: %s', (_sentence, available, since, index) => {
    const observed = update(steps, { index: 0, canary: 2, available, status: paused(since) });
    expect(planRollout(observed, BEGIN).status.currentStepIndex).toBe(index);
  });

  test('is told with all of its parts', () => {
    const observed = update(steps, { index: 0, canary: 2, status: paused('2026-11-24T09:59:50Z') });
    expect(planRollout(observed, BEGIN).events.map(({ note }) => note)).toContain(
      'Rollout step 1/2 completed (setCanaryScale{replicas: 2}, pause: 10s)',
    );
  });
});

describe('minPodsPerReplicaSet', () => {
  const options = { minPodsPerReplicaSet: 3 };
  const steps = [{ setWeight: 10 }, { setWeight: 0 }, { pause: {} }];

  test('is the least size of a canary that has any', () => {
    expect(canarySize(update(steps, { index: 0, canary: 0, words: { options } }))).toBe(3);
    expect(
      planRollout(update(steps, { index: 0, canary: 3, weight: 10, words: { options } }), BEGIN).status,
    ).toMatchObject({ currentStepIndex: 1 });
  });

  test('asks for no pods where the weight is 0', () => {
    const fresh = update([{ setWeight: 0 }, { pause: {} }], { index: 0, canary: 0, words: { options } });
    expect(canarySize(fresh)).toBe(0);
  });
});
