import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock/clock.ts';
import type { WatchEvent } from '../../src/kube/client.ts';
import type { Connection, Credentials } from '../../src/kube/connection.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import type { HttpClient, HttpClientOptions } from '../../src/kube/http-client.ts';
import { createHttpClient } from '../../src/kube/http-client.ts';
import { CONFIG_MAPS, REPLICA_SETS } from '../../src/kube/kinds.ts';
import { milliseconds } from '../../src/units/duration.ts';
import { bodyOf, listen, shut, startTinyServer } from './tiny-server.ts';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

/** A server that answers as told, and records what it was asked. */
async function scripted(
  answer: (request: IncomingMessage, response: ServerResponse, count: number) => void,
): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      await bodyOf(request);
      asked.push(`${request.method} ${request.url}`);
      answer(request, response, asked.length);
    })();
  });
  const address = await listen(server);
  cleanUps.push(() => shut(server));
  return { address, asked };
}

function client(connection: Connection | string, more: Partial<HttpClientOptions> = {}): HttpClient {
  const made = createHttpClient({
    connection: typeof connection === 'string' ? plainConnection(connection) : connection,
    clock: systemClock(),
    userAgent: 'sluice/test',
    ...more,
  });
  cleanUps.push(() => made.close());
  return made;
}

function json(response: ServerResponse, code: number, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

const OBJECT = { metadata: { namespace: 'shop', name: 'a' } };
const TARGET = { resource: CONFIG_MAPS, namespace: 'shop', name: 'a' };

describe('calls', () => {
  test('objects are written, read, listed in pages and deleted under their precondition', async () => {
    const server = await startTinyServer();
    cleanUps.push(() => server.close());
    const api = client(server.address);
    for (const name of ['a', 'b', 'c']) {
      await api.create(CONFIG_MAPS, { metadata: { namespace: 'shop', name } });
    }
    const read = await api.get(TARGET);
    expect(read.ok && read.value.metadata.uid).toBe('uid-1');
    const first = await api.list(CONFIG_MAPS, { namespace: 'shop' }, { limit: 2 });
    expect(first.ok && first.value.items.map((item) => [item.kind, item.metadata.name])).toEqual([
      ['ConfigMap', 'a'],
      ['ConfigMap', 'b'],
    ]);
    const token = first.ok ? first.value.continue : undefined;
    const second = await api.list(CONFIG_MAPS, { namespace: 'shop' }, { limit: 2, ...(token === undefined ? {} : { continue: token }) });
    expect(second.ok && second.value.items.map((item) => item.metadata.name)).toEqual(['c']);
    const wrong = await api.delete(TARGET, { uid: 'uid-9' });
    expect(wrong).toMatchObject({ ok: false, why: 'Conflict' });
    expect(await api.delete(TARGET, { uid: 'uid-1' })).toEqual({ ok: true, value: undefined });
    expect(await api.get(TARGET)).toMatchObject({ ok: false, why: 'NotFound', status: 404 });
    expect(await api.create(CONFIG_MAPS, { metadata: { namespace: 'shop', name: 'b' } })).toMatchObject({ why: 'AlreadyExists' });
  });

  test('a list from the cache asks for a state not older than the version', async () => {
    const { address, asked } = await scripted((_request, response) => json(response, 200, { items: null, metadata: {} }));
    await client(address).list(REPLICA_SETS, { labelSelector: 'a in (b,c)' }, { limit: 500, resourceVersion: '0' });
    expect(asked).toEqual([
      'GET /apis/apps/v1/replicasets?labelSelector=a+in+%28b%2Cc%29&limit=500&resourceVersion=0&resourceVersionMatch=NotOlderThan',
    ]);
  });

  test('many calls share few connections', async () => {
    const sockets = new Set<unknown>();
    const { address } = await scripted((request, response) => {
      sockets.add(request.socket);
      json(response, 200, OBJECT);
    });
    const api = client(address, { requestsPerSecond: 100_000, burst: 1000 });
    await Promise.all(Array.from({ length: 300 }, () => api.get(TARGET)));
    expect(sockets.size).toBeLessThanOrEqual(8);
  });
});

describe('failures', () => {
  test('F10 a 429 with Retry-After is waited out, for a create too', async () => {
    const { address, asked } = await scripted((_request, response, count) =>
      count === 1 ? json(response, 429, {}, { 'retry-after': '1' }) : json(response, 201, OBJECT),
    );
    const began = performance.now();
    expect((await client(address).create(CONFIG_MAPS, OBJECT)).ok).toBe(true);
    expect(performance.now() - began).toBeGreaterThanOrEqual(1000);
    expect(asked).toHaveLength(2);
  });

  test('F10 a 429 without Retry-After is tried four times, then it is the answer', async () => {
    const { address, asked } = await scripted((_request, response) => json(response, 429, {}));
    expect(await client(address).get(TARGET)).toMatchObject({ ok: false, why: 'TooMany', status: 429 });
    expect(asked).toHaveLength(4);
  });

  test('F10 a Retry-After that is too long for a worker to sleep is handed to the caller', async () => {
    const { address, asked } = await scripted((_request, response) => json(response, 429, {}, { 'retry-after': '60' }));
    expect(await client(address).get(TARGET)).toMatchObject({ why: 'TooMany', retryAfter: 60_000 });
    expect(asked).toHaveLength(1);
  });

  test.each([
    ['GET', 503, true],
    ['POST', 503, false],
    ['PATCH', 503, false],
    ['PUT', 500, true],
    ['DELETE', 503, true],
  ])('F11 %s answered by %i with Retry-After is repeated: %s', async (method, code, repeated) => {
    const { address, asked } = await scripted((_request, response, count) =>
      count === 1 ? json(response, code, {}, { 'retry-after': '0' }) : json(response, 200, OBJECT),
    );
    const api = client(address);
    const calls: Record<string, () => Promise<{ ok: boolean }>> = {
      GET: () => api.get(TARGET),
      POST: () => api.create(CONFIG_MAPS, OBJECT),
      PATCH: () => api.patch(TARGET, { kind: 'Merge', body: {} }),
      PUT: () => api.replace(TARGET, OBJECT),
      DELETE: () => api.delete(TARGET, { uid: 'x' }),
    };
    const answer = await calls[method]?.();
    expect(answer?.ok).toBe(repeated);
    expect(asked).toHaveLength(repeated ? 2 : 1);
  });

  test('a write that a broken gateway swallowed may have been carried out, a refusing server says it was not', async () => {
    const { address } = await scripted((request, response) => json(response, request.method === 'POST' ? 504 : 503, {}));
    const api = client(address);
    expect(await api.create(CONFIG_MAPS, OBJECT)).toMatchObject({ why: 'Unknown', status: 504 });
    expect(await api.patch(TARGET, { kind: 'Merge', body: {} })).toMatchObject({ why: 'Unavailable', status: 503 });
  });

  test('F12 F13 a write that was sent and not answered is Unknown and sent once; a read is Unreachable', async () => {
    const { address, asked } = await scripted((request) => request.socket.destroy());
    const api = client(address);
    expect(await api.create(CONFIG_MAPS, OBJECT)).toMatchObject({ why: 'Unknown', status: 0 });
    expect(asked).toHaveLength(1);
    expect(await api.get(TARGET)).toMatchObject({ why: 'Unreachable' });
  });

  test('a write that hangs is Unknown after the time for an answer', async () => {
    const { address } = await scripted(() => {});
    const api = client(address, { answerWithin: milliseconds(600) });
    const began = performance.now();
    expect(await api.replace(TARGET, OBJECT)).toMatchObject({ why: 'Unknown' });
    expect(performance.now() - began).toBeLessThan(3000);
  });

  test('nobody at the address is Unreachable, also for a write', async () => {
    const { address } = await scripted(() => {});
    for (const cleanUp of cleanUps.splice(0)) await cleanUp();
    expect(await client(address).create(CONFIG_MAPS, OBJECT)).toMatchObject({ why: 'Unreachable', status: 0 });
  });

  test('an answer that is no JSON and a body that breaks off are failures, not exceptions', async () => {
    const { address } = await scripted((request, response) => {
      if (request.method === 'PUT') {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"metadata"');
        setImmediate(() => request.socket.destroy());
      } else response.end('<html>');
    });
    const api = client(address);
    expect(await api.get(TARGET)).toMatchObject({ why: 'Unreachable' });
    expect(await api.replace(TARGET, OBJECT)).toMatchObject({ why: 'Unknown' });
  });

  test('the fields that the server found at fault are told, the values that it repeats are not when they are structures', async () => {
    const template = 'core.PodTemplateSpec{Env:"hunter2", Nested:{}}';
    const { address } = await scripted((_request, response) =>
      json(response, 422, {
        kind: 'Status',
        reason: 'Invalid',
        message: `ReplicaSet.apps "a" is invalid: spec.template: Invalid value: ${template}: field is immutable`,
        details: { causes: [{ field: 'spec.template', message: `Invalid value: ${template}: field is immutable` }] },
      }),
    );
    const answer = await client(address).create(REPLICA_SETS, OBJECT);
    expect(answer).toMatchObject({ why: 'Invalid', causes: [{ field: 'spec.template' }] });
    expect(JSON.stringify(answer)).not.toContain('hunter2');
    expect(JSON.stringify(answer)).toContain('field is immutable');
  });
});

describe('authentication', () => {
  function tokens(server: string, given: string[]): Connection {
    let current = given[0] ?? '';
    return {
      server,
      namespace: undefined,
      credentials: async (): Promise<Credentials> => ({ tls: {}, headers: { authorization: `Bearer ${current}` }, fingerprint: '' }),
      forget: () => {
        given.shift();
        current = given[0] ?? current;
      },
    };
  }

  test('a 401 drops the cached token and tries once more, not for ever', async () => {
    const { address, asked } = await scripted((request, response) =>
      json(response, request.headers.authorization === 'Bearer new' ? 200 : 401, OBJECT),
    );
    expect((await client(tokens(address, ['old', 'new'])).get(TARGET)).ok).toBe(true);
    expect(asked).toHaveLength(2);
    expect(await client(tokens(address, ['bad', 'worse'])).get(TARGET)).toMatchObject({ why: 'Forbidden', status: 401 });
    expect(asked).toHaveLength(4);
  });

  test('no failure repeats the token', async () => {
    const { address } = await scripted((request, response) =>
      json(response, 403, { kind: 'Status', message: `no entry for ${request.headers.authorization}` }),
    );
    const answer = await client(tokens(address, ['hunter2'])).get(TARGET);
    expect(JSON.stringify(answer)).not.toContain('hunter2');
  });
});

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
    const events = ['é', 'b', 'c'].map((name) => `${JSON.stringify({ type: 'ADDED', object: { metadata: { name } } })}\n`);
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
      api.watch(CONFIG_MAPS, {}, { resourceVersion, timeoutSeconds: 300 }, (event) => void seen.push(event), new AbortController().signal);
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
    expect(await api.watch(CONFIG_MAPS, {}, from, () => {}, new AbortController().signal)).toMatchObject({ why: 'Unreachable' });
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
