import { describe, expect, test } from 'vitest';
import { compareRanks } from '../../../../src/plan/analysis/judge/mann-whitney.ts';

describe('ranks by the published rules of Kayenta', () => {
  test.each([
    ['the same values in another order pass', [3, 1, 2], [1, 2, 3], 'Pass'],
    ['one value in both passes', [5, 5], [5, 5, 5], 'Pass'],
    ['kayenta #426: a few ones against zeros pass', [0, 1, 2, 1, 0, 0], [0, 0, 0, 0, 0, 0], 'Pass'],
    ['clearly more is High', [11, 12, 13, 11.5, 12.5, 13.5, 11.2, 12.2], [1, 2, 3, 1.5, 2.5, 3.5, 1.2, 2.2], 'High'],
    ['clearly less is Low', [1, 2, 3, 1.5, 2.5, 3.5, 1.2, 2.2], [11, 12, 13, 11.5, 12.5, 13.5, 11.2, 12.2], 'Low'],
  ])('%s', (_name, canary, stable, verdict) => {
    expect(compareRanks(canary, stable).verdict).toBe(verdict);
  });

  test('spinnaker #6278: seven hundreds among ten against ones pass, though the estimate is 99', () => {
    const canary = [100, 100, 100, 100, 100, 100, 100, 1, 1, 1];
    const found = compareRanks(canary, new Array<number>(10).fill(1));
    expect(found.verdict).toBe('Pass');
    // The published ends, 6.825022991538781e-5 and 98.99992904170193, are exact to 1e-4 like ours.
    expect(Math.abs(found.lower - 6.825022991538781e-5)).toBeLessThanOrEqual(1e-4);
    expect(Math.abs(found.estimate - 98.99992904170193)).toBeLessThanOrEqual(1e-4);
  });

  test('a direction that nobody asked for is not told', () => {
    const more = [11, 12, 13, 11.5, 12.5, 13.5, 11.2, 12.2];
    const less = [1, 2, 3, 1.5, 2.5, 3.5, 1.2, 2.2];
    const decrease = { direction: 'Decrease', allowedIncrease: 1, allowedDecrease: 1 } as const;
    expect(compareRanks(more, less, decrease).verdict).toBe('Pass');
  });
});
