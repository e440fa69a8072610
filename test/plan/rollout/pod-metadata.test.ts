import { expect, test } from 'vitest';
import { EPHEMERAL_METADATA, LEAVING_METADATA } from '../../../src/api/names.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import type { Action } from '../../../src/plan/action.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { carryOut, writeStatus } from '../model/carry-out.ts';
import { settle } from '../model/settle.ts';
import { BEGIN, templateOf, worldOf } from '../model/world.ts';
import { withPods, withSet } from './pods.ts';
import { routedUpdate } from './updates.ts';

const STEPS = [{ setWeight: 50 }, { pause: {} }];
const OPTIONS = {
  canaryMetadata: { labels: { role: 'canary' }, annotations: { 'team/note': 'new' } },
  stableMetadata: { labels: { role: 'stable' } },
};
const PAUSED = {
  controllerPause: true,
  pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-11-24T09:59:00Z' }] as const,
};
const CANARY_TEXT = JSON.stringify(OPTIONS.canaryMetadata);
const STABLE_TEXT = JSON.stringify(OPTIONS.stableMetadata);

/** A routed update that waits at 50 %, with 4 stable and 4 canary pods that nobody has put anything on. */
function update(options: object = OPTIONS): ObservedRollout {
  const words = { options: { ...options } };
  return withPods(routedUpdate(STEPS, { index: 1, weight: 50, status: PAUSED, words }));
}

const actionsOf = (world: ObservedRollout): readonly Action[] => {
  const plan = planRollout(world, BEGIN);
  expect(breaches(world, plan)).toEqual([]);
  return plan.actions;
};

/** Plans again and again, until a plan changes nothing; answers the worlds on the way. */
function playOut(first: ObservedRollout): readonly ObservedRollout[] {
  const worlds = [first];
  for (let pass = 0; pass < 12; pass++) {
    const before = worlds.at(-1) ?? first;
    const plan = planRollout(before, BEGIN);
    expect(breaches(before, plan)).toEqual([]);
    if (plan.actions.length === 0 && plan.status === before.rollout.status) return worlds;
    const after = plan.actions.reduce((world, action) => carryOut(world, action), before);
    worlds.push(settle(writeStatus(after, plan.status)));
  }
  throw new Error('it never comes to rest');
}

const setOf = (world: ObservedRollout | undefined, hash: string): ObservedRollout['replicaSets'][number] => {
  const found = world?.replicaSets.find((set) => set.hash === hash);
  if (found === undefined) throw new Error(`no ReplicaSet ${hash}`);
  return found;
};
const labelsOf = (world: ObservedRollout | undefined, hash: string) =>
  world?.pods.filter(({ owner }) => owner === `set-${hash}`).map(({ labels }) => labels['role']);

test('canary metadata is in the new ReplicaSet before its first pod, and is remembered there', () => {
  const world = worldOf({
    strategy: 'Routed',
    replicas: 2,
    version: 'v2',
    steps: STEPS,
    options: OPTIONS,
    sets: { v1: { spec: 2, available: 2 } },
    status: { observedGeneration: 1, currentPodHash: 'v1', stableRS: 'v1', currentStepIndex: 2 },
  });
  const answered = { ...world, templateAnswer: { generation: 1, accepted: true, template: templateOf('v2') } as const };
  const [create] = planRollout(answered, BEGIN).actions;
  if (create?.kind !== 'CreateReplicaSet') throw new Error(`a ReplicaSet is made, not ${create?.kind}`);
  expect(create.manifest.metadata['annotations']).toMatchObject({ [EPHEMERAL_METADATA]: CANARY_TEXT });
  expect(create.manifest.spec['template']).toMatchObject({
    metadata: { labels: { app: 'web', role: 'canary' }, annotations: { 'team/note': 'new' } },
  });
});

test('the first ReplicaSet of a Rollout is the stable one: it gets the stable metadata', () => {
  const world = worldOf({
    strategy: 'BlueGreen',
    replicas: 1,
    version: 'v1',
    options: { activeMetadata: { labels: { role: 'a' } } },
  });
  const answered = { ...world, templateAnswer: { generation: 1, accepted: true, template: templateOf('v1') } as const };
  const create = planRollout(answered, BEGIN).actions.find(({ kind }) => kind === 'CreateReplicaSet');
  expect(create).toMatchObject({ manifest: { spec: { template: { metadata: { labels: { role: 'a' } } } } } });
});

test('an old ReplicaSet that becomes new again gets canary metadata and its first pods by one write', () => {
  const words = {
    sets: { v1: { spec: 4, available: 4 }, v2: { spec: 0, available: 0, revision: 2 } },
    options: OPTIONS,
  };
  const world = routedUpdate(STEPS, { index: 0, weight: 0, words });
  const change = actionsOf(world).find((action) => action.kind === 'ChangeReplicaSet' && action.name === 'web-v2');
  expect(change).toMatchObject({
    replicas: 2,
    template: { metadata: { labels: { role: 'canary' } } },
    annotations: { [EPHEMERAL_METADATA]: CANARY_TEXT },
  });
});

test('ReplicaSets come before pods: it takes two plans, and no pod restarts', () => {
  const [before, first, second, ...more] = playOut(update());
  expect(actionsOf(before ?? update()).map(({ kind }) => kind)).not.toContain('ChangePodMetadata');
  expect(labelsOf(first, 'v1')).toEqual([undefined, undefined, undefined, undefined]);
  expect(setOf(first, 'v1').template).toMatchObject({ metadata: { labels: { role: 'stable' } } });
  expect(labelsOf(second, 'v1')).toEqual(['stable', 'stable', 'stable', 'stable']);
  expect(labelsOf(second, 'v2')).toEqual(['canary', 'canary', 'canary', 'canary']);
  expect(second?.pods.filter(({ leaving }) => leaving)).toEqual([]);
  expect(second?.replicaSets.map(({ annotations }) => annotations[EPHEMERAL_METADATA])).toEqual([
    STABLE_TEXT,
    CANARY_TEXT,
  ]);
  expect(more).toEqual([]);
});

test('a pod that was made by the old template while it changed is brought to the new one', () => {
  const done = playOut(update()).at(-1) ?? update();
  const [first, ...rest] = done.pods;
  const stale = { ...done, pods: first === undefined ? rest : [{ ...first, labels: { app: 'web' } }, ...rest] };
  expect(actionsOf(stale)).toEqual([
    expect.objectContaining({
      kind: 'ChangePodMetadata',
      name: 'web-v1-1',
      metadata: { labels: { role: 'stable' }, annotations: {} },
    }),
  ]);
});

test('what was put before and is no longer wanted is removed from template and pods, and foreign keys stay', () => {
  const done = playOut(update()).at(-1) ?? update();
  const foreign = { ...done, pods: done.pods.map((pod) => ({ ...pod, labels: { ...pod.labels, owner: 'someone' } })) };
  const spec = {
    ...done.rollout.spec,
    strategy: {
      canary: { ...done.rollout.spec.strategy?.canary, ...{ canaryMetadata: { labels: { stage: 'trial' } } } },
    },
  };
  const edited = { ...foreign, rollout: { ...done.rollout, spec: spec as typeof done.rollout.spec } };
  const worlds = playOut(edited);
  expect(setOf(worlds[1], 'v2').annotations[LEAVING_METADATA]).toBe('{"labels":["role"],"annotations":["team/note"]}');
  const end = worlds.at(-1);
  const canary = end?.pods.filter(({ owner }) => owner === 'set-v2') ?? [];
  expect(canary.map(({ labels }) => labels)).toEqual(Array(4).fill({ app: 'web', owner: 'someone', stage: 'trial' }));
  expect(canary.map(({ annotations }) => annotations)).toEqual(Array(4).fill({}));
  expect(setOf(end, 'v2').annotations[EPHEMERAL_METADATA]).toBe('{"labels":{"stage":"trial"}}');
  expect(setOf(end, 'v2').annotations[LEAVING_METADATA]).toBeUndefined();
  expect(setOf(end, 'v2').template).toMatchObject({ metadata: { labels: { app: 'web', stage: 'trial' } } });
});

test('keys that left stay remembered until every pod is known and clean', () => {
  const leaving = { [EPHEMERAL_METADATA]: CANARY_TEXT, [LEAVING_METADATA]: '{"labels":["old"],"annotations":[]}' };
  const template = {
    ...templateOf('v2'),
    metadata: { labels: { app: 'web', role: 'canary' }, annotations: { 'team/note': 'new' } },
  };
  const world = withPods(
    withSet(update(), 'v2', { template, annotations: { ...setOf(update(), 'v2').annotations, ...leaving } }),
  );
  const forgets = (observed: ObservedRollout): boolean =>
    actionsOf(observed).some(
      (action) => action.kind === 'ChangeReplicaSet' && action.annotations?.[LEAVING_METADATA] === null,
    );
  expect(forgets(world)).toBe(true);
  expect(forgets({ ...world, pods: world.pods.slice(0, -1) })).toBe(false);
  expect(forgets(withSet(world, 'v2', { settled: false }))).toBe(false);
  const dirty = { ...world, pods: world.pods.map((pod) => ({ ...pod, labels: { ...pod.labels, old: 'x' } })) };
  expect(forgets(dirty)).toBe(false);
  expect(actionsOf(dirty)).toContainEqual(
    expect.objectContaining({ name: 'web-v2-1', metadata: { labels: { old: null }, annotations: {} } }),
  );
});

test('a promoted revision changes from canary to stable metadata, and older ones have none', () => {
  const done = playOut(update()).at(-1) ?? update();
  const { pauseConditions, controllerPause, ...rest } = done.rollout.status ?? {};
  expect([pauseConditions?.length, controllerPause]).toEqual([1, true]);
  const promoted = { ...done, rollout: { ...done.rollout, status: { ...rest, stableRS: 'v2', currentStepIndex: 2 } } };
  const end = playOut(promoted).at(-1);
  expect(setOf(end, 'v2').template).toMatchObject({
    metadata: { labels: { app: 'web', role: 'stable' }, annotations: {} },
  });
  expect(setOf(end, 'v2').annotations[EPHEMERAL_METADATA]).toBe(STABLE_TEXT);
  expect(setOf(end, 'v1').template).toMatchObject({ metadata: { labels: { app: 'web' } } });
  expect(setOf(end, 'v1').annotations[EPHEMERAL_METADATA]).toBeUndefined();
  expect(labelsOf(end, 'v2')).toEqual(Array(4).fill('stable'));
  expect(labelsOf(end, 'v1')).toEqual(Array(4).fill(undefined));
});

test("a key that the author's own template has gets its value back", () => {
  const options = { canaryMetadata: { labels: { tier: 'canary' } } };
  const spec = { template: { ...templateOf('v2'), metadata: { labels: { app: 'web', tier: 'front' } } } };
  const words = { options, spec };
  const template = { ...spec.template, metadata: { labels: { app: 'web', tier: 'canary' } } };
  const world = withSet(routedUpdate(STEPS, { index: 1, weight: 50, status: PAUSED, words }), 'v2', {
    template,
    annotations: { 'rollout.argoproj.io/revision': '2', [EPHEMERAL_METADATA]: JSON.stringify(options.canaryMetadata) },
  });
  const answered = withPods({ ...world, templateAnswer: { generation: 1, accepted: true, template: spec.template } });
  const without = { ...answered.rollout.spec, strategy: { canary: { ...answered.rollout.spec.strategy?.canary } } };
  delete (without.strategy.canary as { canaryMetadata?: unknown }).canaryMetadata;
  const end = playOut({ ...answered, rollout: { ...answered.rollout, spec: without } }).at(-1);
  expect(setOf(end, 'v2').template).toMatchObject({ metadata: { labels: { app: 'web', tier: 'front' } } });
  expect(end?.pods.filter(({ owner }) => owner === 'set-v2').map(({ labels }) => labels['tier'])).toEqual(
    Array(4).fill('front'),
  );
});

test('so many pods are changed by one plan that nothing urgent waits behind them', () => {
  const words = {
    replicas: 50,
    sets: { v1: { spec: 50, available: 50 }, v2: { spec: 25, available: 25, revision: 2 } },
  };
  const world = routedUpdate(STEPS, { index: 1, weight: 50, status: PAUSED, words: { ...words, options: OPTIONS } });
  const [, named] = playOut(withPods(world));
  const changed = actionsOf(named ?? world).filter(({ kind }) => kind === 'ChangePodMetadata');
  expect(changed).toHaveLength(20);
});

test('a plan that puts on a pod what its template lacks, or takes off what is not ours, is reported', () => {
  const world = update();
  const plan = planRollout(world, BEGIN);
  const [pod] = world.pods;
  const change = (labels: Record<string, string | null>): Action => ({
    kind: 'ChangePodMetadata',
    name: pod?.name ?? '',
    uid: pod?.uid ?? '',
    metadata: { labels, annotations: {} },
    because: '',
  });
  const told = (labels: Record<string, string | null>) => breaches(world, { ...plan, actions: [change(labels)] });
  expect(told({ role: 'stable' })).toEqual([
    expect.objectContaining({ rule: 'S4', message: 'pod web-v1-1 gets role before the template of web-v1 has it' }),
  ]);
  expect(told({ app: null })).toEqual([
    expect.objectContaining({ rule: 'S4', message: 'pod web-v1-1 loses app, which web-v1 did not put there' }),
  ]);
});
