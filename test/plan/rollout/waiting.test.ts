import { describe, expect, test } from 'vitest';
import type { Condition, RolloutStatus } from '../../../src/api/rollout.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import { seconds } from '../../../src/units/duration.ts';
import { add, formatInstant } from '../../../src/units/instant.ts';
import { BEGIN } from '../model/world.ts';
import { routedUpdate, stepReport, stepRun } from './updates.ts';

const SINCE = formatInstant(BEGIN);
const moved = (): Condition => ({
  type: 'Progressing',
  status: 'True',
  reason: 'ReplicaSetUpdated',
  lastUpdateTime: SINCE,
});
/** What the model counts: nothing has moved since. */
const COUNTED: RolloutStatus = { replicas: 8, updatedReplicas: 4, readyReplicas: 8, availableReplicas: 8 };

const waiting = ({ conditions }: RolloutStatus): Condition | undefined =>
  conditions?.find(({ type }) => type === 'Waiting');

describe('what waits long says for what, and since when', () => {
  const steps = [{ setWeight: 50 }, { analysis: { templates: [{ templateName: 'errors' }] } }];
  const update = routedUpdate(steps, {
    index: 1,
    weight: 50,
    status: { ...COUNTED, conditions: [moved()], ...stepReport(1, 'Running') },
  });
  const analysing: ObservedRollout = { ...update, analysisRuns: [stepRun(1, 'Running')] };

  test('after ten seconds without a move, by the object that is waited for', () => {
    const early = planRollout(analysing, add(BEGIN, seconds(9)));
    expect(waiting(early.status)).toBeUndefined();
    expect(early.requeueAt).toBe(add(BEGIN, seconds(10)));
    const { status } = planRollout(analysing, add(BEGIN, seconds(10)));
    expect(waiting(status)).toMatchObject({
      status: 'True',
      reason: 'AnalysisRunning',
      message: `AnalysisRun web-v2-2-1 is Running; nothing has moved since ${SINCE}`,
    });
  });

  test('and is silent again once it moves', () => {
    const { status } = planRollout(analysing, add(BEGIN, seconds(10)));
    const done: ObservedRollout = {
      ...analysing,
      rollout: { ...analysing.rollout, status: { ...status, canary: { ...status.canary } } },
      analysisRuns: [stepRun(1, 'Successful')],
    };
    expect(waiting(status)).toBeDefined();
    const seen = planRollout(done, add(BEGIN, seconds(20))).status;
    const next = { ...done, rollout: { ...done.rollout, status: seen } };
    expect(waiting(planRollout(next, add(BEGIN, seconds(20))).status)).toBeUndefined();
  });

  test('but a pause is told by its pause condition alone', () => {
    const paused = routedUpdate([{ setWeight: 50 }, { pause: {} }], {
      index: 1,
      weight: 50,
      status: {
        ...COUNTED,
        conditions: [moved()],
        controllerPause: true,
        pauseConditions: [{ reason: 'CanaryPauseStep', startTime: SINCE }],
      },
    });
    expect(waiting(planRollout(paused, add(BEGIN, seconds(600))).status)).toBeUndefined();
  });
});

describe('a stable revision that somebody deleted in mid-update', () => {
  const gone = (status: RolloutStatus = {}): ObservedRollout => {
    const update = routedUpdate([{ setWeight: 50 }, { pause: {} }], {
      index: 0,
      weight: 50,
      status: { ...COUNTED, conditions: [moved()], ...status },
    });
    return { ...update, replicaSets: update.replicaSets.filter(({ hash }) => hash !== 'v1') };
  };
  const look = (observed: ObservedRollout, after: number): ReturnType<typeof planRollout> => {
    const plan = planRollout(observed, add(BEGIN, seconds(after)));
    expect(breaches(observed, plan)).toEqual([]);
    return plan;
  };
  const then = (observed: ObservedRollout, status: RolloutStatus): ObservedRollout => ({
    ...observed,
    rollout: { ...observed.rollout, status },
  });

  test('is told at once, and replaced by the new one ten seconds later', () => {
    const observed = gone();
    const noted = look(observed, 1).status;
    expect(noted.conditions?.find(({ type }) => type === 'StableMissing')?.message).toBe(
      'ReplicaSet web-v1 of the stable revision is gone: nothing can be rolled back to. The new revision takes its place as soon as it has pods',
    );
    expect(look(then(observed, noted), 9).status.stableRS).toBe('v1');
    const { status, events } = look(then(observed, noted), 11);
    expect(status).toMatchObject({ stableRS: 'v2', currentStepIndex: 2 });
    expect(status.conditions?.some(({ type }) => type === 'StableMissing')).toBe(false);
    expect(events).toContainEqual({
      type: 'Warning',
      reason: 'StableMissing',
      note: 'The stable ReplicaSet web-v1 is gone: web-v2 takes its place',
    });
  });

  test('is not replaced by an aborted one: that says what to do', () => {
    const observed = gone({ abort: true, abortedAt: SINCE });
    const noted = look(observed, 1).status;
    expect(noted.conditions?.find(({ type }) => type === 'StableMissing')?.message).toMatch(
      /Retry the update, or apply a template that works$/,
    );
    expect(look(then(observed, noted), 60).status.stableRS).toBe('v1');
  });
});
