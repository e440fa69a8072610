import { describe, expect, test } from 'vitest';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import { BEGIN } from '../model/world.ts';
import { routedUpdate } from './updates.ts';

const condition = (status: RolloutStatus, type: string) => status.conditions?.find((each) => each.type === type);

/** An update of n replicas at its only step, all of the traffic already on the canary, of which so many are available. */
function atTheEnd(n: number, available: number, replicaProgressThreshold: object | undefined) {
  return routedUpdate([{ setWeight: 100 }], {
    index: 1,
    weight: 100,
    words: {
      replicas: n,
      sets: { v1: { spec: n, available: n, revision: 1 }, v2: { spec: n, available, revision: 2 } },
      options: replicaProgressThreshold === undefined ? {} : { replicaProgressThreshold },
    },
  });
}

describe('replicaProgressThreshold', () => {
  test.each([
    ['70 % of 10 pods are 7', 10, 'Percent', 70, 7],
    ['70 % of 3 pods are 3, for 2 are only 66.7 %', 3, 'Percent', 70, 3],
    ['3 pods of 10 are 3', 10, 'Pods', 3, 3],
    ['3 pods of 1 are 1, so that the step can end (F-C5)', 1, 'Pods', 3, 1],
    ['150 % of 4 pods are 4, so that the step can end', 4, 'Percent', 150, 4],
    ['less than 1 counts as all of the pods', 4, 'Percent', 0, 4],
    ['another type counts as all of the pods', 4, 'Ratio', 1, 4],
  ] as const)('%s', (_sentence, n, type, value, sufficient) => {
    const enough = planRollout(atTheEnd(n, sufficient, { type, value }), BEGIN);
    expect(enough.status.stableRS).toBe('v2');
    if (sufficient === 1) return;
    const short = planRollout(atTheEnd(n, sufficient - 1, { type, value }), BEGIN);
    expect(short.status.stableRS).toBe('v1');
  });

  test('70 % of no pods is met', () => {
    const observed = atTheEnd(0, 0, { type: 'Percent', value: 70 });
    const none = {
      ...observed,
      routes: observed.routes.map((route) => ({ ...route, split: { canary: 0, stable: 100 } })),
    };
    expect(planRollout(none, BEGIN).status.stableRS).toBe('v2');
  });

  test('a step rises onto the pods that suffice, no rule is broken, and a condition says whose doing it is', () => {
    const at = (weight: number, available: number) =>
      routedUpdate([{ setWeight: 60 }, { pause: {} }], {
        index: 0,
        weight,
        words: {
          replicas: 10,
          sets: { v1: { spec: 10, available: 10, revision: 1 }, v2: { spec: 6, available, revision: 2 } },
          options: { replicaProgressThreshold: { type: 'Percent', value: 50 } },
        },
      });
    const held = planRollout(at(0, 2), BEGIN);
    expect(held.actions).toContainEqual(expect.objectContaining({ split: { canary: 0, stable: 100 } }));
    expect(held.because.map(({ rule }) => rule)).toContain('PodsNotAvailable');
    const rises = planRollout(at(0, 3), BEGIN);
    expect(rises.actions).toContainEqual(expect.objectContaining({ split: { canary: 60, stable: 40 } }));
    expect(breaches(at(0, 3), rises)).toEqual([]);
    const done = planRollout(at(60, 3), BEGIN);
    expect(done.status.currentStepIndex).toBe(1);
    expect(condition(done.status, 'ReducedCapacity')).toMatchObject({
      status: 'True',
      reason: 'ReplicaProgressThreshold',
      message: 'replicaProgressThreshold lets the canary carry its weight with fewer pods than its share asks for',
    });
    expect(done.because).toContainEqual({
      rule: 'ReplicaProgressThreshold',
      message: '3 pods count as enough where the weight asks for 6',
    });
    const lost = planRollout(at(60, 2), BEGIN);
    expect(lost.actions).toContainEqual(expect.objectContaining({ split: { canary: 40, stable: 60 } }));
    expect(breaches(at(60, 2), lost)).toEqual([]);
  });

  test('without a canary by weights it rules the basic steps as well', () => {
    const observed = atTheEnd(10, 7, undefined);
    expect(planRollout(observed, BEGIN).status.stableRS).toBe('v1');
    expect(condition(planRollout(observed, BEGIN).status, 'ReducedCapacity')).toBeUndefined();
  });
});
