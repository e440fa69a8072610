import { expect, test } from 'vitest';
import { SCALE_DOWN_DEADLINE } from '../../../src/api/names.ts';
import { ENDED_BY_ROLLOUT } from '../../../src/plan/analysis/ended.ts';
import { planExperiment } from '../../../src/plan/plan-experiment.ts';
import { BEGIN, Life, observedOf, templateOf } from './life.ts';

const ERRORS = { name: 'errors', templateName: 'errors' };
const REQUIRED = { ...ERRORS, requiredForCompletion: true };

test('a template becomes a ReplicaSet of its name, with its pods and a hash that no revision has', () => {
  const [action] = planExperiment(observedOf({}), BEGIN).actions;
  expect(action).toMatchObject({
    kind: 'CreateReplicaSet',
    manifest: {
      metadata: {
        name: 'trial-a',
        annotations: { 'experiment.argoproj.io/name': 'trial', 'experiment.argoproj.io/template-name': 'a' },
        ownerReferences: [{ kind: 'Experiment', name: 'trial', uid: 'e', controller: true }],
      },
      spec: { replicas: 2, selector: { matchLabels: { app: 'a' } } },
    },
  });
});

test('it is Pending until all templates are available, then Running, and Successful when its duration is over', () => {
  const life = new Life({ templates: [templateOf('a'), templateOf('b')], duration: '5m' }).settle();
  expect(life.status).toMatchObject({ phase: 'Pending' });
  life.podsStart().settle();
  expect(life.status).toMatchObject({ phase: 'Running', availableAt: '2026-11-25T10:00:00Z' });
  expect(life.status.templateStatuses?.map(({ status, availableReplicas }) => [status, availableReplicas])).toEqual([
    ['Running', 2],
    ['Running', 2],
  ]);
  life.after(299).settle();
  expect(life.status.phase).toBe('Running');
  life.after(1).settle();
  expect(life.status).toMatchObject({ phase: 'Successful' });
  expect(life.status.templateStatuses?.map(({ status }) => status)).toEqual(['Successful', 'Successful']);
  expect(life.status.conditions).toMatchObject([
    { type: 'Progressing', status: 'False', reason: 'ExperimentCompleted' },
  ]);
});

test('the duration counts from availableAt, however long the pods took', () => {
  const life = new Life({ duration: '1m' }).settle().after(500).podsStart().settle().after(59).settle();
  expect(life.status.phase).toBe('Running');
  expect(life.after(1).settle().status.phase).toBe('Successful');
});

test('its pods stay for the scale-down delay, then they go, and their Service with them', () => {
  const life = new Life({ templates: [templateOf('a', { service: {} })], duration: '1m' })
    .settle()
    .podsStart()
    .settle();
  expect(life.status.templateStatuses?.[0]).toMatchObject({ serviceName: 'trial-a' });
  life.after(60).settle();
  expect(life.observed.replicaSets[0]).toMatchObject({
    specReplicas: 2,
    annotations: { [SCALE_DOWN_DEADLINE]: '2026-11-25T10:01:30Z' },
  });
  life.after(30).settle();
  expect(life.observed.replicaSets[0]?.specReplicas).toBe(0);
  expect(life.observed.services).toHaveLength(1);
  life.podsStart().settle();
  expect(life.observed.services).toEqual([]);
});

test('a delay of 0 takes the pods at once', () => {
  const life = new Life({ duration: '1m', scaleDownDelaySeconds: 0 }).settle().podsStart().settle().after(60).settle();
  expect(life.observed.replicaSets[0]?.specReplicas).toBe(0);
});

test('pods that a route still sends requests to stay, whatever the delay', () => {
  const life = new Life({ templates: [templateOf('a', { service: { name: 'probe' } })], duration: '1m' });
  life.settle().podsStart().settle();
  const routed = (routed: boolean) => {
    life.observed = { ...life.observed, services: life.observed.services.map((one) => ({ ...one, routed })) };
  };
  routed(true);
  life.after(60).settle().after(3600).settle();
  expect(life.observed.replicaSets[0]?.specReplicas).toBe(2);
  routed(false);
  life.settle();
  expect(life.observed.replicaSets[0]?.annotations[SCALE_DOWN_DEADLINE]).toBe('2026-11-25T11:01:30Z');
});

test('a template that is not available in time fails the experiment', () => {
  const life = new Life({ progressDeadlineSeconds: 60 }).settle().after(59).settle();
  expect(life.status.phase).toBe('Pending');
  life.after(1).settle();
  expect(life.status).toMatchObject({
    phase: 'Failed',
    message: "Template 'a' exceeded its progressDeadlineSeconds (60)",
  });
  expect(life.status.conditions?.[0]).toMatchObject({ status: 'False', reason: 'ProgressDeadlineExceeded' });
});

test('each pod that becomes ready is progress', () => {
  const life = new Life({ progressDeadlineSeconds: 60 }).settle().after(59).podsAre(1).settle().after(59).settle();
  expect(life.status.phase).toBe('Pending');
  expect(life.after(1).settle().status.phase).toBe('Failed');
});

test('pods lost in the middle do not end it, unless they stay away for too long', () => {
  const life = new Life({ duration: '1h', progressDeadlineSeconds: 60 }).settle().podsStart().settle();
  life.podsAre(1).settle();
  expect(life.status).toMatchObject({ phase: 'Running', templateStatuses: [{ status: 'Progressing' }] });
  expect(life.podsStart().settle().status.templateStatuses?.[0]?.status).toBe('Running');
  expect(life.podsAre(0).settle().after(60).settle().status.phase).toBe('Failed');
});

test('runs begin once all templates are available, with arguments that name them', () => {
  const life = new Life({
    duration: '5m',
    analyses: [
      {
        ...ERRORS,
        args: [
          { name: 'hash', value: '{{templates.a.podTemplateHash}}' },
          { name: 'set', value: '{{ templates.a.replicaset.name }}' },
          { name: 'span', value: '{{experiment.availableAt}}/{{experiment.finishedAt}}' },
        ],
      },
    ],
  });
  const metric = { name: 'errors', provider: { prometheus: { query: 'up{hash="{{args.hash}}"}' } } };
  const args = [{ name: 'hash' }, { name: 'set' }, { name: 'span' }];
  const template = { metadata: { name: 'errors' }, spec: { args, metrics: [metric] } };
  life.observed = { ...life.observed, analysisTemplates: [{ name: 'errors', clusterScope: false, template }] };
  expect(life.settle().observed.analysisRuns).toEqual([]);
  const [run] = life.podsStart().settle().observed.analysisRuns;
  expect(run?.metadata.name).toBe('trial-errors');
  expect(run?.spec.args).toEqual([
    { name: 'hash', value: life.observed.replicaSets[0]?.hash },
    { name: 'set', value: 'trial-a' },
    { name: 'span', value: '2026-11-25T10:00:00Z/2026-11-25T10:05:00Z' },
  ]);
  expect(life.status.analysisRuns).toEqual([{ name: 'errors', analysisRun: 'trial-errors', phase: 'Pending' }]);
});

test.each(['Failed', 'Error', 'Inconclusive'] as const)('a run that is %s ends the experiment with it', (phase) => {
  const other = { name: 'other', templateName: 'errors' };
  const life = new Life({ analyses: [ERRORS, other], duration: '1h' }).settle().podsStart().settle();
  life.runSays('trial-errors', phase, 'because').settle();
  expect(life.status).toMatchObject({ phase, message: 'because' });
  expect(life.observed.analysisRuns.map(({ spec }) => spec.terminate === true)).toEqual([false, true]);
});

test('required runs that are Successful end it before its duration', () => {
  const life = new Life({ analyses: [REQUIRED], duration: '1h' }).settle().podsStart().settle();
  life.runSays('trial-errors', 'Successful').settle();
  expect(life.status).toMatchObject({ phase: 'Successful', message: 'Required AnalysisRuns completed' });
});

test('a run that is not required does not end it by its success', () => {
  const life = new Life({ analyses: [ERRORS], duration: '1h' }).settle().podsStart().settle();
  expect(life.runSays('trial-errors', 'Successful').settle().status.phase).toBe('Running');
});

test('when the duration is over it waits for required runs, and ends those that are not', () => {
  const other = { name: 'other', templateName: 'errors' };
  const life = new Life({ analyses: [REQUIRED, other], duration: '1m' }).settle().podsStart().settle();
  life.after(3600).settle();
  expect(life.status.phase).toBe('Running');
  life.runSays('trial-errors', 'Successful').settle();
  expect(life.status.phase).toBe('Successful');
  expect(life.observed.analysisRuns.find(({ metadata }) => metadata.name === 'trial-other')?.spec.terminate).toBe(true);
});

test('one without duration and analyses runs until somebody ends it', () => {
  const life = new Life({}).settle().podsStart().settle().after(1e6).settle();
  expect(life.status.phase).toBe('Running');
  expect(life.terminate().settle().status).toMatchObject({ phase: 'Successful', message: 'Experiment Terminated' });
});

test('one that a person ends before its pods were there has no verdict', () => {
  const life = new Life({ duration: '1h' }).settle().terminate().settle();
  expect(life.status).toMatchObject({
    phase: 'Inconclusive',
    message: 'Experiment Terminated before all of its templates were available',
  });
});

test('one that a person ends says what its runs say when they are ended', () => {
  const life = new Life({ analyses: [ERRORS], duration: '1h' }).settle().podsStart().settle().terminate().settle();
  expect(life.status.phase).toBe('Running');
  expect(life.observed.analysisRuns[0]?.spec.terminate).toBe(true);
  const without = life.runSays('trial-errors', 'Inconclusive', 'Run Terminated before …').settle();
  expect(without.status).toMatchObject({ phase: 'Inconclusive', message: 'Run Terminated before …' });
});

test('one that its Rollout ends is Successful and says that it has no verdict', () => {
  const life = new Life({ analyses: [ERRORS], duration: '1h' }).settle().podsStart().settle();
  life.terminate({ [ENDED_BY_ROLLOUT]: 'true' }).settle();
  expect(life.status).toMatchObject({
    phase: 'Successful',
    message: 'Experiment Terminated: it ended with the update and has no verdict',
  });
});

test('a retry takes the whole status away: pods come back, and runs of the earlier life are not its own', () => {
  const life = new Life({ analyses: [REQUIRED], templates: [templateOf('a', { service: {} })] }).settle();
  life.podsStart().settle().runSays('trial-errors', 'Failed').settle().after(30).settle().podsStart().settle();
  expect(life.observed.services).toEqual([]);
  life.after(5).edit(({ status: _status, ...rest }) => rest);
  life.settle().podsStart().settle();
  expect(life.status).toMatchObject({ phase: 'Running', analysisRuns: [{ analysisRun: 'trial-errors.1' }] });
  expect(life.observed.replicaSets[0]).toMatchObject({ specReplicas: 2 });
  expect(life.observed.replicaSets[0]?.annotations[SCALE_DOWN_DEADLINE]).toBeUndefined();
  expect(life.observed.services).toHaveLength(1);
});

test('a name that somebody else has is left to them: the next ReplicaSet has a number behind it', () => {
  const life = new Life({});
  const refusal = { action: 'collision', object: 'trial-a', message: 'exists', generation: 0 };
  life.observed = { ...life.observed, refusals: [refusal] };
  life.settle();
  expect(life.observed.replicaSets.map(({ name }) => name)).toEqual(['trial-a-1']);
  expect(life.status.templateStatuses?.[0]?.collisionCount).toBe(1);
});

test('a refused ReplicaSet is told, and fails the experiment when its time is over', () => {
  const life = new Life({ progressDeadlineSeconds: 30 });
  const refusal = { action: 'CreateReplicaSet', object: 'trial-a', message: 'quota is used up', generation: 0 };
  const refused = () => {
    const plan = planExperiment(life.observed, life.now);
    life.edit((experiment) => ({ ...experiment, status: plan.status }));
  };
  life.observed = { ...life.observed, refusals: [refusal] };
  refused();
  expect(life.status).toMatchObject({
    phase: 'Pending',
    message: 'Failed to create ReplicaSet "trial-a": quota is used up',
  });
  life.after(31);
  refused();
  expect(life.status.message).toBe(
    `Template 'a' exceeded its progressDeadlineSeconds (30): Failed to create ReplicaSet "trial-a": quota is used up`,
  );
});

test('events tell each change of the experiment, its templates and its runs', () => {
  const life = new Life({ analyses: [REQUIRED] }).settle().podsStart().settle();
  life.runSays('trial-errors', 'Successful').settle();
  expect(life.events).toEqual([
    "Template 'a' transitioned from  -> Progressing",
    'Experiment transitioned from  -> Pending',
    "Template 'a' transitioned from Progressing -> Running",
    'Experiment transitioned from Pending -> Running',
    "AnalysisRun 'errors' transitioned from  -> Pending",
    "AnalysisRun 'errors' transitioned from Pending -> Successful",
    'Experiment transitioned from Running -> Successful: Required AnalysisRuns completed',
    "Template 'a' transitioned from Running -> Successful",
  ]);
});
