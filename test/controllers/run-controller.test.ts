import { expect, test } from 'vitest';
import { runController } from '../../src/controllers/run-controller.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { seconds } from '../../src/units/duration.ts';
import { TinyApi } from '../kube/tiny-api.ts';
import { createTinyClient, failure } from '../kube/tiny-client.ts';
import { createVirtualClock } from '../kube/virtual-clock.ts';
import { silentLog } from './silent-log.ts';

test('a storage that was restored from a backup ends the controller, which writes nothing from then on', async () => {
  const clock = createVirtualClock();
  const api = new TinyApi();
  const client = createTinyClient(api);
  const goBack = api.backUp();
  for (const name of ['a', 'b', 'c']) {
    api.create({ metadata: { name, namespace: 'shop' } });
    api.delete(`shop/${name}`);
  }
  const fences: (() => boolean)[] = [];
  const controller = await runController(
    { group: 'sluice.dev', instanceId: '', namespace: undefined, leases: [], identity: 'a', workers: 1 },
    {
      connect(fence) {
        if (fence !== undefined) fences.push(fence);
        return client;
      },
      clock,
      log: silentLog,
      metrics: createMetrics({ version: 'test', commit: 'test' }),
    },
  );
  let lost: string | undefined;
  void controller.lost.then((why) => (lost = why));
  await controller.synced;
  await clock.settle();
  expect(fences.map((mayWrite) => mayWrite())).toEqual([true]);
  goBack();
  client.endWatches(failure('Unreachable'));
  await clock.advance(seconds(15));
  expect(lost).toMatch(/the storage of the API server was set back; start anew$/);
  expect(fences.map((mayWrite) => mayWrite())).toEqual([false]);
  await controller.stop();
});
