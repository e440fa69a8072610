import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import type { ApiGroup } from '../../src/api/names.ts';
import { parseRollout } from '../../src/api/parse.ts';
import { crdsOf, GROUPS, renderCrds } from '../../scripts/crds.ts';
import { KINDS } from '../../scripts/crd/kinds.ts';
import { blueGreen, canary, ROUTED, routed } from './rollouts.ts';

function schemaOf(kind: string, group: ApiGroup): Record<string, unknown> {
  const crd = crdsOf(group).find((candidate) => candidate.spec.names['kind'] === kind);
  const schema = crd?.spec.versions[0]?.schema.openAPIV3Schema;
  if (schema === undefined) throw new Error(`no CRD of ${kind}`);
  return structuredClone(schema);
}

/** Judges objects as the API server would, but for CEL; with `useDefaults` it fills in defaults as well. */
function validatorOf(kind: string, group: ApiGroup) {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true, useDefaults: true });
  const validate = ajv.compile(schemaOf(kind, group));
  return (object: unknown) => {
    const filled: unknown = structuredClone(object);
    const ok = validate(filled);
    return { filled, errors: ok ? [] : (validate.errors ?? []).map(({ instancePath }) => instancePath) };
  };
}

const analysis = { templates: [{ templateName: 'errors' }] };

const VALID = [
  ['a canary with nothing else', canary({})],
  ['blue-green with nothing else', blueGreen({})],
  ['a routed canary', routed([{ setWeight: 20 }, { pause: {} }, { analysis }, { pause: { duration: '10m' } }])],
  [
    'the plugin block',
    canary({ ...ROUTED, trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'a' } } } }),
  ],
  ['counts and percentages', canary({ maxSurge: 2, maxUnavailable: '10%' })],
  ['a background analysis', routed([{ setWeight: 20 }], { analysis: { ...analysis, startingStep: 0 } })],
  ['blue-green with analyses', blueGreen({ prePromotionAnalysis: analysis, postPromotionAnalysis: analysis })],
  ['zero replicas and every limit', canary({}, { replicas: 0, revisionHistoryLimit: 0, analysis: {} })],
] as const;

describe.each(GROUPS)('in group %s', (group) => {
  test.each(VALID)('the schema and the reader agree on %s', (_, rollout) => {
    const { filled, errors } = validatorOf('Rollout', group)(rollout);
    expect(errors).toEqual([]);
    const read = parseRollout(rollout);
    expect(read.ok).toBe(true);
    // The defaults of the CRD are those of the reader: an object means the same before and after them.
    expect(parseRollout(JSON.parse(JSON.stringify(filled)))).toEqual(read);
  });
});

const OUT_OF_BOUNDS = [
  ['/spec/replicas', canary({}, { replicas: -1 })],
  ['/spec/strategy/canary/steps/0/setWeight', routed([{ setWeight: -1 }])],
  ['/spec/strategy/canary/steps/0', routed([{}])],
  ['/spec/strategy/blueGreen/activeService', blueGreen({ activeService: '' })],
  ['/spec/strategy/canary/scaleDownDelaySeconds', canary({ ...ROUTED, scaleDownDelaySeconds: -1 })],
] as const;

test.each(OUT_OF_BOUNDS)('our own group bounds %s, the takeover group does not', (path, rollout) => {
  expect(validatorOf('Rollout', 'sluice.dev')(rollout).errors).toEqual([path]);
  expect(validatorOf('Rollout', 'argoproj.io')(rollout).errors).toEqual([]);
});

test('the takeover group has no keyword that refuses or fills in anything, but the default of replicas', async () => {
  const files = (await renderCrds()).filter(({ path }) => path.includes('argoproj.io'));
  expect(files).toHaveLength(KINDS.length);
  for (const { path, text } of files) {
    const bounds =
      /^\s+(minimum|maximum|minLength|maxLength|minItems|maxItems|pattern|enum|x-kubernetes-validations):/m;
    expect(text, path).not.toMatch(bounds);
    expect(text.match(/^\s+default:.*$/gm) ?? []).toHaveLength(path.endsWith('rollouts.yaml') ? 1 : 0);
  }
});

test('observedGeneration is a number in our own group and a string in the takeover group', () => {
  const status = (observedGeneration: unknown) => ({ ...canary({}), status: { observedGeneration } });
  expect(validatorOf('Rollout', 'sluice.dev')(status(3)).errors).toEqual([]);
  expect(validatorOf('Rollout', 'sluice.dev')(status('3')).errors).toEqual(['/status/observedGeneration']);
  expect(validatorOf('Rollout', 'argoproj.io')(status('3')).errors).toEqual([]);
  expect(validatorOf('Rollout', 'argoproj.io')(status(3)).errors).toEqual(['/status/observedGeneration']);
});

test('every list that a rule runs through is bounded, or the rule would cost too much', () => {
  const unbounded: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const type: unknown = Reflect.get(value, 'type');
    if (type === 'array' && Reflect.get(value, 'maxItems') === undefined) unbounded.push(path);
    for (const [key, child] of Object.entries(value)) visit(child, `${path}.${key}`);
  };
  for (const { kind } of KINDS) {
    const { properties } = schemaOf(kind, 'sluice.dev');
    visit(typeof properties === 'object' && properties !== null ? Reflect.get(properties, 'spec') : {}, kind);
  }
  expect(unbounded).toEqual([]);
});

test('every field of every kind has a description that ends as a sentence', () => {
  const silent: string[] = [];
  const visit = (schema: unknown, path: string): void => {
    if (typeof schema !== 'object' || schema === null) return;
    const told: unknown = Reflect.get(schema, 'description');
    if (typeof told !== 'string' || !told.endsWith('.')) silent.push(path);
    const properties: unknown = Reflect.get(schema, 'properties');
    for (const [key, child] of Object.entries(properties ?? {})) visit(child, `${path}.${key}`);
    const items: unknown = Reflect.get(schema, 'items');
    if (items !== undefined) visit(items, `${path}[]`);
  };
  for (const { kind } of KINDS) {
    const { properties } = schemaOf(kind, 'argoproj.io');
    for (const key of ['spec', 'status']) {
      const schema: unknown = typeof properties === 'object' && properties !== null ? Reflect.get(properties, key) : {};
      if (schema !== undefined) visit(schema, `${kind}.${key}`);
    }
  }
  expect(silent).toEqual([]);
});

test('short names, subresources and columns are those that clients rely on', () => {
  const told = GROUPS.map((group) =>
    crdsOf(group).map(({ metadata, spec }) => {
      const version: object = spec.versions[0] ?? {};
      const subresources: unknown = Reflect.get(version, 'subresources') ?? {};
      return [metadata.name, spec.names['shortNames'], Object.keys(subresources ?? {})];
    }),
  );
  expect(told).toEqual([
    [
      ['rollouts.sluice.dev', ['sro'], ['status', 'scale']],
      ['analysistemplates.sluice.dev', ['sat'], []],
      ['clusteranalysistemplates.sluice.dev', ['scat'], []],
      ['analysisruns.sluice.dev', ['sar'], ['status']],
      ['experiments.sluice.dev', ['sexp'], ['status']],
    ],
    [
      ['rollouts.argoproj.io', ['ro'], ['status', 'scale']],
      ['analysistemplates.argoproj.io', ['at'], []],
      ['clusteranalysistemplates.argoproj.io', ['cat'], []],
      ['analysisruns.argoproj.io', ['ar'], []],
      ['experiments.argoproj.io', ['exp'], []],
    ],
  ]);
});
