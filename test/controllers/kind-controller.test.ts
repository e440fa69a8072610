import { expect, test } from 'vitest';
import { createKindController } from '../../src/controllers/kind-controller.ts';
import type { Instant } from '../../src/units/instant.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { seconds } from '../../src/units/duration.ts';
import { failure } from '../kube/tiny-client.ts';
import { createVirtualClock } from '../kube/virtual-clock.ts';
import { silentLog } from './silent-log.ts';

test('what the server refuses for an hour is tried again at least every 30 s, and in no hot loop', async () => {
  const clock = createVirtualClock();
  const passes: Instant[] = [];
  const controller = createKindController({
    name: 'rollout',
    clock,
    log: silentLog,
    metrics: createMetrics({ version: 'test', commit: 'test' }),
    workers: 1,
    random: () => 0.99,
    reconciler: {
      reconcile: async () => {
        passes.push(clock.now());
        return failure('Exhausted', 403);
      },
    },
  });
  controller.start(['shop/web']);
  await clock.advance(seconds(3600));
  await controller.stop();
  const waits = passes.slice(1).map((at, index) => at - (passes[index] ?? at));
  expect(Math.max(...waits)).toBeLessThanOrEqual(30_000);
  expect(passes.length).toBeGreaterThan(120);
  expect(passes.length).toBeLessThan(140);
});

test('as many objects are worked on at once as there are workers', async () => {
  const clock = createVirtualClock();
  const begun: string[] = [];
  const hanging = Promise.withResolvers<object>();
  const controller = createKindController({
    name: 'rollout',
    clock,
    log: silentLog,
    metrics: createMetrics({ version: 'test', commit: 'test' }),
    workers: 3,
    reconciler: {
      reconcile(key) {
        begun.push(key);
        return hanging.promise;
      },
    },
  });
  controller.start(['a', 'b', 'c', 'd', 'e']);
  await clock.settle();
  expect(begun).toEqual(['a', 'b', 'c']);
  hanging.resolve({});
  await clock.settle();
  expect(begun).toHaveLength(5);
  await controller.stop();
});
