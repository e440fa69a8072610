/**
 * A running sum that keeps what rounding loses (Kahan's method in Neumaier's form), so that a thousand errors of the last
 * digit do not show. Source: Neumaier, ZAMM 54 (1974); Prometheus adds in the same order, so the digits agree.
 */
export class PreciseSum {
  sum: number;
  lost: number;

  constructor(first = 0, lost = 0) {
    this.sum = first;
    this.lost = lost;
  }

  add(value: number): void {
    const next = this.sum + value;
    if (Math.abs(next) === Number.POSITIVE_INFINITY) this.lost = 0;
    else if (Math.abs(this.sum) >= Math.abs(value)) this.lost += this.sum - next + value;
    else this.lost += value - next + this.sum;
    this.sum = next;
  }

  total(): number {
    return this.sum + this.lost;
  }
}

/** The sum of the values. */
export function sumOf(values: Iterable<number>): number {
  const sum = new PreciseSum();
  for (const value of values) sum.add(value);
  return sum.total();
}

/** The mean of at least one value; one whose sum would overflow is taken step by step. */
export function meanOf(values: readonly number[]): number {
  const [first = Number.NaN, ...rest] = values;
  let sum = new PreciseSum(first);
  let stepwise = false;
  for (const [index, value] of rest.entries()) {
    const count = index + 2;
    if (!stepwise) {
      const next = new PreciseSum(sum.sum, sum.lost);
      next.add(value);
      if (Math.abs(next.sum) !== Number.POSITIVE_INFINITY) {
        sum = next;
        continue;
      }
      stepwise = true;
      sum = new PreciseSum(sum.sum / (count - 1), sum.lost / (count - 1));
    }
    const kept = (count - 1) / count;
    sum = new PreciseSum(kept * sum.sum, kept * sum.lost);
    sum.add(value / count);
  }
  return stepwise ? sum.total() : sum.sum / values.length + sum.lost / values.length;
}

/** The variance of at least one value about its own mean (divided by the count), by Welford's method. */
export function varianceOf(values: readonly number[], how: 'plain' | 'precise'): number {
  const mean = new PreciseSum();
  const squares = new PreciseSum();
  let count = 0;
  for (const value of values) {
    count += 1;
    const delta = value - mean.total();
    const update = (sum: PreciseSum, by: number): void => (how === 'plain' ? void (sum.sum += by) : sum.add(by));
    update(mean, delta / count);
    update(squares, delta * (value - mean.total()));
  }
  return squares.total() / count;
}

/** Ascending, NaN first, as Prometheus sorts. */
export function ascending(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : -1;
  return Number.isNaN(b) ? 1 : a - b;
}

/** The φ-quantile of the values, interpolated between neighbours; NaN without values, infinite when φ is out of 0 to 1. */
export function quantileOf(phi: number, values: readonly number[]): number {
  if (values.length === 0 || Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return Number.NEGATIVE_INFINITY;
  if (phi > 1) return Number.POSITIVE_INFINITY;
  const sorted = values.toSorted((a, b) => (a === b ? 0 : ascending(a, b)));
  const rank = phi * (sorted.length - 1);
  const lower = Math.max(0, Math.floor(rank));
  const upper = Math.min(sorted.length - 1, lower + 1);
  const weight = rank - Math.floor(rank);
  const low = sorted[lower] ?? Number.NaN;
  return weight === 0 ? low : low * (1 - weight) + (sorted[upper] ?? Number.NaN) * weight;
}
