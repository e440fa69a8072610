import { describe, expect, test } from 'vitest';
import { HASH_LABEL } from '../../../src/api/names.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout, ObservedService } from '../../../src/plan/rollout/observed-rollout.ts';
import { brief } from '../model/judge.ts';
import { ACTIVE_SERVICE, BEGIN, PREVIEW_SERVICE, STABLE_SERVICE, type WorldWords, worldOf } from '../model/world.ts';

/** A Service that bears our mark and that the spec names no more. */
function left(
  name: string,
  hash: string | undefined,
  readyEndpoints: Readonly<Record<string, number>>,
): ObservedService {
  return {
    name,
    exists: true,
    uid: `service-${name}`,
    resourceVersion: '7',
    selector: { app: 'web', ...(hash === undefined ? {} : { [HASH_LABEL]: hash }) },
    managedBy: 'web',
    readyEndpoints,
  };
}

const settled = { observedGeneration: 1, currentStepHash: '', currentPodHash: 'v1', stableRS: 'v1' };
const atRest: WorldWords = {
  strategy: 'BlueGreen',
  replicas: 4,
  version: 'v1',
  sets: { v1: { spec: 4, available: 4 } },
  selected: { [ACTIVE_SERVICE]: 'v1', [PREVIEW_SERVICE]: 'v1' },
  status: settled,
};
const inUpdate: WorldWords = {
  ...atRest,
  version: 'v2',
  sets: { v1: { spec: 4, available: 4 }, v2: { spec: 4, available: 4, revision: 2 } },
  selected: { [ACTIVE_SERVICE]: 'v1', [PREVIEW_SERVICE]: 'v2' },
  status: {
    ...settled,
    currentPodHash: 'v2',
    blueGreen: {},
    controllerPause: true,
    pauseConditions: [{ reason: 'BlueGreenPause', startTime: '2026-11-24T09:59:00Z' }],
  },
  options: { autoPromotionEnabled: false },
};

function deeds(words: WorldWords, services: readonly ObservedService[], change: Partial<ObservedRollout> = {}) {
  const world = { ...worldOf(words), leftServices: services, ...change };
  const { actions } = planRollout(world, BEGIN);
  return actions.filter((action) => !('because' in action && action.because === '')).map(brief);
}

describe('a Service of the strategy left behind', () => {
  test('loses the hash key and managed-by once the new Service serves', () => {
    expect(deeds(atRest, [left(STABLE_SERVICE, 'v1', { v1: 4 })])).toContain(`ReleaseService ${STABLE_SERVICE}`);
  });

  test('keeps them while the new Service does not serve yet', () => {
    const words = { ...atRest, selected: {} };
    const actions = deeds(words, [left(STABLE_SERVICE, 'v1', { v1: 4 })]);
    expect(actions).toContain(`${ACTIVE_SERVICE} := v1`);
    expect(actions).not.toContain(`ReleaseService ${STABLE_SERVICE}`);
  });

  test('goes to the stable revision in mid-update, and stays there until the promotion', () => {
    expect(deeds(inUpdate, [left('web-canary', 'v2', { v2: 4 })])).toContain('web-canary := v1');
    expect(deeds(inUpdate, [left('web-canary', 'v1', { v1: 4 })])).not.toContain('ReleaseService web-canary');
  });

  test('keeps the pods of the revision that it sends to, also while its endpoints lag', () => {
    const old = { v0: { spec: 4, available: 4, deadline: '2026-11-24T09:00:00Z' }, v1: { spec: 4, available: 4 } };
    const words = { ...atRest, sets: old };
    expect(deeds(words, [])).toContain('web-v0: 4 → 0 (DrainOver)');
    for (const service of [left('web-canary', 'v0', { v0: 4 }), left('web-canary', 'v1', { v0: 1, v1: 4 })]) {
      expect(deeds(words, [service])).not.toContain('web-v0: 4 → 0 (DrainOver)');
    }
  });

  test('is not touched when it bears the mark of another Rollout', () => {
    const other = { ...left('web-canary', 'v1', { v1: 4 }), managedBy: 'api' };
    expect(deeds(atRest, [other])).toEqual([]);
  });

  test('stands still while the Rollout is paused', () => {
    const words = { ...atRest, spec: { paused: true } };
    expect(deeds(words, [left(STABLE_SERVICE, 'v1', { v1: 4 })])).toEqual([]);
  });
});

describe('a route of the strategy left behind', () => {
  const route = { router: 'GatewayApi', resource: 'httproutes', namespace: 'shop', name: 'web' } as const;
  const services = { canary: 'web-canary', stable: STABLE_SERVICE };
  const leftRoutes = [{ route, uid: 'route', resourceVersion: '3', services }];

  test('is given back once both its Services name one revision, so that its weights make no difference', () => {
    const both = [left('web-canary', 'v1', { v1: 4 }), left(STABLE_SERVICE, 'v1', { v1: 4 })];
    expect(deeds(inUpdate, both, { leftRoutes })).toContain('release route web');
    const apart = [left('web-canary', 'v2', { v2: 4 }), left(STABLE_SERVICE, 'v1', { v1: 4 })];
    expect(deeds(inUpdate, apart, { leftRoutes })).not.toContain('release route web');
  });
});

test('the status of the strategy left behind is cleared', () => {
  const weights = { canary: { weight: 20 }, stable: { weight: 80 } };
  const world = worldOf({ ...inUpdate, status: { ...inUpdate.status, currentStepIndex: 1, canary: { weights } } });
  const { status } = planRollout(world, BEGIN);
  expect(status.canary).toBeUndefined();
  expect(status.currentStepIndex).toBeUndefined();
  expect(status.blueGreen?.activeSelector).toBe('v1');
});
