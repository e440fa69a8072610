import { describe, expect, test } from 'vitest';
import type { AnalysisRun } from '../../../src/api/analysis.ts';
import type { CanaryStep } from '../../../src/api/canary.ts';
import { HASH_LABEL, ROLLOUT_TYPE_LABEL, TEMPLATE_HASH } from '../../../src/api/names.ts';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { BEGIN, CANARY_SERVICE } from '../model/world.ts';
import { routedUpdate, stepRun } from './updates.ts';

const ANALYSIS = { analysis: { templates: [{ templateName: 'errors' }] } };
const GOOD: readonly CanaryStep[] = [{ setWeight: 50 }, { pause: {} }];

/** An update at 50 % and in its pause, with a background analysis, when somebody applied a spec that is invalid. */
function invalidUpdate(spec: Wrong, status: RolloutStatus = {}): ObservedRollout {
  const steps = spec.steps ?? GOOD;
  const observed = routedUpdate(GOOD, {
    index: 1,
    weight: 50,
    status: { canary: { currentBackgroundAnalysisRunStatus: { name: 'web-v2-2', status: 'Running' } }, ...status },
    words: {
      steps,
      options: { ...ANALYSIS, ...spec.options },
      ...(spec.version === undefined ? {} : { version: 'v3' }),
    },
  });
  return {
    ...observed,
    analysisRuns: [run('Running')],
    ...(spec.version === 'refused'
      ? { templateAnswer: { generation: 1, accepted: false, message: 'cpu: must be positive' } as const }
      : {}),
  };
}

type Wrong = Readonly<{
  steps?: readonly CanaryStep[];
  options?: Readonly<Record<string, unknown>>;
  version?: 'refused' | 'unanswered';
}>;

const run = (phase: 'Running' | 'Failed'): AnalysisRun => {
  const { metadata, ...rest } = stepRun(0, phase);
  const labels = { [HASH_LABEL]: 'v2', [ROLLOUT_TYPE_LABEL]: 'Background' };
  return { ...rest, metadata: { ...metadata, name: 'web-v2-2', labels } };
};

const WRONG: readonly (readonly [string, Wrong])[] = [
  ['a step that nobody knows', { steps: [...GOOD, { setWieght: 60 } as CanaryStep] }],
  ['a step that is not acted on yet', { steps: [{ setWeight: 50 }, { plugin: { name: 'x' } }] }],
  ['a pause that cannot be read', { steps: [{ setWeight: 50 }, { pause: { duration: 'soon' } }] }],
  ['fewer steps than are done, one of them wrong', { steps: [{ setWeight: 500 }] }],
  [
    'a background analysis that begins before the first step',
    { options: { analysis: { ...ANALYSIS.analysis, startingStep: -1 } } },
  ],
  ['labels for canary pods that no label can be', { options: { canaryMetadata: { labels: { a: '-' } } } }],
  ['a template that the server refuses', { version: 'refused' }],
  ['a template about which the server cannot answer', { version: 'unanswered' }],
];

describe.each(WRONG)('an update whose spec holds %s', (_, wrong) => {
  const abortedAt = '2026-11-24T09:58:00Z';

  test('stays where it is by itself', () => {
    const { actions, status } = planRollout(invalidUpdate(wrong), BEGIN);
    expect(actions.filter(({ kind }) => kind !== 'AskTemplate')).toEqual([]);
    expect(status.abort).toBeUndefined();
    expect(status.currentStepIndex).toBe(1);
  });

  test('is aborted by a person: the abort is recorded, then stable has all the traffic', () => {
    const asked = planRollout(invalidUpdate(wrong, { abort: true }), BEGIN);
    expect(asked.status.abortedAt).toBeDefined();
    expect(asked.events.map(({ reason }) => reason)).toContain('RolloutAborted');
    const observed = invalidUpdate(wrong, { abort: true, abortedAt, currentStepIndex: 0 });
    const plan = planRollout(observed, BEGIN);
    expect(plan.actions).toContainEqual(
      expect.objectContaining({ kind: 'SetSplit', split: { canary: 0, stable: 100 } }),
    );
    expect(breaches(observed, plan)).toEqual([]);
  });

  test('does not take its template for that of the version under way', () => {
    const observed = invalidUpdate(wrong, { abort: true, abortedAt, currentStepIndex: 0 });
    const marked = planRollout(observed, BEGIN).actions.filter(
      (action) => action.kind === 'ChangeReplicaSet' && action.annotations?.[TEMPLATE_HASH] !== undefined,
    );
    expect(marked).toEqual([]);
  });

  test('is rolled back by its background analysis', () => {
    const failed = { ...invalidUpdate(wrong), analysisRuns: [run('Failed')] };
    const { status } = planRollout(failed, BEGIN);
    expect(status.canary?.currentBackgroundAnalysisRunStatus?.status).toBe('Failed');
    const seen = { ...failed, rollout: { ...failed.rollout, status } };
    expect(planRollout(seen, BEGIN).status.abort).toBe(true);
  });
});

test('an abort is not acted on while the spec does not tell which Services carry the traffic', () => {
  const status = { abort: true, abortedAt: '2026-11-24T09:58:00Z' };
  const observed = invalidUpdate({ options: { stableService: CANARY_SERVICE } }, status);
  expect(planRollout(observed, BEGIN).actions).toEqual([]);
});

test('steps that cannot be read make no update late', () => {
  const wrong = { steps: [{ setWeight: 50 }, { plugin: { name: 'x' } }] };
  const observed = invalidUpdate(wrong, {
    conditions: [
      { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated', lastUpdateTime: '2026-11-24T00:00:00Z' },
    ],
  });
  const spec = { ...observed.rollout.spec, progressDeadlineAbort: true };
  expect(planRollout({ ...observed, rollout: { ...observed.rollout, spec } }, BEGIN).status.abort).toBeUndefined();
});
