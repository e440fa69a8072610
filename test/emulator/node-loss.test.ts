import { expect, test } from 'vitest';
import { clusterSteps } from '../../src/emulator/cluster-steps.ts';
import { NODES, REPLICA_SETS } from '../../src/emulator/steps/kinds.ts';
import { conditionOf, isReady } from '../../src/emulator/steps/pod-facts.ts';
import type { Pod } from '../../src/emulator/steps/pod-shape.ts';
import type { Node } from '../../src/emulator/steps/shapes.ts';
import { formatInstant } from '../../src/units/instant.ts';
import type { Rig } from './rig.ts';
import { container, NAMESPACE, replicaSet, startRig } from './rig.ts';

async function startPods(tolerationSeconds?: number): Promise<Rig> {
  const rig = startRig(clusterSteps(), ['node-1', 'node-2']);
  const set = replicaSet(2, [container({ DRAIN_SECONDS: 1 })]);
  const toleration = { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoExecute' };
  const tolerations = tolerationSeconds === undefined ? [] : [{ ...toleration, tolerationSeconds }];
  const template = { ...set.spec.template, spec: { ...set.spec.template.spec, tolerations } };
  rig.cluster.create(REPLICA_SETS, { ...set, spec: { ...set.spec, template } });
  await rig.pass(10);
  return rig;
}

function setReady(rig: Rig, status: 'True' | 'Unknown'): void {
  const ready = { type: 'Ready', status, lastTransitionTime: formatInstant(rig.clock.now()) };
  rig.cluster.change<Node>(NODES, undefined, 'node-1', (node) => ({
    ...node,
    status: { ...node.status, conditions: [ready] },
  }));
}

const on = (rig: Rig, node: string): readonly Pod[] => rig.pods().filter(({ spec }) => spec.nodeName === node);

test('the pods of a silent node are ready until the control plane notices, then not', async () => {
  const rig = await startPods();
  setReady(rig, 'Unknown');
  await rig.pass(39);
  expect(on(rig, 'node-1').map(isReady)).toEqual([true]);
  await rig.pass(5);
  expect(on(rig, 'node-1').map(isReady)).toEqual([false]);
  expect(rig.one(REPLICA_SETS, 'web-1').status).toMatchObject({ replicas: 2, readyReplicas: 1 });
});

test('after five minutes they are replaced elsewhere, and stay terminating as nobody can say that they ended', async () => {
  const rig = await startPods();
  setReady(rig, 'Unknown');
  await rig.pass(330);
  expect(on(rig, 'node-2')).toHaveLength(1);
  await rig.pass(30);
  expect(on(rig, 'node-2').map(isReady)).toEqual([true, true]);
  expect(on(rig, 'node-1').map(({ metadata }) => metadata.deletionTimestamp !== undefined)).toEqual([true]);
  await rig.pass(600);
  expect(on(rig, 'node-1')).toHaveLength(1);
  setReady(rig, 'True');
  await rig.pass(10);
  expect(on(rig, 'node-1')).toEqual([]);
});

test('a pod may tolerate less', async () => {
  const rig = await startPods(5);
  setReady(rig, 'Unknown');
  await rig.pass(60);
  expect(on(rig, 'node-2').map(isReady)).toEqual([true, true]);
});

test('a node that is back in time keeps its pods, and they are ready again', async () => {
  const rig = await startPods();
  const before = rig.pods().map(({ metadata }) => metadata.name);
  setReady(rig, 'Unknown');
  await rig.pass(60);
  setReady(rig, 'True');
  await rig.pass(5);
  expect(rig.pods().map(({ metadata }) => metadata.name)).toEqual(before);
  expect(rig.pods().map(isReady)).toEqual([true, true]);
  expect(conditionOf(rig.one(NODES, 'node-1'), 'Ready')?.status).toBe('True');
});

test('the pods of a node that was removed are taken out at once', async () => {
  const rig = await startPods();
  rig.cluster.remove(NODES, undefined, 'node-1');
  await rig.pass(10);
  expect(rig.pods().map(({ spec, metadata }) => `${metadata.namespace} ${spec.nodeName}`)).toEqual([
    `${NAMESPACE} node-2`,
    `${NAMESPACE} node-2`,
  ]);
});
