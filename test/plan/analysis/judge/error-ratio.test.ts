import { describe, expect, test } from 'vitest';
import {
  absoluteIncrement,
  promotionIncrement,
  relativeIncrement,
} from '../../../../src/plan/analysis/judge/error-ratio.ts';
import { logGamma } from '../../../../src/plan/analysis/judge/share.ts';

const logChoose = (n: number, k: number): number => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
const counts = (n: number, x: number, m: number, y: number) => ({
  canary: { requests: n, errors: x },
  stable: { requests: m, errors: y },
});
const MULTIPLES = [1.5, 2, 3, 5, 10, 30];

/** The mean factor when each of `errors` errors fell on one of the requests of both arms, all alike. */
function meanGivenErrors(n: number, m: number, errors: number, theta: number): number {
  let mean = 0;
  for (let x = Math.max(0, errors - m); x <= Math.min(n, errors); x += 1) {
    const log = logChoose(n, x) + logChoose(m, errors - x) - logChoose(n + m, errors);
    mean += Math.exp(log + relativeIncrement(counts(n, x, m, errors - x), 1, theta));
  }
  return mean;
}

/** The mean factor when the arms err with probabilities `p` and `allowed` times `p`. */
function meanOfArms(n: number, m: number, p: number, allowed: number, theta: number): number {
  const binomial = (of: number, k: number, q: number): number =>
    Math.exp(logChoose(of, k) + k * Math.log(q) + (of - k) * Math.log1p(-q));
  let mean = 0;
  for (let x = 0; x <= n; x += 1) {
    for (let y = 0; y <= m; y += 1) {
      const weight = binomial(n, x, Math.min(0.999, allowed * p)) * binomial(m, y, p);
      mean += weight * Math.exp(relativeIncrement(counts(n, x, m, y), allowed, theta));
    }
  }
  return mean;
}

describe('under the null the mean factor of the error evidence is at most 1', () => {
  test('by enumeration, for equal versions, given the errors of both', () => {
    let largest = 0;
    let cases = 0;
    for (const n of [1, 2, 5, 20, 60]) {
      for (const m of [1, 10, 95, 400]) {
        for (const errors of [0, 1, 2, 5, 17].filter((number) => number <= n + m)) {
          for (const theta of MULTIPLES) {
            largest = Math.max(largest, meanGivenErrors(n, m, errors, theta));
            cases += 1;
          }
        }
      }
    }
    expect(cases).toBe(552);
    expect(largest).toBeLessThanOrEqual(1 + 1e-9);
  });

  test('by enumeration, for a canary that errs just as often as is allowed', () => {
    let largest = 0;
    for (const [n, m] of [
      [5, 20],
      [12, 40],
      [30, 30],
    ] as const) {
      for (const p of [0.0001, 0.001, 0.01, 0.1, 0.3]) {
        for (const multiple of MULTIPLES) largest = Math.max(largest, meanOfArms(n, m, p, 1.25, 1.25 * multiple));
      }
    }
    expect(largest).toBeLessThanOrEqual(1 + 1e-9);
  });

  test('by enumeration, for a canary whose errors are at the floor', () => {
    for (const multiple of MULTIPLES) {
      let mean = 0;
      for (let errors = 0; errors <= 200; errors += 1) {
        const log = logChoose(200, errors) + errors * Math.log(0.002) + (200 - errors) * Math.log1p(-0.002);
        mean += Math.exp(log + absoluteIncrement({ requests: 200, errors }, 0.002, multiple));
      }
      expect(mean).toBeCloseTo(1, 9);
    }
  });
});

test('the promotion evidence grows by what a doubled ratio would have shown', () => {
  // 1 % in both arms, a twentieth on the canary: some 1,060 canary requests rule out a doubling (canary-statistics 3.1).
  const perInterval = promotionIncrement(counts(106, 1.06, 2014, 20.14), 2);
  expect(Math.log(20) / perInterval).toBeGreaterThan(9);
  expect(Math.log(20) / perInterval).toBeLessThan(11);
});

test('an arm without requests says nothing', () => {
  expect(promotionIncrement(counts(0, 0, 100, 5), 2)).toBe(0);
});
