import type { Answered, ErrorCounts } from './error-ratio.ts';

/** What is known of how much more errors scatter over stable's own targets than chance alone would make them. */
export type Scatter = Readonly<{ sum: number; intervals: number }>;

/** Nothing known yet. */
export const NO_SCATTER: Scatter = { sum: 0, intervals: 0 };

/** Fewer intervals than this say too little to widen anything. */
const FEWEST_INTERVALS = 20;

/** Estimated from few pods, the scatter comes out too small as often as too large; false aborts come from the former. */
const CAUTION = 1.5;

/**
 * One more interval of stable's own targets: their chi-square against a common error ratio, over its degrees of
 * freedom. Targets without requests, and intervals without an error or with a single target, say nothing.
 * Source: canary-statistics 3.2.
 */
export function observeScatter(scatter: Scatter, targets: readonly Answered[]): Scatter {
  const busy = targets.filter(({ requests }) => requests > 0);
  const requests = busy.reduce((sum, target) => sum + target.requests, 0);
  const errors = busy.reduce((sum, target) => sum + target.errors, 0);
  if (busy.length < 2 || errors === 0) return scatter;
  const ratio = errors / requests;
  const square = busy.reduce((sum, target) => {
    const expected = target.requests * ratio;
    return sum + (target.errors - expected) ** 2 / expected;
  }, 0);
  return { sum: scatter.sum + square / (busy.length - 1), intervals: scatter.intervals + 1 };
}

/** The over-dispersion φ, at least 1: how many errors count as one that came by itself. */
export function overDispersion({ sum, intervals }: Scatter): number {
  return intervals < FEWEST_INTERVALS ? 1 : Math.max(1, sum / intervals);
}

/** By how much counts are divided before they are judged: φ* = 1 + 1.5 (φ − 1). */
export function countsDivisor(scatter: Scatter): number {
  return 1 + CAUTION * (overDispersion(scatter) - 1);
}

/** The counts as if so many errors, and so many requests, had been one. */
export function thinned({ canary, stable }: ErrorCounts, divisor: number): ErrorCounts {
  const thin = ({ requests, errors }: Answered): Answered => ({
    requests: requests / divisor,
    errors: errors / divisor,
  });
  return divisor === 1 ? { canary, stable } : { canary: thin(canary), stable: thin(stable) };
}
