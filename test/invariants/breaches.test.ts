import { describe, expect, test } from 'vitest';
import type { RolloutStatus } from '../../src/api/rollout.ts';
import { breaches } from '../../src/invariants/breaches.ts';
import type { Action } from '../../src/plan/action.ts';
import type { ObservedReplicaSet, ObservedRollout } from '../../src/plan/rollout/observed-rollout.ts';
import { ACTIVE_SERVICE, CANARY_SERVICE, STABLE_SERVICE, worldOf, type WorldWords } from '../plan/model/world.ts';

const STATUS: RolloutStatus = {
  observedGeneration: 1,
  currentPodHash: 'v2',
  stableRS: 'v1',
  currentStepIndex: 1,
  currentStepHash: 'steps',
  canary: { provenWeight: { weight: 50, canaryHash: 'v2', stableHash: 'v1', since: '2026-11-24T09:00:00Z' } },
};

/** 50 % on two of four pods, whole and proven. */
const HALFWAY: WorldWords = {
  strategy: 'Routed',
  replicas: 4,
  version: 'v2',
  steps: [{ setWeight: 50 }, { analysis: { templates: [{ templateName: 'errors' }] } }, { setWeight: 100 }],
  sets: { v1: { spec: 4, available: 4 }, v2: { spec: 2, available: 2 } },
  selected: { [CANARY_SERVICE]: 'v2', [STABLE_SERVICE]: 'v1' },
  weight: 50,
  status: STATUS,
};

const NO_WEIGHT: WorldWords = {
  ...HALFWAY,
  weight: 0,
  status: {
    ...STATUS,
    canary: { provenWeight: { weight: 0, canaryHash: 'v2', stableHash: 'v1', since: '2026-11-24T09:00:00Z' } },
  },
};

/** The ids of the rules that these actions, and this status, would break. */
function broken(words: WorldWords, actions: (observed: ObservedRollout) => readonly Action[], status?: RolloutStatus) {
  const observed = worldOf(words);
  const next = status ?? observed.rollout.status ?? {};
  const plan = { actions: actions(observed), status: next, events: [], requeueAt: undefined, because: [] };
  return [...new Set(breaches(observed, plan).map(({ rule }) => rule))];
}

function set(observed: ObservedRollout, hash: string): ObservedReplicaSet {
  const found = observed.replicaSets.find((each) => each.hash === hash);
  if (found === undefined) throw new Error(`no ReplicaSet ${hash}`);
  return found;
}

function scale(observed: ObservedRollout, hash: string, replicas: number): Action {
  const { name, uid, specReplicas } = set(observed, hash);
  return { kind: 'ChangeReplicaSet', name, uid, seenReplicas: specReplicas, replicas, because: 'test' };
}

function split(canary: number, stable = 100 - canary): Action {
  const route = { router: 'GatewayApi', resource: 'httproutes', namespace: 'shop', name: 'web' } as const;
  const target = { name: 'web', uid: 'route', resourceVersion: '1' };
  const services = { canary: 'web-canary', stable: 'web-stable' };
  const terms = { declared: [], label: undefined, total: 100 };
  const split = { canary, stable };
  return { kind: 'SetSplit', route, target, services, split, managed: [], inProgress: true, terms, because: 'test' };
}

function point(name: string, hash: string, resourceVersion = '1'): Action {
  return { kind: 'PointService', target: { name, uid: `service-${name}`, resourceVersion }, hash, because: 'test' };
}

describe('a plan that the rules refuse', () => {
  test('S1 S2: weight for a canary without pods', () => {
    const words = { ...NO_WEIGHT, sets: { v1: { spec: 4, available: 4 }, v2: { spec: 2, available: 0 } } };
    expect(broken(words, () => [split(20)])).toEqual(['S1', 'S2']);
  });
  test('S2: more weight than the ready pods carry, and all of it onto a stable that is too small', () => {
    expect(broken(HALFWAY, () => [split(75)])).toEqual(['S2']);
    const words = { ...HALFWAY, sets: { v1: { spec: 4, available: 3 }, v2: { spec: 2, available: 2 } } };
    expect(broken(words, () => [split(0)])).toEqual(['S2']);
    expect(broken(words, () => [split(25)])).toEqual([]);
  });
  test('S2: a blue-green switch onto a preview that is not whole', () => {
    const words: WorldWords = {
      strategy: 'BlueGreen',
      replicas: 2,
      version: 'v2',
      sets: { v1: { spec: 2, available: 2 }, v2: { spec: 2, available: 1 } },
      selected: { [ACTIVE_SERVICE]: 'v1' },
      status: { currentPodHash: 'v2', stableRS: 'v1' },
    };
    expect(broken(words, () => [point(ACTIVE_SERVICE, 'v2')])).toEqual(['S2']);
  });
  test('S2: a canary without routes that drains what must stay available', () => {
    const words: WorldWords = {
      strategy: 'Basic',
      replicas: 4,
      version: 'v2',
      options: { maxSurge: 1, maxUnavailable: 0 },
      sets: { v1: { spec: 4, available: 4 }, v2: { spec: 1, available: 0 } },
      status: { currentPodHash: 'v2', stableRS: 'v1' },
    };
    expect(broken(words, (o) => [scale(o, 'v1', 3)])).toEqual(['S2']);
  });
  test('S3: weights that do not share the whole', () => {
    expect(broken(HALFWAY, () => [split(50, 40)])).toContain('S3');
  });
  test('S4: a Service with weight pointed at another revision', () => {
    const words = { ...HALFWAY, sets: { ...HALFWAY.sets, v3: { spec: 4, available: 4 } } };
    expect(broken(words, () => [point(CANARY_SERVICE, 'v3')])).toEqual(['S4']);
  });
  test('S4: weight for a Service that the same plan points', () => {
    const words = { ...NO_WEIGHT, selected: { [CANARY_SERVICE]: 'v1', [STABLE_SERVICE]: 'v1' } };
    expect(broken(words, () => [point(CANARY_SERVICE, 'v2'), split(50)])).toEqual(['S4']);
  });
  test('S4: a canary made smaller than its last proven weight needs, though the route says 0 by now', () => {
    const words = { ...HALFWAY, weight: 0, accepted: false };
    expect(broken(words, (o) => [scale(o, 'v2', 1)])).toEqual(['S4']);
  });
  test('S4: a step that ends before its weight is accepted', () => {
    const words = { ...HALFWAY, accepted: false, status: { ...STATUS, currentStepIndex: 0 } };
    expect(broken(words, () => [], STATUS)).toEqual(['S4']);
    expect(broken({ ...words, accepted: true }, () => [], STATUS)).toEqual([]);
  });
  test('S4: a new stable revision before all traffic is proven to be on it', () => {
    expect(broken(HALFWAY, () => [], { ...STATUS, stableRS: 'v2', currentStepIndex: 3 })).toContain('S4');
  });
  test('S5: an aborted canary made smaller, or its Service moved, before its weight is given back', () => {
    const words = { ...HALFWAY, status: { ...STATUS, abort: true, abortedAt: '2026-11-24T09:00:00Z' } };
    expect(broken(words, (o) => [scale(o, 'v2', 1), split(0)])).toContain('S5');
    expect(broken(words, () => [point(CANARY_SERVICE, 'v1')])).toContain('S5');
    expect(broken(words, () => [split(0)])).toEqual([]);
  });
  test('S6: the stable revision, one with weight, and the only one with pods stay', () => {
    expect(broken(NO_WEIGHT, (o) => [scale(o, 'v1', 0)])).toContain('S6');
    expect(broken(HALFWAY, (o) => [scale(o, 'v2', 0)])).toContain('S6');
    expect(broken({ ...HALFWAY, replicas: 0 }, (o) => [scale(o, 'v1', 0), scale(o, 'v2', 0)])).toEqual([]);
  });
  test('S6: a revision that a Service still selects is not deleted', () => {
    const words = { ...NO_WEIGHT, sets: { v1: { spec: 4, available: 4 }, v2: { spec: 0, available: 0 } } };
    const remove = (o: ObservedRollout): readonly Action[] => [
      { kind: 'DeleteReplicaSet', target: set(o, 'v2'), because: 'test' },
    ];
    expect(broken(words, remove)).toEqual(['S6']);
  });
  test('S8: a write guarded by what was not seen, and an object written twice', () => {
    expect(broken(NO_WEIGHT, () => [point(CANARY_SERVICE, 'v1', '7')])).toEqual(['S8']);
    expect(broken(NO_WEIGHT, (o) => [scale(o, 'v2', 3), scale(o, 'v2', 4)])).toEqual(['S8']);
  });
  test('S9: a step index that goes back by itself', () => {
    expect(broken(HALFWAY, () => [], { ...STATUS, currentStepIndex: 0 })).toEqual(['S9']);
    expect(broken(HALFWAY, () => [], { ...STATUS, currentStepIndex: 0, abort: true })).toEqual([]);
  });
  test('S11: an analysis step passed without a successful run', () => {
    expect(broken(HALFWAY, () => [], { ...STATUS, currentStepIndex: 2 })).toEqual(['S11']);
  });
  test('S13: a Service of another Rollout', () => {
    const observed = worldOf(NO_WEIGHT);
    const services = observed.services.map((service) => ({ ...service, managedBy: 'other' }));
    const status = observed.rollout.status ?? {};
    const plan = { actions: [point(CANARY_SERVICE, 'v1')], status, events: [], requeueAt: undefined, because: [] };
    expect(breaches({ ...observed, services }, plan).map(({ rule }) => rule)).toEqual(['S13']);
  });
  test('S14: more pods than the budget', () => {
    expect(broken(NO_WEIGHT, (o) => [scale(o, 'v2', 5)])).toEqual(['S14']);
    const words: WorldWords = {
      strategy: 'Basic',
      replicas: 4,
      version: 'v2',
      options: { maxSurge: 1, maxUnavailable: 0 },
      sets: { v1: { spec: 4, available: 4 }, v2: { spec: 1, available: 0 } },
      status: { currentPodHash: 'v2', stableRS: 'v1' },
    };
    expect(broken(words, (o) => [scale(o, 'v2', 2)])).toEqual(['S14']);
  });
});

describe('what the rules never refuse', () => {
  test('weight that moves towards ready pods, though it leaves less than all of them carried', () => {
    const words = { ...HALFWAY, sets: { v1: { spec: 4, available: 3 }, v2: { spec: 2, available: 0 } } };
    expect(broken(words, () => [split(0)])).toEqual([]);
  });
  test('more pods, in a world that has lost them', () => {
    const words = { ...HALFWAY, sets: { v1: { spec: 2, available: 0 }, v2: { spec: 1, available: 0 } } };
    expect(broken(words, (o) => [scale(o, 'v1', 4), scale(o, 'v2', 2)])).toEqual([]);
  });
  test('nothing at all, in a world that is broken already', () => {
    const words = { ...HALFWAY, sets: { v1: { spec: 0, available: 0 }, v2: { spec: 0, available: 0 } } };
    expect(broken(words, () => [])).toEqual([]);
  });
});
