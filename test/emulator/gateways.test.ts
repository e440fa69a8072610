import { expect, test } from 'vitest';
import { gatewayStatus, routeStatus } from '../../src/emulator/steps/gateways.ts';
import { GATEWAYS, HTTP_ROUTES, SERVICES } from '../../src/emulator/steps/kinds.ts';
import type { BackendReference, Condition, HttpRoute } from '../../src/emulator/steps/shapes.ts';
import type { Rig } from './rig.ts';
import { NAMESPACE, startRig } from './rig.ts';

function startRoute(backendRefs: readonly BackendReference[], parent: object = {}): Rig {
  const rig = startRig([gatewayStatus, routeStatus]);
  const listeners = [{ name: 'http', port: 80, protocol: 'HTTP' }];
  const metadata = (name: string): { name: string; namespace: string } => ({ name, namespace: NAMESPACE });
  rig.cluster.create(GATEWAYS, { metadata: metadata('gate'), spec: { gatewayClassName: 'any', listeners } });
  rig.cluster.create(SERVICES, { metadata: metadata('stable'), spec: { ports: [{ port: 80 }] } });
  const spec = { parentRefs: [{ name: 'gate', ...parent }], rules: [{ backendRefs }] };
  rig.cluster.create<HttpRoute>(HTTP_ROUTES, { metadata: metadata('web'), spec });
  return rig;
}

const said = (rig: Rig, type: string): Condition | undefined =>
  rig.one(HTTP_ROUTES, 'web').status?.parents?.[0]?.conditions?.find((one) => one.type === type);

test('a Gateway is accepted and programmed', async () => {
  const rig = startRoute([]);
  await rig.pass(1);
  const conditions = rig.one(GATEWAYS, 'gate').status?.conditions;
  expect(conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual(['Accepted=True', 'Programmed=True']);
});

test('a route to a Service that is there is accepted with its references resolved', async () => {
  const rig = startRoute([{ name: 'stable', port: 80 }]);
  await rig.pass(1);
  expect(said(rig, 'Accepted')).toMatchObject({ status: 'True', observedGeneration: 1 });
  expect(said(rig, 'ResolvedRefs')).toMatchObject({ status: 'True', reason: 'ResolvedRefs', observedGeneration: 1 });
});

test('a changed route is looked at later: until then its status names the generation before', async () => {
  const rig = startRoute([{ name: 'stable', port: 80 }]);
  await rig.pass(1);
  rig.cluster.change<HttpRoute>(HTTP_ROUTES, NAMESPACE, 'web', (route) => ({
    ...route,
    spec: { ...route.spec, rules: [{ backendRefs: [{ name: 'stable', port: 80, weight: 7 }] }] },
  }));
  expect(rig.one(HTTP_ROUTES, 'web').metadata.generation).toBe(2);
  expect(said(rig, 'Accepted')).toMatchObject({ observedGeneration: 1 });
  await rig.pass(1);
  expect(said(rig, 'Accepted')).toMatchObject({ observedGeneration: 2 });
});

test.each([
  ['a Service that is missing', { name: 'canary', port: 80 }, 'BackendNotFound'],
  ['a port that the Service has not', { name: 'stable', port: 81 }, 'BackendNotFound'],
  ['something that is no Service', { kind: 'Bucket', group: 'example.com', name: 'stable', port: 80 }, 'InvalidKind'],
  ['a Service of another namespace', { namespace: 'default', name: 'stable', port: 80 }, 'RefNotPermitted'],
])('a route to %s is accepted, and its references are not resolved', async (_sentence, backend, reason) => {
  const rig = startRoute([backend]);
  await rig.pass(1);
  expect(said(rig, 'Accepted')).toMatchObject({ status: 'True' });
  expect(said(rig, 'ResolvedRefs')).toMatchObject({ status: 'False', reason });
});

test('once the missing Service is there the references are resolved', async () => {
  const rig = startRoute([{ name: 'canary', port: 80 }]);
  await rig.pass(1);
  rig.cluster.create(SERVICES, { metadata: { name: 'canary', namespace: NAMESPACE }, spec: { ports: [{ port: 80 }] } });
  await rig.pass(1);
  expect(said(rig, 'ResolvedRefs')).toMatchObject({ status: 'True' });
});

test('a listener that the Gateway has not is no matching parent', async () => {
  const rig = startRoute([{ name: 'stable', port: 80 }], { sectionName: 'https' });
  await rig.pass(1);
  expect(said(rig, 'Accepted')).toMatchObject({ status: 'False', reason: 'NoMatchingParent' });
});

test('a Gateway that is not there says nothing, and what others said stays', async () => {
  const rig = startRoute([{ name: 'stable', port: 80 }]);
  const other = { parentRef: { name: 'gate' }, controllerName: 'example.com/other', conditions: [] };
  rig.cluster.change<HttpRoute>(HTTP_ROUTES, NAMESPACE, 'web', (route) => ({ ...route, status: { parents: [other] } }));
  await rig.pass(1);
  expect(rig.one(HTTP_ROUTES, 'web').status?.parents).toHaveLength(2);
  rig.cluster.remove(GATEWAYS, NAMESPACE, 'gate');
  await rig.pass(1);
  expect(rig.one(HTTP_ROUTES, 'web').status?.parents).toMatchObject([{ controllerName: 'example.com/other' }]);
});
