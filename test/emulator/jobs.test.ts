import { expect, test } from 'vitest';
import { clusterSteps } from '../../src/emulator/cluster-steps.ts';
import { JOBS } from '../../src/emulator/steps/kinds.ts';
import { conditionOf } from '../../src/emulator/steps/pod-facts.ts';
import type { Job } from '../../src/emulator/steps/shapes.ts';
import type { Rig } from './rig.ts';
import { container, NAMESPACE, startRig } from './rig.ts';

function startJob(env: Readonly<Record<string, string | number>>, more: Partial<Job['spec']> = {}): Rig {
  const rig = startRig(clusterSteps(), ['node-1']);
  const template = { spec: { restartPolicy: 'Never' as const, containers: [container(env, {})] } };
  rig.cluster.create<Job>(JOBS, { metadata: { name: 'load', namespace: NAMESPACE }, spec: { template, ...more } });
  return rig;
}

const job = (rig: Rig): Job => rig.one(JOBS, 'load');

test('a Job runs its pod, then it is complete', async () => {
  const rig = startJob({ EXIT_AFTER_SECONDS: 5 });
  await rig.pass(4);
  expect(job(rig).status).toMatchObject({ active: 1 });
  await rig.pass(10);
  expect(job(rig).status).toMatchObject({ succeeded: 1, ready: 0 });
  expect(job(rig).status?.active).toBeUndefined();
  expect(job(rig).status?.completionTime).toBeDefined();
  expect(conditionOf(job(rig), 'Complete')).toMatchObject({ status: 'True', reason: 'CompletionsReached' });
});

test('as many pods run at once as parallelism says, until all completions are there', async () => {
  const rig = startJob({ EXIT_AFTER_SECONDS: 2 }, { parallelism: 2, completions: 5 });
  let most = 0;
  rig.cluster.onChange(() => {
    most = Math.max(most, rig.pods().filter(({ status }) => status?.phase !== 'Succeeded').length);
  });
  await rig.pass(60);
  expect(most).toBe(2);
  expect(job(rig).status).toMatchObject({ succeeded: 5 });
});

test('a failing Job is tried again, ever later, and fails at its back-off limit', async () => {
  const rig = startJob({ CRASH: 'true' }, { backoffLimit: 2 });
  await rig.pass(10);
  expect(job(rig).status).toMatchObject({ failed: 1 });
  await rig.pass(20);
  expect(job(rig).status).toMatchObject({ failed: 2 });
  await rig.pass(60);
  expect(job(rig).status).toMatchObject({ failed: 3 });
  expect(conditionOf(job(rig), 'Failed')).toMatchObject({ status: 'True', reason: 'BackoffLimitExceeded' });
});

test('a Job that takes longer than its deadline fails and its pod is deleted', async () => {
  const rig = startJob({ EXIT_AFTER_SECONDS: 1000 }, { activeDeadlineSeconds: 10 });
  await rig.pass(30);
  expect(conditionOf(job(rig), 'Failed')).toMatchObject({ status: 'True', reason: 'DeadlineExceeded' });
  expect(rig.pods()).toEqual([]);
});

test('a finished Job goes with its pods once its time to live has passed', async () => {
  const rig = startJob({ EXIT_AFTER_SECONDS: 2 }, { ttlSecondsAfterFinished: 30 });
  await rig.pass(20);
  expect(rig.pods()).toHaveLength(1);
  await rig.pass(30);
  expect([...rig.all(JOBS), ...rig.pods()]).toEqual([]);
});

test('a suspended Job has no pods until it goes on', async () => {
  const rig = startJob({ EXIT_AFTER_SECONDS: 2 }, { suspend: true });
  await rig.pass(10);
  expect(rig.pods()).toEqual([]);
  rig.cluster.change<Job>(JOBS, NAMESPACE, 'load', (found) => ({ ...found, spec: { ...found.spec, suspend: false } }));
  await rig.pass(15);
  expect(conditionOf(job(rig), 'Complete')).toMatchObject({ status: 'True' });
});
