import { describe, expect, test } from 'vitest';
import type { AnalysisRun } from '../../../src/api/analysis.ts';
import type { Metric } from '../../../src/api/metric.ts';
import type { Reading } from '../../../src/api/reading.ts';
import { ENDED_BY_ROLLOUT } from '../../../src/plan/analysis/ended.ts';
import { planAnalysisRun } from '../../../src/plan/plan-analysis-run.ts';
import { add, instant } from '../../../src/units/instant.ts';
import { seconds } from '../../../src/units/duration.ts';

const START = instant(Date.UTC(2026, 0, 1));

const value = (...numbers: number[]): Reading => ({ kind: 'Value', value: numbers, shown: `[${numbers.join()}]` });
const NOTHING: Reading = { kind: 'NoEvidence', message: 'no data: the query matches no series' };

type Part = Partial<Omit<Metric, 'provider'>>;

const metric = (part: Part): Metric => ({
  name: 'm',
  successCondition: 'result[0] < 5',
  provider: { prometheus: { query: 'up' } },
  ...part,
});

/** Plays a run: each reading is given to the measurement that asks for it; answers the run when it asks no more. */
function play(metrics: readonly Metric[], readings: readonly Reading[], more: Partial<AnalysisRun['spec']> = {}) {
  let run: AnalysisRun = {
    metadata: { name: 'r', namespace: 'n', uid: 'u', resourceVersion: '1' },
    spec: { metrics, ...more },
  };
  let now = START;
  const waiting = [...readings];
  const asked: { metric: string; ordinal: number; after: number }[] = [];
  for (let pass = 0; pass < 200; pass++) {
    const plan = planAnalysisRun({ group: 'sluice.dev', run, readings: [], inFlight: [] }, now);
    run = { ...run, status: plan.status };
    const measure = plan.actions.find((action) => action.kind === 'Measure');
    if (measure?.kind === 'Measure') {
      asked.push({ metric: measure.metric, ordinal: measure.ordinal, after: (now - START) / 1000 });
      const reading = waiting.shift();
      if (reading === undefined) break;
      const answer = { startedAt: now, finishedAt: now, reading };
      const answered = { metric: measure.metric, ordinal: measure.ordinal, answer };
      const next = planAnalysisRun({ group: 'sluice.dev', run, readings: [answered], inFlight: [] }, now);
      run = { ...run, status: next.status };
    } else if (plan.requeueAt !== undefined) now = plan.requeueAt;
    else break;
  }
  return { status: run.status ?? {}, asked, run, now };
}

const good = value(1);
const bad = value(9);

describe('the verdict on a metric', () => {
  test.each<readonly [string, Part, readonly Reading[], string, string | undefined]>([
    ['one good measurement without interval is enough', {}, [good], 'Successful', undefined],
    ['one bad measurement is too many by default', {}, [bad], 'Failed', 'failed (1) > failureLimit (0)'],
    ['count good measurements end it', { count: 3, interval: '1s' }, [good, good, good], 'Successful', undefined],
    [
      'failureLimit bears so many',
      { count: 4, interval: '1s', failureLimit: 1 },
      [bad, good, good, good],
      'Successful',
      undefined,
    ],
    [
      'one failure more than the limit ends it',
      { count: 4, interval: '1s', failureLimit: 1 },
      [bad, good, bad],
      'Failed',
      'failed (2) > failureLimit (1)',
    ],
    [
      'neither condition true is inconclusive',
      { failureCondition: 'result[0] > 7' },
      [value(6)],
      'Inconclusive',
      'inconclusive (1) > inconclusiveLimit (0)',
    ],
    ['failure wins over success', { failureCondition: 'result[0] < 5' }, [good], 'Failed', 'failed (1)'],
    [
      'consecutiveSuccessLimit ends an endless metric',
      { interval: '1s', failureLimit: -1, consecutiveSuccessLimit: 2 },
      [bad, good, bad, good, good],
      'Successful',
      undefined,
    ],
    [
      'the fifth error in a row is the end, for want of evidence',
      { count: 9, interval: '1m' },
      [NOTHING, NOTHING, NOTHING, NOTHING, NOTHING],
      'Error',
      'no evidence',
    ],
    [
      'errors in between count for nothing',
      { count: 2, interval: '1s' },
      [NOTHING, good, NOTHING, good],
      'Successful',
      undefined,
    ],
    ['NaN is no success', { consecutiveErrorLimit: 0 }, [value(Number.NaN)], 'Error', 'no evidence'],
    [
      'infinite is no success',
      { consecutiveErrorLimit: 0, successCondition: 'result[0] > 5' },
      [value(Number.POSITIVE_INFINITY)],
      'Error',
      'no evidence',
    ],
    [
      'an empty list is no success',
      { consecutiveErrorLimit: 0, successCondition: 'len(result) == 0' },
      [value()],
      'Error',
      'no evidence',
    ],
    [
      'a condition that is no boolean is an error',
      { consecutiveErrorLimit: 0, successCondition: 'result[0]' },
      [good],
      'Error',
      'no true or false',
    ],
  ])('%s', (_sentence, part, readings, phase, message) => {
    const { status } = play([metric(part)], readings);
    expect(status.phase).toBe(phase);
    if (message !== undefined) expect(status.message).toContain(message);
  });
});

test('a metric without conditions still needs a finite number', () => {
  const bare: Metric = { name: 'm', consecutiveErrorLimit: 0, provider: { prometheus: { query: 'up' } } };
  expect(play([bare], [NOTHING]).status.phase).toBe('Error');
  expect(play([bare], [value(3)]).status.phase).toBe('Successful');
});

test('errors are retried after 10 s, doubled up to the interval', () => {
  const { asked } = play([metric({ count: 1, interval: '30s' })], [NOTHING, NOTHING, NOTHING, NOTHING]);
  expect(asked.map(({ after }) => after)).toEqual([0, 10, 30, 60, 90]);
});

test('the first measurement waits for initialDelay, the next for interval', () => {
  const { asked } = play([metric({ initialDelay: '5s', interval: '20s', count: 2 })], [good, good]);
  expect(asked.map(({ after }) => after)).toEqual([5, 25]);
});

test('a reading counts once, for the measurement that it answers', () => {
  const { run, now } = play([metric({ count: 2, interval: '1s' })], [good]);
  const answer = { startedAt: now, finishedAt: now, reading: bad };
  const plan = planAnalysisRun(
    { group: 'sluice.dev', run, readings: [{ metric: 'm', ordinal: 1, answer }], inFlight: [] },
    now,
  );
  expect(plan.status.metricResults?.[0]?.failed).toBeUndefined();
});

test('a measurement under way is not asked for again', () => {
  const run: AnalysisRun = { metadata: { name: 'r', namespace: 'n', uid: 'u' }, spec: { metrics: [metric({})] } };
  const plan = planAnalysisRun(
    { group: 'sluice.dev', run, readings: [], inFlight: [{ metric: 'm', ordinal: 1 }] },
    START,
  );
  expect(plan.actions).toEqual([]);
});

test('a dry-run metric never decides, and is counted apart', () => {
  const metrics = [metric({}), { ...metric({}), name: 'trial' }];
  const { status } = play(metrics, [good, bad], { dryRun: [{ metricName: 'trial' }] });
  expect(status.phase).toBe('Successful');
  expect(status.dryRunSummary?.failed).toBe(1);
});

test('a run of nothing but dry-run metrics comes to its end', () => {
  const { status } = play([metric({})], [bad], { dryRun: [{ metricName: '.*' }] });
  expect(status.phase).toBe('Successful');
  expect(status.metricResults?.[0]).toMatchObject({
    phase: 'Failed',
    dryRun: true,
    message: 'Metric assessed Failed due to failed (1) > failureLimit (0)',
  });
});

test('an unreadable interval, none with a count, and zero are errors before anything is measured', () => {
  for (const part of [{ interval: '5 minutes', count: 1 }, { count: 2 }, { interval: '0s' }, { interval: '-1s' }]) {
    const { status, asked } = play([metric(part)], [good, good]);
    expect(status).toMatchObject({ phase: 'Error', message: expect.stringContaining('interval') });
    expect(asked).toEqual([]);
  }
});

test('an argument that nobody resolved is an error that names it', () => {
  const { status } = play([metric({ count: '{{args.n}}' })], [good], { args: [{ name: 'n' }] });
  expect(status).toMatchObject({ phase: 'Error', message: 'args.n was not resolved' });
});

test('limits may stand in arguments', () => {
  const { status } = play([metric({ count: '{{ args.n }}', interval: '1s' })], [good, good], {
    args: [{ name: 'n', value: '2' }],
  });
  expect(status).toMatchObject({ phase: 'Successful', metricResults: [{ count: 2 }] });
});

test('the first metric that ends badly ends the run, and the others speak only for what they saw', () => {
  const metrics = [metric({}), { ...metric({ initialDelay: '1h' }), name: 'later' }];
  const { status } = play(metrics, [bad]);
  expect(status).toMatchObject({
    phase: 'Failed',
    message: 'Metric "m" assessed Failed due to failed (1) > failureLimit (0)',
    metricResults: [{ phase: 'Failed' }, { name: 'later', phase: 'Inconclusive' }],
    runSummary: { count: 2, failed: 1, inconclusive: 1 },
  });
});

test('the deciding reading gives the verdict in the pass that takes it in, and stops what is under way', () => {
  const run: AnalysisRun = {
    metadata: { name: 'r', namespace: 'n', uid: 'u' },
    spec: { metrics: [metric({}), { ...metric({}), name: 'slow' }] },
    status: { phase: 'Running', startedAt: '2026-01-01T00:00:00Z' },
  };
  const answer = { startedAt: START, finishedAt: START, reading: bad };
  const plan = planAnalysisRun(
    {
      group: 'sluice.dev',
      run,
      readings: [{ metric: 'm', ordinal: 1, answer }],
      inFlight: [{ metric: 'slow', ordinal: 1 }],
    },
    START,
  );
  expect(plan.status.phase).toBe('Failed');
  expect(plan.actions).toEqual([{ kind: 'CancelMeasurements' }]);
  expect(plan.events.map(({ type, reason }) => `${type} ${reason}`)).toEqual([
    'Warning MetricFailed',
    'Warning AnalysisRunFailed',
  ]);
});

test('only so many measurements are kept', () => {
  const { status } = play([metric({ count: 5, interval: '1s' })], [good, good, good, good, good], {
    measurementRetention: [{ metricName: 'm', limit: 2 }],
  });
  expect(status.metricResults?.[0]?.measurements).toHaveLength(2);
  expect(status.metricResults?.[0]?.count).toBe(5);
});

test('a rule that matches no metric is an error', () => {
  expect(play([metric({})], [good], { dryRun: [{ metricName: 'other' }] }).status.phase).toBe('Error');
});

describe('a run that is ended early', () => {
  const begun = play([metric({ count: 5, interval: '1s' })], [good]).run;
  const fresh: AnalysisRun = { metadata: begun.metadata, spec: begun.spec };
  const end = (run: AnalysisRun, byUs: boolean) =>
    planAnalysisRun(
      {
        group: 'sluice.dev',
        run: {
          ...run,
          metadata: { ...run.metadata, ...(byUs ? { annotations: { [ENDED_BY_ROLLOUT]: 'true' } } : {}) },
          spec: { ...run.spec, terminate: true },
        },
        readings: [],
        inFlight: [],
      },
      add(START, seconds(1)),
    ).status;

  test('by a person with a good measurement of each metric is Successful', () => {
    expect(end(begun, false)).toMatchObject({ phase: 'Successful', message: 'Run Terminated' });
  });
  test('by a person before any is Inconclusive', () => {
    expect(end(fresh, false).phase).toBe('Inconclusive');
  });
  test('by the Rollout is Successful, and says that it has no verdict', () => {
    expect(end(fresh, true)).toMatchObject({ phase: 'Successful', message: expect.stringContaining('no verdict') });
  });
});

test('a finished run is planned without a change, and deleted after its time to live', () => {
  const { run } = play([metric({})], [good], { ttlStrategy: { secondsAfterSuccess: 60 } });
  const now = START;
  const rest = planAnalysisRun({ group: 'sluice.dev', run, readings: [], inFlight: [] }, now);
  expect(rest.status).toBe(run.status);
  expect(rest.requeueAt).toBe(add(now, seconds(60)));
  const later = planAnalysisRun({ group: 'sluice.dev', run, readings: [], inFlight: [] }, add(now, seconds(61)));
  expect(later.actions).toMatchObject([{ kind: 'DeleteRun', target: { uid: 'u' } }]);
});
