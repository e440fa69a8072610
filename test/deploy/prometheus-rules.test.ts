import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseQuery } from '../../src/emulator/promql/parse.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

type Rules = Readonly<{
  groups: readonly Readonly<{ rules: readonly Readonly<{ alert: string; expr: string }>[] }>[];
}>;

const NAMES = /\b(?:rollout|sluice|workqueue|controller_runtime|leader_election|rest_client)_[a-z_]+/g;

/** The names of every series that the controller can expose. */
async function exposed(): Promise<ReadonlySet<string>> {
  const metrics = createMetrics({ version: '', commit: '' });
  metrics.queue('any');
  const { text } = await metrics.expose();
  return new Set([...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name = '']) => name));
}

test('every alert rule is PromQL over series that the controller exposes', async () => {
  const { groups } = parse(readFileSync('deploy/prometheus/rules.yaml', 'utf8')) as Rules;
  const rules = groups.flatMap((group) => group.rules);
  expect(rules.length).toBeGreaterThan(5);
  const known = await exposed();
  for (const { alert, expr } of rules) {
    expect(() => parseQuery(expr), alert).not.toThrow();
    const names = expr.match(NAMES) ?? [];
    expect(names.length, alert).toBeGreaterThan(0);
    expect(names.filter((name) => !known.has(name))).toEqual([]);
  }
});

test('the page on monitoring names only series that the controller exposes', async () => {
  const known = await exposed();
  const [, ...rows] = readFileSync('docs/monitoring.md', 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('| `'));
  const names = rows.flatMap((row) => [...row.matchAll(/`([a-z_]+)`/g)].map(([, name = '']) => name));
  const labels = new Set(['strategy', 'traffic_router', 'phase', 'role', 'outcome', 'resource', 'why', 'sluice_']);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !known.has(name) && !labels.has(name))).toEqual([]);
});
