import { expect, test } from 'vitest';
import { PLAIN_TERMS, readRoute, renderRoute } from '../../src/routers/gateway-api.ts';
import type { GatewayRoute } from '../../src/routers/route-shape.ts';
import { applyJsonPatch } from './json-patch.ts';
import { WRITER } from './writer.ts';

const method = { type: 'Exact', service: 'shop.Cart', method: 'Add' };
const route: GatewayRoute = {
  kind: 'GRPCRoute',
  metadata: { name: 'web', namespace: 'shop', resourceVersion: '7' },
  spec: {
    rules: [
      {
        matches: [{ method }],
        backendRefs: [
          { name: 'web-stable', port: 90, weight: 100 },
          { name: 'web-canary', port: 90, weight: 0 },
        ],
      },
    ],
  },
};

test('a GRPCRoute is split like an HTTPRoute, and a header route keeps what its author asks of service and method', () => {
  const value = { kind: 'Prefix', value: 'a' } as const;
  const managed = [{ kind: 'Header', name: 'testers', headers: [{ name: 'x-canary', value }] }] as const;
  const wish = { split: { canary: 30, stable: 70 }, managed, inProgress: true };
  const after = applyJsonPatch(route, renderRoute(route, WRITER, wish, PLAIN_TERMS));
  expect(after.spec?.rules).toMatchObject([
    {
      name: 'testers',
      matches: [{ method, headers: [{ type: 'RegularExpression', name: 'x-canary', value: '^a.*' }] }],
      backendRefs: [{ name: 'web-canary', port: 90, weight: 1 }],
    },
    { matches: [{ method }], backendRefs: [{ weight: 70 }, { weight: 30 }] },
  ]);
  expect(readRoute(after, WRITER, PLAIN_TERMS)).toMatchObject({
    split: wish.split,
    uniform: true,
    managed,
    intact: true,
  });
});

test('a TCPRoute, whose rules match nothing, is split too', () => {
  const tcp: GatewayRoute = {
    ...route,
    kind: 'TCPRoute',
    spec: { rules: [{ backendRefs: route.spec?.rules?.[0]?.backendRefs ?? [] }] },
  };
  const wish = { split: { canary: 30, stable: 70 }, managed: [], inProgress: true };
  const after = applyJsonPatch(tcp, renderRoute(tcp, WRITER, wish, PLAIN_TERMS));
  expect(readRoute(after, WRITER, PLAIN_TERMS)).toMatchObject({ split: wish.split, uniform: true, noted: true });
});
