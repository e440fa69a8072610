import type { Judge } from './canary-stats/judges.ts';
import { JUDGES, ours } from './canary-stats/judges.ts';
import { SLOWER, USUAL } from './canary-stats/latency-traffic.ts';
import type { Score } from './canary-stats/measure.ts';
import { measureCell, measureLatency, upperBound } from './canary-stats/measure.ts';
import type { Cell, Condition, Effect } from './canary-stats/traffic.ts';
import { seconds } from '../src/units/duration.ts';

const EQUAL: Effect = { name: 'equal', times: 1, plus: 0 };
const EFFECTS: readonly Effect[] = [
  EQUAL,
  { name: '×2', times: 2, plus: 0 },
  { name: '×5', times: 5, plus: 0 },
  { name: '×10', times: 10, plus: 0 },
  { name: '+5 %', times: 1, plus: 0.05 },
];
const TIMES_TEN: Effect = { name: '×10', times: 10, plus: 0 };
const RATES = [1, 10, 100] as const;
const BASES = [0.0001, 0.001, 0.01, 0.05] as const;
const CONDITIONS: readonly Condition[] = [
  'stationary',
  'drift',
  'outage',
  'bursts 0.5',
  'bursts 1',
  'late 15',
  'late 25',
  'warm-up',
  'resets',
];

/** A gate: what must hold, what was measured, and whether it does. */
type Gate = Readonly<{ name: string; measured: string; holds: boolean }>;

/** A step as users have it: evidence for a promotion ends it, and alpha is shared among four analyses. */
const STEP: Judge = ours('sluice, in a step', { maxDuration: seconds(1800), alpha: 0.05 / 4 });

/**
 * Compares judges of canaries on simulated traffic and checks what ours promises: `npm run bench -- canary-stats`, with
 * `--full` for the whole grid and `--json` for machines. Sets the exit code 1 when a gate does not hold.
 */
export function benchCanaryStats(options: readonly string[]): Promise<void> {
  const print = (line: string): void => void process.stdout.write(`${line}\n`);
  const json = options.includes('--json');
  const gates = gatesOf(json ? () => undefined : print);
  const rows = options.includes('--full') ? fullGrid(json ? () => undefined : print) : [];
  if (json) print(JSON.stringify({ gates, rows }));
  if (gates.some(({ holds }) => !holds)) process.exitCode = 1;
  return Promise.resolve();
}

function gatesOf(print: (line: string) => void): readonly Gate[] {
  const gates: Gate[] = [];
  const gate = (name: string, measured: string, holds: boolean): void => {
    gates.push({ name, measured, holds });
    print(`${holds ? 'holds ' : 'BROKEN'}  ${name}: ${measured}`);
  };
  print('| cell | judge | aborts | in 10 min | median s | p95 s | failed | evidence to promote |');
  print('|---|---|---|---|---|---|---|---|');
  const worst = new Map<string, number>();
  for (const condition of ['stationary', 'drift', 'outage', 'bursts 0.5', 'bursts 1'] as const) {
    for (const rps of RATES) {
      for (const base of BASES) {
        const [own] = measureCell({ rps, base, effect: EQUAL, condition }, 2000, [JUDGES[0] ?? STEP]);
        if (own === undefined) continue;
        worst.set(condition, Math.max(worst.get(condition) ?? 0, upperBound(own.aborted, own.runs)));
      }
    }
  }
  const named = (cell: Cell, runs: number): Score => {
    const scores = measureCell(cell, runs, [...JUDGES, STEP]);
    for (const score of scores) print(row(cellName(cell), score));
    const [own] = scores;
    if (own === undefined) throw new Error('the first judge is ours');
    return own;
  };
  const equal: Cell = { rps: 10, base: 0.001, effect: EQUAL, condition: 'stationary' };
  named(equal, 1000);
  const ten = named({ ...equal, effect: TIMES_TEN }, 2000);
  const late = named({ rps: 100, base: 0.001, effect: TIMES_TEN, condition: 'late 25' }, 500);
  named({ rps: 10, base: 0.001, effect: TIMES_TEN, condition: 'late 15' }, 500);
  named({ rps: 1, base: 0.001, effect: TIMES_TEN, condition: 'stationary' }, 500);
  const slower = SLOWER.map((times) => ({ times, scores: measureLatency(10, times, 300) }));
  const same = measureLatency(10, USUAL, 2000);
  for (const score of same) print(row('latency, equal', score));
  for (const { times, scores } of slower) for (const score of scores) print(row(`latency, ${times.name}`, score));
  print('');
  for (const [condition, bound] of worst) {
    gate(
      `equal versions, ${condition}: at most 5 % aborted in every cell`,
      `worst upper 99 % bound ${percent(bound)}`,
      bound <= 0.05,
    );
  }
  gate('0.1 → 1 % at 10/s found in 60 s (median)', `${ten.medianSeconds} s`, (ten.medianSeconds ?? 999) <= 60);
  gate('… in at least 99 % of the runs', percent(ten.aborted / ten.runs), ten.aborted >= 0.99 * ten.runs);
  gate('… after at most 10 failed requests (median)', `${ten.medianFailed}`, (ten.medianFailed ?? 999) <= 10);
  gate(
    'a regression in minute 25 found in 60 s at 100/s',
    `${late.medianSeconds} s`,
    (late.medianSeconds ?? 999) <= 60,
  );
  const quarter = slower.find(({ times }) => times.name === 'median +25 %')?.scores[0];
  gate(
    'latency +25 % at 10/s found in 30 s (median)',
    `${quarter?.medianSeconds} s`,
    (quarter?.medianSeconds ?? 999) <= 30,
  );
  const falseLatency = upperBound(same[0]?.aborted ?? 0, same[0]?.runs ?? 1);
  gate('equal latency: at most 5 % aborted', `upper 99 % bound ${percent(falseLatency)}`, falseLatency <= 0.05);
  return gates;
}

function fullGrid(print: (line: string) => void): readonly Readonly<{ cell: Cell; scores: readonly Score[] }>[] {
  const rows: { cell: Cell; scores: readonly Score[] }[] = [];
  print('\nThe whole grid, 500 runs a cell\n');
  print('| cell | judge | aborts | in 10 min | median s | p95 s | failed | evidence to promote |');
  print('|---|---|---|---|---|---|---|---|');
  for (const condition of CONDITIONS) {
    for (const rps of RATES) {
      for (const base of BASES) {
        for (const effect of EFFECTS) {
          const cell: Cell = { rps, base, effect, condition };
          const scores = measureCell(cell, 500, [...JUDGES, STEP]);
          rows.push({ cell, scores });
          for (const score of scores) print(row(cellName(cell), score));
        }
      }
    }
  }
  return rows;
}

function cellName({ rps, base, effect, condition }: Cell): string {
  return `${rps}/s, ${percent(base)} errors, ${effect.name}, ${condition}`;
}

function row(cell: string, score: Score): string {
  const { judge, runs, aborted, abortedInTen, passed, medianSeconds, p95Seconds, medianFailed } = score;
  const or = (value: number | undefined): string => (value === undefined ? '–' : String(value));
  return `| ${cell} | ${judge} | ${percent(aborted / runs)} | ${percent(abortedInTen / runs)} | ${or(medianSeconds)} | ${or(p95Seconds)} | ${or(medianFailed)} | ${percent(passed / runs)} |`;
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}
