import { expect, test } from 'vitest';
import { reportBreach, withoutBreach } from '../../src/controllers/breach-report.ts';
import { describeChanges } from '../../src/controllers/changes.ts';
import { keepEndpoints, podKeeper } from '../../src/controllers/transforms.ts';
import type { RolloutStatus } from '../../src/api/rollout.ts';
import type { ObservedRollout } from '../../src/plan/rollout/observed-rollout.ts';
import { keptText } from '../../src/units/kept-text.ts';
import { instant } from '../../src/units/instant.ts';

const NOW = instant(Date.UTC(2026, 0, 1));
const BROKEN = [{ rule: 'S2', message: 'the canary would get more than its pods carry' }] as const;

const observed = (status: RolloutStatus): ObservedRollout => ({
  group: 'sluice.dev',
  instanceId: '',
  rollout: { metadata: { name: 'web', namespace: 'shop', generation: 3 }, spec: {}, status },
  replicaSets: [],
  services: [],
  routes: [],
  leftServices: [],
  leftRoutes: [],
  earlierRoutes: [],
  analysisRuns: [],
  experiments: [],
  trialServices: [],
  analysisTemplates: [],
  templateAnswer: undefined,
  missingRouteKinds: [],
  pods: [],
  refusals: [],
});

test('a refused plan leaves everything as it is, but for a condition and one event', () => {
  const first = reportBreach(observed({ phase: 'Progressing', currentStepIndex: 2 }), BROKEN, NOW);
  expect(first.actions).toEqual([]);
  expect(first.status).toMatchObject({ phase: 'Progressing', currentStepIndex: 2 });
  expect(first.status.conditions).toMatchObject([
    { type: 'InvariantBroken', status: 'True', message: 'S2: the canary would get more than its pods carry' },
  ]);
  expect(first.events).toHaveLength(1);
  const again = reportBreach(observed(first.status), BROKEN, NOW);
  expect(again.status).toBe(observed(first.status).rollout.status);
  expect(again.events).toEqual([]);
});

test('the condition goes with the first plan that is safe', () => {
  const { status } = reportBreach(observed({ phase: 'Progressing' }), BROKEN, NOW);
  const plan = { actions: [], status, events: [], requeueAt: undefined, because: [] };
  expect(withoutBreach(plan).status).toEqual({ phase: 'Progressing', conditions: [] });
  const safe = { ...plan, status: { phase: 'Progressing' } as const };
  expect(withoutBreach(safe)).toBe(safe);
});

test('one line is logged for each change of state, and none for what stays', () => {
  const before: RolloutStatus = { phase: 'Progressing', currentStepIndex: 0, replicas: 4 };
  const after: RolloutStatus = { phase: 'Paused', message: 'CanaryPauseStep', currentStepIndex: 1, replicas: 5 };
  expect(describeChanges(before, after)).toEqual([
    {
      message: 'phase changed',
      fields: { from: { phase: 'Progressing' }, to: { phase: 'Paused', message: 'CanaryPauseStep' } },
    },
    { message: 'step changed', fields: { from: 0, to: 1 } },
  ]);
  expect(describeChanges(after, { ...after, replicas: 6 })).toEqual([]);
});

test('of pods and EndpointSlices only what decisions read is kept in memory', () => {
  const pod = {
    apiVersion: 'v1',
    metadata: {
      name: 'a',
      namespace: 'shop',
      uid: 'u',
      resourceVersion: '4',
      labels: { x: 'y' },
      creationTimestamp: '2026-01-01T00:00:00Z',
      annotations: { big: 'x'.repeat(1000), small: 'x' },
      managedFields: [],
    },
    spec: { containers: [] },
    status: { phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] },
  };
  expect(podKeeper()(pod)).toEqual({
    ready: true,
    metadata: {
      name: 'a',
      namespace: 'shop',
      uid: 'u',
      resourceVersion: '4',
      labels: { x: 'y' },
      creationTimestamp: '2026-01-01T00:00:00Z',
      annotations: { big: keptText('x'.repeat(1000)), small: 'x' },
    },
  });
  expect(keptText('x'.repeat(1000)).length).toBeLessThan(60);
  const slice = {
    metadata: { name: 's', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
    ports: [{ port: 80 }],
    endpoints: [
      {
        addresses: ['10.0.0.1'],
        conditions: { ready: true, serving: true },
        nodeName: 'n',
        targetRef: { kind: 'Pod', name: 'a', uid: 'u', namespace: 'shop' },
      },
      { addresses: ['10.0.0.2'] },
    ],
  };
  expect(keepEndpoints(slice)).toEqual({
    metadata: { name: 's', namespace: 'shop', labels: { 'kubernetes.io/service-name': 'web' } },
    endpoints: [{ conditions: { ready: true }, targetRef: { kind: 'Pod', name: 'a', uid: 'u' } }, { conditions: {} }],
  });
});
