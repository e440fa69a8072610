import { expect, test } from 'vitest';
import { clusterSteps } from '../../src/emulator/cluster-steps.ts';
import { REVISION } from '../../src/emulator/steps/deployment-family.ts';
import { DEPLOYMENTS, PODS, REPLICA_SETS } from '../../src/emulator/steps/kinds.ts';
import { conditionOf, isActive, isFinished, isReady } from '../../src/emulator/steps/pod-facts.ts';
import type { Deployment } from '../../src/emulator/steps/shapes.ts';
import type { Rig } from './rig.ts';
import { container, NAMESPACE, replicaSet, startRig } from './rig.ts';

type Spec = Partial<Deployment['spec']>;

function deploy(replicas: number, more: Spec = {}): Rig {
  const rig = startRig(clusterSteps(), ['node-1', 'node-2']);
  const { spec } = replicaSet(replicas);
  rig.cluster.create<Deployment>(DEPLOYMENTS, {
    metadata: { name: 'web', namespace: NAMESPACE },
    spec: { ...spec, strategy: { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }, ...more },
  });
  return rig;
}

function edit(rig: Rig, change: (spec: Deployment['spec']) => Spec): void {
  rig.cluster.change<Deployment>(DEPLOYMENTS, NAMESPACE, 'web', (found) => ({
    ...found,
    spec: { ...found.spec, ...change(found.spec) },
  }));
}

const update = (rig: Rig, env: Readonly<Record<string, string | number>>): void =>
  edit(rig, ({ template }) => ({ template: { ...template, spec: { containers: [container(env)] } } }));
const found = (rig: Rig): Deployment => rig.one(DEPLOYMENTS, 'web');
const sizes = (rig: Rig): readonly number[] =>
  rig
    .all(REPLICA_SETS)
    .map(({ spec }) => spec.replicas ?? 0)
    .toSorted((a, b) => a - b);

/** What `kubectl rollout status` waits for. Source: DeploymentStatusViewer of k8s.io/kubectl. */
function isRolledOut({ metadata, spec, status }: Deployment): boolean {
  if ((metadata.generation ?? 0) > (status?.observedGeneration ?? 0)) return false;
  const { updatedReplicas = 0, replicas = 0, availableReplicas = 0 } = status ?? {};
  return updatedReplicas >= (spec.replicas ?? 1) && replicas <= updatedReplicas && availableReplicas >= updatedReplicas;
}

test('a Deployment makes a numbered ReplicaSet named for its template, and is available', async () => {
  const rig = deploy(3);
  await rig.pass(8);
  const [set] = rig.all(REPLICA_SETS);
  expect(set?.metadata.name).toBe(`web-${set?.metadata.labels?.['pod-template-hash']}`);
  expect(set?.metadata.annotations).toMatchObject({
    [REVISION]: '1',
    'deployment.kubernetes.io/desired-replicas': '3',
    'deployment.kubernetes.io/max-replicas': '4',
  });
  expect(found(rig).metadata.annotations).toMatchObject({ [REVISION]: '1' });
  expect(isRolledOut(found(rig))).toBe(true);
  expect(found(rig).status).toMatchObject({ replicas: 3, updatedReplicas: 3, readyReplicas: 3, availableReplicas: 3 });
  expect(conditionOf(found(rig), 'Available')).toMatchObject({ status: 'True', reason: 'MinimumReplicasAvailable' });
  expect(conditionOf(found(rig), 'Progressing')).toMatchObject({ status: 'True', reason: 'NewReplicaSetAvailable' });
});

test('a rolling update never has fewer ready pods nor more pods than it may', async () => {
  const rig = deploy(4);
  await rig.pass(10);
  const seen: Readonly<{ ready: number; active: number }>[] = [];
  rig.cluster.onChange((resource) => {
    if (resource.plural !== 'pods') return;
    const active = rig.pods().filter(isActive);
    seen.push({ ready: active.filter(isReady).length, active: active.length });
  });
  update(rig, { VERSION: 'v2' });
  expect(isRolledOut(found(rig))).toBe(false);
  await rig.pass(60);
  expect(isRolledOut(found(rig))).toBe(true);
  expect(sizes(rig)).toEqual([0, 4]);
  expect(Math.min(...seen.map(({ ready }) => ready))).toBe(4);
  expect(Math.max(...seen.map(({ active }) => active))).toBe(5);
  expect(found(rig).metadata.annotations).toMatchObject({ [REVISION]: '2' });
});

test('a version that is never ready stops the update and is late after the deadline', async () => {
  const rig = deploy(3, { progressDeadlineSeconds: 30 });
  await rig.pass(10);
  update(rig, { NEVER_READY: 'true' });
  await rig.pass(20);
  expect(conditionOf(found(rig), 'Progressing')).toMatchObject({ status: 'True', reason: 'ReplicaSetUpdated' });
  await rig.pass(20);
  expect(conditionOf(found(rig), 'Progressing')).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
  expect(sizes(rig)).toEqual([1, 3]);
  expect(found(rig).status).toMatchObject({ readyReplicas: 3, updatedReplicas: 1, unavailableReplicas: 1 });
});

test('back to a former template its ReplicaSet is used again under a new number', async () => {
  const rig = deploy(2);
  await rig.pass(10);
  const first = rig.all(REPLICA_SETS)[0]?.metadata.name ?? '';
  update(rig, { VERSION: 'v2' });
  await rig.pass(40);
  update(rig, {});
  await rig.pass(40);
  expect(rig.all(REPLICA_SETS)).toHaveLength(2);
  expect(rig.one(REPLICA_SETS, first)).toMatchObject({
    spec: { replicas: 2 },
    metadata: { annotations: { [REVISION]: '3' } },
  });
});

test('a change of size in mid-update is shared among the ReplicaSets', async () => {
  const rig = deploy(10, { strategy: { rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } } });
  await rig.pass(15);
  update(rig, { NEVER_READY: 'true' });
  await rig.pass(20);
  expect(sizes(rig)).toEqual([5, 8]);
  edit(rig, () => ({ replicas: 15 }));
  await rig.pass(20);
  // The worked example of the Kubernetes documentation: 5 more, 3 for the larger and 2 for the smaller ReplicaSet.
  expect(sizes(rig)).toEqual([7, 11]);
});

test('Recreate has no pod of the new version before the last old one has ended', async () => {
  const rig = deploy(2, { strategy: { type: 'Recreate' } });
  await rig.pass(10);
  const old = new Set(rig.pods().map(({ metadata }) => metadata.uid));
  let mixed = false;
  rig.cluster.onChange(() => {
    const running = rig.pods().filter((pod) => !isFinished(pod));
    const uids = running.map(({ metadata }) => old.has(metadata.uid ?? ''));
    mixed ||= uids.includes(true) && uids.includes(false);
  });
  update(rig, { VERSION: 'v2' });
  await rig.pass(40);
  expect(mixed).toBe(false);
  expect(isRolledOut(found(rig))).toBe(true);
});

test('a paused Deployment makes no new ReplicaSet, but scales', async () => {
  const rig = deploy(2);
  await rig.pass(10);
  edit(rig, () => ({ paused: true }));
  update(rig, { VERSION: 'v2' });
  edit(rig, () => ({ replicas: 3 }));
  await rig.pass(20);
  expect(sizes(rig)).toEqual([3]);
  expect(conditionOf(found(rig), 'Progressing')).toMatchObject({ status: 'Unknown', reason: 'DeploymentPaused' });
  edit(rig, () => ({ paused: false }));
  await rig.pass(40);
  expect(isRolledOut(found(rig))).toBe(true);
});

test('of old ReplicaSets as many are kept as the history limit says', async () => {
  const rig = deploy(1, { revisionHistoryLimit: 2 });
  for (let version = 1; version <= 5; version += 1) {
    update(rig, { VERSION: `v${version}` });
    await rig.pass(20);
  }
  const numbers = rig.all(REPLICA_SETS).map(({ metadata }) => metadata.annotations?.[REVISION]);
  expect(numbers.toSorted()).toEqual(['3', '4', '5']);
});

test('a deleted Deployment takes its ReplicaSets and pods along', async () => {
  const rig = deploy(2);
  await rig.pass(10);
  rig.cluster.remove(DEPLOYMENTS, NAMESPACE, 'web');
  await rig.pass(20);
  expect([...rig.all(REPLICA_SETS), ...rig.all(PODS)]).toEqual([]);
});
