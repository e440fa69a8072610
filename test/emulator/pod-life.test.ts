import { expect, test } from 'vitest';
import { NODES, PODS } from '../../src/emulator/steps/kinds.ts';
import { conditionOf, isReady } from '../../src/emulator/steps/pod-facts.ts';
import { podLife, podRemoval } from '../../src/emulator/steps/pod-life.ts';
import type { Container, ContainerStatus, Pod, PodSpec } from '../../src/emulator/steps/pod-shape.ts';
import { usualPodTimes } from '../../src/emulator/steps/pod-times.ts';
import { scheduling } from '../../src/emulator/steps/scheduling.ts';
import type { Node } from '../../src/emulator/steps/shapes.ts';
import type { Rig } from './rig.ts';
import { container, NAMESPACE, startRig } from './rig.ts';

const STEPS = [scheduling(usualPodTimes), podLife(usualPodTimes), podRemoval];

function startPod(app: Container, more: Partial<PodSpec> = {}): Rig {
  const rig = startRig(STEPS, ['node-1']);
  const spec = { containers: [app], ...more };
  rig.cluster.create(PODS, { metadata: { name: 'web', namespace: NAMESPACE }, spec });
  return rig;
}

const status = (rig: Rig): ContainerStatus | undefined => rig.one(PODS, 'web').status?.containerStatuses?.[0];

async function secondsUntil(rig: Rig, holds: () => boolean): Promise<number> {
  for (let passed = 0; passed < 2000; passed += 1) {
    if (holds()) return passed / 10;
    await rig.pass(0.1);
  }
  throw new Error('it never came to that');
}

test('a pod is scheduled, starts, runs and is ready, one after the other', async () => {
  const rig = startPod(container());
  const seen: string[] = [];
  rig.cluster.onChange((_resource, object) => {
    const pod = object as Pod;
    const reason = pod.status?.containerStatuses?.[0]?.state.waiting?.reason ?? '';
    seen.push(`${pod.spec.nodeName ?? '-'} ${pod.status?.phase} ${reason} ${isReady(pod) ? 'ready' : ''}`.trim());
  });
  await rig.pass(5);
  expect([...new Set(seen)]).toEqual([
    'node-1 Pending',
    'node-1 Pending ContainerCreating',
    'node-1 Running',
    'node-1 Running  ready',
  ]);
  expect(rig.one(PODS, 'web').status).toMatchObject({ podIP: expect.stringMatching(/^10\.244\./), hostIP: '10.0.0.1' });
});

test('a pod without a live node stays Pending and says that it fits nowhere', async () => {
  const rig = startPod(container(), { nodeSelector: { disk: 'fast' } });
  await rig.pass(5);
  const pod = rig.one(PODS, 'web');
  expect(pod.status?.phase).toBe('Pending');
  expect(conditionOf(pod, 'PodScheduled')).toMatchObject({ status: 'False', reason: 'Unschedulable' });
});

test('pods are spread over the nodes', async () => {
  const rig = startRig(STEPS, ['node-1', 'node-2']);
  for (const name of ['a', 'b', 'c', 'd']) {
    rig.cluster.create(PODS, { metadata: { name, namespace: NAMESPACE }, spec: { containers: [container()] } });
  }
  await rig.pass(5);
  expect(
    rig
      .pods()
      .map(({ spec }) => spec.nodeName)
      .toSorted(),
  ).toEqual(['node-1', 'node-1', 'node-2', 'node-2']);
});

test('readiness comes after the initial delay of the probe and the start of the application', async () => {
  const slow = startPod(container({ READY_AFTER_SECONDS: 10 }, { readinessProbe: { httpGet: { port: 8080 }, periodSeconds: 4 } }));
  const soon = await secondsUntil(slow, () => status(slow)?.state.running !== undefined);
  const ready = await secondsUntil(slow, () => isReady(slow.one(PODS, 'web')));
  expect(soon).toBeLessThan(3);
  expect(ready).toBeGreaterThanOrEqual(9);
  expect(ready).toBeLessThan(15);
});

test('a pod with a closed readiness gate is not ready, and is once someone opens it', async () => {
  const rig = startPod(container(), { readinessGates: [{ conditionType: 'example.com/open' }] });
  await rig.pass(5);
  expect(conditionOf(rig.one(PODS, 'web'), 'Ready')).toMatchObject({
    status: 'False',
    reason: 'ReadinessGatesNotReady',
  });
  rig.cluster.change<Pod>(PODS, NAMESPACE, 'web', (pod) => ({
    ...pod,
    status: {
      ...pod.status,
      conditions: [...(pod.status?.conditions ?? []), { type: 'example.com/open', status: 'True' }],
    },
  }));
  await rig.pass(1);
  expect(isReady(rig.one(PODS, 'web'))).toBe(true);
});

test('a deleted pod serves through preStop hook and drain, then it is gone', async () => {
  const rig = startPod(container({ DRAIN_SECONDS: 4 }, { lifecycle: { preStop: { sleep: { seconds: 3 } } } }));
  await rig.pass(5);
  rig.cluster.remove(PODS, NAMESPACE, 'web');
  await rig.pass(6.9);
  expect(isReady(rig.one(PODS, 'web'))).toBe(true);
  expect(await secondsUntil(rig, () => rig.pods().length === 0)).toBeLessThanOrEqual(2.1);
});

test('a pod that drains longer than its grace is killed when that is over', async () => {
  const rig = startPod(container({ DRAIN_SECONDS: 100 }), { terminationGracePeriodSeconds: 10 });
  await rig.pass(5);
  rig.cluster.remove(PODS, NAMESPACE, 'web');
  const gone = await secondsUntil(rig, () => rig.pods().length === 0);
  expect(gone).toBeGreaterThanOrEqual(10);
  expect(gone).toBeLessThan(12.1);
});

test('a draining application fails its probe before it is gone', async () => {
  const rig = startPod(container({ DRAIN_SECONDS: 20 }));
  await rig.pass(5);
  rig.cluster.remove(PODS, NAMESPACE, 'web');
  await rig.pass(2);
  expect(isReady(rig.one(PODS, 'web'))).toBe(true);
  await rig.pass(4);
  expect(isReady(rig.one(PODS, 'web'))).toBe(false);
  expect(status(rig)?.state.running).toBeDefined();
});

test('a crashing container is restarted at once, then ever later', async () => {
  const rig = startPod(container({ CRASH: 'true' }));
  await secondsUntil(rig, () => status(rig)?.restartCount === 1);
  await secondsUntil(rig, () => status(rig)?.state.waiting?.reason === 'CrashLoopBackOff');
  expect(rig.one(PODS, 'web').status?.phase).toBe('Running');
  expect(status(rig)?.lastState.terminated).toMatchObject({ exitCode: 1, reason: 'Error' });
  const second = await secondsUntil(rig, () => status(rig)?.restartCount === 2);
  expect(second).toBeGreaterThan(8);
  expect(second).toBeLessThan(12);
  await secondsUntil(rig, () => status(rig)?.state.waiting?.reason === 'CrashLoopBackOff');
  expect(await secondsUntil(rig, () => status(rig)?.restartCount === 3)).toBeGreaterThan(18);
});

test('an image that cannot be pulled is told and never runs', async () => {
  const rig = startPod(container({}, { image: 'docker.io/sluice/demo:v2-missing' }));
  await secondsUntil(rig, () => status(rig)?.state.waiting?.reason === 'ErrImagePull');
  await secondsUntil(rig, () => status(rig)?.state.waiting?.reason === 'ImagePullBackOff');
  await rig.pass(120);
  expect(rig.one(PODS, 'web').status?.phase).toBe('Pending');
});

test('a version may run and never be ready', async () => {
  const rig = startPod(container({ NEVER_READY: 'true' }));
  await rig.pass(120);
  expect(status(rig)).toMatchObject({ ready: false, started: true, restartCount: 0 });
});

test('a version may be ready and not in turns', async () => {
  const rig = startPod(container({ FLAP_SECONDS: 5 }));
  const turns: boolean[] = [];
  rig.cluster.onChange((_resource, object) => turns.push(isReady(object as Pod)));
  await rig.pass(60);
  expect(turns.filter((ready, index) => ready !== turns[index - 1]).length).toBeGreaterThan(8);
});

test('the pod of finished work succeeds, or fails, as its exit code says', async () => {
  const good = startPod(container({ EXIT_AFTER_SECONDS: 3 }), { restartPolicy: 'Never' });
  const bad = startPod(container({ EXIT_AFTER_SECONDS: 3, EXIT_CODE: 2 }), { restartPolicy: 'Never' });
  await good.pass(10);
  await bad.pass(10);
  expect(good.one(PODS, 'web').status?.phase).toBe('Succeeded');
  expect(bad.one(PODS, 'web').status?.phase).toBe('Failed');
});

test('on a node that is not alive a pod neither changes nor ends', async () => {
  const rig = startPod(container());
  await rig.pass(5);
  rig.cluster.change<Node>(NODES, undefined, 'node-1', (node) => ({
    ...node,
    status: { conditions: [{ type: 'Ready', status: 'Unknown' }] },
  }));
  rig.cluster.remove(PODS, NAMESPACE, 'web');
  await rig.pass(300);
  expect(rig.pods()).toHaveLength(1);
});

test('the same seed and UID give the same life', async () => {
  const lives = await Promise.all(
    [1, 2].map(async () => {
      const rig = startPod(container({ CRASH_AFTER_SECONDS: 7 }));
      const seen: string[] = [];
      rig.cluster.onChange((_resource, object) => seen.push(`${rig.clock.now()} ${JSON.stringify(object)}`));
      await rig.pass(60);
      return seen;
    }),
  );
  expect(lives[0]).toEqual(lives[1]);
  expect(lives[0]?.length).toBeGreaterThan(8);
});
