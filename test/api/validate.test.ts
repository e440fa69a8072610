import { describe, expect, test } from 'vitest';
import { parseRollout } from '../../src/api/parse.ts';
import { invalidSpecMessage } from '../../src/api/problem.ts';
import { validateRollout, warnRollout } from '../../src/api/validate.ts';
import { REFUSALS } from './refusals.ts';
import { blueGreen, canary, rolloutOf, routed } from './rollouts.ts';

describe('a Rollout is refused because', () => {
  test.each(REFUSALS)('$because', ({ rollout, path, rule }) => {
    const problems = validateRollout(rollout);
    expect(problems.map((problem) => [problem.path, problem.rule])).toContainEqual([path, rule]);
    expect(parseRollout(rollout).ok).toBe(false);
  });
});

test('every refusal says what is wrong and what would be right', () => {
  for (const { rollout } of REFUSALS) {
    for (const { message } of validateRollout(rollout)) {
      expect(message).toMatch(/^(Invalid value: .+: .{10,}|Required value: .{10,})$/);
    }
  }
});

test('all problems of a Rollout are told at once, with full paths', () => {
  const problems = validateRollout(routed([{ setWeight: 120 }, { pause: { duration: 'x' } }], { maxSurge: 'x' }));
  expect(invalidSpecMessage('web', problems)).toBe(
    'The Rollout "web" is invalid: spec.strategy.canary.maxSurge: Invalid value: "x": must be a count or a percentage' +
      ' such as 25%, and not negative; spec.strategy.canary.steps[0].setWeight: Invalid value: 120: must be 0 to 100;' +
      ' spec.strategy.canary.steps[1].pause.duration: Invalid value: "x": must be seconds or a Go duration such as' +
      ' 90s or 1h30m, and not negative',
  );
});

const LEGAL = [
  ['a canary without steps', canary({})],
  ['zero replicas', canary({}, { replicas: 0 })],
  ['a literal empty trafficRouting', canary({ trafficRouting: {}, scaleDownDelaySeconds: 10 })],
  ['maxSurge 0 while maxUnavailable has its default', canary({ maxSurge: 0 })],
  ['weights at both ends', routed([{ setWeight: 0 }, { setWeight: 100 }])],
  ['a pause of zero seconds', routed([{ pause: { duration: 0 } }])],
  [
    'a weight above 100 where the maximum is higher',
    canary({
      canaryService: 'c',
      stableService: 's',
      trafficRouting: { nginx: { stableIngress: 'web' }, maxTrafficWeight: 1000 },
      steps: [{ setWeight: 900 }],
    }),
  ],
  ['setCanaryScale, a header route and a pause in one step', combined()],
  [
    'a workloadRef without selector',
    rolloutOf({ workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }, strategy: { canary: {} } }),
  ],
  ['Istio subsets without Services', subsets()],
  ['a field reference into status, which fills later', statusReference()],
  ['blue-green with one Service', blueGreen({})],
] as const;

test.each(LEGAL)('legal: %s', (_, rollout) => {
  expect(validateRollout(rollout)).toEqual([]);
});

test('a legal but odd Rollout is warned about', () => {
  expect(warnRollout(canary({ trafficRouting: {} })).map(({ rule }) => rule)).toEqual(['NoRouter']);
  expect(warnRollout(blueGreen({ scaleDownDelaySeconds: -1 })).map(({ rule }) => rule)).toEqual(['NegativeDelay']);
  expect(warnRollout(combined()).map(({ rule }) => rule)).toEqual(['CombinedStep']);
  expect(warnRollout(routed([{ setWeight: 5 }]))).toEqual([]);
});

function combined() {
  return routed([{ setCanaryScale: { replicas: 1 }, setHeaderRoute: { name: 'beta' }, pause: {} }], {
    trafficRouting: { gatewayAPI: { httpRoute: 'web' }, managedRoutes: [{ name: 'beta' }] },
  });
}

function subsets() {
  const destinationRule = { name: 'web', canarySubsetName: 'canary', stableSubsetName: 'stable' };
  return canary({ trafficRouting: { istio: { virtualService: { name: 'web' }, destinationRule } } });
}

function statusReference() {
  const fieldRef = { fieldPath: 'status.canary.weights.canary.weight' };
  return routed([
    { analysis: { templates: [{ templateName: 'x' }], args: [{ name: 'weight', valueFrom: { fieldRef } }] } },
  ]);
}
