import { expect, test } from 'vitest';
import { movedOn } from '../../src/verbs/moved-on.ts';
import { promote } from '../../src/verbs/promote.ts';
import { promoteFull } from '../../src/verbs/promote-full.ts';
import { pausedBy, seen, stand, underWay } from './stand.ts';

const pause = { ...underWay, ...pausedBy('CanaryPauseStep') };

test('promote ends the pause that was seen, and leaves step and flag to the controller', () => {
  const { look, carryOut } = stand(pause);
  expect(carryOut(promote(look()))).toEqual([200]);
  expect(look().rollout.status).toMatchObject({ currentStepIndex: 1, controllerPause: true });
  expect(look().rollout.status?.pauseConditions).toBeUndefined();
});

test('two promotes of the same pause end one pause, also when the controller acted between them', () => {
  const { look, carryOut, merge } = stand(pause);
  const [first, second] = [promote(look()), promote(look())];
  expect(carryOut(first)).toEqual([200]);
  expect(carryOut(second)).toEqual([422]);
  expect(promote(look())).toMatchObject({ kind: 'Already' });
  merge(
    {
      status: {
        currentStepIndex: 3,
        pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-01-01T00:01:00Z' }],
      },
    },
    'status',
  );
  const before = seen(pause);
  expect(carryOut(second)).toEqual([422]);
  expect(movedOn(before, look())).toBe('the rollout has moved on: step 4 of 4 now; look again');
});

test('two promotes of the same step without a pause leave one step', () => {
  const { look, carryOut } = stand({ ...underWay, currentStepIndex: 0 });
  const [first, second] = [promote(look()), promote(look())];
  expect(first).toMatchObject({ says: 'promoted past step 1 of 4 (setWeight 20)' });
  expect(carryOut(first)).toEqual([200]);
  expect(carryOut(second)).toEqual([422]);
  expect(look().rollout.status?.currentStepIndex).toBe(1);
});

test('promote of an update that a new template has replaced does nothing', () => {
  const { look, carryOut, merge } = stand(pause);
  const late = promote(look());
  const before = look();
  merge({ status: { currentPodHash: 'v3', currentStepIndex: 1 } }, 'status');
  expect(carryOut(late)).toEqual([422]);
  expect(movedOn(before, look())).toBe(
    'the rollout has moved on: now step 2 of 4 (pause) of the update to revision v3; look again',
  );
});

test('promote after an inconclusive analysis leaves its step', () => {
  const { look, carryOut } = stand({
    ...underWay,
    ...pausedBy('InconclusiveAnalysisRun'),
    canary: { currentStepAnalysisRunStatus: { name: 'web-v2-2-1', status: 'Inconclusive' } },
  });
  expect(carryOut(promote(look()))).toEqual([200]);
  const { currentStepIndex, controllerPause, pauseConditions } = look().rollout.status ?? {};
  expect({ currentStepIndex, controllerPause, pauseConditions }).toEqual({ currentStepIndex: 2 });
});

test('promote of a Rollout that its spec pauses resumes it, and ends a pause of the update with it', () => {
  const both = stand(pause, { paused: true });
  expect(both.carryOut(promote(both.look()))).toEqual([200, 200]);
  expect(both.look().rollout.spec.paused).toBe(false);
  expect(both.look().rollout.status?.pauseConditions).toBeUndefined();
  const one = stand(underWay, { paused: true });
  expect(one.carryOut(promote(one.look()))).toEqual([200]);
  expect(one.look().rollout.spec.paused).toBe(false);
  expect(one.look().rollout.status?.currentStepIndex).toBe(1);
});

test('a resume in the spec that somebody changed meanwhile is not written over', () => {
  const { look, carryOut, merge } = stand(underWay, { paused: true });
  const late = promote(look());
  merge({ spec: { replicas: 7 } });
  expect(carryOut(late)).toEqual([422]);
  expect(look().rollout.spec.paused).toBe(true);
});

test.each([
  [
    'an update that the controller has not looked at is waited for',
    promote(seen({ ...pause, observedGeneration: 0 })),
    { kind: 'Wait', why: 'the controller has not looked at the newest spec yet (generation 1, seen 0)' },
  ],
  [
    'a promoted Rollout has nothing to promote',
    promote(seen({ ...underWay, stableRS: 'v2' })),
    { kind: 'Already', why: 'the newest revision is stable: nothing to promote' },
  ],
  [
    'an aborted update is not promoted step by step',
    promote(seen({ ...underWay, abort: true })),
    {
      kind: 'Refused',
      why: 'the update is aborted',
      next: 'retry it (sluice retry), or promote it whole (sluice promote --full)',
    },
  ],
  [
    'an update whose steps are done is waited for',
    promote(seen({ ...underWay, currentStepIndex: 4, message: 'updated replicas are still becoming available' })),
    {
      kind: 'Refused',
      why: 'all 4 steps are done: it waits (updated replicas are still becoming available)',
      next: 'wait, or skip what is left: sluice promote --full',
    },
  ],
  [
    'blue-green that does not pause has no step to leave',
    promote(seen({ ...underWay, message: 'waiting for analysis to complete' }, { strategy: { blueGreen: {} } })),
    {
      kind: 'Refused',
      why: 'there is no pause and no step: it waits (waiting for analysis to complete)',
      next: 'wait, or skip what is left: sluice promote --full',
    },
  ],
])('%s', (_name, decision, expected) => {
  expect(decision).toEqual(expected);
});

test('full promotion is asked for once, of the update that was seen', () => {
  const { look, carryOut, merge } = stand(pause);
  const [first, late] = [promoteFull(look()), promoteFull(look())];
  expect(carryOut(first)).toEqual([200]);
  expect(look().rollout.status?.promoteFull).toBe(true);
  expect(promoteFull(look())).toMatchObject({ kind: 'Already' });
  merge({ status: { currentPodHash: 'v3', promoteFull: null } }, 'status');
  expect(carryOut(late)).toEqual([422]);
});

test('full promotion right after an undo waits until the controller saw the undo', () => {
  const { look, carryOut, merge } = stand({ ...underWay, stableRS: 'v2' });
  merge({ spec: { replicas: 3 } });
  expect(promoteFull(look())).toEqual({
    kind: 'Wait',
    why: 'the controller has not looked at the newest spec yet (generation 2, seen 1)',
  });
  merge({ status: { observedGeneration: 2, currentPodHash: 'v1', currentStepIndex: 0 } }, 'status');
  expect(carryOut(promoteFull(look()))).toEqual([200]);
});

test('full promotion of a Rollout that its spec pauses resumes it too', () => {
  const { look, carryOut } = stand(pause, { paused: true });
  expect(carryOut(promoteFull(look()))).toEqual([200, 200]);
  expect(look().rollout.spec.paused).toBe(false);
  expect(look().rollout.status?.promoteFull).toBe(true);
});
