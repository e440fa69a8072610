import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import type { WatchEvent } from '../../src/kube/client.ts';
import { CONFIG_MAPS } from '../../src/kube/kinds.ts';
import { milliseconds } from '../../src/units/duration.ts';
import { client, json, OBJECT, scripted, TARGET } from './scripted-server.ts';

describe('the fence', () => {
  test('lets reads and dry runs through and stops a write before a byte of it leaves', async () => {
    const { address, asked } = await scripted((_request, response) => json(response, 200, OBJECT));
    const api = client(address, { fence: () => false });
    expect(await api.create(CONFIG_MAPS, OBJECT)).toMatchObject({ ok: false, why: 'Fenced' });
    expect(await api.patch(TARGET, { kind: 'Merge', body: {} })).toMatchObject({ why: 'Fenced' });
    expect(await api.delete(TARGET, { uid: 'x' })).toMatchObject({ why: 'Fenced' });
    expect(asked).toEqual([]);
    expect((await api.get(TARGET)).ok).toBe(true);
    expect((await api.create(CONFIG_MAPS, OBJECT, { dryRun: true })).ok).toBe(true);
  });

  test('is asked when a connection becomes free, not when the call was made', async () => {
    let mayWrite = true;
    const held: ServerResponse[] = [];
    const { address, asked } = await scripted((_request, response) => void held.push(response));
    const api = client(address, { fence: () => mayWrite });
    const reads = Array.from({ length: 8 }, () => api.get(TARGET));
    await expect.poll(() => held.length).toBe(8);
    const write = api.create(CONFIG_MAPS, OBJECT);
    mayWrite = false;
    for (const response of held) json(response, 200, OBJECT);
    expect(await write).toMatchObject({ why: 'Fenced' });
    await Promise.all(reads);
    expect(asked.filter((line) => line.startsWith('POST'))).toEqual([]);
  });
});

describe('watches', () => {
  test('events come in order, whatever the chunks, and a good end is told from a broken one', async () => {
    const events = ['é', 'b', 'c'].map(
      (name) => `${JSON.stringify({ type: 'ADDED', object: { metadata: { name } } })}\n`,
    );
    const bytes = Buffer.from(events.join(''));
    const { address } = await scripted((request, response) => {
      response.writeHead(200);
      for (let at = 0; at < bytes.length; at += 7) response.write(bytes.subarray(at, at + 7));
      if (request.url?.includes('resourceVersion=1&')) response.end();
      else response.end('{"type":"ADD');
    });
    const api = client(address);
    const seen: WatchEvent[] = [];
    const watch = (resourceVersion: string): Promise<unknown> =>
      api.watch(
        CONFIG_MAPS,
        {},
        { resourceVersion, timeoutSeconds: 300 },
        (event) => void seen.push(event),
        new AbortController().signal,
      );
    expect(await watch('1')).toEqual({ ok: true, value: undefined });
    expect(seen.map((event) => event.object.metadata.name)).toEqual(['é', 'b', 'c']);
    expect(await watch('2')).toMatchObject({ ok: false, why: 'Unreachable' });
  });

  test('a silent watch ends after the time for silence, an aborted one at once', async () => {
    const { address } = await scripted((_request, response) => {
      response.writeHead(200);
      response.flushHeaders();
    });
    const api = client(address, { silence: milliseconds(500) });
    const from = { resourceVersion: '1', timeoutSeconds: 300 };
    expect(await api.watch(CONFIG_MAPS, {}, from, () => {}, new AbortController().signal)).toMatchObject({
      why: 'Unreachable',
    });
    const abort = new AbortController();
    const watching = api.watch(CONFIG_MAPS, {}, from, () => {}, abort.signal);
    abort.abort();
    expect(await watching).toMatchObject({ ok: false });
  });

  test('twenty watches leave the connections for calls free', async () => {
    const { address } = await scripted((request, response) => {
      if (request.url?.includes('watch=true')) {
        response.writeHead(200);
        response.flushHeaders();
      } else json(response, 200, OBJECT);
    });
    const api = client(address);
    const abort = new AbortController();
    const from = { resourceVersion: '1', timeoutSeconds: 300 };
    const watching = Array.from({ length: 20 }, () => api.watch(CONFIG_MAPS, {}, from, () => {}, abort.signal));
    expect((await api.get(TARGET)).ok).toBe(true);
    abort.abort();
    await Promise.all(watching);
  });
});
