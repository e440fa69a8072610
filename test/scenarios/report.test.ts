import { expect, test } from 'vitest';
import type { LoadReport, VersionCount } from '../cluster/load.ts';
import type { Row } from '../cluster/scenarios/report.ts';
import { renderReport, verdictOf } from '../cluster/scenarios/report.ts';
import { findVerdict } from '../cluster/scenarios/measures.ts';

const OK: VersionCount = { ok: 2100, serverError: 0, timeout: 0, reset: 0 };

function load(versions: Readonly<Record<string, Partial<VersionCount>>>, more: Partial<LoadReport> = {}): LoadReport {
  const byVersion = new Map(Object.entries(versions).map(([version, count]) => [version, { ...OK, ...count }]));
  return { seconds: 10, sent: 2100, open: 0, byVersion, seen: new Map(), buckets: [], failures: [], ...more };
}

const row = (
  report: LoadReport | undefined,
  more: Partial<Row> = {},
  scenario: Partial<Row['scenario']> = {},
): Row => ({
  scenario: { name: 'a story', id: 'story', play: () => Promise.resolve(), ...scenario },
  seconds: 12,
  error: undefined,
  load: report,
  verdictToZero: undefined,
  verdictToSilence: undefined,
  writes: 40,
  ...more,
});

test('a scenario passes when nothing failed under at least 200 requests a second', () => {
  expect(verdictOf(row(load({ v1: {} })))).toBeUndefined();
});

test('a load below 200 requests a second over its own length is a failure', () => {
  expect(verdictOf(row(load({ v1: {} }, { sent: 1990 })))).toContain('199.0 requests/s, less than 200');
});

test('a scenario without load, with an error, or without a write in the audit log is a failure', () => {
  expect(verdictOf(row(undefined))).toBe('no load was measured');
  expect(verdictOf(row(load({ v1: {} }), { error: 'it never came' }))).toBe('it never came');
  expect(verdictOf(row(load({ v1: {} }), { writes: 0 }))).toContain('no write');
  expect(verdictOf(row(load({ v1: {} }), { writes: undefined }))).toBeUndefined();
});

test('a bad version may answer with errors, and nothing else may fail', () => {
  const bad = { badVersions: ['v2'] };
  expect(verdictOf(row(load({ v2: { serverError: 9 } }), {}, bad))).toBeUndefined();
  for (const [version, count] of [
    ['v1', { serverError: 1 }],
    ['v2', { reset: 1 }],
    ['v2', { timeout: 1 }],
    ['', { serverError: 1 }],
  ] as const) {
    expect(verdictOf(row(load({ [version]: count }), {}, bad)), version).toContain('1 requests failed');
  }
});

test('a request that came to no end is a failed one', () => {
  expect(verdictOf(row(load({ v1: {} }, { open: 1 })))).toContain('1 requests failed');
});

test('where a bad verdict is the point, its way to weight 0 must have been measured, and be short', () => {
  const judged = { judged: true };
  expect(verdictOf(row(load({ v1: {} }), {}, judged))).toContain('no verdict');
  expect(verdictOf(row(load({ v1: {} }), { verdictToZero: 62 }, judged))).toBeUndefined();
  expect(verdictOf(row(load({ v1: {} }), { verdictToZero: 1200 }, judged))).toContain('1200 ms');
});

test('the report tells the length of the load and the rate that was reached', () => {
  const report = renderReport([row(load({ v1: {} }))], [{ name: 'lint', problem: '', seen: 'clean' }], '2026-01-01');
  expect(report).toContain('| a story | passed | 12 s | 10.0 s | 2100 | 210.0 | 0 | 0 | – | – | 40 |');
  expect(report).toContain('| lint | passed | clean |');
});

test('a verdict is found in the log of its own namespace only, with the weight 0 that followed it', () => {
  const at = (second: number): string => `2026-01-01T00:00:0${second}.000Z`;
  const zero = { action: 'SetSplit', because: 'Aborted' };
  const log = [
    { namespace: 'other', time: at(1), msg: 'run phase changed', to: 'Failed' },
    { namespace: 'mine', time: at(2), ...zero },
    { namespace: 'mine', time: at(3), msg: 'run phase changed', to: 'Error' },
    { namespace: 'mine', time: at(4), ...zero },
  ];
  expect(findVerdict(log, 'mine')).toEqual({ at: Date.parse(at(3)), zeroAt: Date.parse(at(4)) });
  expect(findVerdict(log, 'third')).toBeUndefined();
});
