import { expect, test } from 'vitest';
import type { KubeObject } from '../../src/kube/resource.ts';
import { runSteps } from '../../src/emulator/run-steps.ts';
import type { ClusterStep, ClusterWrite, StepOutcome } from '../../src/emulator/step.ts';
import { NODES } from '../../src/emulator/steps/kinds.ts';
import { CONFIG_MAPS } from '../../src/kube/kinds.ts';
import { milliseconds } from '../../src/units/duration.ts';
import type { Instant } from '../../src/units/instant.ts';
import { add } from '../../src/units/instant.ts';
import { createVirtualClock } from '../kube/virtual-clock.ts';
import { storedCluster } from './stored-cluster.ts';

const clock = createVirtualClock();
const NOTHING: StepOutcome = { writes: [] };

/** A step that notes when it runs and answers what it is told to. */
function noting(answer: (now: Instant) => StepOutcome = () => NOTHING): ClusterStep & { runs: number[] } {
  const runs: number[] = [];
  return {
    name: 'noting',
    watches: [CONFIG_MAPS],
    runs,
    step(_view, now) {
      runs.push(now);
      return answer(now);
    },
  };
}

const configMap = (name: string): KubeObject => ({ metadata: { name, namespace: 'shop' } });
const delay = (): ReturnType<typeof milliseconds> => milliseconds(100);

test('a step runs once at the start and once after a burst of changes, never inside the write', async () => {
  const cluster = storedCluster(clock, ['shop']);
  const step = noting();
  const running = runSteps(cluster, clock, [step], { delay });
  await clock.advance(milliseconds(100));
  expect(step.runs).toHaveLength(1);
  for (const name of ['a', 'b', 'c']) cluster.create(CONFIG_MAPS, configMap(name));
  expect(step.runs).toHaveLength(1);
  expect(clock.pending).toBe(1);
  await clock.advance(milliseconds(1000));
  expect(step.runs).toHaveLength(2);
  running.stop();
});

test('a change of what it does not watch leaves it alone', async () => {
  const cluster = storedCluster(clock, ['shop']);
  const step = noting();
  const running = runSteps(cluster, clock, [step], { delay });
  await clock.advance(milliseconds(100));
  cluster.create(NODES, { metadata: { name: 'a' } });
  await clock.advance(milliseconds(1000));
  expect(step.runs).toHaveLength(1);
  running.stop();
});

test('a steady stream of changes does not keep it from running', async () => {
  const cluster = storedCluster(clock, ['shop']);
  const step = noting();
  const running = runSteps(cluster, clock, [step], { delay });
  for (let turn = 0; turn < 100; turn += 1) {
    cluster.create(CONFIG_MAPS, configMap(`s-${turn}`));
    await clock.advance(milliseconds(10));
  }
  expect(step.runs.length).toBeGreaterThanOrEqual(9);
  running.stop();
});

test('a step is woken when it asked to be, with one timer at most, and an earlier change does not lose the wish', async () => {
  const cluster = storedCluster(clock, ['shop']);
  const start = clock.now();
  const wish = add(start, milliseconds(5000));
  const step = noting((now) => (now < wish ? { writes: [], wakeAt: wish } : NOTHING));
  const running = runSteps(cluster, clock, [step], { delay });
  await clock.advance(milliseconds(1000));
  cluster.create(CONFIG_MAPS, configMap('a'));
  expect(clock.pending).toBe(1);
  await clock.advance(milliseconds(1000));
  expect(clock.pending).toBe(1);
  await clock.advance(milliseconds(9000));
  expect(step.runs.map((at) => at - start)).toEqual([100, 1100, 5000]);
  expect(clock.pending).toBe(0);
  running.stop();
});

test('a refused write does not keep the others back, and the step looks again, ever later', async () => {
  const cluster = storedCluster(clock, ['shop']);
  const writes: ClusterWrite[] = [
    { kind: 'Delete', resource: CONFIG_MAPS, namespace: 'shop', name: 'nobody', uid: 'none' },
    { kind: 'Create', resource: CONFIG_MAPS, object: configMap('made') },
  ];
  const start = clock.now();
  const step = noting(() => ({ writes }));
  const running = runSteps(cluster, clock, [step], { delay });
  await clock.advance(milliseconds(2000));
  expect(cluster.view.get(CONFIG_MAPS, 'shop', 'made')).toBeDefined();
  expect(step.runs.map((at) => at - start)).toEqual([100, 200, 400, 800, 1600]);
  running.stop();
});

test('after it is stopped nothing runs and no timer is left', async () => {
  const cluster = storedCluster(clock, ['shop']);
  const step = noting((now) => ({ writes: [], wakeAt: add(now, milliseconds(50)) }));
  const running = runSteps(cluster, clock, [step], { delay });
  await clock.advance(milliseconds(500));
  running.stop();
  const before = step.runs.length;
  cluster.create(CONFIG_MAPS, configMap('a'));
  await clock.advance(milliseconds(500));
  expect(step.runs).toHaveLength(before);
  expect(clock.pending).toBe(0);
});
