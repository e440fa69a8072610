import { beforeAll, expect, test } from 'vitest';
import { sleep } from '../../src/clock/clock.ts';
import { ownKinds } from '../../src/controllers/world.ts';
import { HTTP_ROUTES } from '../../src/kube/kinds.ts';
import type { KubeObject } from '../../src/kube/resource.ts';
import { milliseconds } from '../../src/units/duration.ts';
import { rollout, route, service } from './manifests.ts';
import type { ServerRig } from './server-rig.ts';
import { clock, installCrds, startReplica, startRig } from './server-rig.ts';

beforeAll(() => installCrds());

type Route = KubeObject & Readonly<{ spec: Readonly<{ rules: readonly object[] }> }>;

/** The test's route with what its author has beside our two backends. */
const authored = {
  ...route,
  metadata: { name: 'web', labels: { team: 'shop' }, annotations: { note: 'mine' } },
  spec: {
    ...route.spec,
    rules: [
      {
        ...route.spec.rules[0],
        filters: [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'x', value: 'y' }] } }],
      },
      { matches: [{ path: { type: 'PathPrefix', value: '/other' } }], backendRefs: [{ name: 'other', port: 80 }] },
    ],
  },
};

/** A Rollout in mid-update, its canary at 20 %. */
async function atTwenty(): Promise<ServerRig & Readonly<{ before: Route }>> {
  const rig = await startRig();
  for (const object of [service('web-stable'), service('web-canary'), authored, rollout('1')]) await rig.apply(object);
  await rig.until('version 1 is healthy', ({ phase }) => phase === 'Healthy');
  const before = await rig.object<Route>(HTTP_ROUTES, 'web');
  await rig.apply(rollout('2'));
  await rig.until(
    'the first step waits',
    ({ phase, currentStepIndex }) => phase === 'Paused' && currentStepIndex === 1,
  );
  expect(await rig.weights()).toEqual([80, 20]);
  return { ...rig, before };
}

async function deleteRollout(rig: ServerRig): Promise<void> {
  const { metadata } = await rig.rollout();
  const target = { resource: ownKinds('sluice.dev').rollouts, namespace: rig.namespace, name: 'web' };
  expect((await rig.client.delete(target, { uid: metadata.uid ?? '' })).ok).toBe(true);
}

async function expectGivenBack(rig: ServerRig, before: Route): Promise<void> {
  await expect.poll(() => rig.weights(), { timeout: 20_000 }).toEqual([100, 0]);
  await expect.poll(() => rig.selectorOf('web-stable'), { timeout: 20_000 }).toBeUndefined();
  await expect.poll(() => rig.selectorOf('web-canary'), { timeout: 20_000 }).toBeUndefined();
  const after = await rig.object<Route>(HTTP_ROUTES, 'web');
  expect(after.spec).toEqual(before.spec);
  expect(after.metadata.labels).toEqual(authored.metadata.labels);
  expect(Object.keys(after.metadata.annotations ?? {})).not.toContain('sluice.dev/split-by');
  expect(after.metadata.annotations).toMatchObject(authored.metadata.annotations);
}

test('a Rollout deleted in mid-update leaves its route to the stable Service, and whatever else is in it as it was', async () => {
  const rig = await atTwenty();
  const began = clock.now();
  await deleteRollout(rig);
  await expectGivenBack(rig, rig.before);
  console.log(`route and Services given back ${clock.now() - began} ms after the deletion`);
  const writes = rig.writes.length;
  await sleep(clock, milliseconds(1000));
  expect(rig.writes.length).toBe(writes);
}, 120_000);

test('one deleted while no controller ran is made good by the next', async () => {
  const rig = await atTwenty();
  await rig.controller.stop();
  await deleteRollout(rig);
  await sleep(clock, milliseconds(500));
  expect(await rig.weights()).toEqual([80, 20]);
  await startReplica(rig.namespace);
  await expectGivenBack(rig, rig.before);
}, 120_000);

test('a Rollout that only left our sight keeps its route', async () => {
  const rig = await atTwenty();
  await rig.patchRollout({ metadata: { labels: { 'argo-rollouts.argoproj.io/controller-instance-id': 'other' } } });
  await expect.poll(() => rig.lines.some(({ message }) => message === 'rollout gone'), { timeout: 20_000 }).toBe(true);
  await sleep(clock, milliseconds(1000));
  expect(await rig.weights()).toEqual([80, 20]);
  expect(await rig.selectorOf('web-stable')).toBeDefined();
}, 120_000);

test('one made anew under the name, with another route, has the route of the old one given back', async () => {
  const rig = await atTwenty();
  await rig.controller.stop();
  await deleteRollout(rig);
  const other = { canary: { canaryService: 'web-canary', stableService: 'web-stable', steps: [{ setWeight: 20 }] } };
  await rig.apply(rollout('1', other));
  await startReplica(rig.namespace);
  await expect.poll(() => rig.weights(), { timeout: 20_000 }).toEqual([100, 0]);
  const { metadata } = await rig.object<Route>(HTTP_ROUTES, 'web');
  expect(metadata.labels).toEqual(authored.metadata.labels);
}, 120_000);
