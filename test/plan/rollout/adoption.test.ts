import { describe, expect, test } from 'vitest';
import { POLICY_WARNING } from '../../../src/api/names.ts';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import type { Action } from '../../../src/plan/action.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';
import { sameJson } from '../../../src/units/canonical-json.ts';
import { seconds } from '../../../src/units/duration.ts';
import type { Instant } from '../../../src/units/instant.ts';
import { add } from '../../../src/units/instant.ts';
import { BEGIN, templateOf } from '../model/world.ts';
import {
  AVAILABLE,
  CASES,
  condition,
  left,
  NOT_COMPLETED,
  NOT_HEALTHY,
  NOT_PAUSED,
  pauseStep,
  routed,
  sixPods,
  update,
  weights,
} from './argo-left.ts';
import { stepRun } from './updates.ts';

/** Fields that Argo does not know; on our CRDs it leaves them alone. */
const OURS = ['revision', 'stepDisplay', 'attempt', 'progressMark', 'currentStepHash', 'conditions'];

type Looked = Readonly<{ status: RolloutStatus; actions: readonly Action[]; events: readonly string[] }>;

/** Looks again and again, as passes follow one another, while the world beside the status stands still. */
function looks(world: ObservedRollout, now: Instant = BEGIN): Looked {
  const seen: { actions: Action[]; events: string[] } = { actions: [], events: [] };
  let at = world;
  for (let pass = 0; pass < 12; pass++) {
    const plan = planRollout(at, now);
    expect(breaches(at, plan)).toEqual([]);
    seen.events.push(...plan.events.map(({ reason }) => reason));
    const asks = plan.actions.find(({ kind }) => kind === 'AskTemplate');
    seen.actions.push(...plan.actions.filter(({ kind }) => kind !== 'AskTemplate'));
    const done = plan.status === at.rollout.status && asks === undefined;
    if (done) return { status: plan.status, ...seen };
    const answer = { generation: 1, accepted: true, template: at.rollout.spec.template } as const;
    at = {
      ...at,
      rollout: { ...at.rollout, status: plan.status },
      ...(asks === undefined ? {} : { templateAnswer: answer }),
    };
  }
  throw new Error('it does not come to rest');
}

/** What changes pods, traffic or runs; a note on a ReplicaSet or a route that says whose it is does not. */
function changes({ routes }: ObservedRollout, actions: readonly Action[]): readonly Action[] {
  return actions.filter((action) => {
    if (action.kind === 'SetSplit') return !sameJson(action.split, routes[0]?.split);
    return action.kind !== 'ChangeReplicaSet' || action.replicas !== undefined;
  });
}

describe('adopted from Argo Rollouts, nothing moves: no pod, no traffic, no revision, no phase', () => {
  test.each(CASES)('$name', ({ world }) => {
    const before = world.rollout.status ?? {};
    const { status, actions, events } = looks(world);
    expect(changes(world, actions)).toEqual([]);
    expect(events).toEqual([]);
    // Handed back, it is what Argo wrote: every field of its own still says what it said.
    const { conditions, canary, ...plain } = before;
    expect(status).toMatchObject(plain);
    // The revision behind a weight is the one that the Service selects, where Argo names the one it means.
    for (const side of ['canary', 'stable'] as const) {
      expect(status.canary?.weights?.[side].weight).toBe(canary?.weights?.[side].weight);
    }
    const added = Object.keys(status).filter((field) => !(field in before) && field !== 'canary');
    expect(added.filter((field) => !OURS.includes(field))).toEqual([]);
    for (const { type, status: is, reason, message } of conditions ?? []) {
      expect(status.conditions?.filter((one) => one.type === type)).toMatchObject([{ status: is, reason, message }]);
    }
  });
});

test('a pause that began under Argo ends at its own time', () => {
  const timed = [{ setWeight: 20 }, { pause: { duration: '30s' } }, { setWeight: 60 }];
  const world = left({
    ...routed,
    steps: timed,
    status: { ...pauseStep, ...weights(20), currentStepHash: stepHash(timed) },
  });
  expect(looks(world).status.currentStepIndex).toBe(1);
  const { status } = planRollout(
    { ...world, templateAnswer: { generation: 1, accepted: true, template: templateOf('v2') } },
    add(BEGIN, seconds(21)),
  );
  expect(status.currentStepIndex).toBe(2);
});

test('an old version goes when the deadline that Argo wrote is past', () => {
  const world = CASES.find(({ name }) => name.startsWith('a promoted canary'))?.world ?? left(routed);
  const { actions } = looks(world, add(BEGIN, seconds(25)));
  expect(changes(world, actions)).toContainEqual(
    expect.objectContaining({ kind: 'ChangeReplicaSet', name: 'web-v1', replicas: 0 }),
  );
});

test('a background run that Argo made goes on, and no second one is made', () => {
  const { annotations, labels, ...metadata } = stepRun(0, 'Running').metadata;
  void annotations;
  const run = {
    ...stepRun(0, 'Running'),
    metadata: { ...metadata, name: 'web-v2-2', labels: { ...labels, 'rollout-type': 'Background' } },
  };
  const background = { templates: [{ templateName: 'errors' }] };
  const report = { name: 'web-v2-2', status: 'Running' } as const;
  const world = left({
    ...routed,
    options: { analysis: background },
    status: { ...pauseStep, canary: { ...weights(20).canary, currentBackgroundAnalysisRunStatus: report } },
  });
  const { actions, status } = looks({ ...world, analysisRuns: [run] });
  expect(changes(world, actions)).toEqual([]);
  expect(status.canary?.currentBackgroundAnalysisRunStatus).toEqual(report);
});

test('an update that Argo led on after we handed it back is not taken for a skipped step', () => {
  const world = left({ ...routed, status: { ...pauseStep, ...weights(20), stepDisplay: '0/3', attempt: 1 } });
  const { status, events } = looks(world);
  expect(events).toEqual([]);
  expect(status.pauseConditions).toEqual(pauseStep.pauseConditions);
});

test('a run that Argo made for the step goes on, and no second one is made', () => {
  const judged = [{ setWeight: 20 }, { analysis: { templates: [{ templateName: 'errors' }] } }, { setWeight: 60 }];
  const { annotations, ...metadata } = stepRun(1, 'Running').metadata;
  void annotations;
  const run = {
    ...stepRun(1, 'Running'),
    metadata: { ...metadata, annotations: { 'rollout.argoproj.io/revision': '2' } },
  };
  const world = left({
    ...routed,
    steps: judged,
    status: {
      ...update,
      ...sixPods,
      currentStepHash: stepHash(judged),
      currentStepIndex: 1,
      phase: 'Progressing',
      message: 'more replicas need to be updated',
      canary: { ...weights(20).canary, currentStepAnalysisRunStatus: { name: 'web-v2-2-1', status: 'Running' } },
      conditions: [
        AVAILABLE,
        NOT_HEALTHY,
        NOT_COMPLETED,
        NOT_PAUSED,
        condition('Progressing', 'True', 'ReplicaSetUpdated', 'ReplicaSet "web-v2" is progressing.'),
      ],
    },
  });
  const { actions, status } = looks({ ...world, analysisRuns: [run] });
  expect(changes(world, actions)).toEqual([]);
  expect(status.canary?.currentStepAnalysisRunStatus).toEqual({ name: 'web-v2-2-1', status: 'Running' });
});

test('what a policy would refuse of a running analysis is told in a condition, and changes nothing else', () => {
  const warning = 'address http://m.example.com would be refused: it is not among the allowed origins';
  const measurement = { phase: 'Successful', metadata: { [POLICY_WARNING]: warning } } as const;
  const { labels, ...metadata } = stepRun(0, 'Running').metadata;
  const run = {
    ...stepRun(0, 'Running'),
    metadata: { ...metadata, name: 'web-v2-2', labels: { ...labels, 'rollout-type': 'Background' } },
    status: { phase: 'Running', metricResults: [{ name: 'errors', phase: 'Running', measurements: [measurement] }] },
  } as unknown as ObservedRollout['analysisRuns'][number];
  const report = { name: 'web-v2-2', status: 'Running' } as const;
  const world = left({
    ...routed,
    options: { analysis: { templates: [{ templateName: 'errors' }] } },
    status: { ...pauseStep, canary: { ...weights(20).canary, currentBackgroundAnalysisRunStatus: report } },
  });
  const { status, actions } = looks({ ...world, analysisRuns: [run] });
  expect(changes(world, actions)).toEqual([]);
  expect(status.phase).toBe('Paused');
  expect(status.conditions?.find(({ type }) => type === 'PolicyWarning')).toMatchObject({
    status: 'True',
    reason: 'WouldBeRefused',
    message: `metric "errors": ${warning}`,
  });
});
