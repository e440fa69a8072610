import { spawn } from 'node:child_process';
import type { IncomingMessage } from 'node:http';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { json, scripted } from '../kube/scripted-server.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-stop-'));
  return () => rmSync(folder, { recursive: true });
});

const isLease = ({ url }: IncomingMessage): boolean => url?.includes('/leases') === true;
const isRenewal = (request: IncomingMessage): boolean => isLease(request) && request.method === 'PUT';

/** The exit code of a controller after SIGTERM and how long that took, in ms; the server never answers what `hangs`. */
async function stop(
  hangs: (request: IncomingMessage) => boolean,
  when: string,
): Promise<Readonly<{ code: unknown; took: number; asked: readonly string[] }>> {
  const lease = { metadata: { name: 'sluice', namespace: 'sluice-system', resourceVersion: '1' } };
  const { address, asked } = await scripted((request, response) => {
    if (hangs(request)) return;
    if (request.url?.includes('watch=true') === true) return response.writeHead(200).flushHeaders();
    if (isLease(request)) return json(response, request.method === 'GET' ? 404 : 201, lease);
    json(response, 200, { kind: 'List', metadata: { resourceVersion: '1' }, items: [] });
  });
  const kubeconfig = {
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server: address } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    users: [{ name: 'test', user: {} }],
  };
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
  const args = [MAIN, 'controller', '--kubeconfig', 'kubeconfig', '--metrics-address=127.0.0.1:0'];
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (chunk) => void (output += String(chunk)));
  const happened = (): boolean => output.includes(`"msg":"${when}"`) || asked.some((line) => line.startsWith(when));
  await expect.poll(happened, { timeout: 20_000 }).toBe(true);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const began = performance.now();
  child.kill('SIGTERM');
  return { code: await ended, took: performance.now() - began, asked };
}

test.each([
  ['with a server that answers', () => false, 'leading', 0],
  ['while it starts, before a server that does not answer', () => true, 'GET', 0],
  ['while it asks for a lease, and is not answered', isLease, 'GET /apis/coordination', 1],
  ['while it renews its lease, and is not answered', isRenewal, 'PUT /apis/coordination', 1],
] as const)('a controller ends within 5 s of SIGTERM %s', { timeout: 40_000 }, async (_, hangs, when, code) => {
  const ended = await stop(hangs, when);
  expect(ended.took).toBeLessThan(5000);
  expect(ended.code).toBe(code);
});

test('the lease is given back at SIGTERM', { timeout: 40_000 }, async () => {
  const { asked } = await stop(() => false, 'leading');
  expect(asked.at(-1)).toBe('PUT /apis/coordination.k8s.io/v1/namespaces/sluice-system/leases/sluice');
});
