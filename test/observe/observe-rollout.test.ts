import { describe, expect, test } from 'vitest';
import type { Rollout } from '../../src/api/rollout.ts';
import { Answers } from '../../src/kube/answers.ts';
import type { KubeObject } from '../../src/kube/resource.ts';
import { observeRollout } from '../../src/observe/observe-rollout.ts';
import type { ObservedRollout } from '../../src/plan/rollout/observed-rollout.ts';
import type { Contents, Endpoint } from './stores.ts';
import { filledStores, OWNER, pod, slice } from './stores.ts';

const rollout: Rollout = {
  apiVersion: 'sluice.dev/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web', namespace: 'shop', uid: 'web-uid', generation: 4, resourceVersion: '9' },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: {} },
    strategy: {
      canary: {
        canaryService: 'web-canary',
        stableService: 'web-stable',
        trafficRouting: { gatewayAPI: { httpRoute: 'web' } },
        analysis: { templates: [{ templateName: 'errors' }, { templateName: 'global', clusterScope: true }] },
        steps: [
          { setWeight: 10 },
          { analysis: { templates: [{ templateName: 'missing' }, { templateName: 'errors' }] } },
        ],
      },
    },
  },
};

function observe(contents: Contents, answers = new Answers(() => {})): ObservedRollout {
  const stores = filledStores({ rollouts: [rollout], ...contents });
  const observed = observeRollout(stores, { group: 'sluice.dev', instanceId: '', answers }, 'shop', 'web');
  if (observed === undefined) throw new Error('nothing was observed');
  return observed;
}

const service = (name: string, more: object = {}): KubeObject => ({
  metadata: { name, namespace: 'shop', uid: `${name}-uid`, resourceVersion: '5', ...more },
});

describe('ready endpoints are counted by the revision of their pods:', () => {
  const pods = [pod('a1', 'aaa'), pod('a2', 'aaa'), pod('b1', 'bbb'), pod('stray', undefined)];
  const counted = (...slices: (readonly Endpoint[])[]): Readonly<Record<string, number>> | undefined =>
    observe({
      services: [service('web-stable')],
      pods,
      endpointSlices: slices.map((endpoints, index) => slice(`s${index}`, 'web-stable', endpoints)),
    }).services.find(({ name }) => name === 'web-stable')?.readyEndpoints;

  test.each<readonly [string, readonly (readonly Endpoint[])[], Readonly<Record<string, number>>]>([
    [
      'two revisions',
      [
        [
          { pod: 'a1', ready: true },
          { pod: 'b1', ready: true },
          { pod: 'a2', ready: true },
        ],
      ],
      { aaa: 2, bbb: 1 },
    ],
    [
      'one that is not ready does not count',
      [
        [
          { pod: 'a1', ready: true },
          { pod: 'a2', ready: false },
        ],
      ],
      { aaa: 1 },
    ],
    ['one that does not say counts as ready', [[{ pod: 'a1' }]], { aaa: 1 }],
    ['one in two slices counts once', [[{ pod: 'a1', ready: true }], [{ pod: 'a1', ready: true }]], { aaa: 1 }],
    ['one of a pod that we do not know counts under no revision', [[{ pod: 'foreign', ready: true }]], { '': 1 }],
    ['one of a pod without our label counts under no revision', [[{ pod: 'stray', ready: true }]], { '': 1 }],
    [
      'one of an earlier pod of that name counts under no revision',
      [[{ pod: 'a1', uid: 'other', ready: true }]],
      { '': 1 },
    ],
    ['addresses without pods count under no revision', [[{ ready: true }, { ready: true }]], { '': 2 }],
    ['no slice', [], {}],
  ])('%s', (_name, slices, expected) => {
    expect(counted(...slices)).toEqual(expected);
  });

  test('slices of other Services and namespaces are not looked at', () => {
    const foreign = { ...slice('x', 'web-stable', [{ pod: 'a1', ready: true }]) };
    const elsewhere = { ...foreign, metadata: { ...foreign.metadata, namespace: 'elsewhere' } };
    const endpointSlices = [slice('y', 'other', [{ pod: 'a1', ready: true }]), elsewhere];
    const observed = observe({ services: [service('web-stable')], pods, endpointSlices });
    expect(observed.services.find(({ name }) => name === 'web-stable')?.readyEndpoints).toEqual({});
  });
});

test('only what the Rollout controls by its UID is its own, and names alone mean nothing', () => {
  const replicaSet = (name: string, uid: string, more: object = {}): KubeObject => {
    const made = {
      metadata: {
        name,
        namespace: 'shop',
        uid: `${name}-uid`,
        resourceVersion: '7',
        generation: 2,
        creationTimestamp: '2026-01-01T00:00:00Z',
        labels: { 'rollouts-pod-template-hash': 'aaa' },
        ownerReferences: [{ ...OWNER, uid }],
      },
      spec: { replicas: 2, minReadySeconds: 5, template: { spec: { x: 1 } } },
      status: { replicas: 2, readyReplicas: 1, availableReplicas: 1, observedGeneration: 2, ...more },
    };
    return made;
  };
  const failed = {
    observedGeneration: 1,
    conditions: [{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota' }],
  };
  const { replicaSets } = observe({
    replicaSets: [
      replicaSet('web-aaa', 'web-uid'),
      replicaSet('web-bbb', 'web-uid', failed),
      replicaSet('web-old', 'earlier-uid'),
    ],
  });
  expect(replicaSets.map(({ name }) => name)).toEqual(['web-aaa', 'web-bbb']);
  expect(replicaSets[0]).toEqual({
    name: 'web-aaa',
    uid: 'web-aaa-uid',
    resourceVersion: '7',
    hash: 'aaa',
    labels: { 'rollouts-pod-template-hash': 'aaa' },
    annotations: {},
    createdAt: '2026-01-01T00:00:00Z',
    deleting: false,
    specReplicas: 2,
    minReadySeconds: 5,
    replicas: 2,
    ready: 1,
    available: 1,
    settled: true,
    template: { spec: { x: 1 } },
  });
  expect(replicaSets[1]).toMatchObject({ settled: false, failure: { reason: 'FailedCreate', message: 'quota' } });
});

test('Services and routes that the spec names are there once each, existing or not', () => {
  const managed = { annotations: { 'argo-rollouts.argoproj.io/managed-by-rollouts': 'web' } };
  const { services, routes } = observe({ services: [service('web-stable', managed), service('unrelated')] });
  expect(services).toMatchObject([
    { name: 'web-canary', exists: false, readyEndpoints: {} },
    { name: 'web-stable', exists: true, uid: 'web-stable-uid', resourceVersion: '5', managedBy: 'web' },
  ]);
  expect(routes).toMatchObject([
    { exists: false, split: undefined, accepted: false, route: { namespace: 'shop', name: 'web' } },
  ]);
});

test('templates are found through templates that nest them, and a cycle ends', () => {
  const template = (name: string, nested: readonly object[], more: object = { namespace: 'shop' }): KubeObject => {
    const made = { metadata: { name, ...more }, spec: { metrics: [], templates: nested } };
    return made;
  };
  const { analysisTemplates } = observe({
    analysisTemplates: [
      template('errors', [{ templateName: 'inner' }]),
      template('inner', [{ templateName: 'errors' }]),
    ],
    clusterAnalysisTemplates: [template('global', [{ templateName: 'inner' }], {})],
  });
  expect(
    analysisTemplates.map(({ name, clusterScope, template: found }) => [name, clusterScope, found !== undefined]),
  ).toEqual([
    ['errors', false, true],
    ['inner', false, true],
    ['global', true, true],
    ['missing', false, false],
  ]);
});

test('an answer about an earlier template is not taken for one about this, nor is an earlier refusal', () => {
  const answers = new Answers(() => {});
  const subject = { uid: 'web-uid', key: 'shop/web' };
  answers.set(subject, 'template', 3, { generation: 3, accepted: true, template: {} });
  answers.set(subject, 'refused/CreateReplicaSet/web-a', 3, {
    action: 'CreateReplicaSet',
    object: 'web-a',
    message: 'm',
    generation: 3,
  });
  expect(observe({}, answers)).toMatchObject({ templateAnswer: undefined, refusals: [] });
  answers.set(subject, 'template', 4, { generation: 4, accepted: false, message: 'no' });
  answers.set(subject, 'refused/CreateReplicaSet/web-a', 4, {
    action: 'CreateReplicaSet',
    object: 'web-a',
    message: 'm',
    generation: 4,
  });
  expect(observe({}, answers)).toMatchObject({
    templateAnswer: { accepted: false, message: 'no' },
    refusals: [{ action: 'CreateReplicaSet', object: 'web-a', message: 'm' }],
  });
});

test('a Rollout that is being deleted is not observed', () => {
  const deleted = { ...rollout, metadata: { ...rollout.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } };
  const stores = filledStores({ rollouts: [deleted] });
  const answers = new Answers(() => {});
  expect(observeRollout(stores, { group: 'sluice.dev', instanceId: '', answers }, 'shop', 'web')).toBeUndefined();
});
