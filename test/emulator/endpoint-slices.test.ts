import { expect, test } from 'vitest';
import { endpointSlices } from '../../src/emulator/steps/endpoint-slices.ts';
import { ENDPOINT_SLICES, PODS, REPLICA_SETS, SERVICES } from '../../src/emulator/steps/kinds.ts';
import { podLife, podRemoval } from '../../src/emulator/steps/pod-life.ts';
import { usualPodTimes } from '../../src/emulator/steps/pod-times.ts';
import { replicaSets } from '../../src/emulator/steps/replica-sets.ts';
import { scheduling } from '../../src/emulator/steps/scheduling.ts';
import type { Endpoint, ReplicaSet, Service } from '../../src/emulator/steps/shapes.ts';
import type { Rig } from './rig.ts';
import { container, NAMESPACE, replicaSet, startRig } from './rig.ts';

const STEPS = [endpointSlices, ...replicaSets, scheduling(usualPodTimes), podLife(usualPodTimes), podRemoval];

function startService(more: Service['spec'] = {}, env: Readonly<Record<string, string | number>> = {}): Rig {
  const rig = startRig(STEPS, ['node-1']);
  const spec = { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }], ...more };
  rig.cluster.create(SERVICES, { metadata: { name: 'web', namespace: NAMESPACE }, spec });
  rig.cluster.create(REPLICA_SETS, replicaSet(2, [container(env)]));
  return rig;
}

const endpoints = (rig: Rig): readonly Endpoint[] => rig.all(ENDPOINT_SLICES).flatMap((slice) => slice.endpoints ?? []);

test('a Service without pods has one empty slice that it owns', async () => {
  const rig = startService({ selector: { app: 'nobody' } });
  await rig.pass(5);
  const [slice, ...others] = rig.all(ENDPOINT_SLICES);
  expect(others).toEqual([]);
  expect(slice).toMatchObject({ addressType: 'IPv4', endpoints: null, ports: null });
  expect(slice?.metadata.labels).toMatchObject({ 'kubernetes.io/service-name': 'web' });
  expect(slice?.metadata.ownerReferences?.[0]).toMatchObject({ kind: 'Service', name: 'web', controller: true });
});

test('a pod is listed when it has an address, and ready when it is ready', async () => {
  const rig = startService({}, { READY_AFTER_SECONDS: 10 });
  await rig.pass(5);
  expect(endpoints(rig).map(({ conditions }) => conditions)).toEqual([
    { ready: false, serving: false, terminating: false },
    { ready: false, serving: false, terminating: false },
  ]);
  await rig.pass(15);
  expect(endpoints(rig).map(({ conditions }) => conditions)).toEqual([
    { ready: true, serving: true, terminating: false },
    { ready: true, serving: true, terminating: false },
  ]);
  expect(rig.all(ENDPOINT_SLICES)[0]?.ports).toEqual([{ name: 'http', protocol: 'TCP', port: 8080 }]);
  expect(endpoints(rig)[0]?.targetRef.uid).toBe(rig.pods()[0]?.metadata.uid);
});

test('a terminating pod goes on serving, is not ready, and leaves when it is gone', async () => {
  const rig = startService();
  await rig.pass(5);
  const leaving = rig.pods()[0]?.metadata.name ?? '';
  rig.cluster.remove(PODS, NAMESPACE, leaving);
  await rig.pass(0.5);
  const conditions = (): unknown => endpoints(rig).find(({ targetRef }) => targetRef.name === leaving)?.conditions;
  expect(conditions()).toEqual({ ready: false, serving: true, terminating: true });
  await rig.pass(20);
  expect(conditions()).toBeUndefined();
});

test('publishNotReadyAddresses makes every listed pod ready', async () => {
  const rig = startService({ publishNotReadyAddresses: true }, { NEVER_READY: 'true' });
  await rig.pass(5);
  expect(endpoints(rig).map(({ conditions }) => conditions.ready)).toEqual([true, true]);
});

test('a Service pointed elsewhere lists the other pods', async () => {
  const rig = startService();
  await rig.pass(5);
  rig.cluster.change<Service>(SERVICES, NAMESPACE, 'web', (service) => ({
    ...service,
    spec: { ...service.spec, selector: { app: 'other' } },
  }));
  await rig.pass(1);
  expect(endpoints(rig)).toEqual([]);
});

test('more than a hundred pods fill a second slice, which goes when they go', async () => {
  const rig = startService();
  rig.cluster.change<ReplicaSet>(REPLICA_SETS, NAMESPACE, 'web-1', (set) => ({
    ...set,
    spec: { ...set.spec, replicas: 105 },
  }));
  await rig.pass(10);
  expect(rig.all(ENDPOINT_SLICES).map((slice) => slice.endpoints?.length)).toEqual([100, 5]);
  rig.cluster.change<ReplicaSet>(REPLICA_SETS, NAMESPACE, 'web-1', (set) => ({
    ...set,
    spec: { ...set.spec, replicas: 3 },
  }));
  await rig.pass(20);
  expect(rig.all(ENDPOINT_SLICES).map((slice) => slice.endpoints?.length)).toEqual([3]);
});
