import { beforeAll, expect, test } from 'vitest';
import { LEASES } from '../../src/kube/kinds.ts';
import { startPrometheus } from './fake-prometheus.ts';
import { canary, rollout, route, service } from './manifests.ts';
import type { RigOptions, ServerRig } from './server-rig.ts';
import { installCrds, startNamespace, startReplica, startRig } from './server-rig.ts';

beforeAll(() => installCrds());

async function deployed(objects: readonly object[], options: RigOptions = {}): Promise<ServerRig> {
  const rig = await startRig(options);
  for (const object of objects) await rig.apply(object);
  await rig.until(
    'version 1 is healthy',
    ({ phase, availableReplicas }) => phase === 'Healthy' && availableReplicas === 5,
  );
  return rig;
}

const errors = {
  apiVersion: 'sluice.dev/v1alpha1',
  kind: 'AnalysisTemplate',
  metadata: { name: 'errors' },
  spec: {
    metrics: [
      {
        name: 'errors',
        interval: '1s',
        count: 2,
        successCondition: 'result[0] < 0.05',
        provider: { prometheus: { query: 'errors{hash="canary"}' } },
      },
    ],
  },
};

const analysed = {
  canary: {
    ...canary,
    steps: [{ setWeight: 20 }, { analysis: { templates: [{ templateName: 'errors' }] } }, { setWeight: 60 }],
  },
};

test('a good version passes its analysis and is promoted', async () => {
  const prometheus = await startPrometheus(0.01);
  const objects = [errors, service('web-stable'), service('web-canary'), route, rollout('1', analysed)];
  const rig = await deployed(objects, { prometheus: prometheus.address });
  await rig.apply(rollout('2', analysed));
  const { currentPodHash } = await rig.until('the update has begun', ({ phase }) => phase === 'Progressing');
  await rig.until('version 2 is stable', ({ phase, stableRS }) => phase === 'Healthy' && stableRS === currentPodHash);
  expect(prometheus.queries).toEqual(['errors{hash="canary"}', 'errors{hash="canary"}']);
}, 90_000);

test('a bad version is rolled back by its analysis, and its weight is written 0 within 300 ms of the verdict', async () => {
  const prometheus = await startPrometheus(0.3);
  const objects = [errors, service('web-stable'), service('web-canary'), route, rollout('1', analysed)];
  const rig = await deployed(objects, { prometheus: prometheus.address });
  const { stableRS } = (await rig.rollout()).status ?? {};
  await rig.apply(rollout('2', analysed));
  const told = await rig.until(
    'it is aborted',
    ({ phase, abortedAt }) => phase === 'Degraded' && abortedAt !== undefined,
  );
  expect(told.message).toContain('errors');
  await rig.until('the canary pods are gone', ({ replicas }) => replicas === 5);
  expect(await rig.weights()).toEqual([100, 0]);
  expect(await rig.selectorOf('web-stable')).toBe(stableRS);
  const verdict = rig.lines.find(({ message, fields }) => message === 'run phase changed' && fields['to'] === 'Failed');
  const isWeightZero = ({ message, fields }: (typeof rig.lines)[number]): boolean =>
    message === 'written' && fields['action'] === 'SetSplit' && JSON.stringify(fields['split']).includes('"canary":0');
  const zero = rig.lines.findLast(isWeightZero);
  const took = (zero?.at ?? Number.NaN) - (verdict?.at ?? Number.NaN);
  console.log(`verdict to weight 0 written: ${took} ms`);
  // The aim is 100 ms (23 to 54 ms were measured); a machine that other tests share gets three times that.
  expect(took).toBeLessThan(300);
}, 90_000);

const blueGreen = (more: object = {}): object => ({
  blueGreen: { activeService: 'web-active', previewService: 'web-preview', scaleDownDelaySeconds: 1, ...more },
});

test('blue-green switches when a person promotes, and the old pods go after the delay', async () => {
  const manual = blueGreen({ autoPromotionEnabled: false });
  const rig = await deployed([service('web-active'), service('web-preview'), rollout('1', manual)]);
  const { stableRS } = (await rig.rollout()).status ?? {};
  await rig.apply(rollout('2', manual));
  const waiting = await rig.until('it waits for a person', ({ phase }) => phase === 'Paused');
  expect(await rig.selectorOf('web-preview')).toBe(waiting.currentPodHash);
  expect(await rig.selectorOf('web-active')).toBe(stableRS);
  await rig.patchRollout({ status: { pauseConditions: null } }, 'status');
  await rig.until(
    'version 2 is stable',
    (status) => status.phase === 'Healthy' && status.stableRS === waiting.currentPodHash,
  );
  expect(await rig.selectorOf('web-active')).toBe(waiting.currentPodHash);
  await expect
    .poll(async () => (await rig.replicaSets()).map(({ spec }) => spec.replicas).sort(), { timeout: 20_000 })
    .toEqual([0, 5]);
}, 90_000);

test('without traffic routing replicas follow the weight', async () => {
  const basic = { canary: { steps: [{ setWeight: 20 }, { pause: {} }] } };
  const rig = await deployed([rollout('1', basic)]);
  await rig.apply(rollout('2', basic));
  await rig.until('the step waits', ({ phase, updatedReplicas }) => phase === 'Paused' && updatedReplicas === 1);
  expect((await rig.replicaSets()).map(({ spec }) => spec.replicas).sort()).toEqual([1, 4]);
  await rig.patchRollout({ status: { pauseConditions: null } }, 'status');
  await rig.until('version 2 is stable', ({ phase, updatedReplicas }) => phase === 'Healthy' && updatedReplicas === 5);
}, 90_000);

test('a version whose pods never become ready is stopped by the progress deadline, with no traffic on it', async () => {
  const deadline = (version: string): object => {
    const { spec, ...rest } = rollout(version) as { spec: object };
    return { ...rest, spec: { ...spec, progressDeadlineSeconds: 3, progressDeadlineAbort: true } };
  };
  const rig = await deployed([service('web-stable'), service('web-canary'), route, deadline('1')]);
  const old = (await rig.replicaSets()).map(({ metadata }) => metadata.name);
  rig.workloads.sick = ({ metadata }) => !old.includes(metadata.name);
  await rig.apply(deadline('2'));
  await rig.until('it is aborted', ({ phase, abortedAt }) => phase === 'Degraded' && abortedAt !== undefined);
  expect(await rig.weights()).toEqual([100, 0]);
  await expect
    .poll(async () => (await rig.replicaSets()).map(({ spec }) => spec.replicas).sort(), { timeout: 20_000 })
    .toEqual([0, 5]);
}, 90_000);

test('a standby writes nothing, takes over in mid-step, and repeats nothing', async () => {
  const rig = await deployed([service('web-stable'), service('web-canary'), route, rollout('1')]);
  const standby = await startReplica(rig.namespace);
  await rig.apply(rollout('2'));
  await rig.until(
    'the first step waits',
    ({ phase, currentStepIndex }) => phase === 'Paused' && currentStepIndex === 1,
  );
  expect([rig.controller.isLeader(), standby.controller.isLeader()]).toEqual([true, false]);
  expect(standby.controller.readiness().every(({ ok }) => ok)).toBe(true);
  expect(standby.writes).toEqual([]);

  await rig.controller.stop();
  const writes = rig.writes.length;
  await expect.poll(() => standby.controller.isLeader(), { timeout: 20_000 }).toBe(true);
  await expect.poll(() => standby.lines.some(({ message }) => message === 'waiting'), { timeout: 20_000 }).toBe(true);
  expect(standby.writes).toEqual([]);
  expect(await rig.weights()).toEqual([80, 20]);

  await rig.patchRollout({ status: { pauseConditions: null } }, 'status');
  await rig.until(
    'version 2 is stable',
    ({ phase, stableRS, currentPodHash }) => phase === 'Healthy' && stableRS === currentPodHash,
  );
  expect(rig.writes.length).toBe(writes);
}, 90_000);

test('a controller that serves another instance leaves a Rollout alone', async () => {
  const rig = await startRig({ settings: { instanceId: 'other' } });
  for (const object of [service('web-stable'), service('web-canary'), route, rollout('1')]) await rig.apply(object);
  await rig.patchRollout({ metadata: { labels: { 'argo-rollouts.argoproj.io/controller-instance-id': 'third' } } });
  expect(rig.writes).toEqual([]);
  await rig.patchRollout({ metadata: { labels: { 'argo-rollouts.argoproj.io/controller-instance-id': 'other' } } });
  await rig.until('it is served', ({ phase }) => phase === 'Healthy');
}, 60_000);

test("in the takeover group a new Rollout is served under both leases, with Argo's form of observedGeneration", async () => {
  await installCrds('argoproj.io');
  const { namespace, client } = await startNamespace();
  const argosLock = { namespace, name: 'argo-rollouts-controller-lock' };
  const rig = await startRig({ settings: { group: 'argoproj.io' } });
  const replica = await startReplica(namespace, {
    settings: { group: 'argoproj.io', leases: [{ namespace, name: 'sluice' }, argosLock] },
  });
  await expect.poll(() => replica.controller.isLeader(), { timeout: 20_000 }).toBe(true);
  expect((await client.get({ resource: LEASES, ...argosLock })).ok).toBe(true);

  const inArgosGroup = (object: object): object => ({ ...object, apiVersion: 'argoproj.io/v1alpha1' });
  const objects = [service('web-stable'), service('web-canary'), route, inArgosGroup(rollout('1'))];
  for (const object of objects) await rig.apply(object);
  await rig.until(
    'version 1 is healthy',
    ({ phase, availableReplicas }) => phase === 'Healthy' && availableReplicas === 5,
  );
  await rig.apply(inArgosGroup(rollout('2')));
  const status = await rig.until(
    'the first step waits',
    ({ phase, currentStepIndex }) => phase === 'Paused' && currentStepIndex === 1,
  );
  expect(status.observedGeneration).toBe('2');
  expect(await rig.weights()).toEqual([80, 20]);
}, 90_000);
