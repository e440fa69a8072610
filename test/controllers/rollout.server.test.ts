import { beforeAll, expect, test } from 'vitest';
import { milliseconds } from '../../src/units/duration.ts';
import { sleep } from '../../src/clock/clock.ts';
import { SERVICES } from '../../src/kube/kinds.ts';
import type { RolloutStatus } from '../../src/api/rollout.ts';
import { canary, rollout, route, service } from './manifests.ts';
import type { ServerRig } from './server-rig.ts';
import { clock, installCrds, startRig } from './server-rig.ts';

beforeAll(() => installCrds());

async function deployed(): Promise<ServerRig> {
  const rig = await startRig();
  for (const object of [service('web-stable'), service('web-canary'), route, rollout('1')]) await rig.apply(object);
  await rig.until(
    'version 1 is healthy',
    ({ phase, availableReplicas }) => phase === 'Healthy' && availableReplicas === 5,
  );
  return rig;
}

/** The writes that the controller makes while nothing happens. */
async function writesAtRest(rig: ServerRig): Promise<readonly unknown[]> {
  // What is still under way (the drain of the old version, its labels) comes to rest first.
  for (let before = -1; before !== rig.writes.length; await sleep(clock, milliseconds(2500)))
    before = rig.writes.length;
  const began = rig.writes.length;
  // Touches that mean nothing wake a pass each.
  for (const name of ['web-stable', 'web-canary']) {
    const body = { metadata: { annotations: { touched: 'yes' } } };
    const touched = await rig.client.patch(
      { resource: SERVICES, namespace: rig.namespace, name },
      { kind: 'Merge', body },
    );
    expect(touched.ok).toBe(true);
  }
  await sleep(clock, milliseconds(1500));
  return rig.writes.slice(began);
}

test('a canary goes 20, 60, 100 on an HTTPRoute, and an unchanged world gets no write', async () => {
  const rig = await deployed();
  const first = (await rig.rollout()).status?.stableRS;
  expect(await rig.selectorOf('web-stable')).toBe(first);
  expect(await rig.weights()).toEqual([100, 0]);

  await rig.apply(rollout('2'));
  await rig.until(
    'the first step is proven and waits',
    ({ phase, currentStepIndex }) => phase === 'Paused' && currentStepIndex === 1,
  );
  expect(await rig.weights()).toEqual([80, 20]);
  const second = (await rig.rollout()).status?.currentPodHash;
  expect(second).not.toBe(first);
  expect(await rig.selectorOf('web-canary')).toBe(second);
  expect(await rig.selectorOf('web-stable')).toBe(first);

  await rig.patchRollout({ status: { pauseConditions: null } }, 'status');
  await rig.until('weight 60 is read back', ({ canary }) => canary?.weights?.canary.weight === 60);
  await rig.until('version 2 is stable', ({ phase, stableRS }) => phase === 'Healthy' && stableRS === second);
  // Recorded first, then the Service is moved, then the weight: each is seen before the next.
  await expect.poll(() => rig.selectorOf('web-stable'), { timeout: 20_000 }).toBe(second);
  await rig.until('the old pods are gone', ({ replicas }) => replicas === 5);
  expect(await rig.weights()).toEqual([100, 0]);
  const sizes = (await rig.replicaSets()).map(({ spec }) => spec.replicas).sort((a, b) => a - b);
  expect(sizes).toEqual([0, 5]);
  expect(await writesAtRest(rig)).toEqual([]);
  expect(rig.lines.filter(({ level }) => level === 'error')).toEqual([]);
}, 120_000);

test('an abort by a person in mid-step gives the traffic back before the canary pods go', async () => {
  const rig = await deployed();
  await rig.apply(rollout('2'));
  await rig.until(
    'the first step waits',
    ({ phase, currentStepIndex }) => phase === 'Paused' && currentStepIndex === 1,
  );
  await rig.patchRollout({ status: { abort: true } }, 'status');
  const status = await rig.until(
    'it is aborted',
    ({ phase, abortedAt }) => phase === 'Degraded' && abortedAt !== undefined,
  );
  await rig.until('weight 0 is read back', ({ canary }) => (canary?.weights?.canary.weight ?? 0) === 0);
  expect(await rig.weights()).toEqual([100, 0]);
  await rig.until('the canary pods are gone', ({ replicas }) => replicas === 5);
  expect(await rig.selectorOf('web-stable')).toBe(status.stableRS);
  const order = rig.lines.filter(({ message }) => message === 'written').map(({ fields }) => fields);
  const weightZero = order.findLastIndex(({ action }) => action === 'SetSplit');
  const podsGone = order.findLastIndex(({ action, replicas }) => action === 'ChangeReplicaSet' && replicas === 0);
  expect(weightZero).toBeGreaterThan(-1);
  expect(podsGone).toBeGreaterThan(weightZero);
  expect(await writesAtRest(rig)).toEqual([]);
}, 120_000);

test('a Service that is missing is told, and one that arrives heals at once', async () => {
  const rig = await startRig();
  for (const object of [service('web-stable'), route, rollout('1')]) await rig.apply(object);
  const told = await rig.until('it is invalid', ({ phase }) => phase === 'Degraded');
  expect(told.conditions?.find(({ type }) => type === 'InvalidSpec')?.message).toContain('web-canary');
  await rig.apply(service('web-canary'));
  await rig.until('it is healthy', ({ phase }) => phase === 'Healthy');
}, 60_000);

test('a template that the API server refuses is told, and fixing it continues', async () => {
  const rig = await deployed();
  const bad = {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'Not_A_Name', image: 'docker.io/example/web:2' }] },
  };
  await rig.patchRollout({ spec: { template: bad } });
  const told = await rig.until('it is invalid', ({ phase }) => phase === 'Degraded');
  expect(told.conditions?.find(({ type }) => type === 'InvalidSpec')?.message).toContain('spec.template');
  expect(await rig.weights()).toEqual([100, 0]);
  await rig.apply(rollout('2'));
  await rig.until('the update goes on', ({ phase, currentStepIndex }) => phase === 'Paused' && currentStepIndex === 1);
}, 120_000);

const unknownStep = { strategy: { canary: { ...canary, steps: [...canary.steps, { setWieght: 80 }] } } };
const refusedTemplate = {
  template: {
    metadata: { labels: { app: 'web' } },
    spec: { containers: [{ name: 'Not_A_Name', image: 'docker.io/example/web:3' }] },
  },
};

test.each([
  ['a step that nobody knows', unknownStep],
  ['a template that the server refuses', refusedTemplate],
])(
  'an abort is obeyed while the spec holds %s; mended and tried again, it goes on',
  async (_, spec) => {
    const rig = await deployed();
    await rig.apply(rollout('2'));
    const atPause = ({ phase, currentStepIndex }: RolloutStatus): boolean =>
      phase === 'Paused' && currentStepIndex === 1;
    await rig.until('the first step waits', atPause);
    await rig.patchRollout({ spec });
    await rig.until('it is invalid', ({ phase }) => phase === 'Degraded');
    expect(await rig.weights()).toEqual([80, 20]);
    await rig.patchRollout({ status: { abort: true } }, 'status');
    await rig.until('it is aborted', ({ abortedAt }) => abortedAt !== undefined);
    await expect.poll(() => rig.weights(), { timeout: 20_000 }).toEqual([100, 0]);
    const { conditions } = await rig.until('the canary pods are gone', ({ replicas }) => replicas === 5);
    expect(conditions?.find(({ type }) => type === 'InvalidSpec')?.status).toBe('True');
    await rig.apply(rollout('2'));
    await rig.until('it is valid', (status) => status.conditions?.every(({ type }) => type !== 'InvalidSpec') === true);
    await rig.patchRollout({ status: { abort: false } }, 'status');
    await rig.until('it waits at 20 % again', atPause);
    expect(await rig.weights()).toEqual([80, 20]);
  },
  120_000,
);

test('a deleted Rollout gives its Services back', async () => {
  const rig = await deployed();
  const { metadata } = await rig.rollout();
  const target = {
    resource: { group: 'sluice.dev', version: 'v1alpha1', plural: 'rollouts', kind: 'Rollout', namespaced: true },
  };
  await rig.client.delete({ ...target, namespace: rig.namespace, name: 'web' }, { uid: metadata.uid ?? '' });
  await expect.poll(() => rig.selectorOf('web-stable'), { timeout: 20_000 }).toBeUndefined();
  await expect.poll(() => rig.selectorOf('web-canary'), { timeout: 20_000 }).toBeUndefined();
}, 60_000);
