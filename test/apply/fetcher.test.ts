import { createServer } from 'node:http';
import type { RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createFetcher, LARGEST_ANSWER } from '../../src/apply/fetcher.ts';
import type { Address, Fetcher } from '../../src/apply/fetcher.ts';
import { systemClock } from '../../src/clock/clock.ts';
import type { MetricRequest } from '../../src/providers/provider.ts';

const NOTHING_REFUSED = { apiServerHosts: [], ownPorts: [] };
const SECRET = 'token-that-nobody-may-see';

/** A server on loopback that counts its requests and connections. */
async function attack(answer: RequestListener) {
  const counted = { requests: 0, connections: 0 };
  const server = createServer((request, response) => {
    counted.requests++;
    answer(request, response);
  });
  server.on('connection', () => counted.connections++);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, counted };
}

function fetcherFor(...origins: string[]): Fetcher {
  const fetcher = createFetcher(() => ({ origins, clusterServices: true, ...NOTHING_REFUSED }), systemClock());
  onTestFinished(() => fetcher.close());
  return fetcher;
}

const get = (url: string, timeLimit = 5000): MetricRequest => ({ method: 'GET', url, headers: {}, timeLimit });
const never = new AbortController().signal;

test('an answer comes back as status and text, over one kept connection', async () => {
  const { origin, counted } = await attack((_request, response) => response.end('{"a":1}'));
  const fetcher = fetcherFor(origin);
  expect(await fetcher.fetch(get(`${origin}/x`), never)).toMatchObject({
    kind: 'Answer',
    status: 200,
    body: '{"a":1}',
  });
  await fetcher.fetch(get(`${origin}/y`), never);
  expect(counted).toEqual({ requests: 2, connections: 1 });
});

test('the time of the server comes with its answer, if it tells one', async () => {
  const { origin } = await attack((request, response) => {
    response.sendDate = false;
    if (request.url !== '/without') response.setHeader('date', 'Wed, 25 Nov 2026 18:00:00 GMT');
    response.end('x');
  });
  const fetcher = fetcherFor(origin);
  const answeredAt = Date.UTC(2026, 10, 25, 18);
  expect(await fetcher.fetch(get(`${origin}/with`), never)).toMatchObject({ answeredAt });
  expect(await fetcher.fetch(get(`${origin}/without`), never)).not.toHaveProperty('answeredAt');
});

test('the body of a POST arrives as it was given', async () => {
  const { origin } = await attack((request, response) => request.pipe(response));
  const request: MetricRequest = { ...get(origin), method: 'POST', body: 'query=up%7Ba%3D%22b%22%7D' };
  expect(await fetcherFor(origin).fetch(request, never)).toMatchObject({ body: request.body });
});

test('a redirect is not followed', async () => {
  const target = await attack((_request, response) => response.end(SECRET));
  const { origin } = await attack((_request, response) => {
    response.writeHead(302, { location: target.origin });
    response.end();
  });
  const answer = await fetcherFor(origin, target.origin).fetch(get(origin), never);
  expect(answer).toMatchObject({ kind: 'Answer', status: 302 });
  expect(target.counted.connections).toBe(0);
});

test('an origin that is not allowed is never connected to, though a proxy is in the environment', async () => {
  const { origin, counted } = await attack((_request, response) => response.end(SECRET));
  vi.stubEnv('HTTP_PROXY', origin).stubEnv('http_proxy', origin).stubEnv('ALL_PROXY', origin);
  onTestFinished(() => void vi.unstubAllEnvs());
  const port = new URL(origin).port;
  const fetcher = fetcherFor();
  const spellings = ['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '[::1]', '0', 'localhost'];
  for (const host of spellings) {
    const answer = await fetcher.fetch(get(`http://${host}:${port}/`), never);
    expect(answer).toMatchObject({ kind: 'Nothing', message: expect.stringContaining('may not be called') });
  }
  expect(counted.connections).toBe(0);
});

describe('the name of a Service that leads', () => {
  const leadingTo = (names: Readonly<Record<string, string>>, policy: object = {}): Fetcher => {
    const resolve = async (name: string): Promise<Address[]> => [{ ip: names[name] ?? name, family: 4 }];
    const whole = { origins: [], clusterServices: true, ...NOTHING_REFUSED, ...policy };
    const fetcher = createFetcher(() => whole, systemClock(), resolve);
    onTestFinished(() => fetcher.close());
    return fetcher;
  };
  const ownIp =
    Object.values(networkInterfaces())
      .flatMap((all) => all ?? [])
      .find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '192.0.2.1';

  test.each([
    ['to the API server by an address', { apiServerHosts: ['192.0.2.7'] }, 'http://evil.shop.svc:443/', '192.0.2.7'],
    ['to what the name of the API server means', { apiServerHosts: ['api.test'] }, 'http://evil.shop/', '192.0.2.8'],
    ['to this machine', {}, 'http://evil.shop.svc:8090/', '127.0.0.1'],
    ['to our own port', { ownPorts: [8090] }, 'http://evil.shop.svc:8090/', ownIp],
  ])('%s is refused', async (_what, policy, url, ip) => {
    const names = { 'evil.shop.svc': ip, 'api.test': '192.0.2.8' };
    const answer = await leadingTo(names, policy).fetch(get(url), never);
    expect(answer).toMatchObject({
      kind: 'Nothing',
      message: expect.stringContaining('may not be called: it resolves'),
    });
  });

  test('to this machine is refused also by a policy that only warns', async () => {
    const answer = await leadingTo({ 'evil.example.com': '127.0.0.1' }, { warnOnly: true }).fetch(
      get('http://evil.example.com/'),
      never,
    );
    expect(answer).toMatchObject({
      message: expect.stringContaining('may not be called: it resolves to this machine'),
    });
  });

  test('elsewhere may be called, and so may one that the operator named', async () => {
    const { origin } = await attack((_request, response) => response.end('metrics'));
    const named = `http://metrics.shop.svc:${new URL(origin).port}`;
    const names = { 'metrics.shop.svc': '127.0.0.1' };
    const refused = { apiServerHosts: ['127.0.0.1'], ownPorts: [Number(new URL(origin).port)] };
    const fetcher = leadingTo(names, { ...refused, origins: [named] });
    expect(await fetcher.fetch(get(named), never)).toMatchObject({ kind: 'Answer', body: 'metrics' });
  });
});

test('origins that are allowed from now on may be called from now on', async () => {
  const { origin } = await attack((_request, response) => response.end('{}'));
  let origins: readonly string[] = [];
  const fetcher = createFetcher(() => ({ origins, clusterServices: true, ...NOTHING_REFUSED }), systemClock());
  onTestFinished(() => fetcher.close());
  expect(await fetcher.fetch(get(origin), never)).toMatchObject({ kind: 'Nothing' });
  origins = [origin];
  expect(await fetcher.fetch(get(origin), never)).toMatchObject({ kind: 'Answer' });
});

test('a proxy of the environment is not used for an allowed origin', async () => {
  const proxy = await attack((_request, response) => response.end(SECRET));
  const { origin } = await attack((_request, response) => response.end('direct'));
  vi.stubEnv('HTTP_PROXY', proxy.origin).stubEnv('http_proxy', proxy.origin).stubEnv('NO_PROXY', '');
  onTestFinished(() => void vi.unstubAllEnvs());
  expect(await fetcherFor(origin).fetch(get(origin), never)).toMatchObject({ body: 'direct' });
  expect(proxy.counted.connections).toBe(0);
});

test('a header that would begin a second one is not sent', async () => {
  const seen: (string | undefined)[] = [];
  const { origin } = await attack((request, response) => {
    seen.push(request.headers['x-injected'] as string | undefined);
    response.end('{}');
  });
  await fetcherFor(origin).fetch({ ...get(origin), headers: { 'x-a': 'b\r\nx-injected: 1' } }, never);
  expect(seen.filter((value) => value !== undefined)).toEqual([]);
});

describe('a hostile answer', () => {
  test('that is too large is cut off, and classified', async () => {
    const { origin } = await attack((_request, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 97);
      const pour = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
    });
    const answer = await fetcherFor(origin).fetch(get(origin), never);
    expect(answer).toMatchObject({ kind: 'Nothing', message: expect.stringContaining(`${LARGEST_ANSWER} bytes`) });
  });

  test('that is a gzip bomb is cut off at the same size', async () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024, 97));
    const { origin } = await attack((_request, response) => {
      response.setHeader('content-encoding', 'gzip');
      response.end(bomb);
    });
    const answer = await fetcherFor(origin).fetch(get(origin), never);
    expect(answer).toMatchObject({ kind: 'Nothing', message: expect.stringContaining(`${LARGEST_ANSWER} bytes`) });
  });

  test('that drips byte by byte ends with the time limit', async () => {
    const { origin } = await attack((_request, response) => {
      const drip = setInterval(() => response.write('a'), 10);
      response.on('close', () => clearInterval(drip));
    });
    const answer = await fetcherFor(origin).fetch(get(origin, 150), never);
    expect(answer).toMatchObject({ kind: 'Nothing', message: expect.stringContaining('time limit') });
  });

  test('that never begins ends with the time limit', async () => {
    const { origin } = await attack(() => undefined);
    const answer = await fetcherFor(origin).fetch(get(origin, 100), never);
    expect(answer).toMatchObject({ kind: 'Nothing', message: expect.stringContaining('time limit') });
  });

  test('that breaks off, or is no HTTP, gives no part of itself away', async () => {
    const { origin } = await attack((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write(SECRET, () => response.socket?.destroy());
    });
    const answer = await fetcherFor(origin).fetch(get(origin), never);
    expect(answer.kind).toBe('Nothing');
    expect(JSON.stringify(answer)).not.toContain(SECRET);
  });
});

test('a server that is not there is no evidence', async () => {
  const { origin } = await attack(() => undefined);
  const gone = origin.replace(/\d+$/, '1');
  expect(await fetcherFor(gone).fetch(get(gone), never)).toMatchObject({
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test('a measurement that is called off ends at once', async () => {
  const { origin } = await attack(() => undefined);
  const ending = new AbortController();
  const answer = fetcherFor(origin).fetch(get(origin), ending.signal);
  ending.abort(new Error('the run is over'));
  expect((await answer).kind).toBe('Nothing');
});

test('where nobody answers, the reason says what to do', async () => {
  const closed = createServer();
  await new Promise<void>((resolve) => closed.listen(0, '127.0.0.1', resolve));
  const nobody = `http://127.0.0.1:${(closed.address() as AddressInfo).port}`;
  await new Promise((resolve) => closed.close(resolve));
  expect(await fetcherFor(nobody).fetch(get(nobody), never)).toMatchObject({
    message: `no answer from ${nobody}: ECONNREFUSED; correct the address, or see that it can be reached`,
  });
  const nameless = createFetcher(
    () => ({ origins: [], clusterServices: true, ...NOTHING_REFUSED }),
    systemClock(),
    () => Promise.reject(new Error('ENOTFOUND')),
  );
  onTestFinished(() => nameless.close());
  const typo = 'http://prometheus-typo.monitoring.svc:9090';
  expect(await nameless.fetch(get(typo), never)).toMatchObject({
    message: `no answer from ${typo}: its name cannot be resolved; correct it, or create that Service`,
  });
});
