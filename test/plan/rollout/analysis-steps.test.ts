import { expect, test } from 'vitest';
import type { CanaryStep } from '../../../src/api/canary.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import { BEGIN, CANARY_SERVICE, STABLE_SERVICE } from '../model/world.ts';
import { routedUpdate, stepReport, stepRun } from './updates.ts';

const ANALYSIS: CanaryStep = { analysis: { templates: [{ templateName: 'errors' }] } };
const STEPS: readonly CanaryStep[] = [{ setWeight: 50 }, ANALYSIS, ANALYSIS, { pause: {} }];

const indexAfter = (observed: ReturnType<typeof routedUpdate>): number | undefined =>
  planRollout(observed, BEGIN).status.currentStepIndex;

test('a successful run ends its step while its weight is in force', () => {
  const observed = routedUpdate(STEPS, { index: 1, weight: 50, status: stepReport(1, 'Successful') });
  expect(indexAfter({ ...observed, analysisRuns: [stepRun(1, 'Successful')] })).toBe(2);
});

test('a successful run does not end its step once its weight has left the route', () => {
  const observed = routedUpdate(STEPS, { index: 1, weight: 0, status: stepReport(1, 'Successful') });
  const plan = planRollout({ ...observed, analysisRuns: [stepRun(1, 'Successful')] }, BEGIN);
  expect(plan.status.currentStepIndex).toBe(1);
  expect(plan.because.map(({ rule }) => rule)).toContain('WeightNotProven');
});

test('a run of the step before says nothing about a step that somebody promoted to', () => {
  const observed = routedUpdate(STEPS, { index: 2, weight: 50, status: stepReport(1, 'Successful') });
  expect(indexAfter({ ...observed, analysisRuns: [stepRun(1, 'Successful')] })).toBe(2);
});

test('a run without a verdict pauses the update', () => {
  const observed = routedUpdate(STEPS, { index: 1, weight: 50, status: stepReport(1, 'Inconclusive') });
  const { status } = planRollout({ ...observed, analysisRuns: [stepRun(1, 'Inconclusive')] }, BEGIN);
  expect(status.pauseConditions?.map(({ reason }) => reason)).toEqual(['InconclusiveAnalysisRun']);
  expect(status.controllerPause).toBe(true);
});

test("Argo's promote past a run without a verdict is not answered by another pause", () => {
  // What kubectl argo rollouts promote writes: no pause, no controllerPause, the next index.
  for (const index of [2, 3]) {
    const observed = routedUpdate(STEPS, { index, weight: 50, status: stepReport(1, 'Inconclusive') });
    const { status } = planRollout({ ...observed, analysisRuns: [stepRun(1, 'Inconclusive')] }, BEGIN);
    const reasons = status.pauseConditions?.map(({ reason }) => reason) ?? [];
    expect(reasons).not.toContain('InconclusiveAnalysisRun');
  }
});

test('without any pods asked for, a step of weight ends at weight 0', () => {
  const words = { replicas: 0, sets: { v1: { spec: 0, available: 0 }, v2: { spec: 0, available: 0 } } };
  expect(indexAfter(routedUpdate(STEPS, { index: 0, weight: 0, words }))).toBe(1);
});

test('a failed run aborts the update in the look that sees it, and the status tells both at once', () => {
  const observed = routedUpdate(STEPS, { index: 1, weight: 50, status: stepReport(1, 'Running') });
  const { status } = planRollout({ ...observed, analysisRuns: [stepRun(1, 'Failed')] }, BEGIN);
  expect(status.abort).toBe(true);
  expect(status.canary?.currentStepAnalysisRunStatus?.status).toBe('Failed');
  expect(status.message).toContain('Step-based analysis phase error/failed');
});

test('a background analysis does not begin on a weight that another version still has', () => {
  const steps: readonly CanaryStep[] = [{ setWeight: 50 }, { pause: {} }];
  const begins = (selected: string): boolean => {
    const observed = routedUpdate(steps, {
      index: 1,
      weight: 50,
      status: {
        controllerPause: true,
        pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-11-24T09:59:00Z' }],
      },
      words: {
        options: { analysis: { templates: [{ templateName: 'errors' }] } },
        selected: { [CANARY_SERVICE]: selected, [STABLE_SERVICE]: 'v1' },
      },
    });
    return planRollout(observed, BEGIN).actions.some(({ kind }) => kind === 'CreateAnalysisRun');
  };
  expect(begins('v1')).toBe(false);
  expect(begins('v2')).toBe(true);
});
