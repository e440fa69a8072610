import { describe, test } from 'vitest';
import { plainConnection } from '../../src/kube/connection.ts';
import { createHttpClient } from '../../src/kube/http-client.ts';
import type { Server } from './fault-rig.ts';
import { clock } from './fault-rig.ts';
import { startTinyServer } from './tiny-server.ts';
import { watchFaults } from './watch-faults.ts';
import { writeFaults } from './write-faults.ts';
import { alone, atEnd } from './test-end.ts';

/** A server of our own, in this process. */
async function tinyServer(): Promise<Server> {
  const tiny = await startTinyServer();
  const direct = createHttpClient({ connection: plainConnection(tiny.address), clock, userAgent: 'sluice/direct' });
  atEnd(async () => {
    await direct.close();
    await tiny.close();
  });
  return { upstream: { server: tiny.address }, direct, namespace: 'shop' };
}

describe.concurrent('faults between client and server', { timeout: 60_000 }, () => {
  for (const [name, run] of Object.entries({ ...watchFaults, ...writeFaults }))
    test(name, () => alone(() => run(tinyServer)));
});
