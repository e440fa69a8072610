import { expect, test } from 'vitest';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedPod, ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { seconds } from '../../../src/units/duration.ts';
import { add } from '../../../src/units/instant.ts';
import { ACTIVE_SERVICE, BEGIN, PREVIEW_SERVICE, type StrategyName, worldOf, type WorldWords } from '../model/world.ts';
import { withPods, withSet } from './pods.ts';
import { routedUpdate } from './updates.ts';

const RESTART_AT = '2026-11-24T09:00:00Z';
const NEW_POD = { createdAt: '2026-11-24T09:30:00Z' };

/** A promoted Rollout at rest, with pods older than its restartAt. */
function atRest(strategy: StrategyName, replicas: number, more: Partial<WorldWords> = {}, status: RolloutStatus = {}) {
  const selected =
    strategy === 'BlueGreen'
      ? { [ACTIVE_SERVICE]: 'v1', [PREVIEW_SERVICE]: 'v1' }
      : { 'web-canary': 'v1', 'web-stable': 'v1' };
  const words = { strategy, replicas, version: 'v1', sets: { v1: { spec: replicas, available: replicas } }, selected };
  const settled: RolloutStatus = {
    observedGeneration: 1,
    currentPodHash: 'v1',
    stableRS: 'v1',
    currentStepHash: strategy === 'BlueGreen' ? '' : '5ffbfbbd64',
    ...status,
  };
  return withPods(worldOf({ ...words, spec: { restartAt: RESTART_AT }, status: settled, ...more }));
}

/** The pods that the next plan evicts; the plan must keep every rule of safety. */
function evicted(world: ObservedRollout): readonly string[] {
  const plan = planRollout(world, BEGIN);
  expect(breaches(world, plan)).toEqual([]);
  return plan.actions.flatMap((action) => (action.kind === 'EvictPod' ? [action.name] : []));
}

const withPod = (world: ObservedRollout, name: string, change: Partial<ObservedPod>): ObservedRollout => ({
  ...world,
  pods: world.pods.map((pod) => (pod.name === name ? { ...pod, ...change } : pod)),
});

for (const [sentence, world, count] of [
  ['one pod of four goes at 25 %', atRest('Basic', 4), 1],
  ['two of eight go at 25 %', atRest('Basic', 8), 2],
  ['one goes also where maxUnavailable is 0', atRest('Basic', 4, { options: { maxUnavailable: 0, maxSurge: 1 } }), 1],
  ['three of four go where maxUnavailable is 3', atRest('Basic', 4, { options: { maxUnavailable: 3 } }), 3],
  ['the only pod of a Rollout goes', atRest('Basic', 1), 1],
  ['none goes while one is missing already', withSet(atRest('Basic', 4), 'v1', { available: 3, ready: 3 }), 0],
  ['none goes before its time', atRest('Basic', 4, { spec: { restartAt: '2026-11-24T10:00:01Z' } }), 0],
  ['none goes once it is done', atRest('Basic', 4, {}, { restartedAt: RESTART_AT }), 0],
  ['none goes that is younger than restartAt', withPods(atRest('Basic', 4), NEW_POD), 0],
  ['one of four goes with routes', atRest('Routed', 4), 1],
  ['one of four goes in blue-green', atRest('BlueGreen', 4), 1],
  [
    'two of four go where blueGreen.maxUnavailable is 50 %',
    atRest('BlueGreen', 4, { options: { maxUnavailable: '50%' } }),
    2,
  ],
  ['twenty at most go by one plan', atRest('Basic', 100, { options: { maxUnavailable: '90%' } }), 20],
  [
    'one goes while the Rollout is paused by its spec',
    atRest('Basic', 4, { spec: { restartAt: RESTART_AT, paused: true } }),
    1,
  ],
] as const) {
  test(`restart: ${sentence}`, () => {
    expect(evicted(world)).toHaveLength(count);
  });
}

test('a pod that is going counts as missing before its ReplicaSet says so', () => {
  const world = withPod(atRest('Basic', 4), 'web-v1-1', { leaving: true, ready: false });
  expect(evicted(world)).toEqual([]);
});

test('a new pod that is not ready counts as missing, whatever the ReplicaSet still says', () => {
  const world = withPod(atRest('Basic', 4), 'web-v1-1', { ...NEW_POD, ready: false });
  expect(evicted(world)).toEqual([]);
  expect(evicted(withPod(world, 'web-v1-1', { ...NEW_POD, ready: true }))).toEqual(['web-v1-2']);
});

test('pods that serve nobody go first, then the oldest', () => {
  const older = withPod(atRest('Basic', 4, { options: { maxUnavailable: 2 } }), 'web-v1-3', {
    createdAt: '2026-11-24T07:00:00Z',
  });
  expect(evicted(older)).toEqual(['web-v1-3', 'web-v1-1']);
  const broken = withSet(withPod(older, 'web-v1-4', { ready: false }), 'v1', { ready: 3, available: 3 });
  expect(evicted(broken)).toEqual(['web-v1-4']);
});

/** A routed update that waits at a weight; every pod is older than restartAt. */
function updating(
  weight: number,
  stable: Partial<ObservedPod> = {},
  canary: Partial<ObservedPod> = {},
  canaryPods = 2,
) {
  const words: Partial<WorldWords> = {
    spec: { restartAt: RESTART_AT },
    sets: { v1: { spec: 4, available: 4 }, v2: { spec: canaryPods, available: canaryPods, revision: 2 } },
  };
  const status: RolloutStatus = {
    controllerPause: true,
    pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-11-24T09:59:00Z' }],
  };
  const world = withPods(routedUpdate([{ setWeight: weight }, { pause: {} }], { index: 1, weight, status, words }));
  return {
    ...world,
    pods: world.pods.map((pod) => ({ ...pod, ...(pod.owner === 'set-v1' ? stable : canary) })),
  };
}

test('in the middle of an update stable goes first, then the new revision, then older ones', () => {
  expect(evicted(updating(50))).toEqual(['web-v1-1']);
  expect(evicted(updating(50, NEW_POD))).toEqual(['web-v2-1']);
  const words = { strategy: 'BlueGreen', replicas: 2, version: 'v2' } as const;
  const status = { observedGeneration: 1, currentPodHash: 'v2', stableRS: 'v2', currentStepHash: '' };
  const sets = {
    v1: { spec: 2, available: 2, deadline: '2026-11-24T10:00:20Z' },
    v2: { spec: 2, available: 2, revision: 2 },
  };
  const selected = { [ACTIVE_SERVICE]: 'v2', [PREVIEW_SERVICE]: 'v2' };
  const old = withPods(worldOf({ ...words, sets, selected, status, spec: { restartAt: RESTART_AT } }));
  expect(evicted(old)).toEqual(['web-v2-1']);
  const rest = { ...old, pods: old.pods.map((pod) => (pod.owner === 'set-v2' ? { ...pod, ...NEW_POD } : pod)) };
  expect(evicted(rest)).toEqual(['web-v1-1']);
});

test('what the same plan takes away counts as missing (F-B3)', () => {
  const status: RolloutStatus = {
    observedGeneration: 1,
    currentPodHash: 'v2',
    stableRS: 'v1',
    currentStepIndex: 0,
    currentStepHash: '5ffbfbbd64',
  };
  const sets = { v1: { spec: 3, available: 3 }, v2: { spec: 2, available: 2, revision: 2 } };
  const words = { strategy: 'Basic', replicas: 4, version: 'v2', sets, status } as const;
  const world = withPods(
    worldOf({ ...words, options: { maxSurge: 1, maxUnavailable: 1 }, spec: { restartAt: RESTART_AT } }),
  );
  const plan = planRollout(world, BEGIN);
  const shrinks = plan.actions.filter(
    (action) => action.kind === 'ChangeReplicaSet' && (action.replicas ?? 9) < action.seenReplicas,
  );
  expect(shrinks).not.toEqual([]);
  expect(evicted(world)).toEqual([]);
});

test('a canary gives its weight away before a restart takes its last pod, and gets it back', () => {
  const last = updating(25, NEW_POD, {}, 1);
  const plan = planRollout(last, BEGIN);
  expect(evicted(last)).toEqual([]);
  expect(plan.actions).toContainEqual(expect.objectContaining({ kind: 'SetSplit', split: { canary: 0, stable: 100 } }));
  expect(plan.because.map(({ rule }) => rule)).toContain('CanaryRestarts');
  const away = { ...last, routes: last.routes.map((route) => ({ ...route, split: { canary: 0, stable: 100 } })) };
  expect(evicted(away)).toEqual(['web-v2-1']);
  const back = { ...away, pods: away.pods.map((pod) => ({ ...pod, ...NEW_POD })) };
  expect(planRollout(back, BEGIN).status.restartedAt).toBe(RESTART_AT);
  const done = { ...back, rollout: { ...back.rollout, status: planRollout(back, BEGIN).status } };
  expect(planRollout(done, BEGIN).actions).toContainEqual(
    expect.objectContaining({ kind: 'SetSplit', split: { canary: 25, stable: 75 } }),
  );
});

test('an aborted version gives its traffic back before any pod is evicted', () => {
  const world = updating(50);
  const status = {
    ...world.rollout.status,
    abort: true,
    abortedAt: '2026-11-24T09:59:30Z',
    currentStepIndex: 0,
    controllerPause: false,
    pauseConditions: [],
  };
  const aborted = { ...world, rollout: { ...world.rollout, status } };
  expect(evicted(aborted)).toEqual([]);
  expect(planRollout(aborted, BEGIN).actions).toContainEqual(
    expect.objectContaining({ kind: 'SetSplit', split: { canary: 0, stable: 100 } }),
  );
});

test('once no older pod is left it is done: restartedAt is what was asked for', () => {
  const world = withPods(atRest('Basic', 2), NEW_POD);
  expect(planRollout(world, BEGIN).status.restartedAt).toBe(RESTART_AT);
  const unknown = { ...world, pods: world.pods.slice(1) };
  expect(planRollout(unknown, BEGIN).status.restartedAt).toBeUndefined();
});

test('a new template is a restart by itself', () => {
  const world = atRest('Basic', 2, { version: 'v2' });
  const answered = {
    ...world,
    templateAnswer: { generation: 1, accepted: true, template: world.rollout.spec.template } as const,
  };
  const { status } = planRollout(answered, BEGIN);
  expect(status.currentPodHash).not.toBe('v1');
  expect(status.restartedAt).toBe(RESTART_AT);
});

test('a restart that is under way is looked at again within 30 s, and one to come at its time', () => {
  expect(planRollout(atRest('Basic', 4), BEGIN).requeueAt).toBe(add(BEGIN, seconds(30)));
  const later = atRest('Basic', 4, { spec: { restartAt: '2026-11-24T12:00:00Z' } });
  expect(planRollout(later, BEGIN).requeueAt).toBe(Date.parse('2026-11-24T12:00:00Z'));
});

test('two ways to write one time are one time', () => {
  expect(evicted(atRest('Basic', 4, {}, { restartedAt: '2026-11-24T10:00:00+01:00' }))).toEqual([]);
});

test('evictions that nobody asked for, or beyond the budget, are reported', () => {
  const world = atRest('Basic', 4);
  const plan = planRollout(world, BEGIN);
  const evict = (name: string) =>
    ({ kind: 'EvictPod', name, uid: `pod-v1-${name.at(-1) ?? ''}`, because: '' }) as const;
  const told = (seen: ObservedRollout, ...names: readonly string[]) =>
    breaches(seen, { ...plan, actions: names.map(evict) }).map(({ rule, message }) => `${rule}: ${message}`);
  expect(told(world, 'web-v1-1')).toEqual([]);
  expect(told(world, 'web-v1-1', 'web-v1-2')).toEqual(['S14: 2 pods would stay available, at least 3 must']);
  expect(told(withPods(world, NEW_POD), 'web-v1-1')).toEqual([
    'S14: pod web-v1-1 is evicted, but no restart asks for it',
  ]);
  expect(told(world, 'web-v1-9')).toContain('S8: no pod web-v1-9 with this UID was seen');
});
