import { expect, test } from 'vitest';
import { parseRollout } from '../../src/api/parse.ts';
import type { ParsedRollout } from '../../src/api/parse.ts';
import type { Rollout } from '../../src/api/rollout.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import { blueGreen, canary, PODS, routed } from './rollouts.ts';

const NOTHING = { labels: {}, annotations: {} };
const NOTHING_ON_PODS = { updateMetadata: NOTHING, stableMetadata: NOTHING, keepApart: undefined };

function parsed(rollout: Rollout): ParsedRollout {
  const result = parseRollout(rollout);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.value;
}

test('a canary gets every default', () => {
  expect(parsed(canary({}))).toEqual({
    name: 'web',
    namespace: 'shop',
    generation: 1,
    replicas: 1,
    selector: PODS.selector,
    template: PODS.template,
    minReady: milliseconds(0),
    revisionHistoryLimit: 10,
    paused: false,
    rollbackWindow: 0,
    progressDeadline: seconds(600),
    progressDeadlineAbort: false,
    restartAt: undefined,
    successfulRunHistoryLimit: 5,
    unsuccessfulRunHistoryLimit: 5,
    strategy: {
      kind: 'Canary',
      canaryService: undefined,
      stableService: undefined,
      pingPong: false,
      steps: [],
      routing: undefined,
      maxSurge: '25%',
      maxUnavailable: '25%',
      background: undefined,
      scaleDownDelay: seconds(30),
      scaleDownDelayRevisionLimit: undefined,
      abortScaleDownDelay: seconds(30),
      pods: NOTHING_ON_PODS,
      dynamicStableScale: false,
      abortScaleDownDelayGiven: false,
      minPods: undefined,
      progressThreshold: undefined,
    },
  });
});

test('blue-green gets every default', () => {
  expect(parsed(blueGreen({})).strategy).toEqual({
    kind: 'BlueGreen',
    activeService: 'web',
    previewService: undefined,
    previewReplicaCount: undefined,
    promotion: { kind: 'AtOnce' },
    prePromotionAnalysis: undefined,
    postPromotionAnalysis: undefined,
    scaleDownDelay: seconds(30),
    scaleDownDelayGiven: false,
    scaleDownDelayRevisionLimit: undefined,
    abortScaleDownDelay: seconds(30),
    maxUnavailable: '25%',
    pods: NOTHING_ON_PODS,
  });
});

test('steps become parts, with durations in milliseconds', () => {
  const analysis = { templates: [{ templateName: 'errors' }] };
  const { strategy } = parsed(
    routed([
      { setWeight: 20 },
      { pause: {} },
      { pause: { duration: '1m30.7s' } },
      { pause: { duration: 5 } },
      { analysis },
    ]),
  );
  expect(strategy.kind === 'Canary' && strategy.steps).toEqual([
    { index: 0, parts: [{ kind: 'SetWeight', weight: 20 }] },
    { index: 1, parts: [{ kind: 'Pause', duration: undefined }] },
    { index: 2, parts: [{ kind: 'Pause', duration: seconds(90) }] },
    { index: 3, parts: [{ kind: 'Pause', duration: seconds(5) }] },
    { index: 4, parts: [{ kind: 'Analysis', analysis }] },
  ]);
});

test('our own Gateway API field and the block of the plugin mean the same routes', () => {
  const block = { httpRoutes: [{ name: 'web' }, { name: 'api', useHeaderRoutes: true }], namespace: 'edge' };
  const route = { router: 'GatewayApi', resource: 'httproutes', namespace: 'edge' };
  for (const trafficRouting of [{ gatewayAPI: block }, { plugins: { 'argoproj-labs/gatewayAPI': block } }]) {
    const { strategy } = parsed(canary({ canaryService: 'c', stableService: 's', trafficRouting }));
    expect(strategy.kind === 'Canary' && strategy.routing).toMatchObject({
      maxWeight: 100,
      routes: [
        { ...route, name: 'web', headerRoutes: false },
        { ...route, name: 'api', headerRoutes: true },
      ],
    });
  }
});

test('routes are looked for in the namespace of the Rollout', () => {
  const { strategy } = parsed(routed([]));
  expect(strategy.kind === 'Canary' && strategy.routing?.routes).toEqual([
    { router: 'GatewayApi', resource: 'httproutes', namespace: 'shop', name: 'web', headerRoutes: true },
  ]);
});

test('a literal empty trafficRouting sizes pods but names no route', () => {
  const { strategy } = parsed(canary({ trafficRouting: {} }));
  expect(strategy.kind === 'Canary' && strategy.routing).toMatchObject({ maxWeight: 100, routes: [], selectors: [] });
});

test('an abort delay of 0 means for ever, a negative delay means none', () => {
  const { strategy } = parsed(blueGreen({ abortScaleDownDelaySeconds: 0, scaleDownDelaySeconds: -5 }));
  expect(strategy.abortScaleDownDelay).toBeUndefined();
  expect(strategy.scaleDownDelay).toBe(0);
});

test('autoPromotionSeconds counts only while promotion is automatic', () => {
  const promotion = (rollout: Rollout) => {
    const { strategy } = parsed(rollout);
    return strategy.kind === 'BlueGreen' ? strategy.promotion : undefined;
  };
  expect(promotion(blueGreen({ autoPromotionSeconds: 20 }))).toEqual({ kind: 'After', delay: seconds(20) });
  expect(promotion(blueGreen({ autoPromotionSeconds: 20, autoPromotionEnabled: false }))).toEqual({ kind: 'ByPerson' });
});
