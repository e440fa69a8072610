import { describe, expect, test } from 'vitest';
import type { ManagedRoute } from '../../src/api/managed-routes.ts';
import { PLAIN_TERMS, readRoute, renderRoute, renderWithoutOwners } from '../../src/routers/gateway-api.ts';
import type { GatewayRoute, RouteRule } from '../../src/routers/route-shape.ts';
import { applyJsonPatch } from './json-patch.ts';
import { WRITER } from './writer.ts';

const TERMS = { ...PLAIN_TERMS, declared: ['by-header', 'copy'] };
const BY_HEADER: ManagedRoute = {
  kind: 'Header',
  name: 'by-header',
  headers: [{ name: 'X-Canary', value: { kind: 'Exact', value: 'always' } }],
};
const COPY: ManagedRoute = {
  kind: 'Mirror',
  name: 'copy',
  matches: [{ method: { kind: 'Exact', value: 'GET' }, path: { kind: 'Prefix', value: '/shop/cart' }, headers: [] }],
  percentage: 35,
};

const shop: RouteRule & Readonly<{ timeouts: unknown }> = {
  matches: [{ path: { type: 'PathPrefix', value: '/shop' }, headers: [{ type: 'Exact', name: 'tenant', value: 'a' }] }],
  filters: [{ type: 'RequestHeaderModifier' }],
  timeouts: { request: '5s' },
  backendRefs: [
    { name: 'web-stable', port: 80, weight: 100 },
    { name: 'web-canary', port: 80, weight: 0 },
  ],
};
const docs: RouteRule = {
  name: 'docs',
  matches: [{ path: { type: 'PathPrefix', value: '/docs' } }],
  backendRefs: [{ name: 'docs' }],
};

const authored = (rules: readonly RouteRule[]): GatewayRoute => ({
  metadata: { name: 'web', namespace: 'shop', resourceVersion: '41', labels: {}, annotations: { team: 'shop' } },
  spec: { parentRefs: [{ name: 'gateway' }], rules },
});

function brought(
  route: GatewayRoute,
  canary: number,
  managed: readonly ManagedRoute[],
  inProgress = true,
): GatewayRoute {
  const wish = { split: { canary, stable: 100 - canary }, managed, inProgress };
  const after = applyJsonPatch(route, renderRoute(route, WRITER, wish, TERMS));
  expect(renderRoute(after, WRITER, wish, TERMS)).toEqual([]);
  expect(readRoute(after, WRITER, TERMS)).toMatchObject({ split: wish.split, uniform: true, managed, intact: true });
  return after;
}

const rulesOf = (route: GatewayRoute): readonly RouteRule[] => route.spec?.rules ?? [];
const read = (route: GatewayRoute) => readRoute(route, WRITER, TERMS);

describe('managed routes in an HTTPRoute', () => {
  test('a header route does what the rule of its author does, for requests with the header, and all for the canary', () => {
    const [rule, ...rest] = rulesOf(brought(authored([docs, shop]), 20, [BY_HEADER]));
    expect(rule).toEqual({
      ...shop,
      name: 'by-header',
      matches: [
        {
          path: { type: 'PathPrefix', value: '/shop' },
          headers: [
            { type: 'Exact', name: 'tenant', value: 'a' },
            { type: 'Exact', name: 'X-Canary', value: 'always' },
          ],
        },
      ],
      backendRefs: [{ name: 'web-canary', port: 80, weight: 1 }],
    });
    expect(rest[0]).toEqual(docs);
    expect(rest).toHaveLength(2);
  });

  test('a mirror route splits as the rule of its author does, and copies a share to the canary', () => {
    const [rule] = rulesOf(brought(authored([shop]), 20, [COPY]));
    expect(rule).toMatchObject({
      matches: [{ method: 'GET', path: { type: 'PathPrefix', value: '/shop/cart' } }],
      filters: [
        { type: 'RequestHeaderModifier' },
        { type: 'RequestMirror', requestMirror: { backendRef: { name: 'web-canary', port: 80 }, percent: 35 } },
      ],
      backendRefs: [
        { name: 'web-stable', weight: 80 },
        { name: 'web-canary', weight: 20 },
      ],
    });
  });

  test('their order is their precedence, before every rule of the author', () => {
    const names = (route: GatewayRoute) => rulesOf(route).map(({ name }) => name);
    const both = brought(authored([shop, docs]), 0, [COPY, BY_HEADER]);
    expect(names(both)).toEqual(['copy', 'by-header', undefined, 'docs']);
    expect(names(brought(both, 0, [BY_HEADER, COPY]))).toEqual(['by-header', 'copy', undefined, 'docs']);
  });

  test('every rule that names both Services has one of its own', () => {
    const api = { ...shop, matches: [{ path: { type: 'Exact', value: '/api' } }] };
    const names = rulesOf(brought(authored([shop, api]), 0, [BY_HEADER])).map(({ name }) => name);
    expect(names).toEqual(['by-header', 'by-header.1', undefined, undefined]);
  });

  test.each<readonly [string, ManagedRoute, unknown]>([
    [
      'a prefix is an anchored expression in which nothing of it is special',
      { ...BY_HEADER, headers: [{ name: 'x', value: { kind: 'Prefix', value: 'a.b' } }] },
      { headers: [{ type: 'RegularExpression', name: 'x', value: String.raw`^a\.b.*` }] },
    ],
    [
      'an expression is written as it is',
      { ...BY_HEADER, headers: [{ name: 'x', value: { kind: 'Regex', value: 'a|b' } }] },
      { headers: [{ type: 'RegularExpression', name: 'x', value: 'a|b' }] },
    ],
    [
      'a path narrows the path of the author',
      { ...COPY, matches: [{ path: { kind: 'Exact', value: '/shop' }, headers: [] }] },
      { path: { type: 'Exact', value: '/shop' } },
    ],
    [
      'a rule for all requests is narrowed by an expression too',
      { ...COPY, matches: [{ path: { kind: 'Regex', value: '/v[12]/.*' }, headers: [] }] },
      { path: { type: 'RegularExpression', value: '/v[12]/.*' } },
    ],
  ])('%s', (_name, managed, match) => {
    const [rule] = rulesOf(brought(authored([{ ...shop, matches: [{}] }]), 0, [managed]));
    expect(rule?.matches).toEqual([match]);
  });

  test.each<readonly [string, ManagedRoute]>([
    [
      'a path outside that of the author',
      { ...COPY, matches: [{ path: { kind: 'Prefix', value: '/other' }, headers: [] }] },
    ],
    [
      'another value of a header that the author asks for',
      { ...BY_HEADER, headers: [{ name: 'Tenant', value: { kind: 'Exact', value: 'b' } }] },
    ],
  ])('%s can be asked for by nobody, and makes no rule', (_name, managed) => {
    expect(rulesOf(brought(authored([shop]), 0, [managed]))).toEqual([shop]);
  });

  test('at rest the route is as its author wrote it', () => {
    const before = authored([shop, docs]);
    const during = brought(before, 40, [BY_HEADER, COPY]);
    expect(brought(during, 0, [], false)).toEqual(before);
  });

  test('what somebody removes, changes or moves is seen and restored', () => {
    const during = brought(authored([shop, docs]), 40, [BY_HEADER]);
    const [ours, ...rest] = rulesOf(during);
    const bent = (rules: readonly (RouteRule | undefined)[]): GatewayRoute => ({
      ...during,
      spec: { ...during.spec, rules: rules.filter((rule) => rule !== undefined) },
    });
    for (const rules of [rest, [...rest, ours], [{ ...ours, backendRefs: [{ name: 'web-stable' }] }, ...rest]]) {
      expect(read(bent(rules)).intact).toBe(false);
      expect(rulesOf(brought(bent(rules), 40, [BY_HEADER]))).toEqual(rulesOf(during));
    }
  });

  test('a rule follows the rule of the author when that changes', () => {
    const during = brought(authored([shop]), 40, [BY_HEADER]);
    const [ours, rule] = rulesOf(during);
    const edited = { ...during, spec: { ...during.spec, rules: [ours, { ...rule, matches: [{}] }] } } as GatewayRoute;
    expect(read(edited).intact).toBe(false);
    const [again] = rulesOf(brought(edited, 40, [BY_HEADER]));
    expect(again?.matches).toEqual([{ headers: [{ type: 'Exact', name: 'X-Canary', value: 'always' }] }]);
  });

  test('rules are known again where the server drops their names, as Gateway API did before 1.4', () => {
    const nameless = (route: GatewayRoute): GatewayRoute => ({
      ...route,
      spec: { ...route.spec, rules: rulesOf(route).map(({ name: _name, ...rule }) => rule) },
    });
    const during = nameless(brought(authored([shop]), 40, [BY_HEADER, COPY]));
    expect(read(during)).toMatchObject({ intact: true, split: { canary: 40, stable: 60 } });
    expect(rulesOf(brought(during, 60, [COPY]))).toHaveLength(2);
    expect(rulesOf(brought(during, 0, [], false))).toEqual([shop]);
    expect(rulesOf(applyJsonPatch(during, renderWithoutOwners(during, [WRITER])))).toEqual([shop]);
  });

  test('a rule of the author with the name of a managed route is told apart, and left alone', () => {
    const own = { ...docs, name: 'by-header' };
    expect(read(authored([own, shop]))).toMatchObject({ authored: ['by-header'], intact: true });
  });

  test('a rule of ours whose note was wiped away is ours still', () => {
    const { metadata, spec } = brought(authored([shop]), 40, [BY_HEADER]);
    const { annotations: _, ...rest } = metadata;
    const wiped: GatewayRoute = { metadata: { ...rest, annotations: {} }, ...(spec === undefined ? {} : { spec }) };
    expect(read(wiped)).toMatchObject({ noted: false, intact: false, authored: [] });
    expect(rulesOf(brought(wiped, 0, [], false))).toEqual([shop]);
  });

  test('a Rollout that is gone leaves no rule behind, and another one keeps its own', () => {
    const other = {
      group: 'sluice.dev' as const,
      rollout: 'shop/api',
      uid: 'other',
      canary: 'api-canary',
      stable: 'api-stable',
    };
    const api: RouteRule = {
      backendRefs: [
        { name: 'api-stable', weight: 100 },
        { name: 'api-canary', weight: 0 },
      ],
    };
    const mine = brought(authored([shop, api]), 40, [BY_HEADER]);
    const wish = { split: { canary: 30, stable: 70 }, managed: [{ ...BY_HEADER, name: 'api' }], inProgress: true };
    const both = applyJsonPatch(mine, renderRoute(mine, other, wish, PLAIN_TERMS));
    const after = applyJsonPatch(both, renderWithoutOwners(both, [WRITER]));
    expect(rulesOf(after).map(({ name, backendRefs }) => [name, backendRefs?.map(({ weight }) => weight)])).toEqual([
      ['api', [1]],
      [undefined, [100, 0]],
      [undefined, [70, 30]],
    ]);
    expect(after.metadata.labels).toEqual({ 'rollouts.argoproj.io/gatewayapi-canary': 'in-progress' });
  });

  test('the label is the one that the spec names, or none', () => {
    const label = { key: 'example.com/moving', value: 'yes' };
    const wish = { split: { canary: 5, stable: 95 }, managed: [], inProgress: true };
    const route = authored([shop]);
    const own = applyJsonPatch(route, renderRoute(route, WRITER, wish, { ...PLAIN_TERMS, label }));
    expect(own.metadata.labels).toEqual({ 'example.com/moving': 'yes' });
    const none = applyJsonPatch(route, renderRoute(route, WRITER, wish, { ...PLAIN_TERMS, label: undefined }));
    expect(none.metadata.labels).toEqual({});
  });
});

test("a route in another namespace names the Rollout's Services with theirs", () => {
  const rule = (namespace: object): RouteRule => ({
    backendRefs: [
      { name: 'web-stable', ...namespace },
      { name: 'web-canary', ...namespace },
    ],
  });
  const route = (namespace: object): GatewayRoute => ({
    metadata: { name: 'web', namespace: 'edge' },
    spec: { rules: [rule(namespace)] },
  });
  expect(read(route({ namespace: 'shop' })).split).toEqual({ canary: 50, stable: 50 });
  expect(read(route({})).split).toBeUndefined();
});
