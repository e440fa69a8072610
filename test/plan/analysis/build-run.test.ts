import { expect, test } from 'vitest';
import type { AnalysisTemplateSpec, RolloutAnalysis } from '../../../src/api/analysis.ts';
import type { Metric } from '../../../src/api/metric.ts';
import type { GivenArgument } from '../../../src/plan/analysis/build-run.ts';
import { buildAnalysisRun } from '../../../src/plan/analysis/build-run.ts';
import type { FoundTemplate } from '../../../src/plan/analysis/templates.ts';

const metric = (name: string, part: Partial<Metric> = {}): Metric => ({
  name,
  successCondition: 'result[0] > 0.9',
  provider: { prometheus: { query: 'up' } },
  ...part,
});

const template = (name: string, spec: AnalysisTemplateSpec, clusterScope = false): FoundTemplate => ({
  name,
  clusterScope,
  template: { apiVersion: 'sluice.dev/v1alpha1', kind: 'AnalysisTemplate', metadata: { name }, spec },
});

function build(
  templates: readonly FoundTemplate[],
  more: { analysis?: Partial<RolloutAnalysis>; args?: readonly GivenArgument[]; mustBeFinite?: boolean } = {},
) {
  return buildAnalysisRun({
    group: 'sluice.dev',
    name: 'web-1-2-0',
    namespace: 'shop',
    labels: { 'rollout-type': 'Step' },
    annotations: {},
    ownerReference: { kind: 'Rollout', name: 'web' },
    analysis: {
      templates: templates.slice(0, 1).map(({ name, clusterScope }) => ({ templateName: name, clusterScope })),
      ...more.analysis,
    },
    templates,
    args: more.args ?? [],
    mustBeFinite: more.mustBeFinite ?? true,
    path: 'steps[1].analysis',
  });
}

const specOf = (built: ReturnType<typeof build>) => (built.ok ? built.manifest['spec'] : built.problems);

const given = (name: string, value: string | undefined): GivenArgument => ({
  name,
  value,
  path: 'steps[1].analysis.args[0]',
});

test('a run carries the metrics and arguments of its template, with the values of the Rollout in place', () => {
  const one = template('errors', {
    args: [{ name: 'hash' }, { name: 'least', value: '0.9' }],
    metrics: [
      metric('m', {
        provider: { prometheus: { query: 'up{pod="{{args.hash}}"}' } },
        successCondition: 'result[0] > {{args.least}}',
      }),
    ],
  });
  const built = build([one], { args: [given('hash', 'abc'), given('unknown', 'ignored')] });
  expect(built).toMatchObject({
    ok: true,
    manifest: {
      apiVersion: 'sluice.dev/v1alpha1',
      kind: 'AnalysisRun',
      metadata: { name: 'web-1-2-0', namespace: 'shop', ownerReferences: [{ name: 'web' }] },
      spec: {
        args: [
          { name: 'hash', value: 'abc' },
          { name: 'least', value: '0.9' },
        ],
        metrics: [{ name: 'm' }],
      },
    },
  });
});

test('nested templates come depth first, and one that is named twice counts once', () => {
  const all = [
    template('top', {
      metrics: [metric('a')],
      templates: [{ templateName: 'left' }, { templateName: 'right', clusterScope: true }],
    }),
    template('left', { metrics: [metric('b')], templates: [{ templateName: 'deep' }] }),
    template('right', { metrics: [metric('d')], templates: [{ templateName: 'deep' }] }, true),
    template('deep', { metrics: [metric('c')] }),
  ];
  expect(specOf(build(all))).toMatchObject({ metrics: [{ name: 'a' }, { name: 'b' }, { name: 'c' }, { name: 'd' }] });
});

test('templates that name each other are a cycle, not an endless walk', () => {
  const all = [
    template('one', { metrics: [metric('a')], templates: [{ templateName: 'two' }] }),
    template('two', { metrics: [metric('b')], templates: [{ templateName: 'one' }] }),
  ];
  expect(specOf(build(all))).toMatchObject([{ rule: 'TemplateCycle' }]);
});

test('a cluster template is not taken for one of the namespace with the same name', () => {
  const built = build([template('errors', { metrics: [metric('m')] }, true)], {
    analysis: { templates: [{ templateName: 'errors' }] },
  });
  expect(specOf(built)).toMatchObject([
    { rule: 'TemplateMissing', path: 'steps[1].analysis.templates[0].templateName' },
  ]);
});

test('a value of the Rollout settles what two templates give differently', () => {
  const all = [
    template('one', {
      args: [{ name: 'x', value: '1' }],
      metrics: [metric('a')],
      templates: [{ templateName: 'two' }],
    }),
    template('two', { args: [{ name: 'x', value: '2' }], metrics: [metric('b')] }),
  ];
  expect(specOf(build(all))).toMatchObject([{ rule: 'ArgumentConflict' }]);
  expect(specOf(build(all, { args: [given('x', '3')] }))).toMatchObject({ args: [{ name: 'x', value: '3' }] });
});

test.each<readonly [string, Partial<Metric>, string, string]>([
  ['a condition that does not parse', { successCondition: 'result[0] >' }, 'BadCondition', 'ends too early'],
  ['a failure condition that does not parse', { failureCondition: '((' }, 'BadCondition', 'at character'],
  ['an endless metric', { interval: '10s' }, 'Endless', 'give it a count'],
  ['a count without interval', { count: 3 }, 'BadLimit', 'is needed with a count above 1'],
  ['an unreadable interval', { interval: '10 seconds', count: 2 }, 'BadLimit', 'Go duration'],
  ['an unreadable initialDelay', { initialDelay: 'soon' }, 'BadLimit', 'Go duration'],
  ['a negative initialDelay', { initialDelay: '-5s' }, 'BadLimit', 'Go duration'],
  ['failureLimit below -1', { failureLimit: -2 }, 'BadLimit', 'at least -1'],
  ['failureLimit off with nothing in its place', { failureLimit: -1 }, 'BadLimit', 'consecutiveSuccessLimit'],
  ['a negative inconclusiveLimit', { inconclusiveLimit: -1 }, 'BadLimit', 'at least 0'],
  ['a limit that is a word', { consecutiveErrorLimit: 'many' }, 'BadLimit', 'whole number'],
  [
    'fewer measurements than the limits need',
    { count: 2, interval: '1s', failureLimit: 3 },
    'BadLimit',
    'must not be less',
  ],
  [
    'fewer measurements than inconclusiveLimit',
    { count: 2, interval: '1s', inconclusiveLimit: 3 },
    'BadLimit',
    'inconclusiveLimit',
  ],
  ['no provider', { provider: {} }, 'OneProvider', 'exactly one'],
  [
    'a provider that is not served yet',
    { provider: { kayenta: {} as never } },
    'NotYetSupported',
    'is no provider that Sluice serves',
  ],
  [
    'an argument that was never declared',
    { successCondition: 'result[0] > {{args.x}}' },
    'ArgumentUnresolved',
    'args.x was not resolved',
  ],
  [
    'an argument in a query that was never declared',
    { provider: { prometheus: { query: 'up{a="{{args.y}}"}' } } },
    'ArgumentUnresolved',
    'args.y was not resolved',
  ],
])('%s is refused before anything starts, with what to do', (_what, part, rule, words) => {
  const problems = specOf(build([template('errors', { metrics: [metric('m', part)] })]));
  expect(problems).toContainEqual(
    expect.objectContaining({
      rule,
      path: expect.stringContaining('steps[1].analysis'),
      message: expect.stringContaining(words),
    }),
  );
});

test('an endless metric may run in the background', () => {
  expect(build([template('errors', { metrics: [metric('m', { interval: '10s' })] })], { mustBeFinite: false }).ok).toBe(
    true,
  );
});

test('an argument that would change the query is refused with the path of the query', () => {
  const one = template('errors', {
    args: [{ name: 'x' }],
    metrics: [metric('m', { provider: { prometheus: { query: 'rate(x[{{args.x}}])' } } })],
  });
  expect(build([one], { args: [given('x', '5m')] }).ok).toBe(true);
  expect(specOf(build([one], { args: [given('x', '5m]) or vector(1) #')] }))).toMatchObject([
    { rule: 'UnsafeArgument' },
  ]);
});

test('an argument whose source is not there yet is named with its own path', () => {
  const one = template('errors', { args: [{ name: 'x' }], metrics: [metric('m')] });
  expect(specOf(build([one], { args: [given('x', undefined)] }))).toMatchObject([
    { rule: 'ArgumentUnresolved', path: 'steps[1].analysis.args[0]' },
  ]);
});

test('two metrics of one name, and none at all, are refused', () => {
  expect(specOf(build([template('t', { metrics: [metric('m'), metric('m')] })]))).toMatchObject([
    { rule: 'MetricTwice' },
  ]);
  expect(specOf(build([template('t', { metrics: [] })]))).toMatchObject([{ rule: 'NoMetrics' }]);
});
