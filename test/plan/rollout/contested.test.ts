import { expect, test } from 'vitest';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { seconds } from '../../../src/units/duration.ts';
import { add, formatInstant } from '../../../src/units/instant.ts';
import { BEGIN } from '../model/world.ts';
import { routedUpdate } from './updates.ts';

/** An update that waits at weight 50, as it was proven; then somebody set the route back to 0. */
function edited(version: number, status: RolloutStatus): ObservedRollout {
  const world = routedUpdate([{ setWeight: 50 }, { pause: {} }], { index: 1, weight: 0, status });
  return { ...world, routes: world.routes.map((route) => ({ ...route, resourceVersion: `r${version}` })) };
}

const PROVEN: RolloutStatus = {
  controllerPause: true,
  pauseConditions: [{ reason: 'CanaryPauseStep', startTime: formatInstant(BEGIN) }],
  canary: { provenWeight: { weight: 50, canaryHash: 'v2', stableHash: 'v1', since: formatInstant(BEGIN) } },
};

test('a weight that somebody edits is put back three times in ten minutes, then left and told', () => {
  let status = PROVEN;
  const put: boolean[] = [];
  for (let time = 1; time <= 5; time += 1) {
    const observed = edited(time, status);
    const plan = planRollout(observed, add(BEGIN, seconds(20 * time)));
    expect(breaches(observed, plan)).toEqual([]);
    put.push(plan.actions.some(({ kind }) => kind === 'SetSplit'));
    if (time === 4) {
      expect(plan.events).toContainEqual(expect.objectContaining({ type: 'Warning', reason: 'WeightContested' }));
      expect(plan.requeueAt).toBe(add(BEGIN, seconds(20 + 601)));
    }
    if (time === 5) expect(plan.events).toEqual([]);
    status = plan.status;
  }
  expect(put).toEqual([true, true, true, false, false]);
  expect(status.conditions?.find(({ type }) => type === 'WeightContested')?.message).toMatch(
    /^HTTPRoute web: somebody else changes its weights\. Weight 50 was put back 3 times within ten minutes, and is left as it is until /,
  );
  const later = planRollout(edited(9, status), add(BEGIN, seconds(700)));
  expect(later.actions.some(({ kind }) => kind === 'SetSplit')).toBe(true);
  expect(later.status.conditions?.some(({ type }) => type === 'WeightContested')).toBe(false);
});

test('a write that does not arrive is sent again as often as it takes', () => {
  let status = PROVEN;
  for (let time = 1; time <= 6; time += 1) {
    const plan = planRollout(edited(1, status), add(BEGIN, seconds(20 * time)));
    expect(plan.actions.some(({ kind }) => kind === 'SetSplit')).toBe(true);
    status = plan.status;
  }
});

test('an abort moves the traffic whoever edits the weights', () => {
  const times = [1, 2, 3].map((at) => formatInstant(add(BEGIN, seconds(at))));
  const contested: RolloutStatus = {
    abort: true,
    abortedAt: formatInstant(BEGIN),
    canary: { ...PROVEN.canary, weightReverts: { weight: 50, seen: 'r1', times } },
  };
  const world = routedUpdate([{ setWeight: 50 }, { pause: {} }], { index: 0, weight: 50, status: contested });
  const split = planRollout(world, add(BEGIN, seconds(20))).actions.find(({ kind }) => kind === 'SetSplit');
  expect(split).toMatchObject({ split: { canary: 0, stable: 100 } });
});
