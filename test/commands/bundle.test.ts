import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildBundle } from '../../scripts/build.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Readonly<{ version: string }>;

let folder: string;
let bundle: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-bundle-'));
  bundle = await buildBundle(join(folder, 'sluice.mjs'));
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true }));

/** What git says of the commit; a source tree without its history says `unknown`. */
function git(...args: readonly string[]): string {
  const { status, stdout } = spawnSync('git', args, { cwd: ROOT, encoding: 'utf8' });
  return status === 0 ? stdout.trim() : 'unknown';
}

const COMMIT = git('rev-parse', '--short=12', 'HEAD');
const BUILT_AT = git('show', '-s', '--format=%cI', 'HEAD');

function run(...args: readonly string[]): Readonly<{ status: number | null; stdout: string }> {
  const env = { PATH: process.env['PATH'] ?? '', KUBECONFIG: '/nowhere' };
  return spawnSync(process.execPath, [bundle, ...args], { cwd: folder, env, encoding: 'utf8', timeout: 20_000 });
}

test('the bundle tells its version, commit and build time, for people and as JSON', () => {
  expect(run('version').stdout).toBe(
    `sluice ${version} (commit ${COMMIT}, built ${BUILT_AT}, node ${process.version})\n`,
  );
  expect(JSON.parse(run('version', '--output', 'json').stdout)).toEqual({
    version,
    commit: COMMIT,
    builtAt: BUILT_AT,
  });
});

test('the log of the bundled controller begins with them; a kubeconfig that is not there ends it with the path', () => {
  const flags = ['--kubeconfig=/nowhere/at-all', '--leader-election=false', '--metrics-address=127.0.0.1:0'];
  const { status, stdout } = run('controller', ...flags);
  const [first = '', ...others] = stdout.trim().split('\n');
  expect(JSON.parse(first)).toMatchObject({ msg: 'starting', version, commit: COMMIT, builtAt: BUILT_AT });
  expect(first.match(/"version"/g)).toHaveLength(1);
  expect(others.join()).toContain('/nowhere/at-all');
  expect(status).toBe(1);
});
