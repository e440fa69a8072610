import { describe, expect, test } from 'vitest';
import type { CanaryStep } from '../../../src/api/canary.ts';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import type { Action } from '../../../src/plan/action.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { seconds } from '../../../src/units/duration.ts';
import { add, type Instant } from '../../../src/units/instant.ts';
import { carryOut, writeStatus } from '../model/carry-out.ts';
import { settle } from '../model/settle.ts';
import { BEGIN, type WorldWords } from '../model/world.ts';
import { routedUpdate } from './updates.ts';

const STEPS: readonly CanaryStep[] = [
  { setWeight: 25 },
  { pause: {} },
  { setWeight: 50 },
  { pause: {} },
  { setWeight: 75 },
  { pause: {} },
  { setWeight: 100 },
  { pause: {} },
];
const LONG_AGO = '2026-11-24T09:00:00Z';

/** A pause that waits for a person. */
const WAITING: RolloutStatus = {
  controllerPause: true,
  pauseConditions: [{ reason: 'CanaryPauseStep', startTime: LONG_AGO }],
};

type At = Readonly<{
  n?: number;
  index: number;
  weight: number;
  stable: number;
  canary: number;
  canaryAvailable?: number;
  since?: string;
  status?: RolloutStatus;
  options?: Readonly<Record<string, unknown>>;
  words?: Partial<WorldWords>;
}>;

/** An update with dynamicStableScale at a weight that was proven at 09:00, an hour before now, unless told otherwise. */
function update(at: At): ObservedRollout {
  const { n = 4, index, weight, stable, canary, canaryAvailable = canary, since = LONG_AGO } = at;
  return routedUpdate(STEPS, {
    index,
    weight,
    status: {
      ...at.status,
      canary: { provenWeight: { weight, canaryHash: 'v2', stableHash: 'v1', since }, carriedReplicas: n },
    },
    words: {
      replicas: n,
      sets: {
        v1: { spec: stable, available: stable, revision: 1 },
        v2: { spec: canary, available: canaryAvailable, revision: 2 },
      },
      options: { dynamicStableScale: true, ...at.options },
      ...at.words,
    },
  });
}

const sizesOf = ({ replicaSets }: ObservedRollout): string => {
  const size = (hash: string): number => replicaSets.find((set) => set.hash === hash)?.specReplicas ?? 0;
  return `${size('v2')}/${size('v1')}`;
};

/** What the world is once the plan was carried out. */
function after(observed: ObservedRollout, now: Instant = BEGIN): ObservedRollout {
  const plan = planRollout(observed, now);
  expect(breaches(observed, plan)).toEqual([]);
  let world = observed;
  for (const action of plan.actions) world = carryOut(world, action);
  return writeStatus(world, plan.status);
}

/** Every change of sizes and weight until nothing moves for a minute, as canary/stable@weight. */
function play(observed: ObservedRollout): readonly string[] {
  const seen: string[] = [];
  let world = observed;
  let now = BEGIN;
  for (let idle = 0; idle < 60 && seen.length < 40; now = add(now, seconds(1))) {
    world = after(world, now);
    const told = `${sizesOf(world)}@${world.routes[0]?.split?.canary}`;
    idle = told === seen.at(-1) ? idle + 1 : 0;
    if (idle === 0) seen.push(told);
    world = settle(world);
  }
  return seen;
}

describe('dynamicStableScale: sizes from the observed weights', () => {
  test.each<readonly [string, At, string]>([
    ['all of the traffic is on stable', { index: 0, weight: 0, stable: 4, canary: 0 }, '1/4'],
    ['a quarter has left', { index: 1, weight: 25, stable: 4, canary: 1 }, '1/3'],
    ['the canary grows before the weight rises, stable waits', { index: 4, weight: 25, stable: 3, canary: 1 }, '3/3'],
    ['three quarters have left', { index: 5, weight: 75, stable: 3, canary: 3 }, '3/1'],
    ['nothing is left on stable', { n: 10, index: 7, weight: 100, stable: 3, canary: 10 }, '10/0'],
    ['stable grows before the weight comes back', { index: 0, weight: 75, stable: 1, canary: 3 }, '3/3'],
    ['a scale-out grows both', { n: 8, index: 5, weight: 75, stable: 1, canary: 3 }, '6/2'],
    ['a scale-in leaves what the weight needs', { n: 2, index: 5, weight: 75, stable: 1, canary: 3 }, '2/1'],
    [
      'minPodsPerReplicaSet holds for stable too',
      { index: 5, weight: 75, stable: 3, canary: 3, options: { minPodsPerReplicaSet: 2 } },
      '3/2',
    ],
  ])('%s', (_sentence, at, sizes) => {
    expect(sizesOf(after(update({ status: at.index % 2 === 1 ? WAITING : {}, ...at })))).toBe(sizes);
  });

  test('stable keeps its pods while the route is not accepted', () => {
    const observed = update({ index: 1, weight: 25, stable: 4, canary: 1, words: { accepted: false } });
    expect(sizesOf(after(observed))).toBe('1/4');
  });

  test('the last pods of stable stay for the scale-down delay after its weight was proven 0, and wake us', () => {
    const waits = update({
      index: 7,
      weight: 100,
      stable: 1,
      canary: 4,
      since: '2026-11-24T09:59:45Z',
      status: WAITING,
    });
    expect(sizesOf(after(waits))).toBe('4/1');
    expect(planRollout(waits, BEGIN).requeueAt).toBe(add(BEGIN, seconds(15)));
    expect(
      sizesOf(
        after(update({ index: 7, weight: 100, stable: 1, canary: 4, since: '2026-11-24T09:59:30Z', status: WAITING })),
      ),
    ).toBe('4/0');
  });

  test('the last pods of stable stay while the canary lacks one', () => {
    const lacks = update({ index: 7, weight: 100, stable: 1, canary: 4, canaryAvailable: 3 });
    expect(sizesOf(after(lacks))).toBe('4/1');
  });

  test('a stable version whose Service was not switched yet stays whole', () => {
    const words = { selected: { 'web-canary': 'v2', 'web-stable': '' } };
    expect(sizesOf(after(update({ index: 1, weight: 25, stable: 4, canary: 1, words })))).toBe('1/4');
  });

  test('a broken stable version holds no step (F-C2)', () => {
    const observed = update({
      index: 0,
      weight: 0,
      stable: 4,
      canary: 1,
      words: { sets: { v1: { spec: 4, available: 3, revision: 1 }, v2: { spec: 1, available: 1, revision: 2 } } },
    });
    expect(planRollout(observed, BEGIN).actions).toContainEqual(
      expect.objectContaining({ split: { canary: 25, stable: 75 } }),
    );
    const reached = update({
      index: 0,
      weight: 25,
      stable: 3,
      canary: 1,
      words: { sets: { v1: { spec: 3, available: 1, revision: 1 }, v2: { spec: 1, available: 1, revision: 2 } } },
    });
    expect(planRollout(reached, BEGIN).status.currentStepIndex).toBe(1);
  });

  test('a full promotion moves the weight with the pods of the canary', () => {
    const at = (canaryAvailable: number): ObservedRollout =>
      update({ index: 1, weight: 25, stable: 3, canary: 4, canaryAvailable, status: { promoteFull: true } });
    const weight = (observed: ObservedRollout) => after(observed).routes[0]?.split?.canary;
    expect(weight(at(1))).toBe(25);
    expect(weight(at(3))).toBe(75);
    expect(weight(at(4))).toBe(100);
  });
});

const ABORTED: RolloutStatus = { abort: true, abortedAt: '2026-11-24T10:00:00Z' };

describe('dynamicStableScale: the way back', () => {
  test('an abort goes back by the steps of the update, pods of stable first, the canary with its weight', () => {
    const steps = play(update({ index: 0, weight: 75, stable: 1, canary: 3, status: ABORTED }));
    expect(steps).toEqual(['3/2@75', '3/2@50', '2/2@50', '2/3@50', '2/3@25', '1/3@25', '1/4@25', '1/4@0', '0/4@0']);
  });

  test('with an abort delay of its own the canary stays whole until that is over, and stable does not wait for it', () => {
    const options = { abortScaleDownDelaySeconds: 20 };
    const steps = play(update({ index: 0, weight: 75, stable: 1, canary: 3, status: ABORTED, options }));
    expect(steps).toEqual(['3/2@75', '3/3@50', '3/4@25', '3/4@0', '0/4@0']);
  });

  test('with a delay of 0 the canary keeps its pods for good', () => {
    const options = { abortScaleDownDelaySeconds: 0 };
    const steps = play(update({ index: 0, weight: 75, stable: 1, canary: 3, status: ABORTED, options }));
    expect(steps.at(-1)).toBe('3/4@0');
  });

  test('the canary of minPodsPerReplicaSet does not stop the way back', () => {
    const options = { minPodsPerReplicaSet: 3 };
    const steps = play(update({ index: 0, weight: 75, stable: 3, canary: 3, status: ABORTED, options }));
    expect(steps.at(-1)).toBe('0/4@0');
  });

  test('a canary whose pods all died gives back what stable carries, at once, and stable grows', () => {
    const observed = update({ index: 0, weight: 75, stable: 1, canary: 3, canaryAvailable: 0, status: ABORTED });
    expect(play(observed)[0]).toBe('3/2@75');
    expect(play(observed).at(-1)).toBe('0/4@0');
  });

  test('the weight never rises on the way back, whatever stable loses meanwhile', () => {
    const words = { sets: { v1: { spec: 3, available: 1, revision: 1 }, v2: { spec: 3, available: 3, revision: 2 } } };
    const observed = update({ index: 0, weight: 25, stable: 3, canary: 3, status: ABORTED, words });
    expect(after(observed).routes[0]?.split?.canary).toBe(25);
  });

  test('a route that nobody accepts does not keep the traffic on a bad version for longer than half a minute', () => {
    const at = (abortedAt: string): ObservedRollout =>
      routedUpdate(STEPS, {
        index: 0,
        weight: 50,
        status: {
          abort: true,
          abortedAt,
          canary: { provenWeight: { weight: 75, canaryHash: 'v2', stableHash: 'v1', since: LONG_AGO } },
        },
        words: {
          accepted: false,
          sets: { v1: { spec: 2, available: 2, revision: 1 }, v2: { spec: 3, available: 3, revision: 2 } },
          options: { dynamicStableScale: true },
        },
      });
    expect(sizesOf(after(at('2026-11-24T09:59:31Z')))).toBe('3/2');
    expect(planRollout(at('2026-11-24T09:59:31Z'), BEGIN).requeueAt).toBe(add(BEGIN, seconds(1)));
    expect(sizesOf(after(at('2026-11-24T09:59:30Z')))).toBe('3/3');
  });

  test('going back to the stable version in mid-update goes the same way', () => {
    const status = { currentPodHash: 'v1', currentStepIndex: STEPS.length };
    const steps = play(update({ index: 0, weight: 75, stable: 1, canary: 3, status, words: { version: 'v1' } }));
    expect(steps.slice(0, 4)).toEqual(['3/2@75', '3/2@50', '2/2@50', '2/3@50']);
    expect(steps.at(-1)).toBe('0/4@0');
  });

  test('a third version takes over only once stable has all of the traffic', () => {
    const steps = play(update({ index: 0, weight: 75, stable: 1, canary: 3, words: { version: 'v3' } }));
    expect(steps[0]).toBe('3/1@75');
    expect(steps).toContain('3/4@0');
    expect(steps.indexOf('3/4@75')).toBeLessThan(steps.indexOf('3/4@0'));
  });
});

describe('what the production invariants say of a stable version that shrinks', () => {
  const broken = (observed: ObservedRollout, change: (observed: ObservedRollout) => Action): readonly string[] => {
    const status = observed.rollout.status ?? {};
    const plan = { actions: [change(observed)], status, events: [], requeueAt: undefined, because: [] };
    return [...new Set(breaches(observed, plan).map(({ rule }) => rule))];
  };
  const scale =
    (hash: string, replicas: number) =>
    ({ replicaSets }: ObservedRollout): Action => {
      const { name = '', uid = '', specReplicas = 0 } = replicaSets.find((set) => set.hash === hash) ?? {};
      return { kind: 'ChangeReplicaSet', name, uid, seenReplicas: specReplicas, replicas, because: 'test' };
    };

  test.each([
    ['what its weight does not need may go', { index: 1, weight: 25, stable: 4, canary: 1 }, 3, []],
    ['what its weight needs may not', { index: 1, weight: 25, stable: 4, canary: 1 }, 2, ['S2', 'S4']],
    ['all of it may go once it has no weight', { index: 7, weight: 100, stable: 1, canary: 4 }, 0, []],
    [
      'but not beside a canary that lacks pods',
      { index: 7, weight: 100, stable: 1, canary: 4, canaryAvailable: 3 },
      0,
      ['S6'],
    ],
    ['nor while it has weight', { index: 5, weight: 75, stable: 1, canary: 3 }, 0, ['S1', 'S2', 'S4', 'S6']],
  ] as const)('%s', (_sentence, at, replicas, rules) => {
    expect(broken(update(at), scale('v1', replicas))).toEqual(rules);
  });

  test('an aborted canary may shrink as far as its weight allows', () => {
    const at: At = { index: 0, weight: 50, stable: 2, canary: 3, status: ABORTED };
    expect(broken(update(at), scale('v2', 2))).toEqual([]);
    expect(broken(update(at), scale('v2', 1))).toContain('S4');
    expect(broken(update({ ...at, options: { dynamicStableScale: false } }), scale('v2', 2))).toContain('S5');
  });
});
