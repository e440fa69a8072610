import type { Mixture, StartSlot } from './mixture.ts';
import { stepMixture } from './mixture.ts';

/** What one arm answered in an interval: whole requests, and those that failed. Errors are at most the requests. */
export type Answered = Readonly<{ requests: number; errors: number }>;

/** Both arms in the same interval. */
export type ErrorCounts = Readonly<{ canary: Answered; stable: Answered }>;

/** How many times the allowed ratio, or the floor, the alternatives lie above it: from a small harm to an outage. */
const MULTIPLES = [1.5, 2, 3, 5, 10, 30] as const;

/** How many alternatives each error mixture has. */
export const ERROR_ALTERNATIVES: number = MULTIPLES.length;

/** Increases of the error ratio of which status says whether they are ruled out, smallest first. */
export const RULED_OUT_RATIOS = [1.5, 2, 3, 5, 10] as const;

/** No error probability of an alternative is above this: beyond it the alternatives would be one. */
const HIGHEST_PROBABILITY = 0.95;

/**
 * Evidence that the canary's error ratio is more than `allowedRatio` (1 or more) times that of stable, after one more
 * interval. Given how many errors there were in both arms, each falls on the canary with probability
 * θπ/(θπ + 1 − π), π being its share of the requests: the level of errors itself, drifting or not, drops out.
 * An interval in which an arm has no request says nothing. Source: canary-statistics 3.1; Lindon and Malek 2022.
 */
export function stepRelative(mixture: Mixture, counts: ErrorCounts, allowedRatio: number, at: StartSlot): Mixture {
  if (!comparable(counts)) return mixture;
  const increments = MULTIPLES.map((multiple) => relativeIncrement(counts, allowedRatio, allowedRatio * multiple));
  return stepMixture(mixture, increments, at);
}

/** Log likelihood ratio of an interval for the risk ratio `alternative` against `allowedRatio`. */
export function relativeIncrement({ canary, stable }: ErrorCounts, allowedRatio: number, alternative: number): number {
  const share = canary.requests / (canary.requests + stable.requests);
  const errors = canary.errors + stable.errors;
  const expected = Math.log1p(share * (alternative - 1)) - Math.log1p(share * (allowedRatio - 1));
  return canary.errors * Math.log(alternative / allowedRatio) - errors * expected;
}

/**
 * Evidence that the canary's error probability is above `floor` (0 to 1), after one more interval: three errors in a
 * million are no reason to abort, however many fewer stable has. Source: canary-statistics 3.1, absolute floor.
 */
export function stepAbsolute(mixture: Mixture, canary: Answered, floor: number, at: StartSlot): Mixture {
  if (canary.requests <= 0) return mixture;
  const increments = MULTIPLES.map((multiple) => absoluteIncrement(canary, floor, multiple));
  return stepMixture(mixture, increments, at);
}

/** Log likelihood ratio of an interval for `multiple` times the floor against the floor. */
export function absoluteIncrement({ requests, errors }: Answered, floor: number, multiple: number): number {
  const alternative = Math.min(HIGHEST_PROBABILITY, floor * multiple);
  if (alternative <= floor) return 0;
  return errors * Math.log(alternative / floor) + (requests - errors) * Math.log((1 - alternative) / (1 - floor));
}

/**
 * Log evidence against "the canary fails at least `badRatio` times as often as stable" that one interval adds: the sum
 * over a step is what a promotion may rest on. Source: canary-statistics 3.1, promotion evidence.
 */
export function promotionIncrement(counts: ErrorCounts, badRatio: number): number {
  if (!comparable(counts)) return 0;
  const { canary, stable } = counts;
  const share = canary.requests / (canary.requests + stable.requests);
  return (canary.errors + stable.errors) * Math.log1p(share * (badRatio - 1)) - canary.errors * Math.log(badRatio);
}

function comparable({ canary, stable }: ErrorCounts): boolean {
  return canary.requests > 0 && stable.requests > 0;
}
