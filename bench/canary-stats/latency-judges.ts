import type { JudgeSettings } from '../../src/plan/analysis/judge/judge-settings.ts';
import { newJudgeState } from '../../src/plan/analysis/judge/judge-state.ts';
import { findVerdict, judgeInterval } from '../../src/plan/analysis/judge/judge.ts';
import { bucketQuantile, newLatencyEvidence } from '../../src/plan/analysis/judge/latency.ts';
import { compareRanks } from '../../src/plan/analysis/judge/mann-whitney.ts';
import { NO_SCATTER } from '../../src/plan/analysis/judge/over-dispersion.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import type { Outcome } from './judges.ts';
import type { LatencyRun } from './latency-traffic.ts';
import { BOUNDS } from './latency-traffic.ts';
import { LOOK, LOOKS } from './traffic.ts';

/** Something that looks at answer times. */
export type LatencyJudge = Readonly<{ name: string; judge(run: LatencyRun): Outcome }>;

const SETTINGS: JudgeSettings = {
  alpha: 0.05,
  beta: 0.05,
  errors: undefined,
  latency: { quantile: 0.95, tolerance: 0 },
  minDuration: seconds(60),
  maxDuration: undefined,
  laterSlots: 30,
};

const LOOKS_A_MINUTE = 60 / LOOK;

function tilted(name: string, tolerance: number): LatencyJudge {
  const settings = { ...SETTINGS, latency: { quantile: 0.95, tolerance } };
  return {
    name,
    judge({ before, looks }) {
      let state = newJudgeState(NO_SCATTER, newLatencyEvidence(BOUNDS, before));
      for (const [look, buckets] of looks.entries()) {
        const elapsed = milliseconds((look + 1) * LOOK * 1000);
        // Warm-up, as for errors.
        if (elapsed <= seconds(30)) continue;
        state = judgeInterval(state, { errors: undefined, stableTargets: [], buckets }, settings, elapsed);
        if (findVerdict(state, settings, elapsed).kind === 'Abort') return { kind: 'Abort', look };
      }
      return { kind: 'Undecided' };
    },
  };
}

function eachMinute(
  name: string,
  isBad: (canary: readonly number[], stable: readonly number[]) => boolean,
): LatencyJudge {
  const quantile = (counts: readonly (readonly number[])[]): number =>
    bucketQuantile(
      BOUNDS.concat(0).map((_, bucket) => counts.reduce((sum, one) => sum + (one[bucket] ?? 0), 0)),
      BOUNDS,
      0.99,
    ) ?? 0;
  return {
    name,
    judge({ looks }) {
      const canary: number[] = [];
      const stable: number[] = [];
      for (let end = LOOKS_A_MINUTE; end <= LOOKS; end += LOOKS_A_MINUTE) {
        const minute = looks.slice(end - LOOKS_A_MINUTE, end);
        canary.push(quantile(minute.map((look) => look.canary)));
        stable.push(quantile(minute.map((look) => look.stable)));
        if (isBad(canary, stable)) return { kind: 'Abort', look: end - 1 };
      }
      return { kind: 'Undecided' };
    },
  };
}

/** All that are compared. */
export const LATENCY_JUDGES: readonly LatencyJudge[] = [
  tilted('sluice', 0),
  tilted('sluice, 20 % allowed', 0.2),
  eachMinute('p99 ≤ 500 ms, 5 strikes', (canary) => canary.filter((value) => value > 0.5).length >= 5),
  eachMinute('ranks on p99, end', (canary, stable) => {
    return canary.length === LOOKS / LOOKS_A_MINUTE && compareRanks(canary, stable).verdict === 'High';
  }),
];
