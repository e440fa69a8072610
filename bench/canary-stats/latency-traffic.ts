import type { Random } from '../../src/emulator/random.ts';
import { binomial, splitByWeight } from '../../src/emulator/random.ts';
import type { BucketCounts } from '../../src/plan/analysis/judge/latency.ts';
import { LOOK, LOOKS, LOOKS_BEFORE } from './traffic.ts';

/** Upper bounds of the buckets in seconds: the defaults of Prometheus' client libraries. */
export const BOUNDS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** How a version's answer times are spread: log-normal, and a share that takes two seconds. */
export type Times = Readonly<{ name: string; median: number; slowShare: number }>;

/** Stable: 80 ms, nothing slow. */
export const USUAL: Times = { name: 'equal', median: 0.08, slowShare: 0 };

/** Versions that are compared with it. */
export const SLOWER: readonly Times[] = [
  { name: 'median +10 %', median: 0.088, slowShare: 0 },
  { name: 'median +25 %', median: 0.1, slowShare: 0 },
  { name: '1 % take 2 s', median: 0.08, slowShare: 0.01 },
];

/** A run: stable's buckets before it, then both arms' at each look. */
export type LatencyRun = Readonly<{ before: readonly number[]; looks: readonly BucketCounts[] }>;

/** Spread of the logarithm of the answer times. */
const SIGMA = 0.5;

/** Draws a run in which the canary gets `rps` requests a second, a twentieth of all. */
export function drawLatencyRun(random: Random, rps: number, canary: Times): LatencyRun {
  const slow = bucketShares(canary);
  const usual = bucketShares(USUAL);
  const draw = (expected: number, shares: readonly number[]): readonly number[] =>
    splitByWeight(random, binomial(random, 10_000_000, expected / 10_000_000), shares);
  return {
    before: draw(rps * 19 * LOOK * LOOKS_BEFORE, usual),
    looks: Array.from({ length: LOOKS }, () => ({
      bounds: BOUNDS,
      canary: draw(rps * LOOK, slow),
      stable: draw(rps * 19 * LOOK, usual),
    })),
  };
}

/** Probabilities of the buckets. */
function bucketShares({ median, slowShare }: Times): readonly number[] {
  const below = (bound: number): number =>
    (1 - slowShare) * normalBelow(Math.log(bound / median) / SIGMA) + (bound >= 2 ? slowShare : 0);
  const cumulative = [...BOUNDS.map(below), 1];
  return cumulative.map((share, index) => Math.max(0, share - (cumulative[index - 1] ?? 0)));
}

/** The standard normal distribution function, to 7 digits. Source: Abramowitz and Stegun 26.2.17. */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = [0.31938153, -0.356563782, 1.781477937, -1.821255978, 1.330274429];
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    series.reduceRight((sum, coefficient) => (sum + coefficient) * t, 0);
  return z >= 0 ? 1 - tail : tail;
}
