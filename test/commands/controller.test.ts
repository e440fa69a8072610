import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { beforeEach, expect, onTestFinished, test } from 'vitest';

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts');

type Line = Readonly<{
  level: string;
  msg: string;
  keys?: readonly string[];
  errors?: readonly string[];
  port?: number;
}>;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-controller-'));
  return () => rmSync(folder, { recursive: true });
});

const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);

function run(args: readonly string[]): ChildProcess {
  const env = { PATH: process.env['PATH'] ?? '', HOME: folder };
  return spawn(process.execPath, [MAIN, ...args], { cwd: folder, env, stdio: ['ignore', 'pipe', 'pipe'] });
}

/** A controller whose API server cannot be reached: it waits for it, and serves its probes and metrics meanwhile. */
async function startController(): Promise<
  Readonly<{ child: ChildProcess; lines: Line[]; metric(name: string): Promise<string | undefined> }>
> {
  const cluster = { server: 'http://127.0.0.1:1' };
  write(
    'kubeconfig',
    JSON.stringify({
      'current-context': 'none',
      clusters: [{ name: 'none', cluster }],
      contexts: [{ name: 'none', context: { cluster: 'none', user: 'none' } }],
      users: [{ name: 'none', user: {} }],
    }),
  );
  const child = run(['controller', '--config', 'config.yaml', '--kubeconfig', 'kubeconfig']);
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: Line[] = [];
  if (child.stdout !== null) {
    createInterface({ input: child.stdout }).on('line', (line) => void lines.push(JSON.parse(line) as Line));
  }
  await expect.poll(() => lines.some(({ msg }) => msg === 'listening'), { timeout: 20_000 }).toBe(true);
  const port = lines.find(({ msg }) => msg === 'listening')?.port;
  return {
    child,
    lines,
    async metric(name) {
      const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
      return text.match(new RegExp(`^${name} (.*)$`, 'm'))?.[1];
    },
  };
}

const told = (lines: readonly Line[], message: string): readonly Line[] => lines.filter(({ msg }) => msg === message);

test('a running controller takes a change of its file within 5 s, refuses a bad one, and obeys SIGHUP and .env', async () => {
  const fixed = 'metricsAddress: 127.0.0.1:0\nleaderElection: false\n';
  write('config.yaml', `${fixed}logLevel: warn`);
  write('.env', 'SLUICE_LOG_LEVEL=info');
  const { child, lines, metric } = await startController();
  const seen = (message: string, count = 1) =>
    expect.poll(() => told(lines, message).length, { timeout: 5000 }).toBe(count);
  expect(await metric('sluice_config_last_reload_successful')).toBe('1');

  write('config.yaml', `${fixed}workers: 3\nburst: 7`);
  await seen('configuration changed');
  expect(told(lines, 'configuration changed')[0]?.keys).toEqual(['burst']);
  await seen('configuration keys that changed want a restart');
  expect(told(lines, 'configuration keys that changed want a restart')[0]?.keys).toEqual(['workers']);

  write('config.yaml', `${fixed}burst: none\nprometheusAddress: http://user:hunter2@p`);
  await seen('configuration refused; the one before stays in force');
  expect(await metric('sluice_config_last_reload_successful')).toBe('0');

  write('config.yaml', fixed);
  write('.env', 'SLUICE_LOG_LEVEL=error');
  child.kill('SIGHUP');
  // From here on nothing below an error is written, not even that the configuration changed.
  await expect.poll(() => metric('sluice_config_last_reload_successful'), { timeout: 5000 }).toBe('1');
  const before = lines.filter(({ level }) => level === 'info' || level === 'warn').length;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  expect(await ended).toBe(0);
  expect(told(lines, 'ending')).toEqual([]);
  expect(lines.filter(({ level }) => level === 'info' || level === 'warn')).toHaveLength(before);
  expect(JSON.stringify(lines)).not.toContain('hunter2');
}, 60_000);

test('config print tells what would be in force, and what is wrong, without a password', async () => {
  write('.env', 'SLUICE_BURST=9');
  const outcome = async (args: readonly string[]): Promise<{ code: unknown; out: string; err: string }> => {
    const child = run(['config', 'print', ...args]);
    let out = '';
    let err = '';
    child.stdout?.on('data', (chunk) => void (out += String(chunk)));
    child.stderr?.on('data', (chunk) => void (err += String(chunk)));
    const code = await new Promise((resolve) => child.once('close', resolve));
    return { code, out, err };
  };
  const good = await outcome(['--log-level', 'debug']);
  expect(good.code).toBe(0);
  expect(JSON.parse(good.out)).toMatchObject({ burst: 9, logLevel: 'debug', workers: 8 });
  const bad = await outcome(['--prometheus-address', 'http://user:hunter2@p:9090']);
  expect(bad.code).toBe(2);
  expect(bad.err).toContain('--prometheus-address');
  expect(bad.out + bad.err).not.toContain('hunter2');
}, 60_000);
