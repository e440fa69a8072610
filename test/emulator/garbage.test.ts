import { expect, test } from 'vitest';
import type { KubeObject, OwnerReference } from '../../src/kube/resource.ts';
import { garbage } from '../../src/emulator/steps/garbage.ts';
import { DEPLOYMENTS, PODS, REPLICA_SETS, SERVICES } from '../../src/emulator/steps/kinds.ts';
import type { ResourceOf } from '../../src/emulator/steps/kinds.ts';
import { podLife, podRemoval } from '../../src/emulator/steps/pod-life.ts';
import { usualPodTimes } from '../../src/emulator/steps/pod-times.ts';
import { scheduling } from '../../src/emulator/steps/scheduling.ts';
import type { Rig } from './rig.ts';
import { container, NAMESPACE, replicaSet, startRig } from './rig.ts';

const STEPS = [
  ...garbage([DEPLOYMENTS, REPLICA_SETS, PODS, SERVICES]),
  scheduling(usualPodTimes),
  podLife(usualPodTimes),
  podRemoval,
];

function ownedBy(owner: KubeObject, kind: string, more: Partial<OwnerReference> = {}): OwnerReference {
  const { name, uid = '' } = owner.metadata;
  return { apiVersion: 'apps/v1', kind, name, uid, controller: true, blockOwnerDeletion: true, ...more };
}

function add(
  rig: Rig,
  resource: ResourceOf<KubeObject>,
  name: string,
  ownerReferences: readonly OwnerReference[] = [],
): KubeObject {
  const specs: Readonly<Record<string, unknown>> = {
    pods: { containers: [container()] },
    services: { selector: { app: 'web' }, ports: [{ port: 80 }] },
  };
  const spec = specs[resource.plural] ?? replicaSet(0).spec;
  return rig.cluster.create(resource, {
    metadata: { name, namespace: NAMESPACE, ownerReferences },
    spec,
  } as KubeObject);
}

function family(rig: Rig): KubeObject {
  const deployment = add(rig, DEPLOYMENTS, 'web');
  const set = add(rig, REPLICA_SETS, 'web-1', [ownedBy(deployment, 'Deployment')]);
  add(rig, PODS, 'web-1-a', [ownedBy(set, 'ReplicaSet')]);
  return set;
}

const left = (rig: Rig): readonly string[] =>
  [DEPLOYMENTS, REPLICA_SETS, PODS].flatMap((of) => rig.all<KubeObject>(of).map(({ metadata }) => metadata.name));

test('what has lost its owner goes in the background, down to the pods', async () => {
  const rig = startRig(STEPS, ['node-1']);
  family(rig);
  await rig.pass(5);
  rig.cluster.remove(DEPLOYMENTS, NAMESPACE, 'web');
  expect(left(rig)).toEqual(['web-1', 'web-1-a']);
  await rig.pass(1);
  expect(left(rig)).toEqual(['web-1-a']);
  await rig.pass(10);
  expect(left(rig)).toEqual([]);
});

test('in the foreground an owner stays until its dependents are gone', async () => {
  const rig = startRig(STEPS, ['node-1']);
  family(rig);
  await rig.pass(5);
  rig.cluster.remove(DEPLOYMENTS, NAMESPACE, 'web', 'Foreground');
  await rig.pass(3);
  expect(left(rig)).toEqual(['web', 'web-1', 'web-1-a']);
  await rig.pass(10);
  expect(left(rig)).toEqual([]);
});

test('in the foreground a dependent that does not block is not waited for', async () => {
  const rig = startRig(STEPS, ['node-1']);
  const set = add(rig, REPLICA_SETS, 'web-1');
  add(rig, PODS, 'web-1-a', [ownedBy(set, 'ReplicaSet', { blockOwnerDeletion: false })]);
  await rig.pass(5);
  rig.cluster.remove(REPLICA_SETS, NAMESPACE, 'web-1', 'Foreground');
  await rig.pass(1);
  expect(left(rig)).toEqual(['web-1-a']);
});

test('an orphaned dependent stays, without its owner', async () => {
  const rig = startRig(STEPS, ['node-1']);
  family(rig);
  await rig.pass(5);
  rig.cluster.remove(DEPLOYMENTS, NAMESPACE, 'web', 'Orphan');
  await rig.pass(30);
  expect(left(rig)).toEqual(['web-1', 'web-1-a']);
  expect(rig.one(REPLICA_SETS, 'web-1').metadata.ownerReferences ?? []).toEqual([]);
});

test('one owner of two that is left keeps the object, and the lost one is struck out', async () => {
  const rig = startRig(STEPS);
  const [first, second] = [add(rig, SERVICES, 'first'), add(rig, SERVICES, 'second')];
  const owners = [first, second].map((owner) => ownedBy(owner, 'Service', { apiVersion: 'v1', controller: false }));
  add(rig, REPLICA_SETS, 'web-1', owners);
  rig.cluster.remove(SERVICES, NAMESPACE, 'first');
  await rig.pass(5);
  expect(rig.one(REPLICA_SETS, 'web-1').metadata.ownerReferences).toMatchObject([{ name: 'second' }]);
});

test('an owner re-created under the same name is another owner', async () => {
  const rig = startRig(STEPS);
  family(rig);
  rig.cluster.remove(REPLICA_SETS, NAMESPACE, 'web-1');
  add(rig, REPLICA_SETS, 'web-1');
  await rig.pass(5);
  expect(left(rig)).toEqual(['web', 'web-1']);
});

test('an owner of a kind that is not known here counts as being there', async () => {
  const rig = startRig(STEPS);
  const owner = { metadata: { name: 'x', uid: 'nobody-has-it' } };
  add(rig, REPLICA_SETS, 'web-1', [ownedBy(owner, 'Gadget', { apiVersion: 'example.com/v1' })]);
  await rig.pass(60);
  expect(left(rig)).toEqual(['web-1']);
});
