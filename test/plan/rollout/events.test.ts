import { expect, test } from 'vitest';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';
import { ACTIVE_SERVICE, BEGIN, PREVIEW_SERVICE, templateOf, worldOf } from '../model/world.ts';
import { routedUpdate, stepReport, stepRun } from './updates.ts';

const STEPS = [{ setWeight: 50 }, { pause: {} }, { setWeight: 70 }, { pause: { duration: 10 } }];
const AT = '2026-11-24T09:00:00Z';
const DONE = { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' } as const;

/** The events of the next plan, as `reason: note`, warnings with (W). */
function told(world: ObservedRollout): readonly string[] {
  return planRollout(world, BEGIN).events.map(
    ({ type, reason, note }) => `${reason}${type === 'Warning' ? ' (W)' : ''}: ${note}`,
  );
}

const at = (index: number, weight: number, status: RolloutStatus = {}) =>
  routedUpdate(STEPS, { index, weight, status: { conditions: [DONE], ...status } });

/** The server has accepted the template of `version`, which no ReplicaSet holds. */
function asked(version: string, status?: RolloutStatus): ObservedRollout {
  const sets = status === undefined ? {} : { v1: { spec: 1, available: 1, revision: 1 } };
  const world = worldOf({ strategy: 'Basic', replicas: 1, version, sets, ...(status === undefined ? {} : { status }) });
  return { ...world, templateAnswer: { generation: 1, accepted: true, template: templateOf(version) } };
}

/** The run of an analysis step with this phase, and what the status said of it before. */
function judged(phase: Parameters<typeof stepRun>[1], before: RolloutStatus = {}): ObservedRollout {
  const steps = [{ setWeight: 50 }, { analysis: { templates: [{ templateName: 'errors' }] } }];
  const world = routedUpdate(steps, { index: 1, weight: 50, status: { conditions: [DONE], ...before } });
  const run = stepRun(1, phase);
  return { ...world, analysisRuns: [{ ...run, status: { ...run.status, message: 'why' } }] };
}

const blueGreen = worldOf({
  strategy: 'BlueGreen',
  replicas: 1,
  version: 'v2',
  sets: { v1: { spec: 1, available: 1 }, v2: { spec: 1, available: 1, revision: 2 } },
  selected: { [ACTIVE_SERVICE]: 'v2', [PREVIEW_SERVICE]: 'v2' },
  status: { observedGeneration: 1, currentPodHash: 'v2', stableRS: 'v1', currentStepHash: '', conditions: [DONE] },
});
const withDesired = {
  ...blueGreen,
  replicaSets: blueGreen.replicaSets.map((set) => ({
    ...set,
    annotations: { ...set.annotations, 'rollout.argoproj.io/desired-replicas': '1' },
  })),
};
const full = {
  currentStepIndex: 4,
  canary: { provenWeight: { weight: 100, canaryHash: 'v2', stableHash: 'v1', since: AT } },
};
const pausedBy = (reason: 'CanaryPauseStep' | 'BlueGreenPause') => ({
  controllerPause: true,
  pauseConditions: [{ reason, startTime: AT }],
});

// Rollout-semantics 2.5: the events that a plan tells; those of a write are told with it (test/scenarios).
for (const [sentence, world, expected] of [
  [
    'a Rollout that is seen for the first time',
    worldOf({ strategy: 'Basic', replicas: 1, version: 'v1' }),
    ['RolloutAddedToInformer: Rollout resource added to informer: shop/web'],
  ],
  [
    'a first deployment',
    asked('v1', { conditions: [DONE] }),
    [
      /^RolloutUpdated: Rollout updated to revision 1$/,
      /^RolloutCompleted: Rollout completed update to revision 1 \(\w+\): Initial deploy$/,
    ],
  ],
  [
    'an update',
    asked('v2', { observedGeneration: 1, currentPodHash: 'v1', stableRS: 'v1', currentStepHash: stepHash(undefined) }),
    [
      /^RolloutUpdated: Rollout updated to revision 2$/,
      /^RolloutNotCompleted: Rollout not completed, started update to revision 2 \(\w+\)$/,
    ],
  ],
  [
    'a step that is done',
    at(2, 70),
    [
      'RolloutStepCompleted: Rollout step 3/4 completed (setWeight: 70)',
      'RolloutPaused: Rollout is paused (CanaryPauseStep)',
    ],
  ],
  ['a pause that begins', at(1, 50), ['RolloutPaused: Rollout is paused (CanaryPauseStep)']],
  [
    'a pause that a person ended',
    at(1, 50, { controllerPause: true }),
    ['RolloutStepCompleted: Rollout step 2/4 completed (pause)', 'RolloutResumed: Rollout is resumed'],
  ],
  [
    'a pause whose time is over',
    at(3, 70, pausedBy('CanaryPauseStep')),
    ['RolloutStepCompleted: Rollout step 4/4 completed (pause: 10s)', 'RolloutResumed: Rollout is resumed'],
  ],
  [
    'an abort by a person in a pause',
    at(1, 50, { abort: true, ...pausedBy('CanaryPauseStep') }),
    ['RolloutAborted (W): Rollout aborted update to revision 2'],
  ],
  [
    'an analysis that begins',
    judged('Running'),
    ["AnalysisRunRunning: Step Analysis Run 'web-v2-2-1' Status New: 'Running' Previous: 'NoPreviousStatus'"],
  ],
  ['an analysis that goes on', judged('Running', stepReport(1, 'Running')), []],
  [
    'an analysis that failed',
    judged('Failed', stepReport(1, 'Running')),
    [
      'RolloutAborted (W): Rollout aborted update to revision 2: Step-based analysis phase error/failed: why',
      "AnalysisRunFailed (W): Step Analysis Run 'web-v2-2-1' Status New: 'Failed' Previous: 'Running'",
    ],
  ],
  ['a retry', at(0, 0, { abortedAt: AT }), ['RolloutRetry: Retrying the update to revision 2 (v2)']],
  [
    'a promotion after all steps',
    at(4, 100, full),
    ['RolloutCompleted: Rollout completed update to revision 2 (v2): Completed all 4 canary steps'],
  ],
  [
    'a full promotion',
    at(1, 100, { ...full, currentStepIndex: 1, promoteFull: true }),
    ['RolloutCompleted: Rollout completed update to revision 2 (v2): Full promotion requested'],
  ],
  [
    'a blue-green promotion',
    withDesired,
    ['RolloutCompleted: Rollout completed update to revision 2 (v2): Completed blue-green update'],
  ],
] as const) {
  test(`events of ${sentence}`, () => {
    const seen = told(world);
    expect(seen).toHaveLength(expected.length);
    expected.forEach((one, index) => {
      if (typeof one === 'string') expect(seen[index]).toBe(one);
      else expect(seen[index]).toMatch(one);
    });
  });
}

test('a status that says it already repeats no event', () => {
  for (const world of [judged('Running'), at(1, 50), worldOf({ strategy: 'Basic', replicas: 1, version: 'v1' })]) {
    const { status } = planRollout(world, BEGIN);
    const again = planRollout({ ...world, rollout: { ...world.rollout, status } }, BEGIN);
    expect(again.events).toEqual([]);
  }
});
