import { expect, test } from 'vitest';
import { MANAGED_BY, SPLIT_BY } from '../../src/api/names.ts';
import type { Rollout } from '../../src/api/rollout.ts';
import { observeLeft } from '../../src/observe/left.ts';
import { filledStores } from './stores.ts';

const rollout: Rollout = {
  metadata: { name: 'web', namespace: 'shop', uid: 'web-uid' },
  spec: { strategy: { blueGreen: { activeService: 'web' } } },
};
const named = { services: ['web'], routes: [] };
const marked = (name: string, by = 'web', namespace = 'shop') => ({
  metadata: { name, namespace, uid: `${name}-uid`, resourceVersion: '5', annotations: { [MANAGED_BY]: by } },
});
const route = (name: string, owners: readonly object[], namespace = 'edge') => ({
  metadata: { name, namespace, uid: `${name}-uid`, annotations: { [SPLIT_BY]: JSON.stringify(owners) } },
});
const owner = { group: 'sluice.dev', rollout: 'shop/web', uid: 'web-uid', canary: 'web-canary', stable: 'web-stable' };

test('a Service that bears our mark and that the spec names no more is left behind', () => {
  const services = [marked('web'), marked('web-stable'), marked('api', 'api'), marked('elsewhere', 'web', 'other')];
  const { leftServices } = observeLeft(filledStores({ services }), rollout, named);
  expect(leftServices.map(({ name }) => name)).toEqual(['web-stable']);
});

test('a route with our note that the spec names no more is left behind, and so are its Services', () => {
  const services = [{ metadata: { name: 'web-canary', namespace: 'shop' } }];
  const httpRoutes = [route('web', [owner]), route('old', [{ ...owner, uid: 'an earlier one' }]), route('api', [])];
  const found = observeLeft(filledStores({ services, httpRoutes }), rollout, named);
  expect(found.leftRoutes).toMatchObject([
    { route: { namespace: 'edge', name: 'web' }, services: { canary: 'web-canary', stable: 'web-stable' } },
  ]);
  expect(found.leftServices.map(({ name }) => name)).toEqual(['web-canary']);
  const still = {
    ...named,
    routes: [{ router: 'GatewayApi', resource: 'httproutes', namespace: 'edge', name: 'web' }],
  } as const;
  expect(observeLeft(filledStores({ services, httpRoutes }), rollout, still).leftRoutes).toEqual([]);
});
