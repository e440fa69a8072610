import { describe, expect, test } from 'vitest';
import { breaches } from '../../../src/invariants/breaches.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import { BEGIN } from '../model/world.ts';
import { routedUpdate } from './updates.ts';

describe('weights sum to maxTrafficWeight', () => {
  test('a step of 5 of 1000 asks for one pod of ten, and leaves 995 to stable', () => {
    const at = (spec: number) =>
      routedUpdate([{ setWeight: 5 }, { pause: {} }], {
        index: 0,
        weight: 0,
        words: {
          replicas: 10,
          maxWeight: 1000,
          sets: { v1: { spec: 10, available: 10, revision: 1 }, v2: { spec, available: spec, revision: 2 } },
        },
      });
    expect(planRollout(at(0), BEGIN).actions).toContainEqual(expect.objectContaining({ name: 'web-v2', replicas: 1 }));
    const risen = planRollout(at(1), BEGIN);
    expect(risen.actions).toContainEqual(
      expect.objectContaining({ kind: 'SetSplit', split: { canary: 5, stable: 995 } }),
    );
    expect(breaches(at(1), risen)).toEqual([]);
  });

  test('all steps done, everything is 1000, and proven as such', () => {
    const { actions, status } = planRollout(
      routedUpdate([{ setWeight: 500 }], { index: 1, weight: 1000, words: { maxWeight: 1000 } }),
      BEGIN,
    );
    expect(actions.filter(({ kind }) => kind === 'SetSplit')).toEqual([]);
    expect(status.stableRS).toBe('v2');
    expect(status.canary?.weights).toMatchObject({ canary: { weight: 1000 }, stable: { weight: 0 }, verified: true });
    expect(status.canary?.provenWeight).toMatchObject({ weight: 1000, total: 1000 });
  });

  test('half of the traffic in other parts is written as such, and one that does not share the whole is a breach', () => {
    const observed = routedUpdate([{ setWeight: 500 }, { pause: {} }], {
      index: 0,
      weight: 250,
      words: { maxWeight: 1000 },
    });
    const plan = planRollout(observed, BEGIN);
    expect(breaches(observed, plan)).toEqual([]);
    const off = plan.actions.map((action) =>
      action.kind === 'SetSplit' ? { ...action, split: { canary: 500, stable: 50 } } : action,
    );
    expect(breaches(observed, { ...plan, actions: off }).map(({ rule }) => rule)).toContain('S3');
  });

  test('a proof in other weights than those of now still counts for what it was', () => {
    const proven = { weight: 30, canaryHash: 'v2', stableHash: 'v1', since: '2026-11-24T09:00:00Z' };
    const observed = routedUpdate([{ setWeight: 100 }, { pause: {} }], {
      index: 0,
      weight: 100,
      status: { canary: { provenWeight: proven } },
      words: {
        replicas: 10,
        maxWeight: 1000,
        accepted: false,
        sets: { v1: { spec: 10, available: 10, revision: 1 }, v2: { spec: 3, available: 3, revision: 2 } },
      },
    });
    // 30 of 100 were proven last: the canary keeps its three pods until 100 of 1000 are.
    const { actions } = planRollout(observed, BEGIN);
    expect(actions).not.toContainEqual(expect.objectContaining({ kind: 'ChangeReplicaSet', replicas: 1 }));
  });
});
