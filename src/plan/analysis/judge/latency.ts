import type { Mixture, StartSlot } from './mixture.ts';
import { newMixture, stepMixture } from './mixture.ts';

/**
 * Requests of both arms in an interval by bucket, fastest first. `bounds` are the finite upper bounds, ascending, in the
 * unit of the histogram; the last bucket has none, so there is one bucket more than bounds.
 */
export type BucketCounts = Readonly<{
  bounds: readonly number[];
  canary: readonly number[];
  stable: readonly number[];
}>;

/**
 * The latency evidence: the mixture over the alternatives, stable's counts of the past that the alternatives are made
 * from, and both arms' recent counts, which fade, for the quantiles that a person reads.
 */
export type LatencyEvidence = Readonly<{
  mixture: Mixture;
  bounds: readonly number[];
  past: readonly number[];
  recentCanary: readonly number[];
  recentStable: readonly number[];
}>;

/** Shifts of the whole distribution: how steeply slower ranks are favoured. */
const SHIFTS = [0.25, 0.5, 1, 2] as const;
/** Heavier tails: from which rank on, and by how much more. */
const TAILS = [0.9, 0.99].flatMap((from) => [1, 4, 19].map((more) => ({ from, more })));

/** How many alternatives the latency mixture has. */
export const LATENCY_ALTERNATIVES: number = SHIFTS.length + TAILS.length;

/** Each bucket begins with half a request, so that none is impossible. */
const PRIOR = 0.5;

/** What is kept of the recent counts from one interval to the next: half is gone after 16 intervals (4 min at 15 s). */
const FADING = 2 ** (-1 / 16);

/** Evidence that has seen nothing but what stable answered before the rollout, by bucket. */
export function newLatencyEvidence(bounds: readonly number[], before?: readonly number[]): LatencyEvidence {
  const none = new Array<number>(bounds.length + 1).fill(0);
  const mixture = newMixture(LATENCY_ALTERNATIVES);
  return { mixture, bounds, past: before ?? none, recentCanary: none, recentStable: none };
}

/**
 * Evidence that the canary is slower than stable, after one more interval: a two-sample e-process over the buckets.
 * Under "canary no slower, in stochastic order" its mean factor is at most 1, because the alternatives, fixed before
 * the interval, favour slower buckets ever more. Source: canary-statistics 3.3 and 3.4; Turner, Ly, Grünwald 2024.
 */
export function stepLatency(known: LatencyEvidence, interval: BucketCounts, at: StartSlot): LatencyEvidence {
  const { evidence, counts } = onCommonBounds(known, interval);
  const canaryTotal = total(counts.canary);
  const stableTotal = total(counts.stable);
  const add = (kept: readonly number[], more: readonly number[], factor: number): readonly number[] =>
    kept.map((count, bucket) => count * factor + (more[bucket] ?? 0));
  const comparable = canaryTotal > 0 && stableTotal > 0 && total(evidence.past) > 0;
  const mixture = comparable
    ? stepMixture(evidence.mixture, latencyIncrements(evidence.past, counts, canaryTotal, stableTotal), at)
    : evidence.mixture;
  return {
    mixture,
    bounds: evidence.bounds,
    past: add(evidence.past, counts.stable, 1),
    recentCanary: add(evidence.recentCanary, counts.canary, FADING),
    recentStable: add(evidence.recentStable, counts.stable, FADING),
  };
}

/** A version may bring other buckets: only the bounds that both know can be compared. */
function onCommonBounds(
  evidence: LatencyEvidence,
  counts: BucketCounts,
): Readonly<{ evidence: LatencyEvidence; counts: BucketCounts }> {
  const bounds = evidence.bounds.filter((bound) => counts.bounds.includes(bound));
  if (bounds.length === evidence.bounds.length && bounds.length === counts.bounds.length) return { evidence, counts };
  const ofEvidence = (values: readonly number[]): readonly number[] => coarsened(values, evidence.bounds, bounds);
  return {
    evidence: {
      mixture: evidence.mixture,
      bounds,
      past: ofEvidence(evidence.past),
      recentCanary: ofEvidence(evidence.recentCanary),
      recentStable: ofEvidence(evidence.recentStable),
    },
    counts: {
      bounds,
      canary: coarsened(counts.canary, counts.bounds, bounds),
      stable: coarsened(counts.stable, counts.bounds, bounds),
    },
  };
}

/** Counts by bucket of `from` as counts by bucket of `to`, whose bounds are some of those of `from`. */
export function coarsened(
  counts: readonly number[],
  from: readonly number[],
  to: readonly number[],
): readonly number[] {
  const merged = new Array<number>(to.length + 1).fill(0);
  for (const [bucket, count] of counts.entries()) {
    const upper = from[bucket] ?? Number.POSITIVE_INFINITY;
    const found = to.findIndex((bound) => upper <= bound);
    const place = found < 0 ? to.length : found;
    merged[place] = (merged[place] ?? 0) + count;
  }
  return merged;
}

/** Log likelihood ratios of an interval, one an alternative, given stable's past counts. */
export function latencyIncrements(
  past: readonly number[],
  counts: BucketCounts,
  canaryTotal: number = total(counts.canary),
  stableTotal: number = total(counts.stable),
): readonly number[] {
  const usual = normalised(past.map((count) => count + PRIOR));
  const both = canaryTotal + stableTotal;
  return alternatives(usual).map((slower) => {
    let sum = 0;
    for (const [bucket, probability] of usual.entries()) {
      const slow = slower[bucket] ?? 0;
      const mixed = (canaryTotal * slow + stableTotal * probability) / both;
      sum += (counts.canary[bucket] ?? 0) * Math.log(slow / mixed);
      sum += (counts.stable[bucket] ?? 0) * Math.log(probability / mixed);
    }
    return sum;
  });
}

/** The distributions that a slower canary might have, from the usual one. */
function alternatives(usual: readonly number[]): readonly (readonly number[])[] {
  let below = 0;
  const ranks = usual.map((probability) => {
    const middle = below + probability / 2;
    below += probability;
    return middle;
  });
  const tilted = (weight: (rank: number) => number): readonly number[] =>
    normalised(usual.map((probability, bucket) => probability * weight(ranks[bucket] ?? 0)));
  return [
    ...SHIFTS.map((steepness) => tilted((rank) => Math.exp(steepness * (2 * rank - 1)))),
    ...TAILS.map(({ from, more }) => tilted((rank) => (rank >= from ? 1 + more : 1))),
  ];
}

/**
 * The quantile `q` (0 to 1, both excluded) of counts by bucket, in the unit of the bounds; the largest bound where it
 * lies beyond. Undefined without requests. Within its bucket the log odds are taken as a straight line over the
 * logarithm of the time: answer times are nearly log-normal, and a straight line over the time itself hides 20 of 25 %
 * in the wide buckets that histograms have by default (docs/decisions/0011).
 */
export function bucketQuantile(counts: readonly number[], bounds: readonly number[], q: number): number | undefined {
  const all = total(counts);
  if (all <= 0) return undefined;
  let below = 0;
  for (const [bucket, count] of counts.entries()) {
    const upper = bounds[bucket];
    if (upper === undefined) break;
    const lower = bucket === 0 ? 0 : (bounds[bucket - 1] ?? 0);
    if (count > 0 && below + count >= q * all) {
      if (lower <= 0) return lower + ((upper - lower) * (q * all - below)) / count;
      const [from, to] = [logOdds(below, all), logOdds(below + count, all)];
      const part = Math.min(1, Math.max(0, (logOdds(q * all, all) - from) / (to - from)));
      return lower * (upper / lower) ** part;
    }
    below += count;
  }
  return bounds.at(-1);
}

/** ln(p/(1 − p)) of `count` in `all`, with half a request more on either side, so that 0 and all are finite. */
function logOdds(count: number, all: number): number {
  return Math.log((count + PRIOR) / (all - count + PRIOR));
}

function normalised(weights: readonly number[]): readonly number[] {
  const sum = total(weights);
  return weights.map((weight) => weight / sum);
}

/** How many there are in all buckets. */
export function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
