import { expect, test } from 'vitest';
import { clusterSteps } from '../../src/emulator/cluster-steps.ts';
import { DISRUPTION_BUDGETS, PODS, REPLICA_SETS } from '../../src/emulator/steps/kinds.ts';
import type { DisruptionBudget } from '../../src/emulator/steps/shapes.ts';
import type { Rig } from './rig.ts';
import { container, NAMESPACE, replicaSet, startRig } from './rig.ts';

function startBudget(amount: DisruptionBudget['spec'], env: Readonly<Record<string, string>> = {}): Rig {
  const rig = startRig(clusterSteps(), ['node-1']);
  rig.cluster.create(REPLICA_SETS, replicaSet(4, [container(env)]));
  const spec = { selector: { matchLabels: { app: 'web' } }, ...amount };
  rig.cluster.create<DisruptionBudget>(DISRUPTION_BUDGETS, { metadata: { name: 'web', namespace: NAMESPACE }, spec });
  return rig;
}

test.each<[string, DisruptionBudget['spec'], number, number]>([
  ['two that must be available leave two', { minAvailable: 2 }, 2, 2],
  ['60 % of four are three, rounded up', { minAvailable: '60%' }, 3, 1],
  ['one may be unavailable', { maxUnavailable: 1 }, 3, 1],
  ['none may be unavailable', { maxUnavailable: '0%' }, 4, 0],
])('of four healthy pods: %s', async (_sentence, amount, desiredHealthy, disruptionsAllowed) => {
  const rig = startBudget(amount);
  await rig.pass(8);
  expect(rig.one(DISRUPTION_BUDGETS, 'web').status).toMatchObject({
    observedGeneration: 1,
    expectedPods: 4,
    currentHealthy: 4,
    desiredHealthy,
    disruptionsAllowed,
  });
});

test('pods that are not ready are not healthy', async () => {
  const rig = startBudget({ minAvailable: 2 }, { NEVER_READY: 'true' });
  await rig.pass(8);
  expect(rig.one(DISRUPTION_BUDGETS, 'web').status).toMatchObject({ currentHealthy: 0, disruptionsAllowed: 0 });
});

test('an evicted pod takes its disruption with it until another one is healthy', async () => {
  const rig = startBudget({ maxUnavailable: 1 });
  await rig.pass(8);
  rig.cluster.remove(PODS, NAMESPACE, rig.pods()[0]?.metadata.name ?? '');
  await rig.pass(0.5);
  expect(rig.one(DISRUPTION_BUDGETS, 'web').status).toMatchObject({ currentHealthy: 3, disruptionsAllowed: 0 });
  await rig.pass(20);
  expect(rig.one(DISRUPTION_BUDGETS, 'web').status).toMatchObject({ currentHealthy: 4, disruptionsAllowed: 1 });
});
