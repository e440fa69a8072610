import { describe, expect, onTestFinished, test } from 'vitest';
import type { Connection, Credentials } from '../../src/kube/connection.ts';
import { CONFIG_MAPS, REPLICA_SETS } from '../../src/kube/kinds.ts';
import { milliseconds } from '../../src/units/duration.ts';
import { client, json, OBJECT, scripted, TARGET } from './scripted-server.ts';
import { startTinyServer } from './tiny-server.ts';

describe('calls', () => {
  test('objects are written, read, listed in pages and deleted under their precondition', async () => {
    const server = await startTinyServer();
    onTestFinished(() => server.close());
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
    const second = await api.list(
      CONFIG_MAPS,
      { namespace: 'shop' },
      { limit: 2, ...(token === undefined ? {} : { continue: token }) },
    );
    expect(second.ok && second.value.items.map((item) => item.metadata.name)).toEqual(['c']);
    const wrong = await api.delete(TARGET, { uid: 'uid-9' });
    expect(wrong).toMatchObject({ ok: false, why: 'Conflict' });
    expect(await api.delete(TARGET, { uid: 'uid-1' })).toEqual({ ok: true, value: undefined });
    expect(await api.get(TARGET)).toMatchObject({ ok: false, why: 'NotFound', status: 404 });
    expect(await api.create(CONFIG_MAPS, { metadata: { namespace: 'shop', name: 'b' } })).toMatchObject({
      why: 'AlreadyExists',
    });
  });

  test('a list from the cache asks for a state not older than the version', async () => {
    const { address, asked } = await scripted((_request, response) =>
      json(response, 200, { items: null, metadata: {} }),
    );
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
    const api = client(address, { limit: () => ({ perSecond: 100_000, burst: 1000 }) });
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
    const { address } = await scripted((request, response) =>
      json(response, request.method === 'POST' ? 504 : 503, {}),
    );
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
    // Port 1 of loopback (tcpmux) is not in use anywhere.
    expect(await client('http://127.0.0.1:1').create(CONFIG_MAPS, OBJECT)).toMatchObject({
      why: 'Unreachable',
      status: 0,
    });
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
      credentials: async (): Promise<Credentials> => ({
        tls: {},
        headers: { authorization: `Bearer ${current}` },
        fingerprint: '',
      }),
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
    expect(await client(tokens(address, ['bad', 'worse'])).get(TARGET)).toMatchObject({
      why: 'Forbidden',
      status: 401,
    });
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
