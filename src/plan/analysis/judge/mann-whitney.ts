/** How a canary's points compare with stable's: the shift between them, its confidence interval, and the verdict. */
export type RankComparison = Readonly<{
  verdict: 'Pass' | 'High' | 'Low';
  /** Hodges–Lehmann estimate of canary less stable; 0 where both are alike. */
  estimate: number;
  lower: number;
  upper: number;
}>;

/** How large a difference must be before it counts. */
export type RankOptions = Readonly<{
  direction: 'Increase' | 'Decrease' | 'Either';
  /** The smallest ratio of means that counts as an increase, and the largest that counts as a decrease. */
  allowedIncrease: number;
  allowedDecrease: number;
}>;

const ANY: RankOptions = { direction: 'Either', allowedIncrease: 1, allowedDecrease: 1 };

/** Two-sided 98 %: the normal quantile of 0.99. */
const CONFIDENCE_Z = 2.3263478740408408;
/** The part of the estimate that the interval must lie beyond. */
const TOLERANCE = 0.25;
/** Absolute, as the reference has it: the ends of the interval are known no better. */
const ROOT_PRECISION = 1e-4;

/**
 * The rank-sum comparison of two series by the published rules of Kayenta's judge: a 98 % confidence interval of the
 * shift by inverting the test, a verdict where it lies beyond a quarter of the estimate. Both series hold finite numbers
 * and at least one of them. Source: canary-statistics 6; Hodges and Lehmann 1963; Bauer 1972.
 */
export function compareRanks(
  canary: readonly number[],
  stable: readonly number[],
  options: RankOptions = ANY,
): RankComparison {
  const alike = { verdict: 'Pass', estimate: 0, lower: 0, upper: 0 } as const;
  const x = canary.toSorted(ascending);
  const y = stable.toSorted(ascending);
  const same = x.length === y.length && x.every((value, index) => value === y[index]);
  if (same || new Set([...x, ...y]).size <= 1) return alike;
  const least = (x[0] ?? 0) - (y.at(-1) ?? 0);
  const most = (x.at(-1) ?? 0) - (y[0] ?? 0);
  const root = (z: number): number => findRoot((shift) => zOfShift(x, y, shift) - z, least, most);
  const [lower, upper, estimate] = [root(CONFIDENCE_Z), root(-CONFIDENCE_Z), root(0)];
  const bound = TOLERANCE * Math.abs(estimate);
  const effect = mean(y) === 0 || mean(x) === 0 ? undefined : mean(x) / mean(y);
  const { direction, allowedIncrease, allowedDecrease } = options;
  const rises = direction !== 'Decrease' && (effect === undefined || effect >= allowedIncrease);
  const falls = direction !== 'Increase' && (effect === undefined || effect <= allowedDecrease);
  const verdict = lower > bound && rises ? 'High' : upper < -bound && falls ? 'Low' : 'Pass';
  return { verdict, estimate, lower, upper };
}

/**
 * Standardised rank sum of `x` less `shift` against `y`, with the corrections for ties and for continuity, towards 0.
 * Both sorted.
 */
export function zOfShift(x: readonly number[], y: readonly number[], shift: number): number {
  const moved = x.map((value) => value - shift);
  const { rankSum, ties } = rankOf(moved, y);
  const [n, m] = [moved.length, y.length];
  const statistic = rankSum - (n * (n + 1)) / 2 - (n * m) / 2;
  const all = n + m;
  const variance = ((n * m) / 12) * (all + 1 - ties / (all * (all - 1)));
  return variance <= 0 ? 0 : (statistic - 0.5 * Math.sign(statistic)) / Math.sqrt(variance);
}

/** The rank sum of the first of two sorted lists in both together, ties sharing their ranks, and Σ(t³ − t). */
function rankOf(x: readonly number[], y: readonly number[]): Readonly<{ rankSum: number; ties: number }> {
  let [i, j, before, rankSum, ties] = [0, 0, 0, 0, 0];
  while (i < x.length || j < y.length) {
    const value = Math.min(x[i] ?? Number.POSITIVE_INFINITY, y[j] ?? Number.POSITIVE_INFINITY);
    const [firstX, firstY] = [i, j];
    while (i < x.length && x[i] === value) i += 1;
    while (j < y.length && y[j] === value) j += 1;
    const here = i - firstX + (j - firstY);
    rankSum += (i - firstX) * (before + (here + 1) / 2);
    ties += here ** 3 - here;
    before += here;
  }
  return { rankSum, ties };
}

/**
 * Where a function that falls changes its sign, to an absolute precision of 1e-4; without a change of sign the end that
 * lies nearer to one. Bisection: the function is a staircase, so that a faster method would only seem to be exact.
 */
function findRoot(f: (at: number) => number, from: number, to: number): number {
  let [low, high] = [from, to];
  const [atLow, atHigh] = [f(low), f(high)];
  if (atLow <= 0) return low;
  if (atHigh >= 0) return high;
  while (high - low > ROOT_PRECISION) {
    const middle = (low + high) / 2;
    if (f(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

function ascending(a: number, b: number): number {
  return a - b;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
