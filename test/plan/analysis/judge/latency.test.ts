import { describe, expect, test } from 'vitest';
import {
  bucketQuantile,
  coarsened,
  latencyIncrements,
  newLatencyEvidence,
  stepLatency,
} from '../../../../src/plan/analysis/judge/latency.ts';
import { logEvidence } from '../../../../src/plan/analysis/judge/mixture.ts';

const BOUNDS = [0.05, 0.1, 0.25];

/** All ways to spread `count` requests over `buckets` with their probabilities. */
function spreads(count: number, probabilities: readonly number[]): { counts: number[]; probability: number }[] {
  const [first = 1, ...rest] = probabilities;
  if (rest.length === 0) return [{ counts: [count], probability: first ** count }];
  const all: { counts: number[]; probability: number }[] = [];
  for (let here = 0, ways = 1; here <= count; ways = (ways * (count - here)) / (here + 1), here += 1) {
    for (const other of spreads(count - here, rest)) {
      all.push({ counts: [here, ...other.counts], probability: ways * first ** here * other.probability });
    }
  }
  return all;
}

describe('under the null the mean factor of the latency evidence is at most 1', () => {
  test.each([
    ['both as before', [0.3, 0.4, 0.2, 0.1], [0.3, 0.4, 0.2, 0.1]],
    ['both slower than before', [0.1, 0.2, 0.3, 0.4], [0.1, 0.2, 0.3, 0.4]],
    ['the canary faster', [0.5, 0.3, 0.15, 0.05], [0.3, 0.4, 0.2, 0.1]],
  ])('by enumeration: %s', (_name, canary, stable) => {
    const past = [30, 40, 20, 10];
    const means = new Array<number>(10).fill(0);
    for (const a of spreads(3, canary)) {
      for (const b of spreads(5, stable)) {
        const increments = latencyIncrements(past, { bounds: BOUNDS, canary: a.counts, stable: b.counts });
        for (const [index, log] of increments.entries()) {
          means[index] = (means[index] ?? 0) + a.probability * b.probability * Math.exp(log);
        }
      }
    }
    expect(Math.max(...means)).toBeLessThanOrEqual(1 + 1e-9);
  });
});

test('a slower canary gathers evidence, a faster one none', () => {
  const run = (canary: readonly number[]): number => {
    let evidence = newLatencyEvidence(BOUNDS, [300, 400, 200, 100]);
    for (let slot = 0; slot < 5; slot += 1) {
      evidence = stepLatency(evidence, { bounds: BOUNDS, canary, stable: [30, 40, 20, 10] }, { slot, laterSlots: 30 });
    }
    return Math.exp(logEvidence(evidence.mixture));
  };
  expect(run([5, 10, 20, 15])).toBeGreaterThan(20);
  expect(run([30, 15, 4, 1])).toBeLessThan(1);
});

describe('quantiles of buckets', () => {
  test.each([
    ['no requests have none', [0, 0, 0, 0], 0.5, undefined],
    ['the first bucket begins at 0', [10, 0, 0, 0], 0.5, 0.025],
    ['beyond the last bound it is the last bound', [0, 0, 0, 10], 0.5, 0.25],
  ])('%s', (_name, counts, q, expected) => {
    expect(bucketQuantile(counts, BOUNDS, q)).toBe(expected);
  });

  test('times a quarter longer show as a quarter, also within one wide bucket', () => {
    // Shares of log-normal times with medians of 80 and 100 ms and a spread of 0.5; true p95: 182 and 228 ms.
    const usual = bucketQuantile([1738, 4983, 3166, 113], BOUNDS, 0.95) ?? 0;
    const slower = bucketQuantile([828, 4172, 4666, 334], BOUNDS, 0.95) ?? 0;
    expect(slower / usual).toBeGreaterThan(1.2);
    expect(slower / usual).toBeLessThan(1.35);
  });
});

test('versions with other buckets are compared on the bounds that both have', () => {
  expect(coarsened([1, 2, 3, 4], BOUNDS, [0.1])).toEqual([3, 7]);
  const evidence = newLatencyEvidence(BOUNDS, [10, 10, 10, 10]);
  const stepped = stepLatency(
    evidence,
    { bounds: [0.1, 0.5], canary: [1, 1, 1], stable: [5, 5, 5] },
    { slot: 0, laterSlots: 1 },
  );
  expect(stepped.bounds).toEqual([0.1]);
  expect(stepped.past).toEqual([25, 30]);
});
