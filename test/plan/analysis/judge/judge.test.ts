import { describe, expect, test } from 'vitest';
import type { JudgeSettings } from '../../../../src/plan/analysis/judge/judge-settings.ts';
import type { Interval, JudgeState } from '../../../../src/plan/analysis/judge/judge-state.ts';
import { newJudgeState } from '../../../../src/plan/analysis/judge/judge-state.ts';
import { abortEvidence, findVerdict, judgeInterval, passOver } from '../../../../src/plan/analysis/judge/judge.ts';
import { logEvidence, newMixture, stepMixture } from '../../../../src/plan/analysis/judge/mixture.ts';
import {
  countsDivisor,
  NO_SCATTER,
  observeScatter,
  overDispersion,
} from '../../../../src/plan/analysis/judge/over-dispersion.ts';
import { milliseconds, seconds } from '../../../../src/units/duration.ts';

const SETTINGS: JudgeSettings = {
  alpha: 0.05,
  beta: 0.05,
  errors: { allowedRatio: 1.25, floor: 0.002, badRatio: 2 },
  latency: undefined,
  minDuration: seconds(60),
  maxDuration: seconds(600),
  laterSlots: 10,
};

const interval = (n: number, x: number, m: number, y: number): Interval => ({
  errors: { canary: { requests: n, errors: x }, stable: { requests: m, errors: y } },
  stableTargets: [],
  buckets: undefined,
});

function after(intervals: readonly Interval[], settings = SETTINGS): Readonly<{ state: JudgeState; took: number }> {
  let state = newJudgeState();
  for (const [index, one] of intervals.entries()) {
    state = judgeInterval(state, one, settings, milliseconds((index + 1) * 15_000));
  }
  return { state, took: intervals.length * 15_000 };
}

const times = (count: number, one: Interval): readonly Interval[] => new Array<Interval>(count).fill(one);

describe('verdicts of the judge', () => {
  test.each([
    ['ten times the errors of stable abort', times(6, interval(150, 2, 2850, 3)), 'Abort'],
    ['as many errors as stable go on', times(6, interval(150, 1, 2850, 20)), 'Continue'],
    ['more errors than stable below the floor go on', times(8, interval(1500, 2, 28500, 3)), 'Continue'],
    ['enough good evidence passes the step', times(10, interval(1500, 15, 28500, 285)), 'Pass'],
    ['good evidence does not pass before minDuration', times(3, interval(15000, 150, 285000, 2850)), 'Continue'],
    ['at maxDuration too little evidence is told as such', times(40, interval(15, 0, 285, 0)), 'Insufficient'],
    ['without a canary request there are no data', times(40, interval(0, 0, 285, 0)), 'NoData'],
    [
      'with data once and then none there are no data',
      [interval(15, 0, 285, 0), ...times(39, interval(0, 0, 0, 0))],
      'NoData',
    ],
    ['an outage of the canary alone aborts at once', [interval(20, 12, 380, 0)], 'Abort'],
    ['an outage of both aborts nothing', times(3, interval(150, 90, 2850, 1710)), 'Continue'],
    [
      'a canary with all of the traffic has nothing to be compared with',
      times(4, interval(3000, 30, 0, 0)),
      'Continue',
    ],
  ])('%s', (_name, intervals, kind) => {
    const { state, took } = after(intervals);
    expect(findVerdict(state, SETTINGS, milliseconds(took)).kind).toBe(kind);
  });

  test('a background run never passes: it is there to abort', () => {
    const settings = { ...SETTINGS, maxDuration: undefined };
    const { state, took } = after(times(40, interval(1500, 15, 28500, 285)), settings);
    expect(findVerdict(state, settings, milliseconds(took)).kind).toBe('Continue');
  });

  test('a good past does not hide a regression', () => {
    const good = times(20, interval(150, 0, 2850, 3));
    const bad = times(8, interval(150, 2, 2850, 3));
    const settings = { ...SETTINGS, maxDuration: undefined };
    const { state, took } = after([...good, ...bad], settings);
    expect(findVerdict(state, settings, milliseconds(took)).kind).toBe('Abort');
  });

  test('an interval that was left out changes no evidence', () => {
    const { state } = after(times(3, interval(150, 1, 2850, 3)));
    const next = passOver(state);
    expect(abortEvidence(next, SETTINGS)).toBe(abortEvidence(state, SETTINGS));
    expect(next.intervals).toEqual({ used: 3, dropped: 1, emptyInRow: 1 });
  });
});

describe('the mixture of starts', () => {
  test('spends at most all of its weight and starts at evidence 1', () => {
    let mixture = newMixture(3);
    expect(logEvidence(mixture)).toBe(0);
    for (let slot = 0; slot < 100; slot += 1) mixture = stepMixture(mixture, [0, 0, 0], { slot, laterSlots: 30 });
    expect(mixture.used).toBeCloseTo(1, 12);
    expect(logEvidence(mixture)).toBeCloseTo(0, 12);
  });

  test('wagers a slot once, however many intervals it has', () => {
    let mixture = newMixture(1);
    for (const slot of [0, 0, 0, 1, 1, 1]) mixture = stepMixture(mixture, [0], { slot, laterSlots: 10 });
    expect(mixture.used).toBeCloseTo(0.55, 12);
  });
});

describe('over-dispersion', () => {
  const targets = (...errors: number[]) => errors.map((count) => ({ requests: 100, errors: count }));
  test('is 1 before twenty intervals have said something', () => {
    const few = new Array(19).fill(0).reduce((known) => observeScatter(known, targets(0, 10)), NO_SCATTER);
    expect(overDispersion(few)).toBe(1);
  });
  test('grows with errors that come in bursts of single targets', () => {
    const many = new Array(20).fill(0).reduce((known) => observeScatter(known, targets(0, 0, 0, 12)), NO_SCATTER);
    // (3 · 3² + 9²)/3/3 = 12 for each interval; divided by 1 + 1.5 · 11.
    expect(overDispersion(many)).toBeCloseTo(12, 9);
    expect(countsDivisor(many)).toBeCloseTo(17.5, 9);
  });
  test('says nothing where there is no error or a single target', () => {
    expect(observeScatter(NO_SCATTER, targets(0, 0))).toBe(NO_SCATTER);
    expect(observeScatter(NO_SCATTER, targets(5))).toBe(NO_SCATTER);
  });
});
