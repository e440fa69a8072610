import { expect, test } from 'vitest';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import { BEGIN } from '../model/world.ts';
import { routedUpdate } from './updates.ts';

/** The notes of the warnings about an update whose delay is negative, which counts as 0. */
function warned(status: RolloutStatus): readonly string[] {
  const words = { options: { scaleDownDelaySeconds: -1 } };
  const observed = routedUpdate([{ setWeight: 20 }, { pause: {} }], { index: 0, weight: 0, status, words });
  const { events } = planRollout(observed, BEGIN);
  return events.filter(({ reason }) => reason === 'SpecWarning').map(({ note }) => note);
}

test('what is legal but hardly meant is told by one event when an update begins', () => {
  expect(warned({ currentPodHash: 'v1' })).toEqual([
    'spec.strategy.canary.scaleDownDelaySeconds: Invalid value: -1: counts as 0; write 0',
  ]);
});

test('it is told again when the steps change, and not in every look', () => {
  expect(warned({ currentStepHash: 'another' })).toHaveLength(1);
  expect(warned({})).toEqual([]);
});
