import { expect, test } from 'vitest';
import { PODS, REPLICA_SETS, RESOURCE_QUOTAS } from '../../src/emulator/steps/kinds.ts';
import { conditionOf } from '../../src/emulator/steps/pod-facts.ts';
import { podLife, podRemoval } from '../../src/emulator/steps/pod-life.ts';
import type { Pod } from '../../src/emulator/steps/pod-shape.ts';
import { usualPodTimes } from '../../src/emulator/steps/pod-times.ts';
import { quotaStatus } from '../../src/emulator/steps/quotas.ts';
import { replicaSetClaims } from '../../src/emulator/steps/replica-set-claims.ts';
import { replicaSetStatus } from '../../src/emulator/steps/replica-set-status.ts';
import { replicaSets } from '../../src/emulator/steps/replica-sets.ts';
import { scheduling } from '../../src/emulator/steps/scheduling.ts';
import type { ReplicaSet } from '../../src/emulator/steps/shapes.ts';
import type { Rig } from './rig.ts';
import { container, NAMESPACE, replicaSet, startRig } from './rig.ts';

const STEPS = [
  ...replicaSetClaims,
  ...replicaSets,
  replicaSetStatus,
  quotaStatus,
  scheduling(usualPodTimes),
  podLife(usualPodTimes),
  podRemoval,
];

function scale(rig: Rig, replicas: number): void {
  rig.cluster.change<ReplicaSet>(REPLICA_SETS, NAMESPACE, 'web-1', (set) => ({
    ...set,
    spec: { ...set.spec, replicas },
  }));
}

test('a ReplicaSet gets its pods, and reports them ready and available', async () => {
  const rig = startRig(STEPS, ['node-1']);
  rig.cluster.create(REPLICA_SETS, replicaSet(3));
  await rig.pass(5);
  expect(rig.pods()).toHaveLength(3);
  for (const { metadata } of rig.pods()) expect(metadata.name).toMatch(/^web-1-[a-z0-9]{5}$/);
  expect(rig.one(REPLICA_SETS, 'web-1').status).toEqual({
    replicas: 3,
    fullyLabeledReplicas: 3,
    readyReplicas: 3,
    availableReplicas: 3,
    terminatingReplicas: 0,
    observedGeneration: 1,
  });
});

test('a status is late: the generation is observed after the spec was stored', async () => {
  const rig = startRig(STEPS, ['node-1']);
  rig.cluster.create(REPLICA_SETS, replicaSet(1));
  await rig.pass(5);
  scale(rig, 2);
  expect(rig.one(REPLICA_SETS, 'web-1')).toMatchObject({
    metadata: { generation: 2 },
    status: { observedGeneration: 1 },
  });
  await rig.pass(5);
  expect(rig.one(REPLICA_SETS, 'web-1').status).toMatchObject({ observedGeneration: 2, availableReplicas: 2 });
});

test('a pod is available minReadySeconds after it was ready', async () => {
  const rig = startRig(STEPS, ['node-1']);
  rig.cluster.create(REPLICA_SETS, replicaSet(1, [container()], { minReadySeconds: 20 }));
  await rig.pass(10);
  expect(rig.one(REPLICA_SETS, 'web-1').status).toMatchObject({ readyReplicas: 1 });
  expect(rig.one(REPLICA_SETS, 'web-1').status?.availableReplicas).toBeUndefined();
  await rig.pass(15);
  expect(rig.one(REPLICA_SETS, 'web-1').status).toMatchObject({ availableReplicas: 1 });
});

test('scaling down takes the pod that is not ready before those that are', async () => {
  const rig = startRig(STEPS, ['node-1']);
  rig.cluster.create(REPLICA_SETS, replicaSet(2));
  await rig.pass(5);
  const kept = rig.pods().map(({ metadata }) => metadata.name);
  scale(rig, 3);
  await rig.pass(0.1);
  scale(rig, 2);
  await rig.pass(30);
  expect(rig.pods().map(({ metadata }) => metadata.name)).toEqual(kept);
});

test('scaling down takes the pod with the lowest deletion cost', async () => {
  const rig = startRig(STEPS, ['node-1']);
  rig.cluster.create(REPLICA_SETS, replicaSet(3));
  await rig.pass(5);
  const cheap = rig.pods()[1]?.metadata.name ?? '';
  rig.cluster.change<Pod>(PODS, NAMESPACE, cheap, (pod) => ({
    ...pod,
    metadata: { ...pod.metadata, annotations: { 'controller.kubernetes.io/pod-deletion-cost': '-5' } },
  }));
  scale(rig, 2);
  await rig.pass(30);
  expect(rig.pods().map(({ metadata }) => metadata.name)).not.toContain(cheap);
});

test('a terminating pod is replaced at once and counted as terminating until it is gone', async () => {
  const rig = startRig(STEPS, ['node-1']);
  rig.cluster.create(REPLICA_SETS, replicaSet(1, [container({ DRAIN_SECONDS: 10 })]));
  await rig.pass(5);
  rig.cluster.remove(PODS, NAMESPACE, rig.pods()[0]?.metadata.name ?? '');
  await rig.pass(5);
  expect(rig.pods()).toHaveLength(2);
  expect(rig.one(REPLICA_SETS, 'web-1').status).toMatchObject({ replicas: 1, terminatingReplicas: 1 });
  await rig.pass(10);
  expect(rig.pods()).toHaveLength(1);
  expect(rig.one(REPLICA_SETS, 'web-1').status).toMatchObject({ replicas: 1, terminatingReplicas: 0 });
});

test('a pod that matches and has no owner is adopted, one that no longer matches is released', async () => {
  const rig = startRig(STEPS, ['node-1']);
  const { spec } = replicaSet(0).spec.template;
  rig.cluster.create(PODS, { metadata: { name: 'stray', namespace: NAMESPACE, labels: { app: 'web' } }, spec });
  const { metadata } = rig.cluster.create(REPLICA_SETS, replicaSet(1));
  await rig.pass(5);
  expect(rig.pods()).toHaveLength(1);
  expect(rig.one(PODS, 'stray').metadata.ownerReferences?.[0]).toMatchObject({ uid: metadata.uid, controller: true });
  rig.cluster.change<Pod>(PODS, NAMESPACE, 'stray', (pod) => ({
    ...pod,
    metadata: { ...pod.metadata, labels: { app: 'other' } },
  }));
  await rig.pass(5);
  expect(rig.one(PODS, 'stray').metadata.ownerReferences ?? []).toEqual([]);
  expect(rig.pods()).toHaveLength(2);
});

test('pods that a quota refuses are told by ReplicaFailure until there is room', async () => {
  const rig = startRig(STEPS, ['node-1']);
  rig.cluster.create(RESOURCE_QUOTAS, {
    metadata: { name: 'small', namespace: NAMESPACE },
    spec: { hard: { pods: '2' } },
  } as never);
  rig.cluster.create(REPLICA_SETS, replicaSet(3));
  await rig.pass(5);
  expect(rig.pods()).toHaveLength(2);
  const failure = conditionOf(rig.one(REPLICA_SETS, 'web-1'), 'ReplicaFailure');
  expect(failure).toMatchObject({ status: 'True', reason: 'FailedCreate' });
  expect(failure?.message).toContain('exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2');
  scale(rig, 2);
  await rig.pass(5);
  expect(conditionOf(rig.one(REPLICA_SETS, 'web-1'), 'ReplicaFailure')).toBeUndefined();
});

test('once it has what it wants nothing is written any more', async () => {
  const rig = startRig(STEPS, ['node-1']);
  rig.cluster.create(REPLICA_SETS, replicaSet(3));
  await rig.pass(10);
  const before = rig.cluster.writes;
  await rig.pass(600);
  expect(rig.cluster.writes).toBe(before);
  rig.running.stop();
  expect(rig.clock.pending).toBe(0);
});
