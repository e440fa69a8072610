import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PLAIN_TERMS, readRoute, renderRoute, renderWithoutOwners } from '../../src/routers/gateway-api.ts';
import type { GatewayRoute } from '../../src/routers/route-shape.ts';
import type { AdditionalShare, RouteWish } from '../../src/routers/router.ts';
import { applyJsonPatch } from './json-patch.ts';
import { WRITER } from './writer.ts';

/** A route with an author's backend between the two Services, and a rule of the author's that names only one. */
const ROUTE: GatewayRoute = {
  metadata: { name: 'web', namespace: 'shop', resourceVersion: '1' },
  spec: {
    rules: [
      {
        backendRefs: [
          { name: 'web-stable', port: 80, weight: 100 },
          { name: 'web-canary', port: 80, weight: 0 },
        ],
      },
      { backendRefs: [{ name: 'web-stable', port: 80 }] },
      {
        name: 'second',
        backendRefs: [
          { name: 'web-canary', port: 8080, weight: 0 },
          { name: 'web-stable', port: 8080, weight: 1 },
        ],
      },
    ],
  },
};

function wishOf(canary: number, additional: readonly AdditionalShare[], inProgress = true): RouteWish {
  const theirs = additional.reduce((sum, { weight }) => sum + weight, 0);
  return { split: { canary, stable: 100 - canary - theirs, additional }, managed: [], inProgress };
}

const written = (route: GatewayRoute, wish: RouteWish): GatewayRoute =>
  applyJsonPatch(route, renderRoute(route, WRITER, wish, PLAIN_TERMS));

test('a share of an experiment becomes one more backend, on the port of its Service, and comes off stable', () => {
  const after = written(ROUTE, wishOf(20, [{ service: 'trial', weight: 15, ports: { '80': 3000, '8080': 3001 } }]));
  expect(after.spec?.rules?.map(({ backendRefs }) => backendRefs)).toEqual([
    [
      { name: 'web-stable', port: 80, weight: 65 },
      { name: 'web-canary', port: 80, weight: 20 },
      { name: 'trial', port: 3000, weight: 15 },
    ],
    [{ name: 'web-stable', port: 80 }],
    [
      { name: 'web-canary', port: 8080, weight: 20 },
      { name: 'web-stable', port: 8080, weight: 65 },
      { name: 'trial', port: 3001, weight: 15 },
    ],
  ]);
  expect(readRoute(after, WRITER, PLAIN_TERMS)).toMatchObject({
    split: { canary: 20, stable: 65 },
    additional: [{ service: 'trial', weight: 15 }],
    uniform: true,
  });
});

test('a backend that the author names so too is not taken for one of ours once our note is gone', () => {
  const after = written(ROUTE, wishOf(20, [{ service: 'trial', weight: 15 }]));
  const { annotations: _note, ...metadata } = after.metadata;
  const seen = readRoute({ ...after, metadata }, WRITER, PLAIN_TERMS);
  expect(seen.additional).toBeUndefined();
});

test('a Rollout that is gone takes the backends of its experiments with it', () => {
  const after = written(ROUTE, wishOf(20, [{ service: 'trial', weight: 15 }]));
  const released = applyJsonPatch(after, renderWithoutOwners(after, [WRITER]));
  expect(released.spec?.rules?.[0]?.backendRefs).toEqual(ROUTE.spec?.rules?.[0]?.backendRefs);
  expect(released.metadata.annotations).toEqual({});
});

const additional = fc
  .uniqueArray(fc.record({ service: fc.constantFrom('a', 'b', 'c'), weight: fc.integer({ min: 1, max: 20 }) }), {
    selector: ({ service }) => service,
    maxLength: 3,
  })
  .map((list): readonly AdditionalShare[] => list);

test('whatever shares follow each other, each is read back as written, and nothing of them is left at the end', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), additional), { maxLength: 6 }), (wishes) => {
      let route = ROUTE;
      for (const [canary, shares] of wishes) {
        const wish = wishOf(canary, shares);
        route = written(route, wish);
        const seen = readRoute(route, WRITER, PLAIN_TERMS);
        expect(seen).toMatchObject({ split: { canary, stable: wish.split.stable }, uniform: true });
        const read = (seen.additional ?? []).map(({ service, weight }) => `${service} ${weight}`).toSorted();
        expect(read).toEqual(shares.map(({ service, weight }) => `${service} ${weight}`).toSorted());
        expect(renderRoute(route, WRITER, wish, PLAIN_TERMS)).toEqual([]);
      }
      const rest = written(route, wishOf(0, [], false));
      const names = (one: GatewayRoute) => one.spec?.rules?.map((rule) => rule.backendRefs?.map(({ name }) => name));
      expect(names(rest)).toEqual(names(ROUTE));
    }),
  );
});
