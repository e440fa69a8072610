import { expect, test } from 'vitest';
import { breaches } from '../../../src/invariants/breaches.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';
import { seconds } from '../../../src/units/duration.ts';
import { add } from '../../../src/units/instant.ts';
import { ACTIVE_SERVICE, BEGIN, CANARY_SERVICE, PREVIEW_SERVICE, STABLE_SERVICE, worldOf } from '../model/world.ts';
import { routedUpdate } from './updates.ts';

test('a canary whose weight falls by its steps keeps its pods until the smaller weight is proven', () => {
  const steps = [{ setWeight: 75 }, { setWeight: 25 }, { pause: {} }];
  const provenWeight = { weight: 75, canaryHash: 'v2', stableHash: 'v1', since: '2026-11-24T09:59:00Z' };
  const words = { sets: { v1: { spec: 4, available: 4 }, v2: { spec: 3, available: 3, revision: 2 } } };
  const at = { index: 1, weight: 25, status: { canary: { provenWeight } } };
  const written = routedUpdate(steps, { ...at, words: { ...words, accepted: false } });
  const waits = planRollout(written, BEGIN);
  expect(waits.actions).not.toContainEqual(expect.objectContaining({ name: 'web-v2', replicas: 1 }));
  expect(breaches(written, waits)).toEqual([]);
  const status = {
    canary: { provenWeight: { ...provenWeight, weight: 25 } },
    controllerPause: true,
    pauseConditions: [{ reason: 'CanaryPauseStep', startTime: '2026-11-24T10:00:00Z' }] as const,
  };
  const shrinks = planRollout(routedUpdate(steps, { index: 2, weight: 25, status, words }), BEGIN);
  expect(shrinks.actions).toContainEqual(expect.objectContaining({ name: 'web-v2', replicas: 1 }));
});

test('an aborted blue-green version keeps its pods while the active Service still has its endpoints', () => {
  const world = worldOf({
    strategy: 'BlueGreen',
    replicas: 2,
    version: 'v2',
    sets: {
      v1: { spec: 2, available: 2, revision: 1 },
      v2: { spec: 2, available: 2, revision: 2, deadline: '2026-11-24T09:59:00Z' },
    },
    selected: { [ACTIVE_SERVICE]: 'v1', [PREVIEW_SERVICE]: 'v2' },
    status: {
      observedGeneration: 1,
      currentPodHash: 'v2',
      stableRS: 'v1',
      currentStepHash: '',
      abort: true,
      abortedAt: '2026-11-24T09:58:00Z',
    },
  });
  const removed = (observed: typeof world): boolean =>
    planRollout(observed, BEGIN).actions.some(
      (action) => action.kind === 'ChangeReplicaSet' && action.name === 'web-v2' && action.replicas === 0,
    );
  expect(removed(world)).toBe(true);
  const lagging = {
    ...world,
    services: world.services.map((service) =>
      service.name === ACTIVE_SERVICE ? { ...service, readyEndpoints: { v1: 2, v2: 2 } } : service,
    ),
  };
  expect(removed(lagging)).toBe(false);
  expect(planRollout(lagging, BEGIN).because.map(({ message }) => message)).toContain(
    'ReplicaSet web-v2 keeps its pods: Service web-active still has its endpoints',
  );
});

test('analysis arguments that name the revision are no error before there is one', () => {
  const steps = [{ setWeight: 20 }, { analysis: { templates: [{ templateName: 'errors' }] } }];
  const args = [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' as const } }];
  const [weight, analysis] = steps;
  const withArgs = [weight ?? {}, { analysis: { ...analysis?.analysis, args } }];
  const fresh = worldOf({ strategy: 'Routed', replicas: 2, version: 'v1', steps: withArgs });
  const answered = {
    ...fresh,
    templateAnswer: { generation: 1, accepted: true, template: fresh.rollout.spec.template } as const,
  };
  const { status, events } = planRollout(answered, BEGIN);
  expect(status.conditions?.map(({ type }) => type)).not.toContain('InvalidSpec');
  expect(events.map(({ reason }) => reason)).not.toContain('InvalidSpec');
  expect(status.currentStepHash).toBe(stepHash(withArgs));
});

test('a canary whose steps take its weight back to 0 keeps its pods until nobody can be on them', () => {
  const steps = [{ setWeight: 50 }, { setWeight: 0 }, { pause: {} }];
  const at = (since: string): ReturnType<typeof routedUpdate> =>
    routedUpdate(steps, {
      index: 2,
      weight: 0,
      status: {
        canary: { provenWeight: { weight: 0, canaryHash: 'v2', stableHash: 'v1', since } },
        controllerPause: true,
        pauseConditions: [{ reason: 'CanaryPauseStep', startTime: since }],
      },
      words: { sets: { v1: { spec: 4, available: 4, revision: 1 }, v2: { spec: 2, available: 2, revision: 2 } } },
    });
  const waits = planRollout(at('2026-11-24T09:59:45Z'), BEGIN);
  expect(waits.actions).not.toContainEqual(expect.objectContaining({ name: 'web-v2', replicas: 0 }));
  expect(waits.requeueAt).toBe(add(BEGIN, seconds(15)));
  const over = planRollout(at('2026-11-24T09:59:29Z'), BEGIN);
  expect(over.actions).toContainEqual(expect.objectContaining({ name: 'web-v2', replicas: 0 }));
  expect(breaches(at('2026-11-24T09:59:29Z'), over)).toEqual([]);
});

test('a first deployment that never worked does not block the version that mends it', () => {
  const steps = [{ setWeight: 50 }, { pause: {} }];
  const observed = routedUpdate(steps, {
    index: 0,
    weight: 0,
    words: {
      sets: { v1: { spec: 4, available: 0, revision: 1 }, v2: { spec: 2, available: 2, revision: 2 } },
      selected: { [CANARY_SERVICE]: 'v2', [STABLE_SERVICE]: '' },
    },
  });
  const plan = planRollout(observed, BEGIN);
  expect(plan.actions).toContainEqual(expect.objectContaining({ kind: 'SetSplit', split: { canary: 50, stable: 50 } }));
  expect(breaches(observed, plan)).toEqual([]);
});

test('one revision behind both Services carries a scale-out only with all of its pods', () => {
  const carried = (available: number): number | undefined => {
    const steps = [{ setWeight: 50 }];
    const observed = routedUpdate(steps, {
      index: 1,
      weight: 85,
      status: { currentPodHash: 'v2', stableRS: 'v2', canary: { carriedReplicas: 6 } },
      words: {
        replicas: 7,
        sets: { v1: { spec: 0, available: 0, revision: 1 }, v2: { spec: 7, available, revision: 2 } },
        selected: { [CANARY_SERVICE]: 'v2', [STABLE_SERVICE]: 'v2' },
      },
    });
    return planRollout(observed, BEGIN).status.canary?.carriedReplicas;
  };
  expect(carried(6)).toBe(6);
  expect(carried(7)).toBe(7);
});
