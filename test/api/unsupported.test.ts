import { describe, expect, test } from 'vitest';
import type { ApiKind } from '../../src/api/unsupported.ts';
import { ACTED_ON, NOT_YET, unsupportedFields } from '../../src/api/unsupported.ts';
import { KINDS } from '../../scripts/crd/kinds.ts';
import { fieldsOf } from '../../scripts/reference/fields.ts';
import { canary, ROUTED, routed } from './rollouts.ts';

const covers = (entry: string, path: string): boolean =>
  path === entry || path.startsWith(`${entry}.`) || path.startsWith(`${entry}[`);

const KIND_NAMES = ['Rollout', 'AnalysisTemplate', 'AnalysisRun', 'Experiment'] as const;

function leavesOf(kind: ApiKind): readonly string[] {
  const definition = KINDS.find(({ fields }) => fields === kind);
  if (definition === undefined) throw new Error(kind);
  const paths = fieldsOf({ ...definition.spec }, 'spec', true).map(({ path }) => path);
  return paths.filter((path) => !paths.some((other) => other !== path && covers(path, other)));
}

describe.each(KIND_NAMES)('%s', (kind) => {
  test('every field of the schema is either acted on or listed as not yet', () => {
    const entries = [...ACTED_ON[kind], ...NOT_YET[kind].map(({ path }) => path)];
    const unlisted = leavesOf(kind).filter((path) => !entries.some((entry) => covers(entry, path)));
    expect(unlisted).toEqual([]);
  });

  test('no entry is listed twice, or for a field that does not exist', () => {
    const entries = [...ACTED_ON[kind], ...NOT_YET[kind].map(({ path }) => path)];
    expect(entries.filter((entry, index) => entries.indexOf(entry) !== index)).toEqual([]);
    const nested = entries.filter((entry) => entries.some((other) => other !== entry && covers(other, entry)));
    expect(nested).toEqual([]);
    const leaves = leavesOf(kind);
    expect(entries.filter((entry) => !leaves.some((path) => covers(entry, path)))).toEqual([]);
  });

  test('the fields that are not acted on yet are told', () => {
    for (const { path } of NOT_YET[kind]) console.log(`${kind} ${path}: not acted on yet`);
    expect(NOT_YET[kind].every(({ path }) => covers('spec', path))).toBe(true);
  });
});

const REFUSED = [
  ['a step', routed([{ setWeight: 5 }, { plugin: { name: 'x' } }]), 'spec.strategy.canary.steps[1].plugin'],
  [
    'another router',
    canary({ ...ROUTED, trafficRouting: { gatewayAPI: { httpRoute: 'web' }, smi: {} } }),
    'spec.strategy.canary.trafficRouting.smi',
  ],
] as const;

test.each(REFUSED)('refused until it is acted on: %s', (_, rollout, path) => {
  const problems = unsupportedFields('Rollout', rollout.spec);
  expect(problems.map((problem) => [problem.path, problem.rule])).toEqual([[path, 'NotYetSupported']]);
  expect(problems[0]?.message).toContain('does not act on this field yet; remove it');
});

test('a value that changes nothing is not refused', () => {
  const rollout = canary({ ...ROUTED, dynamicStableScale: false }, { rollbackWindow: { revisions: 0 } });
  expect(unsupportedFields('Rollout', rollout.spec)).toEqual([]);
});

test('unknown members of steps, routing and its blocks are named', () => {
  const spec: unknown = JSON.parse(
    JSON.stringify({
      strategy: {
        canary: {
          steps: [{ setWieght: 5 }],
          trafficRouting: {
            istoi: {},
            gatewayAPI: { httpRoutes: [{ name: 'web', nmae: 'x' }] },
            plugins: { 'argoproj-labs/gatewayAPI': { htpRoute: 'web' } },
          },
        },
      },
    }),
  );
  expect(unsupportedFields('Rollout', spec).map(({ path, rule }) => [path, rule])).toEqual([
    ['spec.strategy.canary.steps[0].setWieght', 'UnknownField'],
    ['spec.strategy.canary.trafficRouting.istoi', 'UnknownField'],
    ['spec.strategy.canary.trafficRouting.gatewayAPI.httpRoutes[0].nmae', 'UnknownField'],
    ['spec.strategy.canary.trafficRouting.plugins["argoproj-labs/gatewayAPI"].htpRoute', 'UnknownField'],
  ]);
});

test('a provider that is not served yet is refused in a template and in a run', () => {
  const spec = { metrics: [{ name: 'a', provider: { kayenta: { address: 'http://a' } } }] };
  for (const kind of ['AnalysisTemplate', 'AnalysisRun'] as const) {
    expect(unsupportedFields(kind, spec).map(({ path }) => path)).toEqual(['spec.metrics[0].provider.kayenta']);
  }
});
