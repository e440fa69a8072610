import { expect, test } from 'vitest';
import type { AnalysisPhase } from '../../../src/api/analysis.ts';
import type { CanaryStep } from '../../../src/api/canary.ts';
import type { Experiment } from '../../../src/api/experiment.ts';
import { HASH_LABEL, STEP_INDEX_LABEL, TEMPLATE_HASH } from '../../../src/api/names.ts';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { breaches } from '../../../src/invariants/breaches.ts';
import type { Action } from '../../../src/plan/action.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { rawTemplateHash } from '../../../src/plan/rollout/revision.ts';
import { ATTEMPT } from '../../../src/plan/rollout/runs.ts';
import { BEGIN } from '../model/world.ts';
import { routedUpdate } from './updates.ts';

const STEP: CanaryStep = {
  experiment: {
    templates: [
      { name: 'baseline', specRef: 'stable' },
      { name: 'trial', specRef: 'canary', replicas: 2, weight: 15, metadata: { labels: { role: 'trial' } } },
    ],
  },
};
const STEPS: readonly CanaryStep[] = [{ setWeight: 20 }, STEP, { pause: {} }];

function experimentOf(phase: AnalysisPhase, more: Partial<Experiment['metadata']> = {}): Experiment {
  return {
    metadata: {
      name: 'web-v2-2-1',
      namespace: 'shop',
      uid: 'experiment',
      resourceVersion: '1',
      labels: { [HASH_LABEL]: 'v2', [STEP_INDEX_LABEL]: '1' },
      annotations: { [ATTEMPT]: '0' },
      ...more,
    },
    spec: { templates: [] },
    status: {
      phase,
      message: 'because',
      templateStatuses: [
        {
          name: 'trial',
          replicas: 2,
          updatedReplicas: 2,
          readyReplicas: 2,
          availableReplicas: 2,
          status: 'Running',
          serviceName: 'web-v2-2-1-trial',
          podTemplateHash: 'trial',
        },
      ],
    },
  };
}

/** The update at its second step, with these experiments, and so many ready pods behind the Service of the trial. */
function atStep(experiments: readonly Experiment[], ready = 0, status: RolloutStatus = {}): ObservedRollout {
  const observed = withPort(routedUpdate(STEPS, { index: 1, weight: 20, status }));
  const service = {
    name: 'web-v2-2-1-trial',
    exists: true,
    uid: 'service',
    resourceVersion: '1',
    selector: { [HASH_LABEL]: 'trial' },
    managedBy: undefined,
    readyEndpoints: ready === 0 ? {} : { trial: ready },
    ports: { '80': 8080 },
  };
  return { ...observed, experiments, trialServices: experiments.length === 0 ? [] : [service] };
}

/** The same with a port in the container, as a Service needs one. */
function withPort(observed: ObservedRollout): ObservedRollout {
  const { rollout, replicaSets } = observed;
  const spec = { containers: [{ name: 'web', image: 'web:v2', ports: [{ containerPort: 8080 }] }] };
  const template = { ...rollout.spec.template, spec };
  const marked = replicaSets.map((set) =>
    set.hash === 'v2'
      ? { ...set, annotations: { ...set.annotations, [TEMPLATE_HASH]: rawTemplateHash(template) } }
      : set,
  );
  return { ...observed, rollout: { ...rollout, spec: { ...rollout.spec, template } }, replicaSets: marked };
}

/** The actions of that kind; throws when the plan breaks a rule of safety. */
function actionsOf<Kind extends Action['kind']>(observed: ObservedRollout, kind: Kind) {
  const plan = planRollout(observed, BEGIN);
  expect(breaches(observed, plan)).toEqual([]);
  return plan.actions.filter((action): action is Extract<Action, { kind: Kind }> => action.kind === kind);
}

const statusAfter = (observed: ObservedRollout): RolloutStatus => planRollout(observed, BEGIN).status;

test('the experiment of a step is named by revision and step, and copies the templates of both revisions', () => {
  const [create] = actionsOf(atStep([]), 'CreateExperiment');
  expect(create?.manifest).toMatchObject({
    metadata: {
      name: 'web-v2-2-1',
      labels: { [HASH_LABEL]: 'v2', [STEP_INDEX_LABEL]: '1' },
      annotations: { [ATTEMPT]: '0', 'rollout.argoproj.io/revision': '2' },
      ownerReferences: [{ kind: 'Rollout', name: 'web', controller: true }],
    },
    spec: {
      progressDeadlineSeconds: 600,
      templates: [
        { name: 'baseline', replicas: 1, selector: { matchLabels: { app: 'web' } } },
        {
          name: 'trial',
          replicas: 2,
          selector: { matchLabels: { app: 'web', role: 'trial' } },
          template: { metadata: { labels: { app: 'web', role: 'trial' } } },
          service: {},
        },
      ],
    },
  });
  expect(JSON.stringify(create?.manifest.spec)).not.toContain(HASH_LABEL);
});

test('one is made an index and attempt: what an earlier attempt left has its name, and the next a number behind it', () => {
  expect(actionsOf(atStep([experimentOf('Running')]), 'CreateExperiment')).toEqual([]);
  const [create] = actionsOf(atStep([experimentOf('Inconclusive')], 0, { attempt: 1 }), 'CreateExperiment');
  expect(create?.manifest.metadata.name).toBe('web-v2-2-1-1');
});

test('an experiment that Argo made is known by its name, for it bears no label of its step', () => {
  const theirs = experimentOf('Running', { labels: { [HASH_LABEL]: 'v2' }, annotations: {} });
  const status = { canary: { currentExperiment: 'web-v2-2-1' } };
  expect(actionsOf(atStep([theirs], 0, status), 'CreateExperiment')).toEqual([]);
  expect(statusAfter(atStep([theirs], 0, status)).canary?.currentExperiment).toBe('web-v2-2-1');
});

test.each(['Failed', 'Error'] as const)('an experiment that is %s aborts the update in its words', (phase) => {
  const { abort, message } = statusAfter(atStep([experimentOf(phase)]));
  expect(abort).toBe(true);
  expect(message).toBe(
    'RolloutAborted: Rollout aborted update to revision 2: Experiment analysis phase is error/failed: because',
  );
});

test('an experiment without a verdict pauses once, and makes no other while it is paused (F-X2)', () => {
  const observed = atStep([experimentOf('Inconclusive')]);
  const paused = statusAfter(observed);
  expect(paused.pauseConditions?.map(({ reason }) => reason)).toEqual(['InconclusiveExperiment']);
  const { rollout } = observed;
  const next = { ...observed, rollout: { ...rollout, status: paused } };
  expect(actionsOf(next, 'CreateExperiment')).toEqual([]);
  expect(statusAfter(next)).toBe(paused);
});

test('a successful one ends its step while the weight of the canary is in force', () => {
  expect(statusAfter(atStep([experimentOf('Successful')])).currentStepIndex).toBe(2);
  expect(statusAfter(atStep([experimentOf('Running')])).currentStepIndex).toBe(1);
});

test('its weight comes off stable once its pods are behind its Service', () => {
  const [split] = actionsOf(atStep([experimentOf('Running')], 2), 'SetSplit');
  expect(split?.split).toEqual({
    canary: 20,
    stable: 65,
    additional: [{ service: 'web-v2-2-1-trial', weight: 15, ports: { '80': 8080 } }],
  });
});

test('pods that are lost take their part of the weight back to stable', () => {
  const [split] = actionsOf(atStep([experimentOf('Running')], 1), 'SetSplit');
  expect(split?.split).toMatchObject({ canary: 20, stable: 73, additional: [{ weight: 7 }] });
});

test.each(['Pending', 'Successful', 'Failed'] as const)('one that is %s has no weight', (phase) => {
  const observed = atStep([experimentOf(phase)], 2);
  expect(actionsOf(observed, 'SetSplit').flatMap(({ split }) => split.additional ?? [])).toEqual([]);
});

test('weight that is left when it is over goes back, and status tells what was read back', () => {
  const observed = atStep([experimentOf('Failed')], 2, { abort: true, abortedAt: '2026-11-24T09:59:00Z' });
  const additional = [{ service: 'web-v2-2-1-trial', weight: 15 }];
  const routes = observed.routes.map((route) => ({ ...route, split: { canary: 20, stable: 65 }, additional }));
  const left = { ...observed, routes };
  expect(statusAfter(left).canary?.weights).toMatchObject({
    stable: { weight: 65 },
    additional: [{ weight: 15, serviceName: 'web-v2-2-1-trial', podTemplateHash: 'trial' }],
  });
  expect(actionsOf(left, 'SetSplit').map(({ split }) => split)).toEqual([{ canary: 0, stable: 100 }]);
});

test('weight is not given back to a stable version that cannot carry it, while the pods that have it answer', () => {
  const observed = atStep([experimentOf('Successful')], 2);
  const additional = [{ service: 'web-v2-2-1-trial', weight: 15 }];
  const routes = observed.routes.map((route) => ({ ...route, split: { canary: 20, stable: 65 }, additional }));
  const replicaSets = observed.replicaSets.map((set) => (set.hash === 'v1' ? { ...set, ready: 1, available: 1 } : set));
  const services = observed.services.map((service) =>
    service.readyEndpoints['v1'] === undefined ? service : { ...service, readyEndpoints: { v1: 1 } },
  );
  const poor = { ...observed, routes, replicaSets, services };
  expect(actionsOf(poor, 'SetSplit').map(({ split }) => split.additional)).not.toContainEqual([]);
  expect(actionsOf(poor, 'SetSplit').filter(({ split }) => split.additional === undefined)).toEqual([]);
});

test('a stable Service that selects every pod gives no weight away: its share would reach the experiment as well (#2279)', () => {
  const observed = atStep([experimentOf('Running')], 2);
  const services = observed.services.map((service) =>
    service.name === 'web-stable' ? { ...service, selector: { app: 'web' } } : service,
  );
  expect(actionsOf({ ...observed, services }, 'SetSplit').flatMap(({ split }) => split.additional ?? [])).toEqual([]);
});

const PAUSED = {
  controllerPause: true,
  pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-11-24T09:59:00Z' }],
} as const;

test.each([
  ['an abort', { abort: true, abortedAt: '2026-11-24T09:59:00Z' }, 'Aborted'],
  ['a full promotion', { promoteFull: true }, 'StepEnded'],
  ['promoting past its step', { currentStepIndex: 2, stepDisplay: '2/3', ...PAUSED }, 'StepEnded'],
] as const)('%s ends it', (_what, status, because) => {
  expect(actionsOf(atStep([experimentOf('Running')], 0, status), 'EndExperiment')).toMatchObject([
    { target: { name: 'web-v2-2-1', uid: 'experiment' }, because },
  ]);
});

test('finished experiments beyond the limit go, but none that has pods, and none that the status names', () => {
  const old = (index: number, replicas: number): Experiment => {
    const { metadata, status, ...rest } = experimentOf('Successful');
    const templateStatuses = (status?.templateStatuses ?? []).map((one) => ({ ...one, replicas }));
    const created = `2026-11-2${index}T00:00:00Z`;
    const named = { ...metadata, name: `old-${index}`, uid: `old-${index}`, creationTimestamp: created };
    return { ...rest, metadata: { ...named, annotations: {} }, status: { ...status, templateStatuses } };
  };
  const observed = atStep([experimentOf('Running'), old(1, 0), old(2, 0), old(3, 1), old(4, 0)]);
  const { rollout } = observed;
  const limited = { ...rollout, spec: { ...rollout.spec, analysis: { successfulRunHistoryLimit: 1 } } };
  const gone = actionsOf({ ...observed, rollout: limited }, 'DeleteExperiment');
  expect(gone.map(({ target }) => target.name)).toEqual(['old-2', 'old-1']);
});

test('the rules of safety refuse a step that is passed without a successful experiment, and weight for nobody', () => {
  const rulesOf = (
    observed: ObservedRollout,
    actions: readonly Action[],
    next: RolloutStatus = {},
  ): readonly string[] => {
    const status = { ...observed.rollout.status, ...next };
    const plan = { actions, status, events: [], requeueAt: undefined, because: [] };
    return [...new Set(breaches(observed, plan).map(({ rule }) => rule))];
  };
  expect(rulesOf(atStep([experimentOf('Running')]), [], { currentStepIndex: 2 })).toContain('S11');
  expect(rulesOf(atStep([experimentOf('Successful')]), [], { currentStepIndex: 2 })).toEqual([]);
  const given = (ready: number, change: (split: Extract<Action, { kind: 'SetSplit' }>['split']) => object) => {
    const [split] = actionsOf(atStep([experimentOf('Running')], 2), 'SetSplit');
    if (split === undefined) throw new Error('no split');
    return rulesOf(atStep([experimentOf('Running')], ready), [
      { ...split, split: { ...split.split, ...change(split.split) } },
    ]);
  };
  expect(given(2, () => ({}))).toEqual([]);
  expect(given(0, () => ({}))).toContain('S1');
  expect(given(2, () => ({ stable: 80 }))).toContain('S3');
  expect(given(2, () => ({ additional: [{ service: 'foreign', weight: 15 }] }))).toContain('S3');
});
