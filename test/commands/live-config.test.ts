import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import type { LiveConfig } from '../../src/commands/live-config.ts';
import { keepConfig } from '../../src/commands/live-config.ts';
import { readConfig } from '../../src/config/reload.ts';
import { LIVE_KEYS } from '../../src/config/schema.ts';
import { createLogger } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { createVirtualClock } from '../kube/virtual-clock.ts';

let file: string;
let lines: string[];

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-live-'));
  file = join(folder, 'config.yaml');
  lines = [];
  return () => rmSync(folder, { recursive: true });
});

function kept(text: string) {
  writeFileSync(file, text);
  const places = { file, dotEnv: `${file}.env`, environment: {}, flags: {} };
  const loaded = readConfig(places);
  if (!loaded.ok) throw new Error(loaded.errors.join());
  const log = createLogger(loaded.config.logLevel, {}, { write: (line) => void lines.push(line) });
  const metrics = createMetrics({ version: 'test', commit: 'test' });
  const live = keepConfig(loaded.config, places, { clock: createVirtualClock(), log, metrics });
  onTestFinished(() => live.stop());
  return { live, log };
}

const refused = { apiServerHosts: ['10.96.0.1'], ownPorts: [8090] };

/** What each key governs, before and after a change of it. */
const GOVERNED: Readonly<Record<string, readonly [line: string, read: (live: LiveConfig) => unknown, value: unknown]>> =
  {
    prometheusAddress: [
      'prometheusAddress: http://p:9090',
      (live) => live.provider().prometheusAddress,
      'http://p:9090',
    ],
    allowedOrigins: ['allowedOrigins: [https://a]', (live) => live.policy(refused).origins, ['https://a']],
    metricPlugins: [
      'metricPlugins: a=http://a.metrics:80/x',
      (live) => live.provider().plugins,
      { a: 'http://a.metrics:80/x' },
    ],
    jobProvider: ['jobProvider: true', (live) => live.jobs(), true],
    enforcePolicies: ['enforcePolicies: false', (live) => live.policy(refused).warnOnly, true],
    requestsPerSecond: ['requestsPerSecond: 7', (live) => live.limit().perSecond, 7],
    burst: ['burst: 8', (live) => live.limit().burst, 8],
  };

test.each(Object.entries(GOVERNED))('a change of %s changes what it governs', (_key, [line, read, value]) => {
  const { live } = kept('');
  expect(read(live)).not.toEqual(value);
  writeFileSync(file, line);
  live.reload();
  expect(read(live)).toEqual(value);
  writeFileSync(file, 'burst: none');
  live.reload();
  expect(read(live)).toEqual(value);
});

test('a change of logLevel changes what is written', () => {
  const { live, log } = kept('logLevel: warn');
  log.info({}, 'before');
  writeFileSync(file, 'logLevel: debug');
  live.reload();
  log.debug({}, 'after');
  expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(['configuration changed', 'after']);
});

test('every key that can change while we run is tried here', () => {
  expect([...Object.keys(GOVERNED), 'logLevel'].toSorted()).toEqual(LIVE_KEYS.toSorted());
});

test('the Prometheus that is configured may be called, wherever it is, and what is never allowed stays so', () => {
  const { live } = kept('prometheusAddress: http://10.0.0.1:9090');
  expect(live.policy(refused)).toEqual({
    origins: ['http://10.0.0.1:9090'],
    clusterServices: true,
    warnOnly: false,
    ...refused,
  });
});

test('the takeover group only warns of what the policies forbid, until told to enforce them', () => {
  expect(kept('apiGroup: argoproj.io').live.policy(refused).warnOnly).toBe(true);
  expect(kept('apiGroup: argoproj.io\nenforcePolicies: true').live.policy(refused).warnOnly).toBe(false);
});
