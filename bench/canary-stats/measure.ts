import { seededRandom } from '../../src/emulator/random.ts';
import { fnv1a32 } from '../../src/units/fnv.ts';
import type { Judge, Outcome } from './judges.ts';
import { JUDGES } from './judges.ts';
import type { LatencyJudge } from './latency-judges.ts';
import { LATENCY_JUDGES } from './latency-judges.ts';
import type { Times } from './latency-traffic.ts';
import { drawLatencyRun } from './latency-traffic.ts';
import type { Cell } from './traffic.ts';
import { drawRun, LOOK, LOOKS } from './traffic.ts';

/** What one judge made of many runs of a cell. Times are seconds after the warm-up, or after the onset if that is later. */
export type Score = Readonly<{
  judge: string;
  runs: number;
  aborted: number;
  /** Aborted within ten minutes of the run's begin. */
  abortedInTen: number;
  passed: number;
  medianSeconds: number | undefined;
  p95Seconds: number | undefined;
  /** Median of the canary's failed requests between warm-up (or onset) and the abort. */
  medianFailed: number | undefined;
}>;

/** Half a minute of a new pod is set aside by the judge, so that no figure may count it for or against anybody. */
const WARM_UP_LOOKS = 30 / LOOK;

/** Plays runs of a cell; the same ones for every judge, the same ones each time. */
export function measureCell(cell: Cell, runs: number, judges: readonly Judge[] = JUDGES): readonly Score[] {
  const random = seededRandom(fnv1a32(JSON.stringify(cell)));
  const from = firstLook(cell);
  const outcomes = judges.map((): { outcome: Outcome; failed: number }[] => []);
  for (let count = 0; count < runs; count += 1) {
    const run = drawRun(random, cell);
    for (const [index, judge] of judges.entries()) {
      const outcome = judge.judge(run);
      const until = outcome.kind === 'Undecided' ? LOOKS : outcome.look + 1;
      const failed = run.failed.slice(from, until).reduce((sum, failures) => sum + failures, 0);
      outcomes[index]?.push({ outcome, failed });
    }
  }
  return judges.map(({ name }, index) => score(name, outcomes[index] ?? [], from));
}

/** As `measureCell`, for answer times. */
export function measureLatency(rps: number, canary: Times, runs: number): readonly Score[] {
  const judges: readonly LatencyJudge[] = LATENCY_JUDGES;
  const random = seededRandom(fnv1a32(`latency/${rps}/${canary.name}`));
  const outcomes = judges.map((): { outcome: Outcome; failed: number }[] => []);
  for (let count = 0; count < runs; count += 1) {
    const run = drawLatencyRun(random, rps, canary);
    for (const [index, judge] of judges.entries()) outcomes[index]?.push({ outcome: judge.judge(run), failed: 0 });
  }
  return judges.map(({ name }, index) => score(name, outcomes[index] ?? [], WARM_UP_LOOKS));
}

/** The upper end of the one-sided 99 % confidence interval of a share. Source: Wilson 1927. */
export function upperBound(count: number, runs: number): number {
  const z = 2.3263;
  const share = count / runs;
  const spread = z * Math.sqrt((share * (1 - share)) / runs + z ** 2 / (4 * runs ** 2));
  return (share + z ** 2 / (2 * runs) + spread) / (1 + z ** 2 / runs);
}

function firstLook({ condition }: Cell): number {
  const onset = condition === 'late 15' ? 15 : condition === 'late 25' ? 25 : 0;
  return Math.max(WARM_UP_LOOKS, (onset * 60) / LOOK);
}

function score(judge: string, all: readonly Readonly<{ outcome: Outcome; failed: number }>[], from: number): Score {
  const aborted = all.flatMap(({ outcome, failed }) =>
    outcome.kind === 'Abort' ? [{ look: outcome.look, failed }] : [],
  );
  const times = aborted.map(({ look }) => (look + 1 - from) * LOOK);
  return {
    judge,
    runs: all.length,
    aborted: aborted.length,
    abortedInTen: aborted.filter(({ look }) => look < (10 * 60) / LOOK).length,
    passed: all.filter(({ outcome }) => outcome.kind === 'Pass').length,
    medianSeconds: quantile(times, 0.5),
    p95Seconds: quantile(times, 0.95),
    medianFailed: quantile(
      aborted.map(({ failed }) => failed),
      0.5,
    ),
  };
}

function quantile(values: readonly number[], q: number): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(q * values.length))];
}
