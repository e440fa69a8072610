import { describe, expect, test } from 'vitest';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';
import { BEGIN, type StrategyName, worldOf } from '../model/world.ts';
import { brief } from '../model/judge.ts';

const STEPS = [{ setWeight: 25 }, { pause: {} }] as const;

/** Five revisions made one after the other; the spec goes back from the fifth, or another, to an earlier one. */
function goingBack(strategy: StrategyName, from: string, to: string, revisions: number, options = {}): ObservedRollout {
  const sets = Object.fromEntries(
    ['v1', 'v2', 'v3', 'v4', 'v5'].map((version, index) => [
      version,
      { spec: version === from ? 4 : 0, available: version === from ? 4 : 0, revision: index + 1 },
    ]),
  );
  const world = worldOf({
    strategy,
    replicas: 4,
    version: to,
    sets,
    ...(strategy === 'BlueGreen' ? {} : { steps: STEPS }),
    selected: { 'web-active': from, 'web-preview': from, 'web-canary': from, 'web-stable': from },
    spec: { rollbackWindow: { revisions } },
    options,
    status: {
      observedGeneration: 1,
      currentPodHash: from,
      stableRS: from,
      ...(strategy === 'BlueGreen' ? {} : { currentStepIndex: 2 }),
      currentStepHash: strategy === 'BlueGreen' ? '' : stepHash(STEPS),
    },
  });
  const made = world.replicaSets.map((set, index) => ({ ...set, createdAt: `2026-11-24T0${index}:00:00Z` }));
  return { ...world, replicaSets: made };
}

const begun = (world: ObservedRollout): ObservedRollout => {
  const { status } = planRollout(world, BEGIN);
  return { ...world, rollout: { ...world.rollout, status } };
};

describe.each<StrategyName>(['Basic', 'Routed'])('a %s canary', (strategy) => {
  test.each<readonly [string, string, string, number, number]>([
    ['with 2 revisions, from 4 back to 2 is fast', 'v4', 'v2', 2, 2],
    ['with 2 revisions, from 5 back to 2 is not', 'v5', 'v2', 2, 0],
    ['with 1 revision, the one before is fast', 'v5', 'v4', 1, 2],
    ['without a window no way back but to stable is fast', 'v5', 'v4', 0, 0],
    ['forward to a younger revision has its steps', 'v2', 'v4', 5, 0],
  ])('%s', (_, from, to, revisions, index) => {
    const world = goingBack(strategy, from, to, revisions);
    const plan = planRollout(world, BEGIN);
    expect(plan.status.currentStepIndex).toBe(index);
    expect(plan.events.some(({ reason }) => reason === 'SkipSteps')).toBe(index === 2);
    expect(breaches(world, plan)).toEqual([]);
  });

  test('is promoted only with all its pods, and says why it was quick', () => {
    const back = begun(goingBack(strategy, 'v4', 'v2', 2));
    expect(planRollout(back, BEGIN).status.stableRS).toBe('v4');
    const filled = {
      ...back,
      replicaSets: back.replicaSets.map((set) =>
        set.hash === 'v2' ? { ...set, specReplicas: 4, replicas: 4, ready: 4, available: 4 } : set,
      ),
      services: back.services.map((service) =>
        service.name === 'web-canary' ? { ...service, selector: { 'rollouts-pod-template-hash': 'v2' } } : service,
      ),
      routes: back.routes.map((route) => ({ ...route, split: { canary: 100, stable: 0 } })),
    };
    const plan = planRollout(filled, BEGIN);
    expect(plan.status.stableRS).toBe('v2');
    expect(plan.events.map(({ note }) => note)).toContainEqual(expect.stringContaining('Rollback within window'));
    expect(breaches(filled, plan)).toEqual([]);
  });
});

test('steps that are under way are skipped when the window is opened', () => {
  const world = begun(goingBack('Basic', 'v4', 'v2', 0));
  expect(world.rollout.status?.currentStepIndex).toBe(0);
  const spec = { ...world.rollout.spec, rollbackWindow: { revisions: 2 } };
  const opened = { ...world, rollout: { ...world.rollout, spec } };
  const plan = planRollout(opened, BEGIN);
  expect(plan.status.currentStepIndex).toBe(2);
  expect(breaches(opened, plan)).toEqual([]);
});

test('blue-green within the window has neither pause nor analysis', () => {
  const analysis = { templates: [{ templateName: 'errors' }] };
  const options = { autoPromotionEnabled: false, prePromotionAnalysis: analysis, postPromotionAnalysis: analysis };
  const back = begun(goingBack('BlueGreen', 'v4', 'v2', 2, options));
  const filled = {
    ...back,
    replicaSets: back.replicaSets.map((set) =>
      set.hash === 'v2' ? { ...set, specReplicas: 4, replicas: 4, ready: 4, available: 4 } : set,
    ),
  };
  const plan = planRollout(filled, BEGIN);
  expect(plan.actions.map(brief)).toContain('web-active := v2');
  expect(plan.status.pauseConditions).toBeUndefined();
  expect(breaches(filled, plan)).toEqual([]);
});
