import { describe, expect, test } from 'vitest';
import type { AnalysisRun } from '../../../src/api/analysis.ts';
import type { CanaryLook } from '../../../src/api/canary-look.ts';
import type { CanaryMetric } from '../../../src/api/canary-metric.ts';
import type { Metric } from '../../../src/api/metric.ts';
import type { Reading } from '../../../src/api/reading.ts';
import { nextLook } from '../../../src/plan/analysis/canary-course.ts';
import { readState, writeState } from '../../../src/plan/analysis/judge/state-text.ts';
import { metricProblems } from '../../../src/plan/analysis/metric-problems.ts';
import { planAnalysisRun } from '../../../src/plan/plan-analysis-run.ts';
import { instant } from '../../../src/units/instant.ts';

const START = instant(Date.UTC(2026, 0, 1));
const CANARY: CanaryMetric = { errors: { total: 'all', failed: 'bad' }, maxDuration: '5m' };

type Counts = readonly [requests: number, errors: number, stableRequests: number, stableErrors: number];
type LookOf = (index: number) => Counts | undefined;

/** Plays a run until it ends or `most` looks were asked for; `looks` gives what each finds, undefined for no evidence. */
function play(looks: LookOf, canary: CanaryMetric = CANARY, labels: Record<string, string> = {}, most = 200) {
  const metric: Metric = { name: 'm', canary };
  let run: AnalysisRun = {
    metadata: { name: 'r', namespace: 'n', uid: 'u', resourceVersion: '1', labels },
    spec: { metrics: [metric] },
  };
  let now = START;
  const spans: { from: number; to: number }[] = [];
  for (let pass = 0; pass < 1000 && spans.length < most; pass += 1) {
    const plan = planAnalysisRun({ group: 'sluice.dev', run, readings: [], inFlight: [] }, now);
    run = { ...run, status: plan.status };
    const measure = plan.actions.find((action) => action.kind === 'Measure');
    if (measure?.kind === 'Measure') {
      const span = nextLook(run, metric, now);
      if (span === undefined) throw new Error('a look was due that cannot be taken');
      spans.push({ from: (span.from - START) / 1000, to: (span.to - START) / 1000 });
      const reading = readingOf(looks(spans.length - 1), span);
      const answered = { metric: 'm', ordinal: measure.ordinal, answer: { startedAt: now, finishedAt: now, reading } };
      run = {
        ...run,
        status: planAnalysisRun({ group: 'sluice.dev', run, readings: [answered], inFlight: [] }, now).status,
      };
    } else if (plan.requeueAt === undefined) break;
    else now = plan.requeueAt;
  }
  return { status: run.status ?? {}, spans, seconds: (now - START) / 1000 };
}

function readingOf(counts: Counts | undefined, span: { from: number; to: number }): Reading {
  if (counts === undefined) return { kind: 'NoEvidence', message: 'Prometheus answered with status 503' };
  const [requests, errors, stableRequests, stableErrors] = counts;
  const look: CanaryLook = {
    ...span,
    errors: {
      canary: { targets: [{ requests, errors }], dropped: 0 },
      stable: { targets: [{ requests: stableRequests, errors: stableErrors }], dropped: 0 },
    },
  };
  return { kind: 'Look', look, shown: '' };
}

describe('a canary metric in its run', () => {
  test('looks from the end of the warm-up on, each look from where the last one ended', () => {
    const { spans } = play(() => [1, 0, 20, 0], CANARY, {}, 3);
    expect(spans).toEqual([
      { from: 30, to: 45 },
      { from: 45, to: 60 },
      { from: 60, to: 75 },
    ]);
  });

  test('a look that brought nothing loses no counts: the next one covers both spans', () => {
    const { spans } = play((index) => (index === 1 ? undefined : [1, 0, 20, 0]), CANARY, {}, 3);
    expect(spans[2]).toEqual({ from: 45, to: 70 });
  });

  test('a bad canary fails its run, and the message says what was compared', () => {
    const { status } = play(() => [150, 3, 2850, 3]);
    expect(status.phase).toBe('Failed');
    expect(status.message).toMatch(
      /^Metric "m" assessed Failed: it fails more often than stable: evidence against the canary [\d.e+]+ of 20; canary \d+ of \d+ requests failed/,
    );
  });

  test('a good one with enough evidence ends its step early', () => {
    const { status, seconds } = play(() => [1500, 15, 28_500, 285]);
    expect(status.phase).toBe('Successful');
    expect(status.metricResults?.[0]?.message).toContain('Successful on evidence');
    expect(seconds).toBeLessThan(200);
  });

  test.each([
    ['Pass', 'Successful', 'with insufficient evidence'],
    ['Pause', 'Inconclusive', 'with insufficient evidence'],
    ['Extend', 'Running', undefined],
  ] as const)('at maxDuration with too little evidence, %s', (onInsufficientEvidence, phase, words) => {
    const { status } = play(() => [3, 0, 57, 0], { ...CANARY, onInsufficientEvidence }, {}, 40);
    expect(status.phase).toBe(phase);
    if (words !== undefined) expect(status.metricResults?.[0]?.message).toContain(words);
  });

  test('without any data it never passes and never aborts: it is inconclusive at maxDuration', () => {
    const { status } = play(() => undefined);
    expect(status.phase).toBe('Inconclusive');
    expect(status.metricResults?.[0]?.message).toContain('no data');
  });

  test('in the background it neither passes nor ends', () => {
    const { status } = play(() => [1500, 15, 28_500, 285], CANARY, { 'rollout-type': 'Background' }, 60);
    expect(status.phase).toBe('Running');
  });

  test('what it remembers survives the status, in less than a kilobyte', () => {
    const { status } = play(() => [150, 1, 2850, 3], CANARY, {}, 5);
    const text = status.metricResults?.[0]?.judge?.state ?? '';
    const state = readState(text);
    expect(state).toBeDefined();
    if (state !== undefined) expect(writeState(state)).toBe(text);
    expect(text.length).toBeLessThan(1024);
  });

  test.each(['', '{', '[]', '[1]', '[2,[],[]]', '[1,[[0],0,0]]'])(
    'a state %j that nobody wrote is not read',
    (text) => {
      expect(readState(text)).toBeUndefined();
    },
  );
});

describe('what is wrong with a canary metric', () => {
  const problemsOf = (metric: Partial<Metric>) =>
    metricProblems({ name: 'm', canary: CANARY, ...metric }, new Map(), true, 'spec').map(
      ({ path, message }) => `${path}: ${message}`,
    );
  test('nothing is wrong with the defaults', () => {
    expect(problemsOf({})).toEqual([]);
  });
  test.each<readonly [string, Partial<Metric>, RegExp]>([
    [
      'a condition beside it',
      { successCondition: 'true' },
      /successCondition: .*has no meaning beside canary.*remove it/,
    ],
    ['a count beside it', { count: 3 }, /count: /],
    [
      'a provider beside it',
      { provider: { prometheus: { query: 'up' } } },
      /provider: .*exactly one of provider and canary/,
    ],
    ['nothing to compare', { canary: {} }, /canary: .*give errors, latency or both/],
    [
      'a function as selector',
      { canary: { errors: { total: 'rate(a[5m])', failed: 'b' } } },
      /errors\.total: .*a name with matchers/,
    ],
    [
      'one matcher only',
      { canary: { ...CANARY, revision: { canary: 'a="b"' } } },
      /revision\.stable: .*needed as well/,
    ],
    ['an alpha without percent', { canary: { ...CANARY, alpha: '0.05' } }, /canary\.alpha: .*percentage/],
    [
      'a floor of nothing',
      { canary: { ...CANARY, errors: { total: 'a', failed: 'b', floor: '0%' } } },
      /errors\.floor/,
    ],
    ['a maxDuration shorter than minDuration', { canary: { ...CANARY, minDuration: '10m' } }, /maxDuration/],
    [
      'an argument in a place where it could ask for something else',
      { canary: { errors: { total: 'a{x={{args.y}}}', failed: 'b' } } },
      /args\.y/,
    ],
  ])('%s', (_name, metric, expected) => {
    expect(problemsOf(metric).join('\n')).toMatch(expected);
  });
});
