import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { absoluteIncrement, relativeIncrement } from '../../../../src/plan/analysis/judge/error-ratio.ts';
import { zOfShift } from '../../../../src/plan/analysis/judge/mann-whitney.ts';
import { logGamma, shareEvidence } from '../../../../src/plan/analysis/judge/share.ts';

/** Made with SciPy 1.17.1: mannwhitneyu (asymptotic, with continuity), betabinom, binom and gammaln. */
type Fixtures = Readonly<{
  rankSum: readonly Readonly<{ x: number[]; y: number[]; z: number }>[];
  share: readonly (readonly [number, number, number, number])[];
  logGamma: readonly (readonly [number, number])[];
  relative: readonly (readonly [number, number, number, number, number, number, number])[];
  absolute: readonly (readonly [number, number, number, number, number])[];
}>;
const fixtures = JSON.parse(readFileSync(new URL('scipy-fixtures.json', import.meta.url), 'utf8')) as Fixtures;
const ascending = (values: readonly number[]): number[] => values.toSorted((a, b) => a - b);

describe('our formulas give what SciPy gives', () => {
  test.each(fixtures.rankSum)('the rank sum of series %#', ({ x, y, z }) => {
    expect(zOfShift(ascending(x), ascending(y), 0)).toBeCloseTo(z, 9);
  });
  test.each(fixtures.share)('the evidence against %3$d, with %1$d of %2$d on the canary', (canary, all, share, log) => {
    expect(shareEvidence(canary, all, share)).toBeCloseTo(log, 6);
  });
  test.each(fixtures.logGamma)('ln Γ(%d)', (x, log) => {
    expect(Math.abs(logGamma(x) - log)).toBeLessThan(1e-9 * Math.max(1, Math.abs(log)));
  });
  test.each(fixtures.relative)('%2$d of %1$d canary errors against %4$d of %3$d', (n, x, m, y, allowed, theta, log) => {
    const counts = { canary: { requests: n, errors: x }, stable: { requests: m, errors: y } };
    expect(relativeIncrement(counts, allowed, theta)).toBeCloseTo(log, 9);
  });
  test.each(fixtures.absolute)('%2$d of %1$d errors against a floor of %3$d', (requests, errors, floor, times, log) => {
    expect(absoluteIncrement({ requests, errors }, floor, times)).toBeCloseTo(log, 9);
  });
});
