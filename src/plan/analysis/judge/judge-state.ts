import type { Answered, ErrorCounts } from './error-ratio.ts';
import { ERROR_ALTERNATIVES, RULED_OUT_RATIOS } from './error-ratio.ts';
import type { BucketCounts, LatencyEvidence } from './latency.ts';
import type { Mixture } from './mixture.ts';
import { newMixture } from './mixture.ts';
import type { Scatter } from './over-dispersion.ts';
import { NO_SCATTER } from './over-dispersion.ts';

/** Exact increments between two looks: what each arm answered, and stable's answers target by target. */
export type Interval = Readonly<{
  errors: ErrorCounts | undefined;
  /** Stable's own targets, for the scatter of errors. */
  stableTargets: readonly Answered[];
  buckets: BucketCounts | undefined;
}>;

/** How the intervals of a run fared: judged, left out for a broken pair of counters, or without data in a row. */
export type IntervalCounts = Readonly<{ used: number; dropped: number; emptyInRow: number }>;

/** Everything that the judge remembers of a run: plain numbers, so that a crash loses at most the interval in flight. */
export type JudgeState = Readonly<{
  relative: Mixture;
  absolute: Mixture;
  /** Log evidence for a promotion since the step began, against `badRatio` and against each of the listed ratios. */
  promotion: number;
  ruledOut: readonly number[];
  scatter: Scatter;
  totals: ErrorCounts;
  latency: LatencyEvidence | undefined;
  intervals: IntervalCounts;
  /** The canary failed most of its requests while stable did not. */
  hardStop: boolean;
}>;

const NOBODY: Answered = { requests: 0, errors: 0 };

/** A run that has seen nothing yet, but for what stable did before it. */
export function newJudgeState(scatter: Scatter = NO_SCATTER, latency?: LatencyEvidence): JudgeState {
  return {
    relative: newMixture(ERROR_ALTERNATIVES),
    absolute: newMixture(ERROR_ALTERNATIVES),
    promotion: 0,
    ruledOut: RULED_OUT_RATIOS.map(() => 0),
    scatter,
    totals: { canary: NOBODY, stable: NOBODY },
    latency,
    intervals: { used: 0, dropped: 0, emptyInRow: 0 },
    hardStop: false,
  };
}

/** Both together. */
export function sumOf(a: Answered, b: Answered): Answered {
  return { requests: a.requests + b.requests, errors: a.errors + b.errors };
}
