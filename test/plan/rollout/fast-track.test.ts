import { describe, expect, test } from 'vitest';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import { brief } from '../model/judge.ts';
import { ACTIVE_SERVICE, BEGIN, PREVIEW_SERVICE, type Sized, worldOf } from '../model/world.ts';

const WAITS = { autoPromotionEnabled: false, prePromotionAnalysis: { templates: [{ templateName: 'errors' }] } };

/** A whole preview of v2 beside the stable v1, before a pause and an analysis that nobody has begun. */
function preview(
  options: Readonly<{ active?: string; status?: RolloutStatus; v2?: Partial<Sized>; version?: string }> = {},
) {
  const { active = 'v1', status = {}, v2 = {}, version = 'v2' } = options;
  return worldOf({
    strategy: 'BlueGreen',
    replicas: 3,
    version,
    sets: { v1: { spec: 3, available: 3, revision: 1 }, v2: { spec: 3, available: 3, revision: 2, ...v2 } },
    selected: { [ACTIVE_SERVICE]: active, [PREVIEW_SERVICE]: 'v2' },
    options: WAITS,
    status: { observedGeneration: 1, currentPodHash: 'v2', stableRS: 'v1', currentStepHash: '', ...status },
  });
}

describe('the fast track of blue-green has neither pause nor pre-promotion analysis (rollout-semantics 1.6):', () => {
  test.each<readonly [string, ReturnType<typeof preview>, boolean]>([
    ['an ordinary update is not on it', preview(), false],
    ['full promotion', preview({ status: { promoteFull: true } }), true],
    ['a version in its scale-down delay', preview({ v2: { deadline: '2026-11-24T10:00:20Z' } }), true],
    ['but not once the delay is over', preview({ v2: { deadline: '2026-11-24T09:59:50Z' } }), false],
    ['an active Service without a revision', preview({ active: '' }), true],
  ])('%s', (_, world, fast) => {
    const plan = planRollout(world, BEGIN);
    expect(plan.actions.map(brief).includes(`${ACTIVE_SERVICE} := v2`)).toBe(fast);
    expect(plan.actions.some(({ kind }) => kind === 'CreateAnalysisRun')).toBe(!fast);
    expect(breaches(world, plan)).toEqual([]);
  });

  test('back to the stable version in mid-update', () => {
    const plan = planRollout(preview({ version: 'v1' }), BEGIN);
    expect(plan.status.currentPodHash).toBe('v1');
    expect(plan.events.map(({ reason }) => reason)).toEqual(['RolloutUpdated', 'SkipSteps', 'RolloutCompleted']);
    const back = preview({ version: 'v1', status: { currentPodHash: 'v1' }, active: 'v2' });
    expect(planRollout(back, BEGIN).actions.map(brief)).toContain(`${ACTIVE_SERVICE} := v1`);
  });

  test('a revived version keeps the mark of its delay until the switch, should the switch be lost', () => {
    const deadline = '2026-11-24T10:00:20Z';
    const changes = (active: string, status: RolloutStatus = {}) =>
      planRollout(preview({ v2: { deadline }, active, status }), BEGIN).actions.some(
        (action) => action.kind === 'ChangeReplicaSet' && action.annotations?.['scale-down-deadline'] === null,
      );
    expect(changes('v1')).toBe(false);
    expect(changes('v2', { stableRS: 'v2' })).toBe(true);
  });
});

test('an abort after the switch gives the active Service to stable, whatever the new version has (F-X1)', () => {
  for (const available of [0, 1, 3]) {
    const status = { abort: true, abortedAt: '2026-11-24T09:59:00Z' };
    const world = preview({ active: 'v2', status, v2: { available } });
    const plan = planRollout(world, BEGIN);
    expect(plan.actions.map(brief)).toContain(`${ACTIVE_SERVICE} := v1`);
    expect(plan.actions.map(brief)).not.toContain('web-v2: 3 → 0 (DrainOver)');
    expect(breaches(world, plan)).toEqual([]);
  }
});
