import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { json, scripted } from '../kube/scripted-server.ts';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-keys-'));
  return () => rmSync(folder, { recursive: true });
});

/** What a controller asks an API server that has nothing, and where it listens, until `asked` says that it is enough. */
async function asks(
  flags: readonly string[],
  enough: (asked: readonly string[]) => boolean,
): Promise<Readonly<{ asked: readonly string[]; output: string }>> {
  const { address, asked } = await scripted((request, response) => {
    const url = new URL(request.url ?? '', 'http://server');
    if (url.searchParams.get('watch') === 'true') return response.writeHead(200).flushHeaders();
    if (url.pathname.includes('/leases'))
      return json(response, request.method === 'GET' ? 404 : 201, { metadata: { name: 'x' } });
    // Whether the definitions of the takeover group are ours cannot be told here.
    if (url.pathname.includes('/customresourcedefinitions')) return json(response, 403, {});
    json(response, 200, { kind: 'List', metadata: { resourceVersion: '1' }, items: [] });
  });
  const kubeconfig = {
    'current-context': 'test',
    clusters: [{ name: 'test', cluster: { server: address } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
    users: [{ name: 'test', user: {} }],
  };
  writeFileSync(join(folder, 'kubeconfig'), JSON.stringify(kubeconfig));
  const args = [MAIN, 'controller', '--kubeconfig', 'kubeconfig', ...flags];
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
  const child = spawn(process.execPath, args, { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  let output = '';
  child.stdout.on('data', (chunk) => void (output += String(chunk)));
  await expect.poll(() => enough(asked), { timeout: 20_000 }).toBe(true);
  return { asked: [...asked], output };
}

const leads = (asked: readonly string[]): boolean => asked.some((line) => line.includes('/leases'));
const watchesAll = (asked: readonly string[]): boolean =>
  asked.filter((line) => line.includes('watch=true')).length >= 9;

describe('keys that want a restart change', () => {
  test('by default: all namespaces of our own group, objects without an instance label, our lease', async () => {
    const { asked, output } = await asks(
      ['--metrics-address', '127.0.0.1:0'],
      (lines) => leads(lines) && watchesAll(lines),
    );
    expect(asked.filter((line) => line.includes('/namespaces/') && !line.includes('/leases'))).toEqual([]);
    expect(asked.some((line) => line.startsWith('GET /apis/sluice.dev/v1alpha1/rollouts?'))).toBe(true);
    expect(asked.some((line) => line.includes('labelSelector=%21argo-rollouts.argoproj.io'))).toBe(true);
    expect(asked).toContain('GET /apis/coordination.k8s.io/v1/namespaces/sluice-system/leases/sluice');
    expect(output).toContain('"msg":"listening"');
  }, 40_000);

  test('what is asked for, where we listen and which lease is held', async () => {
    const flags = [
      '--api-group',
      'argoproj.io',
      '--namespace',
      'shop',
      '--instance-id',
      'blue',
      '--lease-name',
      'mine',
    ];
    const more = ['--lease-namespace', 'elsewhere', '--metrics-address', '127.0.0.1:0', '--log-level', 'error'];
    const { asked, output } = await asks([...flags, ...more], (lines) => leads(lines) && watchesAll(lines));
    const lists = asked.filter((line) => line.startsWith('GET /apis/argoproj.io/v1alpha1/namespaces/shop/rollouts?'));
    expect(lists.length).toBeGreaterThan(0);
    expect(asked.some((line) => line.includes('sluice.dev'))).toBe(false);
    // Whether our kinds are there is asked without a label.
    const labelled = lists.filter((line) => line.includes('labelSelector'));
    expect(labelled.length).toBeGreaterThan(0);
    expect(labelled.every((line) => line.includes('controller-instance-id%3Dblue'))).toBe(true);
    expect(asked).toContain('GET /apis/coordination.k8s.io/v1/namespaces/elsewhere/leases/mine');
    expect(output).toBe('');
  }, 40_000);

  test('whether a lease is held at all', async () => {
    const flags = ['--leader-election', 'false', '--metrics-address', '127.0.0.1:0'];
    const { asked } = await asks(flags, watchesAll);
    expect(leads(asked)).toBe(false);
  }, 40_000);
});
