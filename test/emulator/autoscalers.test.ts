import { expect, test } from 'vitest';
import { clusterSteps } from '../../src/emulator/cluster-steps.ts';
import { AUTOSCALERS, DEPLOYMENTS } from '../../src/emulator/steps/kinds.ts';
import { conditionOf } from '../../src/emulator/steps/pod-facts.ts';
import type { HorizontalAutoscaler } from '../../src/emulator/steps/shapes.ts';
import type { Rig } from './rig.ts';
import { NAMESPACE, replicaSet, startRig } from './rig.ts';

/** Pods that share `load`, in per cent of what one pod requests. */
function startLoad(load: { now: number | undefined }, replicas = 2): Rig {
  const utilisation = (): number | undefined => {
    const ready = rig.one(DEPLOYMENTS, 'web').status?.readyReplicas ?? 0;
    return load.now === undefined || ready === 0 ? undefined : load.now / ready;
  };
  const rig: Rig = startRig(clusterSteps({ utilisation }), ['node-1']);
  const { spec } = replicaSet(replicas);
  rig.cluster.create(DEPLOYMENTS, { metadata: { name: 'web', namespace: NAMESPACE }, spec });
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  rig.cluster.create<HorizontalAutoscaler>(AUTOSCALERS, {
    metadata: { name: 'web', namespace: NAMESPACE },
    spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 6 },
  });
  return rig;
}

const size = (rig: Rig): number | undefined => rig.one(DEPLOYMENTS, 'web').spec.replicas;

test('busy pods get more beside them, within the bounds, and the status says so', async () => {
  const rig = startLoad({ now: 320 });
  await rig.pass(120);
  expect(size(rig)).toBe(4);
  expect(rig.one(AUTOSCALERS, 'web').status).toMatchObject({ currentReplicas: 4, desiredReplicas: 4 });
  expect(conditionOf(rig.one(AUTOSCALERS, 'web'), 'ScalingActive')).toMatchObject({ status: 'True' });
});

test('no load is worth more than maxReplicas', async () => {
  const rig = startLoad({ now: 9000 });
  await rig.pass(300);
  expect(size(rig)).toBe(6);
});

test('idle pods go only when the stabilisation window has passed', async () => {
  const load = { now: 320 };
  const rig = startLoad(load);
  await rig.pass(60);
  expect(size(rig)).toBe(4);
  load.now = 60;
  await rig.pass(150);
  expect(size(rig)).toBe(4);
  await rig.pass(250);
  expect(size(rig)).toBe(2);
});

test('without metrics nothing is scaled but into the bounds', async () => {
  const rig = startLoad({ now: undefined }, 1);
  await rig.pass(60);
  expect(size(rig)).toBe(2);
  expect(conditionOf(rig.one(AUTOSCALERS, 'web'), 'ScalingActive')).toMatchObject({ status: 'False' });
});

test('a target of size 0 is left alone', async () => {
  const rig = startLoad({ now: 500 }, 0);
  await rig.pass(60);
  expect(size(rig)).toBe(0);
  expect(conditionOf(rig.one(AUTOSCALERS, 'web'), 'ScalingActive')).toMatchObject({ reason: 'ScalingDisabled' });
});
