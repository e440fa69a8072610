import { beforeEach, describe, expect, test } from 'vitest';
import type { RolloutStatus } from '../../src/api/rollout.ts';
import { refusalQuestion } from '../../src/apply/apply.ts';
import { reportRefusals, TemplateQuestions } from '../../src/controllers/refusal-report.ts';
import { Answers } from '../../src/kube/answers.ts';
import type { Action } from '../../src/plan/action.ts';
import type { Plan } from '../../src/plan/plan.ts';
import type { ObservedRollout, Refusal } from '../../src/plan/rollout/observed-rollout.ts';
import { planRollout } from '../../src/plan/plan-rollout.ts';
import { instant } from '../../src/units/instant.ts';
import { rollout } from './manifests.ts';

const NOW = instant(Date.UTC(2026, 0, 1));
const later = (seconds: number) => instant(NOW + seconds * 1000);
const target = { name: 'web', uid: 'route-uid', resourceVersion: '1' };
const setSplit: Action = {
  kind: 'SetSplit',
  route: { router: 'GatewayApi', resource: 'httproutes', namespace: 'shop', name: 'web' },
  target,
  split: { canary: 20, stable: 80 },
  services: { canary: 'web-canary', stable: 'web-stable' },
  managed: [],
  terms: { declared: [], label: undefined, total: 100 },
  inProgress: true,
  because: 'Step',
};
const refusal = (action: string, object: string): Refusal => ({ action, object, message: 'no room', generation: 1 });

let answers: Answers;
beforeEach(() => {
  answers = new Answers(() => {});
});

function observed(
  status: RolloutStatus,
  refusals: readonly Refusal[],
  more: Partial<ObservedRollout> = {},
): ObservedRollout {
  for (const one of refusals) {
    answers.set({ uid: 'web-uid', key: 'shop/web' }, refusalQuestion(one.action, one.object), 1, { ...one });
  }
  const base = rollout('1') as ObservedRollout['rollout'];
  return {
    group: 'sluice.dev',
    instanceId: '',
    rollout: { ...base, metadata: { name: 'web', namespace: 'shop', uid: 'web-uid', generation: 1 }, status },
    replicaSets: [],
    pods: [],
    services: [],
    routes: [],
    leftServices: [],
    leftRoutes: [],
    earlierRoutes: [],
    analysisRuns: [],
    experiments: [],
    trialServices: [],
    analysisTemplates: [],
    templateAnswer: undefined,
    missingRouteKinds: [],
    refusals,
    ...more,
  };
}

const planOf = (status: RolloutStatus, actions: readonly Action[]): Plan<Action, RolloutStatus> => ({
  actions,
  status,
  events: [],
  requeueAt: undefined,
  because: [],
});

const known = () => answers.about('web-uid').map(({ question }) => question);

describe('a write that is refused', () => {
  test('is a condition that names the object and who refused it, and the first reason; told again it writes nothing', () => {
    const seen = observed({}, [refusal('SetSplit', 'web')]);
    const plan = reportRefusals(seen, planOf({}, [setSplit]), answers, NOW);
    expect(plan.status.conditions).toMatchObject([
      { type: 'WriteRefused', status: 'True', reason: 'TrafficRoutingError', message: 'web: no room' },
    ]);
    expect(plan.because).toEqual([{ rule: 'WriteRefused', message: 'SetSplit of web is refused: no room' }]);
    const again = observed(plan.status, [refusal('SetSplit', 'web')]);
    expect(reportRefusals(again, planOf(plan.status, [setSplit]), answers, later(60)).status).toBe(plan.status);
  });

  test('that is wanted no more is forgotten with its condition; a name that is taken is not', () => {
    const conditions = [{ type: 'WriteRefused', status: 'True', reason: 'X', message: 'web: no room' }] as const;
    const status = { conditions } as unknown as RolloutStatus;
    const seen = observed(status, [refusal('SetSplit', 'web'), refusal('collision', 'web-1')]);
    const plan = reportRefusals(seen, planOf(status, []), answers, NOW);
    expect(plan.status.conditions).toEqual([]);
    expect(known()).toEqual(['refused/collision/web-1']);
  });

  test('stays told while a plan only changes what is remembered', () => {
    const seen = observed({}, [refusal('SetSplit', 'web')]);
    const plan = planOf({ currentStepIndex: 1 }, []);
    expect(reportRefusals(seen, plan, answers, NOW)).toBe(plan);
    expect(known()).toEqual(['refused/SetSplit/web']);
  });
});

describe('a template that is refused', () => {
  test('is asked about again every 30 s, each time with a wake-up for the next, and its status stays', () => {
    const questions = new TemplateQuestions();
    const refused = { generation: 1, accepted: false, message: 'admission webhook "x" denied the request' } as const;
    const first = observed({}, [], { templateAnswer: refused });
    const plan = planRollout(first, NOW);
    expect(plan.status.conditions?.find(({ type }) => type === 'InvalidSpec')?.message).toContain('denied the request');
    const seen = observed(plan.status, [], { templateAnswer: refused });
    const at = (seconds: number) => questions.askAgain(seen, planRollout(seen, later(seconds)), later(seconds));
    expect(at(0)).toMatchObject({ actions: [], requeueAt: later(30) });
    expect(at(29)).toMatchObject({ actions: [], requeueAt: later(30) });
    expect(at(30)).toMatchObject({ actions: [{ kind: 'AskTemplate', generation: 1 }], requeueAt: later(60) });
    expect(at(31)).toMatchObject({ actions: [], status: plan.status, requeueAt: later(60) });
  });

  test('is asked about beside what its aborted update still does', () => {
    const questions = new TemplateQuestions();
    const seen = observed({}, []);
    const because = [{ rule: 'TemplateRefused', message: 'spec.template: no' }];
    const plan = { ...planOf({}, [setSplit]), because };
    questions.askAgain(seen, plan, NOW);
    expect(questions.askAgain(seen, plan, later(30)).actions.map(({ kind }) => kind)).toEqual([
      'SetSplit',
      'AskTemplate',
    ]);
  });

  test('is asked about by the plan alone before there is an answer', () => {
    const questions = new TemplateQuestions();
    const seen = observed({}, []);
    const plan = planRollout(seen, NOW);
    expect(questions.askAgain(seen, plan, NOW)).toBe(plan);
  });
});
