import { expect, test } from 'vitest';
import type { AnalysisRun } from '../../../src/api/analysis.ts';
import type { Reading } from '../../../src/api/reading.ts';
import { planAnalysisRun } from '../../../src/plan/plan-analysis-run.ts';
import { instant } from '../../../src/units/instant.ts';

const NOW = instant(Date.UTC(2026, 0, 1));
const NOTHING: Reading = { kind: 'NoEvidence', message: 'no data: the query matches no series' };
const METRIC = {
  name: 'm',
  count: 3,
  interval: '1s',
  successCondition: 'result[0] < 5',
  provider: { prometheus: { query: 'up' } },
};

/** The notes of the events when one more measurement gives no evidence after so many that did not. */
function notesAfter(consecutiveError: number): readonly string[] {
  const run: AnalysisRun = {
    metadata: { name: 'r', namespace: 'n', uid: 'u' },
    spec: { metrics: [METRIC] },
    status: {
      phase: 'Running',
      startedAt: '2026-01-01T00:00:00Z',
      metricResults: [{ name: 'm', phase: 'Running', error: consecutiveError, consecutiveError }],
    },
  };
  const answer = { startedAt: NOW, finishedAt: NOW, reading: NOTHING };
  const readings = [{ metric: 'm', ordinal: consecutiveError + 1, answer }];
  return planAnalysisRun({ group: 'sluice.dev', run, readings, inFlight: [] }, NOW).events.map(({ note }) => note);
}

test('the first error of a row of errors is told at once, with its reason', () => {
  expect(notesAfter(0)).toEqual(["Metric 'm' has no evidence: no data: the query matches no series"]);
});

test('the errors that follow it are not told again', () => {
  expect(notesAfter(1)).toEqual([]);
});
