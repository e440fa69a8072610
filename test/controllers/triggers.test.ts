import { expect, test } from 'vitest';
import {
  managingRollout,
  ownersOf,
  referencesOf,
  rolloutsOfPod,
  rolloutsOfRoute,
  rolloutsOfService,
  rolloutsOfSlice,
  usersOfTemplate,
} from '../../src/controllers/triggers.ts';
import type { Rollout } from '../../src/api/rollout.ts';
import type { KubeObject } from '../../src/kube/resource.ts';
import { filledStores, OWNER, pod, slice } from '../observe/stores.ts';

const rollout = (name: string, canary: object): Rollout => ({
  metadata: { name, namespace: 'shop', uid: `${name}-uid` },
  spec: { strategy: { canary } },
});
const web = rollout('web', {
  canaryService: 'web-canary',
  stableService: 'web-stable',
  trafficRouting: { gatewayAPI: { httpRoute: 'web', namespace: 'edge' } },
  analysis: { templates: [{ templateName: 'errors' }] },
});
const api = rollout('api', {
  stableService: 'api',
  steps: [{ analysis: { templates: [{ templateName: 'global', clusterScope: true }] } }],
});

const template = (name: string, nested: readonly object[] = [], namespace: string | undefined = 'shop') => ({
  metadata: { name, ...(namespace === undefined ? {} : { namespace }) },
  spec: { metrics: [], templates: nested },
});

const stores = filledStores({
  rollouts: [web, api],
  endpointSlices: [slice('s', 'web-stable', [{ pod: 'late', ready: true }])],
  analysisTemplates: [template('errors', [{ templateName: 'inner' }]), template('inner')],
  clusterAnalysisTemplates: [{ ...template('global', [{ templateName: 'inner' }]), metadata: { name: 'global' } }],
});

test('a Rollout is found by everything that its spec names', () => {
  expect(referencesOf(web)).toEqual([
    'Service/shop/web-canary',
    'Service/shop/web-stable',
    'HTTPRoute/edge/web',
    'AnalysisTemplate/shop/errors',
  ]);
});

test('a Service, its EndpointSlice and a route wake who names them, and nobody else', () => {
  const named = (name: string, namespace = 'shop'): KubeObject => ({ metadata: { name, namespace } });
  expect(rolloutsOfService(stores.rollouts, named('web-stable'))).toEqual(['shop/web']);
  expect(rolloutsOfService(stores.rollouts, named('web-stable', 'elsewhere'))).toEqual([]);
  expect(rolloutsOfService(stores.rollouts, named('unrelated'))).toEqual([]);
  expect(rolloutsOfRoute(stores.rollouts, 'httproutes', named('web', 'edge'))).toEqual(['shop/web']);
  expect(rolloutsOfRoute(stores.rollouts, 'httproutes', named('web'))).toEqual([]);
  expect(rolloutsOfSlice(stores, slice('x', 'api', []) as Parameters<typeof rolloutsOfSlice>[1])).toEqual(['shop/api']);
});

test('a template wakes who names it, also through templates of either scope that nest it', () => {
  expect(usersOfTemplate(stores, stores.rollouts, template('errors'))).toEqual(['shop/web']);
  expect([...usersOfTemplate(stores, stores.rollouts, template('inner'))].sort()).toEqual(['shop/api', 'shop/web']);
  expect(usersOfTemplate(stores, stores.rollouts, { metadata: { name: 'global' }, spec: { metrics: [] } })).toEqual([
    'shop/api',
  ]);
});

test('a pod wakes nobody, unless an EndpointSlice named it before it was known', () => {
  const change = (type: 'Added' | 'Modified', name: string) => ({
    type,
    object: { ...pod(name, 'aaa'), ready: true },
    previous: undefined,
  });
  expect(rolloutsOfPod('sluice.dev', stores, change('Added', 'late'))).toEqual(['shop/web']);
  expect(rolloutsOfPod('sluice.dev', stores, change('Added', 'other'))).toEqual([]);
  expect(rolloutsOfPod('sluice.dev', stores, change('Modified', 'late'))).toEqual([]);
});

test('a pod wakes its Rollout where something is put on live pods or a restart is under way, and only when it changed', () => {
  const controller = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web-aaa', uid: 'set', controller: true };
  const one = (version: string, ready: boolean) => ({
    metadata: { ...pod('web-aaa-1', 'aaa').metadata, resourceVersion: version, ownerReferences: [controller] },
    ready,
  });
  const world = (more: Partial<Rollout['spec']>, annotations: Record<string, string> = {}) =>
    filledStores({
      rollouts: [{ ...web, spec: { ...web.spec, ...more } } as Rollout],
      replicaSets: [
        { metadata: { name: 'web-aaa', namespace: 'shop', uid: 'set', annotations, ownerReferences: [OWNER] } },
      ],
    });
  const woken = (into: typeof stores, ready: boolean) =>
    rolloutsOfPod('sluice.dev', into, { type: 'Modified', object: one('3', ready), previous: one('2', true) });
  expect(woken(world({}), false)).toEqual([]);
  expect(woken(world({ restartAt: '2026-11-24T10:00:00Z' }), false)).toEqual(['shop/web']);
  expect(woken(world({ restartAt: '2026-11-24T10:00:00Z' }), true)).toEqual([]);
  expect(woken(world({ strategy: { canary: { stableMetadata: {} } } }), false)).toEqual(['shop/web']);
  expect(woken(world({}, { 'rollout.argoproj.io/ephemeral-metadata': '{}' }), false)).toEqual(['shop/web']);
});

test('an owned object wakes its Rollout of our group, and an orphaned one the Rollout that it had', () => {
  const owned: KubeObject = { metadata: { name: 'rs', namespace: 'shop', ownerReferences: [OWNER] } };
  const orphan: KubeObject = { metadata: { name: 'rs', namespace: 'shop' } };
  expect(ownersOf('sluice.dev', { type: 'Added', object: owned, previous: undefined })).toEqual(['shop/web']);
  expect(ownersOf('sluice.dev', { type: 'Modified', object: orphan, previous: owned })).toEqual(['shop/web']);
  expect(ownersOf('argoproj.io', { type: 'Added', object: owned, previous: undefined })).toEqual([]);
  expect(ownersOf('sluice.dev', { type: 'Added', object: orphan, previous: undefined })).toEqual([]);
});

test('a Service tells who manages it', () => {
  const marked = { 'argo-rollouts.argoproj.io/managed-by-rollouts': 'web' };
  expect(managingRollout({ metadata: { name: 's', namespace: 'shop', annotations: marked } })).toEqual(['shop/web']);
  expect(managingRollout({ metadata: { name: 's', namespace: 'shop' } })).toEqual([]);
});
