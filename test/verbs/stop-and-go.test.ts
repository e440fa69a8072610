import { expect, test } from 'vitest';
import { instant } from '../../src/units/instant.ts';
import { abort } from '../../src/verbs/abort.ts';
import { pause } from '../../src/verbs/pause.ts';
import { restart } from '../../src/verbs/restart.ts';
import { resume } from '../../src/verbs/resume.ts';
import { retryExperiment } from '../../src/verbs/retry-experiment.ts';
import { retry } from '../../src/verbs/retry.ts';
import { terminate } from '../../src/verbs/terminate.ts';
import { pausedBy, seen, stand, underWay } from './stand.ts';

const promoted = { ...underWay, stableRS: 'v2', currentStepIndex: 4 };
const aborted = { ...underWay, currentStepIndex: 0, abort: true, abortedAt: '2026-01-01T00:00:00Z' };

test('abort is asked for of the update that was seen only', () => {
  const { look, carryOut, merge } = stand(underWay);
  const late = abort(look());
  expect(carryOut(abort(look()))).toEqual([200]);
  expect(look().rollout.status?.abort).toBe(true);
  expect(abort(look())).toEqual({ kind: 'Already', why: 'the update is aborted already' });
  merge({ status: { currentPodHash: 'v3', abort: null } }, 'status');
  expect(carryOut(late)).toEqual([422]);
});

test('abort of an update does not wait for a spec that is newer than it', () => {
  expect(abort(seen({ ...underWay, observedGeneration: 0 }))).toMatchObject({ kind: 'Write' });
});

test('an update that became stable meanwhile is not aborted', () => {
  const { look, carryOut, merge } = stand(underWay);
  const late = abort(look());
  merge({ status: promoted }, 'status');
  expect(carryOut(late)).toEqual([422]);
});

test('retry takes back an abort that was acted on, once', () => {
  const { look, carryOut } = stand(aborted);
  const [first, second] = [retry(look()), retry(look())];
  expect(carryOut(first)).toEqual([200]);
  expect(look().rollout.status).toMatchObject({ abort: false, abortedAt: aborted.abortedAt });
  expect(carryOut(second)).toEqual([422]);
});

test('pause and resume change the spec that was seen', () => {
  const { look, carryOut, merge } = stand(underWay);
  expect(carryOut(pause(look()))).toEqual([200]);
  expect(look().rollout.spec.paused).toBe(true);
  const late = resume(look());
  merge({ spec: { replicas: 9 } });
  expect(carryOut(late)).toEqual([422]);
  expect(carryOut(resume(look()))).toEqual([200]);
  expect(look().rollout.spec.paused).toBe(false);
});

test('restart asks for pods that are younger than an instant', () => {
  const { look, carryOut } = stand(promoted);
  expect(carryOut(restart(instant(Date.UTC(2026, 0, 2, 3, 4, 5))))).toEqual([200]);
  expect(look().rollout.spec.restartAt).toBe('2026-01-02T03:04:05Z');
});

test.each([
  [
    'nothing is aborted when the newest revision is stable',
    abort(seen(promoted)),
    {
      kind: 'Refused',
      why: 'nothing to abort: the newest revision is stable',
      next: 'go back to an earlier one: sluice undo',
    },
  ],
  [
    'an abort right after an apply waits for the update to begin',
    abort(seen({ ...promoted, observedGeneration: 0 })),
    { kind: 'Wait', why: 'the controller has not looked at the newest spec yet (generation 1, seen 0)' },
  ],
  [
    'an update that is not aborted is not retried',
    retry(seen(underWay)),
    {
      kind: 'Refused',
      why: 'nothing to retry: the update is not aborted',
      next: 'see where it stands: sluice get rollout',
    },
  ],
  [
    'an abort that was not acted on yet is not taken back',
    retry(seen({ ...underWay, abort: true })),
    { kind: 'Wait', why: 'the controller has not acted on the abort yet' },
  ],
  [
    'a paused Rollout is not paused again',
    pause(seen({}, { paused: true })),
    { kind: 'Already', why: 'spec.paused is true already' },
  ],
  ['a Rollout that goes on is not resumed', resume(seen(underWay)), { kind: 'Already', why: 'it is not paused' }],
  [
    'a pause of the update is ended by promote, not by resume',
    resume(seen({ ...underWay, ...pausedBy('CanaryPauseStep') })),
    {
      kind: 'Refused',
      why: 'spec.paused is false; the update itself waits (CanaryPauseStep)',
      next: 'sluice promote',
    },
  ],
])('%s', (_name, decision, expected) => {
  expect(decision).toEqual(expected);
});

test('a run that goes on is asked to end, one that has ended is not', () => {
  const metadata = { name: 'web-v2-2', uid: 'run' };
  expect(terminate({ metadata, spec: {}, status: { phase: 'Running' } })).toEqual({
    kind: 'Write',
    operations: [
      { op: 'test', path: '/metadata/uid', value: 'run' },
      { op: 'add', path: '/spec/terminate', value: true },
    ],
    says: 'asked to end; it was Running',
  });
  expect(terminate({ metadata, status: { phase: 'Failed' } })).toEqual({
    kind: 'Already',
    why: 'it has ended already: Failed',
  });
});

test('an experiment that failed begins again by an empty status, one that runs does not', () => {
  const metadata = { name: 'web-exp', uid: 'exp' };
  expect(retryExperiment({ metadata, status: { phase: 'Failed' } })).toMatchObject({
    operations: [
      { op: 'test', path: '/metadata/uid', value: 'exp' },
      { op: 'test', path: '/status/phase', value: 'Failed' },
      { op: 'remove', path: '/status' },
    ],
  });
  expect(retryExperiment({ metadata, status: { phase: 'Running' } })).toMatchObject({ kind: 'Already' });
});
