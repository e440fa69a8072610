import { describe, expect, test } from 'vitest';
import { DESIRED_REPLICAS } from '../../../src/api/names.ts';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';
import { BEGIN, type WorldWords, worldOf } from '../model/world.ts';
import { routedUpdate } from './updates.ts';

const STEPS = [{ setWeight: 50 }, { setWeight: 80 }];

type Sides = Readonly<{
  n: number;
  sizedFor: number;
  canary: number;
  stable: number;
  canaryAvailable?: number;
  stableAvailable?: number;
}>;

function setsOf({ canary, stable, canaryAvailable = canary, stableAvailable = stable }: Sides) {
  return {
    v1: { spec: stable, available: stableAvailable, revision: 1 },
    v2: { spec: canary, available: canaryAvailable, revision: 2 },
  };
}

/** The update, its ReplicaSets sized for another number of replicas before. */
function sizedBefore(observed: ObservedRollout, sizedFor: number): ObservedRollout {
  const replicaSets = observed.replicaSets.map((set) => ({
    ...set,
    annotations: { ...set.annotations, [DESIRED_REPLICAS]: String(sizedFor) },
  }));
  return { ...observed, replicaSets };
}

function basic(sides: Sides, words: Partial<WorldWords> = { spec: { paused: true } }): ObservedRollout {
  const observed = worldOf({
    strategy: 'Basic',
    replicas: sides.n,
    version: 'v2',
    steps: STEPS,
    sets: setsOf(sides),
    status: {
      observedGeneration: 1,
      currentPodHash: 'v2',
      stableRS: 'v1',
      currentStepIndex: 0,
      currentStepHash: stepHash(STEPS),
    },
    ...words,
  });
  return sizedBefore(observed, sides.sizedFor);
}

function routed(
  sides: Sides,
  weight: number,
  more: Readonly<{ status?: RolloutStatus; words?: Partial<WorldWords> }> = {},
) {
  const observed = routedUpdate(STEPS, {
    index: 0,
    weight,
    status: {
      ...more.status,
      canary: { provenWeight: { weight, canaryHash: 'v2', stableHash: 'v1', since: '2026-11-24T09:00:00Z' } },
    },
    words: { replicas: sides.n, sets: setsOf(sides), spec: { paused: true }, ...more.words },
  });
  return sizedBefore(observed, sides.sizedFor);
}

/** The sizes after the plan, canary/stable. */
function sizesAfter(observed: ObservedRollout): string {
  const plan = planRollout(observed, BEGIN);
  expect(breaches(observed, plan)).toEqual([]);
  const size = (hash: string): number => {
    const set = observed.replicaSets.find((each) => each.hash === hash);
    const change = plan.actions.find((action) => action.kind === 'ChangeReplicaSet' && action.uid === set?.uid);
    return (change?.kind === 'ChangeReplicaSet' ? change.replicas : undefined) ?? set?.specReplicas ?? 0;
  };
  return `${size('v2')}/${size('v1')}`;
}

describe('a pause freezes the version, not the capacity (F-B6)', () => {
  test.each<readonly [string, Sides, string]>([
    ['nothing is scaled in mid-step', { n: 10, sizedFor: 10, canary: 2, stable: 9 }, '2/9'],
    ['a new version in a pause gets no pods', { n: 10, sizedFor: 10, canary: 0, stable: 10 }, '0/10'],
    ['twice the pods at the same split', { n: 10, sizedFor: 5, canary: 2, stable: 3 }, '4/6'],
    ['half of the pods at the same split', { n: 5, sizedFor: 10, canary: 4, stable: 6 }, '2/3'],
    ['pods that somebody took away come back', { n: 5, sizedFor: 5, canary: 2, stable: 1 }, '2/3'],
    ['a scale-in takes no pod that must stay', { n: 4, sizedFor: 8, canary: 4, stable: 4, canaryAvailable: 0 }, '2/3'],
    ['nor where only the new ones work', { n: 4, sizedFor: 8, canary: 4, stable: 4, stableAvailable: 0 }, '3/2'],
  ])('without routing: %s', (_sentence, sides, sizes) => {
    expect(sizesAfter(basic(sides))).toBe(sizes);
  });

  test.each<readonly [string, Sides, number, string]>([
    ['nothing is scaled in mid-step', { n: 10, sizedFor: 10, canary: 2, stable: 10 }, 20, '2/10'],
    ['a new version in a pause gets no pods', { n: 10, sizedFor: 10, canary: 0, stable: 10 }, 0, '0/10'],
    ['twice the pods', { n: 20, sizedFor: 10, canary: 2, stable: 10 }, 20, '4/20'],
    ['half of the pods', { n: 5, sizedFor: 10, canary: 5, stable: 10 }, 50, '3/5'],
    ['a canary that somebody made smaller than its weight', { n: 10, sizedFor: 10, canary: 1, stable: 10 }, 50, '5/10'],
  ])('with routing: %s', (_sentence, sides, weight, sizes) => {
    expect(sizesAfter(routed(sides, weight))).toBe(sizes);
  });

  test('a declared number of pods stays what it is', () => {
    const steps = [{ setCanaryScale: { replicas: 3 } }, { setWeight: 50 }];
    const words = {
      steps,
      status: {
        observedGeneration: 1,
        currentPodHash: 'v2',
        stableRS: 'v1',
        currentStepIndex: 0,
        currentStepHash: stepHash(steps),
      },
    };
    expect(sizesAfter(routed({ n: 20, sizedFor: 10, canary: 3, stable: 10 }, 0, { words }))).toBe('3/20');
  });

  test('an update without a verdict stands still in the same way', () => {
    const status: RolloutStatus = {
      controllerPause: true,
      pauseConditions: [{ reason: 'InconclusiveAnalysisRun', startTime: '2026-11-24T09:00:00Z' }],
    };
    const at = (n: number): ObservedRollout =>
      routed({ n, sizedFor: 10, canary: 2, stable: 10 }, 20, { status, words: { spec: {} } });
    expect(sizesAfter(at(10))).toBe('2/10');
    expect(sizesAfter(at(20))).toBe('4/20');
  });

  test('an abort is obeyed all the same', () => {
    const status: RolloutStatus = { abort: true, abortedAt: '2026-11-24T09:59:00Z' };
    const observed = routed({ n: 10, sizedFor: 10, canary: 2, stable: 10 }, 20, { status });
    expect(planRollout(observed, BEGIN).actions).toContainEqual(
      expect.objectContaining({ split: { canary: 0, stable: 100 } }),
    );
  });
});
