import { expect, test } from 'vitest';
import type { ExperimentSpec } from '../../../src/api/experiment.ts';
import type { Metric } from '../../../src/api/metric.ts';
import { planExperiment } from '../../../src/plan/plan-experiment.ts';
import { BEGIN, Life, observedOf, templateOf } from './life.ts';

const ROWS: readonly (readonly [what: string, spec: Partial<ExperimentSpec>, message: string])[] = [
  [
    'a name that is given twice',
    { templates: [templateOf('a'), templateOf('a')] },
    'spec.templates[1].name: Invalid value: "a": is the name of another one; give each a name of its own',
  ],
  ['a name that is empty', { templates: [templateOf('')] }, 'spec.templates[0].name: Required value: give it a name'],
  [
    'a selector that selects every pod',
    { templates: [templateOf('a', { selector: {} })] },
    'spec.templates[0].selector: Invalid value: {}: would select every pod; name at least one label',
  ],
  [
    'a selector that the pods do not match',
    { templates: [templateOf('a', { selector: { matchLabels: { app: 'b' } } })] },
    'spec.templates[0].template.metadata.labels: Invalid value: {"app":"a"}: does not match the selector beside it; give the pods the labels that it asks for',
  ],
  [
    'more seconds to be ready than there are to be available',
    { templates: [templateOf('a', { minReadySeconds: 61 })], progressDeadlineSeconds: 60 },
    'spec.templates[0].minReadySeconds: Invalid value: 61: must not be more than progressDeadlineSeconds (60), or no pod could be available in time',
  ],
  [
    'negative replicas',
    { templates: [templateOf('a', { replicas: -1 })] },
    'spec.templates[0].replicas: Invalid value: -1: must be 0 or more',
  ],
  [
    'a negative delay',
    { scaleDownDelaySeconds: -1 },
    'spec.scaleDownDelaySeconds: Invalid value: -1: must be 0 or more',
  ],
  [
    'a Service for pods without a port',
    {
      templates: [
        templateOf('a', { service: {}, template: { metadata: { labels: { app: 'a' } }, spec: { containers: [] } } }),
      ],
    },
    'spec.templates[0].service: Invalid value: {}: a Service needs a port; declare one in a container of the template, or remove it',
  ],
  [
    'one Service for two templates',
    { templates: [templateOf('a', { service: { name: 's' } }), templateOf('b', { service: { name: 's' } })] },
    'spec.templates[1].service.name: Invalid value: "s": is the Service of another template; give each one of its own',
  ],
  [
    'a Service that somebody else has',
    { templates: [templateOf('a', { service: { name: 'foreign' } })] },
    'spec.templates[0].service.name: Invalid value: "foreign": Service "foreign" exists and is not of this Experiment; choose another name, or delete it',
  ],
  [
    'a duration that cannot be read',
    { duration: 'long' },
    'spec.duration: Invalid value: "long": must be a Go duration such as 90s or 1h30m, and not negative',
  ],
  [
    'a negative duration',
    { duration: '-1m' },
    'spec.duration: Invalid value: "-1m": must be a Go duration such as 90s or 1h30m, and not negative',
  ],
  [
    'an analysis template that does not exist',
    { analyses: [{ name: 'x', templateName: 'missing' }] },
    'spec.analyses[0].templateName: Invalid value: "missing": AnalysisTemplate "missing" does not exist; create it, or name one that exists',
  ],
  [
    'an analysis without a template',
    { analyses: [{ name: 'x', templateName: '' }] },
    'spec.analyses[0].templateName: Required value: name the AnalysisTemplate',
  ],
  [
    'an argument that nothing resolves',
    { analyses: [{ name: 'x', templateName: 'hash' }] },
    'spec.analyses[0].args: Required value: args.hash was not resolved; give it a value here or in the template',
  ],
  [
    'an argument that names a template which is not there',
    {
      analyses: [
        { name: 'x', templateName: 'plain', args: [{ name: 'hash', value: '{{templates.b.podTemplateHash}}' }] },
      ],
    },
    'spec.analyses[0].args[0]: Required value: args.hash was not resolved; what it refers to is not there',
  ],
  [
    'an end that an endless experiment does not have',
    { analyses: [{ name: 'x', templateName: 'plain', args: [{ name: 'hash', value: '{{experiment.finishedAt}}' }] }] },
    'spec.analyses[0].args[0]: Required value: args.hash was not resolved; what it refers to is not there',
  ],
  [
    'a value from a Secret',
    {
      analyses: [
        {
          name: 'x',
          templateName: 'errors',
          args: [{ name: 'a', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }],
        },
      ],
    },
    'spec.analyses[0].args[0].valueFrom: Invalid value: {"secretKeyRef":{"name":"s","key":"k"}}: this version of Sluice does not act on this field yet; remove it',
  ],
];

function observed(spec: Partial<ExperimentSpec>) {
  const before = observedOf(spec);
  const provider = { prometheus: { query: 'up' } };
  const asking = { name: 'm', successCondition: 'result[0] > {{args.hash}}', provider };
  const plain = { name: 'm', provider };
  const template = (name: string, metric: Metric) => ({
    name,
    clusterScope: false,
    template: { metadata: { name }, spec: { args: [{ name: 'hash' }], metrics: [metric] } },
  });
  const foreign = { name: 'foreign', uid: 'f', resourceVersion: '1', own: false, deleting: false };
  return {
    ...before,
    analysisTemplates: [
      ...before.analysisTemplates,
      template('hash', asking),
      template('plain', plain),
      // What the spec names and nobody has made is observed as absent.
      { name: 'missing', clusterScope: false, template: undefined },
    ],
    services: [{ ...foreign, template: '', routed: false }],
  };
}

test.each(ROWS)('refused: %s', (_what, spec, message) => {
  const { actions, status, events } = planExperiment(observed(spec), BEGIN);
  expect(actions).toEqual([]);
  expect(status.phase).toBe('Pending');
  expect(status.message).toBe(`InvalidSpec: ${message}`);
  expect(status.conditions).toMatchObject([
    { type: 'InvalidSpec', status: 'True', message: `The Experiment "trial" is invalid: ${message}` },
  ]);
  expect(events.map(({ reason }) => reason)).toContain('InvalidSpec');
});

test('a template that arrives late heals the experiment, and its time begins then', () => {
  const life = new Life({ analyses: [{ name: 'errors', templateName: 'errors' }], progressDeadlineSeconds: 60 });
  const { analysisTemplates } = life.observed;
  life.observed = { ...life.observed, analysisTemplates: [] };
  life.settle().after(3600);
  expect(life.status.conditions?.map(({ type }) => type)).toEqual(['InvalidSpec']);
  life.observed = { ...life.observed, analysisTemplates };
  life.settle();
  expect(life.status.conditions?.map(({ type }) => type)).toEqual(['Progressing']);
  expect(life.status.message).toBeUndefined();
  expect(life.podsStart().settle().status.phase).toBe('Running');
});

test('a template that goes when the runs are made changes nothing: they are frozen copies', () => {
  const life = new Life({ analyses: [{ name: 'errors', templateName: 'errors' }], duration: '1m' });
  life.settle().podsStart().settle();
  life.observed = { ...life.observed, analysisTemplates: [] };
  expect(life.settle().status.phase).toBe('Running');
  expect(life.after(60).settle().status.phase).toBe('Successful');
});

test('an edit that cannot be acted on leaves the pods as they are, and an end by a person still ends it', () => {
  const life = new Life({}).settle().podsStart().settle();
  life.edit((experiment) => ({ ...experiment, spec: { ...experiment.spec, duration: 'soon' } })).settle();
  expect(life.status).toMatchObject({ phase: 'Running' });
  expect(life.status.message).toMatch(/^InvalidSpec: spec.duration/);
  expect(life.observed.replicaSets[0]?.specReplicas).toBe(2);
  expect(life.terminate().settle().status.phase).toBe('Successful');
});
