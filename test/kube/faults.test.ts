import { describe, onTestFinished } from 'vitest';
import { plainConnection } from '../../src/kube/connection.ts';
import { createHttpClient } from '../../src/kube/http-client.ts';
import type { Server } from './fault-rig.ts';
import { clock } from './fault-rig.ts';
import { startTinyServer } from './tiny-server.ts';
import { testWatchFaults } from './watch-faults.ts';
import { testWriteFaults } from './write-faults.ts';

/** A server of our own, in this process. */
async function tinyServer(): Promise<Server> {
  const tiny = await startTinyServer();
  const direct = createHttpClient({ connection: plainConnection(tiny.address), clock, userAgent: 'sluice/direct' });
  onTestFinished(async () => {
    await direct.close();
    await tiny.close();
  });
  return { upstream: { server: tiny.address }, direct, namespace: 'shop' };
}

describe.concurrent('faults of lists and watches', { timeout: 60_000 }, () => testWatchFaults(tinyServer));
describe.concurrent('faults of writes', { timeout: 60_000 }, () => testWriteFaults(tinyServer));
