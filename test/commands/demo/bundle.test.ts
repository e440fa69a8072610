import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { buildBundle } from '../../../scripts/build.ts';

// Virtual time is as fast as the machine, which may have other things to do.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let folder: string;
let bundle: string;
/** Where the demo would leave something behind: its temporary folder, its working folder and its home. */
let place: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-demo-test-'));
  bundle = await buildBundle(join(folder, 'sluice.mjs'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(() => {
  place = mkdtempSync(join(folder, 'place-'));
});

type Demo = Readonly<{
  child: ChildProcess;
  /** Lines of standard output so far, and the text of standard error. */
  lines: string[];
  errors: () => string;
  exitCode: Promise<number | null>;
}>;

/** The demo as a process that knows nothing of this checkout but the bundle. */
function startDemo(...args: readonly string[]): Demo {
  const env = { PATH: '/nowhere', HOME: place, TMPDIR: place };
  const child = spawn(process.execPath, [bundle, 'demo', ...args], {
    cwd: place,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  let errors = '';
  if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => void lines.push(line));
  child.stderr?.on('data', (chunk: Buffer) => void (errors += chunk.toString()));
  const exitCode = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)));
  return { child, lines, errors: () => errors, exitCode };
}

type Event = Readonly<{ event: string; problems?: readonly string[]; lost?: number; sent?: number }>;

test('the bundle plays the demo by itself, tells it as JSON, and leaves nothing behind', async () => {
  const { lines, exitCode } = startDemo('--speed', '200', '--json');
  expect(await exitCode).toBe(0);
  const events = lines.map((line) => JSON.parse(line) as Event);
  expect(events.filter(({ event }) => event === 'act')).toHaveLength(3);
  expect(events.at(-1)).toMatchObject({ event: 'end', problems: [], lost: 0 });
  expect(readdirSync(place)).toEqual([]);
});

test('in real time the controller reaches the API server over HTTP, and Ctrl-C ends it at once', async () => {
  const { child, lines, exitCode } = startDemo();
  await expect.poll(() => lines.some((line) => line.includes('step 1/4')), { timeout: 60_000 }).toBe(true);
  child.kill('SIGINT');
  expect(await exitCode).toBe(130);
  // No colours and no cursor movements where nobody looks.
  expect(lines.join('\n')).not.toContain('\u001B');
  expect(readdirSync(place)).toEqual([]);
});

test('--keep holds the cluster with a kubeconfig until Ctrl-C', async () => {
  const { child, lines, exitCode } = startDemo('--speed', '200', '--keep');
  const path = (): string | undefined => /export KUBECONFIG=(\S+)/.exec(lines.join('\n'))?.[1];
  await expect.poll(path, { timeout: 60_000 }).toBeDefined();
  const kubeconfig = path() ?? '';
  const { clusters } = JSON.parse(readFileSync(kubeconfig, 'utf8')) as {
    clusters: readonly Readonly<{ cluster: Readonly<{ server: string }> }>[];
  };
  const server = clusters[0]?.cluster.server ?? '';
  const rollout = await fetch(`${server}/apis/sluice.dev/v1alpha1/namespaces/shop/rollouts/web`);
  expect(await rollout.json()).toMatchObject({ kind: 'Rollout', status: { abort: true } });
  child.kill('SIGINT');
  expect(await exitCode).toBe(0);
  expect(existsSync(kubeconfig)).toBe(false);
  expect(readdirSync(place)).toEqual([]);
});

test('a file of the user is played; an invalid one is explained on standard error with exit code 2', async () => {
  const example = readFileSync('examples/blue-green.yaml', 'utf8');
  mkdirSync(join(place, 'k8s'));
  writeFileSync(join(place, 'k8s', 'good.yaml'), example);
  writeFileSync(join(place, 'k8s', 'bad.yaml'), example.replace('replicas: 3', 'replicas: -3'));
  const good = startDemo('--file', 'k8s/good.yaml', '--speed', '500');
  const bad = startDemo('--file', 'k8s/bad.yaml');
  expect(await bad.exitCode).toBe(2);
  const line = example.split('\n').findIndex((text) => text.includes('replicas: 3')) + 1;
  expect(bad.errors().split('\n')).toEqual([
    `sluice: k8s/bad.yaml:${line}: Rollout shop: spec.replicas: Invalid value: -3: must be 0 or more`,
    expect.stringContaining('correct k8s/bad.yaml'),
    '',
  ]);
  expect(bad.lines).toEqual([]);
  expect(await good.exitCode).toBe(0);
});

test.each([
  [['--speed', 'fast'], /--speed: "fast" must be a number from 1 to 1000/],
  [['--file', 'none.yaml'], /none\.yaml cannot be read \(ENOENT\); name a file/],
])('%s is refused with what to do', async (args, expected) => {
  const { exitCode, errors } = startDemo(...args);
  expect(await exitCode).toBe(2);
  expect(errors()).toMatch(expected);
});
