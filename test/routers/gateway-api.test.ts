import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readAcceptance } from '../../src/routers/acceptance.ts';
import { PLAIN_TERMS, readRoute, renderRoute } from '../../src/routers/gateway-api.ts';
import type { GatewayRoute } from '../../src/routers/route-shape.ts';
import type { RouteOperation } from '../../src/routers/router.ts';
import { applyJsonPatch } from './json-patch.ts';
import { WRITER } from './writer.ts';

const CASES = join(import.meta.dirname, 'gateway-api');
const NOTE = 'sluice.dev/split-by';

type Wish = Readonly<{ canary: number; stable: number; inProgress: boolean }>;

function renderSplit(route: GatewayRoute, { canary, stable, inProgress }: Wish): readonly RouteOperation[] {
  return renderRoute(route, WRITER, { split: { canary, stable }, managed: [], inProgress }, PLAIN_TERMS);
}

const readSplit = (route: GatewayRoute, total: number) => readRoute(route, WRITER, { ...PLAIN_TERMS, total });

const read = <T>(name: string, file: string): T => parse(readFileSync(join(CASES, name, `${file}.yaml`), 'utf8')) as T;

/** What an author wrote and may read: our note of who splits is told apart. */
function withoutNote(route: GatewayRoute): GatewayRoute {
  const { [NOTE]: _note, ...annotations } = route.metadata.annotations ?? {};
  const { annotations: _all, ...metadata } = route.metadata;
  const kept = Object.keys(annotations).length === 0 ? {} : { annotations };
  return { ...route, metadata: { ...metadata, ...kept } };
}

describe('an HTTPRoute is brought to a split, and nothing else of it changes:', () => {
  test.each(readdirSync(CASES))('%s', (name) => {
    const before = read<GatewayRoute>(name, 'before');
    const wish = read<Wish>(name, 'split');
    const operations = renderSplit(before, wish);
    const after = applyJsonPatch(before, operations);
    expect(withoutNote(after)).toEqual(read<GatewayRoute>(name, 'after'));
    const { canary, stable, inProgress } = wish;
    expect(readSplit(after, canary + stable)).toMatchObject({ split: { canary, stable }, uniform: true, inProgress });
    expect(renderSplit(after, wish)).toEqual([]);
    if (operations.length > 0) {
      expect(operations).toContainEqual({ op: 'replace', path: '/metadata/resourceVersion', value: '41' });
    }
  });
});

const weight = fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined });
const backend = fc.record(
  {
    name: fc.constantFrom('web-canary', 'web-stable', 'other', 'another'),
    kind: fc.constantFrom('Service', 'Bucket'),
    namespace: fc.constantFrom('shop', 'elsewhere'),
    weight: fc.integer({ min: 0, max: 1_000_000 }),
  },
  { requiredKeys: ['name'] },
);
const routes: fc.Arbitrary<GatewayRoute> = fc
  .tuple(
    fc.array(fc.record({ backendRefs: fc.array(backend, { maxLength: 5 }) }), { maxLength: 4 }),
    weight,
    weight,
    fc.constantFrom(undefined, { team: 'shop' }, { 'rollouts.argoproj.io/gatewayapi-canary': 'in-progress' }),
  )
  .map(([rules, canary, stable, labels]) => ({
    metadata: { name: 'web', namespace: 'shop', resourceVersion: '1', ...(labels === undefined ? {} : { labels }) },
    spec: {
      rules: [
        ...rules,
        {
          backendRefs: [
            { name: 'web-stable', ...(stable === undefined ? {} : { weight: stable }) },
            { name: 'web-canary', ...(canary === undefined ? {} : { weight: canary }) },
          ],
        },
      ],
    },
  }));

test('whatever a route looks like, the split that is rendered is the split that is read back, and it never sums to 0', () => {
  fc.assert(
    fc.property(routes, fc.integer({ min: 1, max: 2000 }), fc.nat(), fc.boolean(), (route, total, part, inProgress) => {
      const canary = part % (total + 1);
      const wish = { canary, stable: total - canary, inProgress };
      const after = applyJsonPatch(route, renderSplit(route, wish));
      expect(readSplit(after, total)).toMatchObject({
        split: { canary, stable: total - canary },
        uniform: true,
        inProgress,
      });
      expect(renderSplit(after, wish)).toEqual([]);
    }),
  );
});

test('a backend that is not ours keeps its weight, whatever is rendered', () => {
  fc.assert(
    fc.property(routes, fc.integer({ min: 0, max: 100 }), (route, canary) => {
      const after = applyJsonPatch(route, renderSplit(route, { canary, stable: 100 - canary, inProgress: true }));
      const foreign = (of: GatewayRoute): unknown =>
        of.spec?.rules?.map((rule) =>
          rule.backendRefs?.map((ref) =>
            ref.name.startsWith('web-') ? ref.name : { name: ref.name, weight: ref.weight },
          ),
        );
      expect(foreign(after)).toEqual(foreign(route));
    }),
  );
});

test('a route without a rule that names both Services has no split, and is not written', () => {
  const route: GatewayRoute = {
    metadata: { name: 'web', namespace: 'shop', resourceVersion: '1' },
    spec: { rules: [{ backendRefs: [{ name: 'web-stable' }] }, { backendRefs: [{ name: 'web-canary' }] }, {}] },
  };
  expect(readSplit(route, 100)).toMatchObject({ split: undefined, uniform: false, inProgress: false });
  expect(renderSplit(route, { canary: 10, stable: 90, inProgress: false })).toEqual([]);
});

test('of rules that differ the one with most canary is told, and the route is not uniform', () => {
  const rule = (canary: number, stable: number) => ({
    backendRefs: [
      { name: 'web-stable', weight: stable },
      { name: 'web-canary', weight: canary },
    ],
  });
  const route: GatewayRoute = {
    metadata: { name: 'web', namespace: 'shop' },
    spec: { rules: [rule(1, 9), rule(1, 3)] },
  };
  expect(readSplit(route, 100)).toMatchObject({ split: { canary: 25, stable: 75 }, uniform: false });
  expect(readSplit(route, 1000)).toMatchObject({ split: { canary: 250, stable: 750 } });
});

describe('a route is accepted only when every parent says so at its present generation:', () => {
  const condition = (type: string, status = 'True', observedGeneration = 3) => ({
    type,
    status,
    observedGeneration,
    message: 'because',
  });
  const good = [condition('Accepted'), condition('ResolvedRefs')];
  const route = (
    parentRefs: NonNullable<NonNullable<GatewayRoute['spec']>['parentRefs']>,
    parents: NonNullable<NonNullable<GatewayRoute['status']>['parents']>,
  ): GatewayRoute => ({
    metadata: { name: 'web', namespace: 'shop', generation: 3 },
    spec: { parentRefs },
    status: { parents },
  });
  const a = { name: 'a' };
  const b = { name: 'b', sectionName: 'http' };

  test.each<readonly [string, GatewayRoute, string | undefined]>([
    [
      'both parents',
      route(
        [a, b],
        [
          { parentRef: a, conditions: good },
          { parentRef: b, conditions: good },
        ],
      ),
      undefined,
    ],
    [
      'defaults written out are the same parent',
      route([a], [{ parentRef: { ...a, kind: 'Gateway', namespace: 'shop' }, conditions: good }]),
      undefined,
    ],
    [
      'a parent that was left by the author does not count',
      route([a], [{ parentRef: a, conditions: good }, { parentRef: b }]),
      undefined,
    ],
    ['no parentRefs', route([], []), 'no parentRefs'],
    ['a silent parent', route([a, b], [{ parentRef: a, conditions: good }]), 'parent b has not reported'],
    [
      'another listener of the parent',
      route([b], [{ parentRef: { ...b, sectionName: 'https' }, conditions: good }]),
      'parent b has not reported',
    ],
    [
      'an older generation',
      route([a], [{ parentRef: a, conditions: [condition('Accepted', 'True', 2), condition('ResolvedRefs')] }]),
      'has not seen generation 3',
    ],
    [
      'a condition that is missing',
      route([a], [{ parentRef: a, conditions: [condition('Accepted')] }]),
      'has not seen generation 3',
    ],
    [
      'refs that do not resolve',
      route([a], [{ parentRef: a, conditions: [condition('Accepted'), condition('ResolvedRefs', 'False')] }]),
      'says ResolvedRefs False: because',
    ],
    [
      'one of two implementations refuses',
      route(
        [a],
        [
          { parentRef: a, conditions: good },
          { parentRef: a, conditions: [condition('Accepted', 'False'), condition('ResolvedRefs')] },
        ],
      ),
      'says Accepted False: because',
    ],
  ])('%s', (_name, given, problem) => {
    const acceptance = readAcceptance(given);
    expect(acceptance.accepted).toBe(problem === undefined);
    if (!acceptance.accepted) expect(acceptance.problem).toContain(problem);
  });
});
