import { afterAll, beforeAll, expect, test } from 'vitest';
import { renderChecks } from '../../src/server/health.ts';
import type { Listening } from '../../src/server/http-server.ts';
import { plain, serveHttp } from '../../src/server/http-server.ts';

let server: Listening;
const good = { name: 'a', ok: true, message: 'fine' };
const bad = { name: 'b', ok: false, message: 'waits for the first list' };

beforeAll(async () => {
  server = await serveHttp('127.0.0.1:0', {
    '/healthz': (verbose) => renderChecks([good], verbose),
    '/readyz': (verbose) => renderChecks([good, bad], verbose),
    '/late': async () => plain(200, 'late'),
  });
});
afterAll(() => server.close());

const get = async (path: string, method = 'GET') => {
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method });
  return { status: response.status, text: await response.text() };
};

test('a probe whose checks hold is 200, and short', async () => {
  expect(await get('/healthz')).toEqual({ status: 200, text: 'ok\n' });
});

test('details come when asked for', async () => {
  expect((await get('/healthz?verbose')).text).toContain('[+] a: fine');
});

test('a probe that fails is 503 and says which check and why', async () => {
  const { status, text } = await get('/readyz');
  expect(status).toBe(503);
  expect(text).toContain('[-] b: waits for the first list');
});

test('other paths are 404, other methods 405', async () => {
  expect((await get('/secrets')).status).toBe(404);
  expect((await get('/healthz', 'POST')).status).toBe(405);
});

test('pages may be made later', async () => {
  expect(await get('/late')).toEqual({ status: 200, text: 'late\n' });
});
