import { expect, test } from 'vitest';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';
import { BEGIN, CANARY_SERVICE, STABLE_SERVICE, worldOf } from '../model/world.ts';

/** The rows of rollout-semantics 1.4, "With TR", that need no option: n, weight, canary, stable. */
test.each([
  [10, 25, 3, 10],
  [3, 10, 1, 3],
  [10, 5, 1, 10],
  [1, 100, 1, 1],
  [10, 100, 10, 10],
  [0, 50, 0, 0],
])('%i replicas at weight %i are a canary of %i beside a stable of %i', (n, weight, canary, stable) => {
  const steps = [{ setWeight: weight }, { pause: {} }];
  const observed = worldOf({
    strategy: 'Routed',
    replicas: n,
    version: 'v2',
    steps,
    sets: { v1: { spec: n, available: n, revision: 1 }, v2: { spec: 0, available: 0, revision: 2 } },
    selected: { [CANARY_SERVICE]: 'v1', [STABLE_SERVICE]: 'v1' },
    weight: 0,
    status: { currentPodHash: 'v2', stableRS: 'v1', currentStepIndex: 0, currentStepHash: stepHash(steps) },
  });
  const { actions } = planRollout(observed, BEGIN);
  const sized = new Map(
    actions.flatMap((action) => (action.kind === 'ChangeReplicaSet' ? [[action.name, action.replicas]] : [])),
  );
  expect(sized.get('web-v2') ?? 0).toBe(canary);
  expect(sized.get('web-v1') ?? n).toBe(stable);
});
