import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RolloutStatus } from '../../src/api/rollout.ts';
import { codeBlocks, linesOf } from '../cluster/checks/pages.ts';
import type { Stand } from './stand.ts';
import { openStand } from './stand.ts';

const OPERATE = readFileSync('docs/operate.md', 'utf8');

let stand: Stand;

beforeAll(async () => {
  stand = await openStand();
  const [canary = ''] = codeBlocks(readFileSync('docs/canary.md', 'utf8'), 'yaml');
  await stand.kubectl(['apply', '-f', '-'], canary);
  const [blueGreen = ''] = codeBlocks(readFileSync('docs/blue-green.md', 'utf8'), 'yaml');
  await stand.kubectl(['apply', '-f', '-'], blueGreen);
  await stand.until('web', 'the first version is there', isHealthy);
  await stand.until('shop', 'the first version is there', isHealthy);
});

afterAll(() => stand.close());

/** Runs the command under a heading of the page, for another Rollout than the page's when one is named. */
function run(heading: string, rollout = 'web'): Promise<string> {
  const section = OPERATE.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  const [args] = linesOf('kubectl', codeBlocks(section ?? '', 'sh').join('\n'));
  if (args === undefined) throw new Error(`docs/operate.md has no command under ${heading}`);
  return stand.kubectl(args.map((arg) => (arg === 'web' ? rollout : arg)));
}

const isHealthy = ({ phase }: RolloutStatus): boolean => phase === 'Healthy';
const weightOf = ({ canary }: RolloutStatus): number | undefined => canary?.weights?.canary.weight;

test('a canary is updated, promoted through its pauses, and is then the stable version', async () => {
  await run('Start an update');
  const paused = await stand.until('web', 'stands in its first pause', ({ phase, stepDisplay }) => {
    return phase === 'Paused' && stepDisplay === '1/4';
  });
  expect([weightOf(paused), paused.message]).toEqual([20, 'CanaryPauseStep']);
  await run('Promote');
  await stand.until(
    'web',
    'stands in its timed pause',
    (status) => status.phase === 'Paused' && weightOf(status) === 60,
  );
  await run('Promote');
  const { stableRS, currentPodHash } = await stand.until('web', 'is promoted', isHealthy);
  expect(stableRS).toBe(currentPodHash);
  expect(await run('Wait')).toContain('condition met');
});

test('an aborted update gives its traffic back, says so, and begins anew after a retry', async () => {
  await stand.kubectl([
    'patch',
    'rollouts.sluice.dev',
    'web',
    '--type=json',
    '-p',
    image('registry.example/web:2.0.0'),
  ]);
  await stand.until(
    'web',
    'stands in its first pause',
    (status) => status.phase === 'Paused' && weightOf(status) === 20,
  );
  await run('Abort');
  const aborted = await stand.until('web', 'is aborted', (status) => weightOf(status) === 0);
  expect([aborted.phase, aborted.message]).toEqual(['Degraded', expect.stringMatching(/^RolloutAborted: /)]);
  await run('Retry');
  await stand.until('web', 'is paused again', (status) => status.phase === 'Paused' && weightOf(status) === 20);
});

test('a paused update stands still also when it is promoted, and goes on when it is resumed', async () => {
  await run('Pause');
  await run('Promote');
  const paused = await stand.until('web', 'says who paused it', ({ message }) => message === 'manually paused');
  expect(weightOf(paused)).toBe(20);
  await run('Resume');
  await stand.until('web', 'is at the next weight', (status) => weightOf(status) === 60);
  await run('Promote in full');
  await stand.until('web', 'is promoted', isHealthy);
  const shown = await run('Undo');
  expect(shown).toMatch(/^REVISION +NAME +PODS +IMAGE\n/);
  expect(shown).toMatch(/3 +web-\w+ +4 +registry\.example\/web:2\.0\.0/);
});

test('going back to the stable version in the middle of an update skips its steps', async () => {
  await run('Start an update');
  await stand.until(
    'web',
    'stands in its first pause',
    (status) => status.phase === 'Paused' && weightOf(status) === 20,
  );
  await stand.kubectl([
    'patch',
    'rollouts.sluice.dev',
    'web',
    '--type=json',
    '-p',
    image('registry.example/web:2.0.0'),
  ]);
  await stand.until('web', 'is back', (status) => isHealthy(status) && weightOf(status) === 0);
});

test('a blue-green rollout waits behind its preview until it is promoted', async () => {
  await run('Start an update', 'shop');
  const paused = await stand.until('shop', 'waits', ({ phase }) => phase === 'Paused');
  expect(paused.message).toBe('BlueGreenPause');
  expect(paused.blueGreen?.activeSelector).toBe(paused.stableRS);
  expect(paused.blueGreen?.previewSelector).toBe(paused.currentPodHash);
  await run('Promote', 'shop');
  const { blueGreen, currentPodHash } = await stand.until('shop', 'is promoted', isHealthy);
  expect(blueGreen?.activeSelector).toBe(currentPodHash);
});

function image(value: string): string {
  return JSON.stringify([{ op: 'replace', path: '/spec/template/spec/containers/0/image', value }]);
}
