import { expect, test } from 'vitest';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import type { Action } from '../../../src/plan/action.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { BEGIN } from '../model/world.ts';
import { routedUpdate, stepReport, stepRun } from './updates.ts';

/**
 * The writes of Argo's clients, which carry no precondition (rollout-semantics 3, column "we react"). Each row is a
 * status as the client left it: what the controller had reported, with the client's merge patch laid over it.
 */
const steps = [
  { setWeight: 20 },
  { pause: {} },
  { pause: {} },
  { analysis: { templates: [{ templateName: 'errors' }] } },
  { setWeight: 60 },
];

const paused: RolloutStatus = {
  controllerPause: true,
  pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-11-24T09:59:00Z' }],
};
const aborted: RolloutStatus = { abort: true, abortedAt: '2026-11-24T09:59:00Z' };

/** A merge patch of the status; undefined stands for null, which removes. */
type Patch = { readonly [Field in keyof RolloutStatus]?: RolloutStatus[Field] | undefined };
type At = Readonly<{
  index: number;
  status?: RolloutStatus;
  patch?: Patch;
  runs?: ObservedRollout['analysisRuns'];
}>;

/** The world at a step, as we reported it, after a client's patch of the status. */
function after({ index, status, patch, runs = [] }: At): ObservedRollout {
  const world = routedUpdate(steps, {
    index,
    weight: 20,
    status: { stepDisplay: `${index}/${steps.length}`, ...status, ...patch } as RolloutStatus,
  });
  return { ...world, analysisRuns: runs };
}

function planned(
  world: ObservedRollout,
): Readonly<{ status: RolloutStatus; actions: readonly Action[]; events: readonly string[] }> {
  const plan = planRollout(world, BEGIN);
  expect(breaches(world, plan)).toEqual([]);
  return { status: plan.status, actions: plan.actions, events: plan.events.map(({ reason }) => reason) };
}

/** Plans again and again on what was reported, until nothing is new; the world beside the status stands still. */
function settled(world: ObservedRollout): RolloutStatus {
  let status = world.rollout.status ?? {};
  for (let pass = 0; pass < 10; pass++) {
    const next = planned({ ...world, rollout: { ...world.rollout, status } }).status;
    if (next === status) return status;
    status = next;
  }
  throw new Error('it does not come to rest');
}

test('promote of a pause: the pause is over, and the next step begins', () => {
  const world = after({ index: 1, status: paused, patch: { pauseConditions: undefined } });
  const { status } = planned(world);
  expect(status.currentStepIndex).toBe(2);
});

test('promote without a pause condition: the next step begins, and it is told who left the step', () => {
  const { status, events } = planned(after({ index: 0, patch: { currentStepIndex: 1 } }));
  expect(status.currentStepIndex).toBe(1);
  expect(events).toContain('SkipSteps');
});

test('promote during an analysis: its run is ended, and the next step begins', () => {
  const run = stepRun(3, 'Running');
  const world = after({ index: 3, status: stepReport(3, 'Running'), patch: { currentStepIndex: 4 }, runs: [run] });
  const first = planned(world);
  expect(first.status.currentStepIndex).toBe(4);
  expect(first.status.canary?.currentStepAnalysisRunStatus).toBeUndefined();
  const { actions } = planned({ ...world, rollout: { ...world.rollout, status: first.status } });
  expect(actions).toContainEqual(
    expect.objectContaining({ kind: 'EndAnalysisRun', target: expect.objectContaining({ name: run.metadata.name }) }),
  );
});

test('promote past an inconclusive run: the next step begins, and nothing pauses for that run again', () => {
  const patch = { pauseConditions: undefined, controllerPause: false, currentStepIndex: 4 };
  const inconclusive = {
    ...paused,
    pauseConditions: [{ reason: 'InconclusiveAnalysisRun' as const, startTime: '2026-11-24T09:59:00Z' }],
  };
  for (const runs of [[stepRun(3, 'Inconclusive')], []]) {
    const status = settled(
      after({ index: 3, status: { ...inconclusive, ...stepReport(3, 'Inconclusive') }, patch, runs }),
    );
    expect(status.currentStepIndex).toBe(4);
    expect(status.pauseConditions).toBeUndefined();
  }
});

test('skip step from one pause to the next: the next one is waited for', () => {
  const world = after({ index: 1, status: paused, patch: { pauseConditions: undefined, currentStepIndex: 2 } });
  const status = settled(world);
  expect(status).toMatchObject({ currentStepIndex: 2, controllerPause: true });
  expect(status.pauseConditions).toMatchObject([{ reason: 'CanaryPauseStep', startTime: '2026-11-24T10:00:00Z' }]);
});

test('a step that somebody went back to is done again, and its analysis begins anew', () => {
  const run = stepRun(3, 'Successful');
  const world = after({ index: 4, patch: { currentStepIndex: 3 }, runs: [run] });
  const first = planned(world).status;
  expect(first).toMatchObject({ currentStepIndex: 3, attempt: 1 });
  const { actions } = planned({ ...world, rollout: { ...world.rollout, status: first } });
  expect(actions).toContainEqual(expect.objectContaining({ kind: 'CreateAnalysisRun' }));
});

test.each([
  [-1, 0],
  [99, 5],
])('an index that no step has, %i, counts as %i', (written, index) => {
  expect(planned(after({ index: 0, patch: { currentStepIndex: written } })).status.currentStepIndex).toBe(index);
});

test('an index written while the update is aborted changes nothing', () => {
  const status = settled(after({ index: 0, status: aborted, patch: { currentStepIndex: 1 } }));
  expect(status).toMatchObject({ currentStepIndex: 0, ...aborted });
});

test('an index written when nothing is under way changes nothing', () => {
  const status = settled(
    after({ index: 5, status: { currentPodHash: 'v2', stableRS: 'v2' }, patch: { currentStepIndex: 3 } }),
  );
  expect(status).toMatchObject({ currentStepIndex: 5, stableRS: 'v2' });
});

test('a full promotion of an aborted update takes the abort back', () => {
  const status = planned(after({ index: 0, status: aborted, patch: { promoteFull: true } })).status;
  expect(status).toMatchObject({ promoteFull: true });
  expect(status.abort).toBeUndefined();
  expect(status.abortedAt).toBeUndefined();
});

test('an abort during a full promotion aborts', () => {
  const status = planned(after({ index: 1, status: { promoteFull: true }, patch: { abort: true } })).status;
  expect(status).toMatchObject({ abort: true, abortedAt: '2026-11-24T10:00:00Z' });
  expect(status.promoteFull).toBeUndefined();
});

test('abort false after an abort is a retry: step 0, and new runs', () => {
  const { status } = planned(after({ index: 0, status: aborted, patch: { abort: false } }));
  expect(status).toMatchObject({ currentStepIndex: 0, attempt: 1 });
  expect(status.abortedAt).toBeUndefined();
  expect(status.conditions?.find(({ type }) => type === 'Progressing')).toMatchObject({
    status: 'Unknown',
    reason: 'RolloutRetry',
  });
});

test('an abort of a promoted Rollout is taken back', () => {
  const promoted = { currentPodHash: 'v2', stableRS: 'v2' };
  const status = planned(after({ index: 5, status: promoted, patch: { abort: true } })).status;
  expect(status.abort).toBeUndefined();
  expect(status.phase).not.toBe('Degraded');
});

test('a full promotion of a promoted Rollout is forgotten', () => {
  const promoted = { currentPodHash: 'v2', stableRS: 'v2' };
  expect(
    planned(after({ index: 5, status: promoted, patch: { promoteFull: true } })).status.promoteFull,
  ).toBeUndefined();
});

test('a full promotion asked for before a new template was seen goes with the old update', () => {
  const world = after({ index: 1, status: paused, patch: { promoteFull: true } });
  const back = {
    ...world,
    rollout: { ...world.rollout, spec: { ...world.rollout.spec, template: world.replicaSets[0]?.template as never } },
  };
  const { status } = planned(back);
  expect(status).toMatchObject({ currentPodHash: 'v1' });
  expect(status.promoteFull).toBeUndefined();
});

test('resume together with promote: both pauses are over', () => {
  const world = after({ index: 1, status: paused, patch: { pauseConditions: undefined } });
  const still = { ...world, rollout: { ...world.rollout, spec: { ...world.rollout.spec, paused: true } } };
  expect(planned(still).status.currentStepIndex).toBe(1);
  expect(planned(world).status.currentStepIndex).toBe(2);
});
