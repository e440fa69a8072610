import type { Answered, ErrorCounts } from '../../src/plan/analysis/judge/error-ratio.ts';
import type { JudgeSettings } from '../../src/plan/analysis/judge/judge-settings.ts';
import type { JudgeState } from '../../src/plan/analysis/judge/judge-state.ts';
import { newJudgeState, sumOf } from '../../src/plan/analysis/judge/judge-state.ts';
import { findVerdict, judgeInterval, passOver } from '../../src/plan/analysis/judge/judge.ts';
import { compareRanks } from '../../src/plan/analysis/judge/mann-whitney.ts';
import { NO_SCATTER, observeScatter } from '../../src/plan/analysis/judge/over-dispersion.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import type { Look, Run } from './traffic.ts';
import { LOOK, LOOKS } from './traffic.ts';

/** What a judge made of a run: the look after which it aborted or passed, from 0, or neither by its end. */
export type Outcome = Readonly<{ kind: 'Abort' | 'Pass'; look: number } | { kind: 'Undecided' }>;

/** Something that looks at a run. */
export type Judge = Readonly<{ name: string; judge(run: Run): Outcome }>;

const UNDECIDED: Outcome = { kind: 'Undecided' };
const NOBODY: Answered = { requests: 0, errors: 0 };
const LOOKS_A_MINUTE = 60 / LOOK;

/** The default form of the product's own judge on errors. The long run has no early pass: all of it is looked at. */
const SETTINGS: JudgeSettings = {
  alpha: 0.05,
  beta: 0.05,
  errors: { allowedRatio: 1.25, floor: 0.002, badRatio: 2 },
  latency: undefined,
  minDuration: seconds(60),
  maxDuration: undefined,
  laterSlots: 30,
};

/** The product's own judge; with `atOnce` as in a step, which ends when the promotion evidence is reached. */
export function ours(name: string, changes: Partial<JudgeSettings> = {}): Judge {
  const settings = { ...SETTINGS, ...changes };
  return {
    name,
    judge(run) {
      const scatter = run.before.reduce((known, look) => observeScatter(known, look.stable), NO_SCATTER);
      let state: JudgeState = newJudgeState(scatter);
      for (const [index, look] of run.looks.entries()) {
        const elapsed = milliseconds((index + 1) * LOOK * 1000);
        // The first half minute of a pod is set aside.
        if (elapsed <= seconds(30)) continue;
        if (look.missing) state = passOver(state);
        else {
          const interval = { errors: countsOf(look), stableTargets: look.stable, buckets: undefined };
          state = judgeInterval(state, interval, settings, elapsed);
        }
        const { kind } = findVerdict(state, settings, elapsed);
        if (kind === 'Abort' || kind === 'Pass') return { kind, look: index };
      }
      return UNDECIDED;
    },
  };
}

/** A success rate that must not fall below a limit, over a sliding window, asked each minute. */
export function threshold(name: string, success: number, windowMinutes: number, failures: number): Judge {
  return {
    name,
    judge(run) {
      let failed = 0;
      for (let end = LOOKS_A_MINUTE; end <= LOOKS; end += LOOKS_A_MINUTE) {
        const window = run.looks.slice(Math.max(0, end - windowMinutes * LOOKS_A_MINUTE), end);
        const { requests, errors } = window.map(({ canary }) => canary).reduce(sumOf, NOBODY);
        if (requests > 0 && 1 - errors / requests < success) failed += 1;
        if (failed >= failures) return { kind: 'Abort', look: end - 1 };
      }
      return UNDECIDED;
    },
  };
}

/** Kayenta's rank test on the error ratios of each minute, at the end or each minute from the tenth. */
export function ranks(name: string, from: number): Judge {
  const ratio = ({ requests, errors }: Answered): number => (requests === 0 ? 0 : errors / requests);
  return {
    name,
    judge(run) {
      const canary: number[] = [];
      const stable: number[] = [];
      for (let minute = 1; minute <= LOOKS / LOOKS_A_MINUTE; minute += 1) {
        const looks = run.looks.slice((minute - 1) * LOOKS_A_MINUTE, minute * LOOKS_A_MINUTE).map(countsOf);
        canary.push(ratio(looks.map((counts) => counts.canary).reduce(sumOf, NOBODY)));
        stable.push(ratio(looks.map((counts) => counts.stable).reduce(sumOf, NOBODY)));
        if (minute < from) continue;
        if (compareRanks(canary, stable).verdict === 'High')
          return { kind: 'Abort', look: minute * LOOKS_A_MINUTE - 1 };
      }
      return UNDECIDED;
    },
  };
}

/** A one-sided two-proportion test at so many evenly spread looks; `bound` gives the limit of z at a share of the run. */
export function zTest(name: string, looks: number, bound: (share: number) => number): Judge {
  return {
    name,
    judge(run) {
      let totals: ErrorCounts = { canary: NOBODY, stable: NOBODY };
      for (const [index, look] of run.looks.entries()) {
        const counts = countsOf(look);
        totals = { canary: sumOf(totals.canary, counts.canary), stable: sumOf(totals.stable, counts.stable) };
        if (((index + 1) * looks) % LOOKS !== 0) continue;
        if (zOf(totals) >= bound((index + 1) / LOOKS)) return { kind: 'Abort', look: index };
      }
      return UNDECIDED;
    },
  };
}

function zOf({ canary, stable }: ErrorCounts): number {
  if (canary.requests === 0 || stable.requests === 0) return 0;
  const both = sumOf(canary, stable);
  const ratio = both.errors / both.requests;
  const variance = ratio * (1 - ratio) * (1 / canary.requests + 1 / stable.requests);
  const difference = canary.errors / canary.requests - stable.errors / stable.requests;
  return variance <= 0 ? 0 : difference / Math.sqrt(variance);
}

function countsOf({ canary, stable }: Look): ErrorCounts {
  return { canary, stable: stable.reduce(sumOf, NOBODY) };
}

/** One-sided 5 % at ten looks by O'Brien and Fleming: z ≥ 1.763/√share. Source: Jennison and Turnbull 2000, table 2.3. */
export const OBRIEN_FLEMING = 1.763;

/** All that are compared. */
export const JUDGES: readonly Judge[] = [
  ours('sluice'),
  threshold('argo', 0.95, 5, 4),
  threshold('flagger', 0.99, 1, 5),
  ranks('ranks, end', 30),
  zTest('z, peeking', 30, () => 1.6449),
  zTest('group seq.', 10, (share) => OBRIEN_FLEMING / Math.sqrt(share)),
];
