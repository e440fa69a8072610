import type { KubeObject } from '../../src/kube/resource.ts';
import { abort, image, metrics, promote, restart, wait } from '../scenarios/runner/deeds.ts';
import type { Spec } from '../scenarios/runner/objects.ts';
import {
  analysisTemplate,
  blueGreen,
  canary,
  errorRate,
  GATEWAY,
  pause,
  podTemplate,
  route,
  routedCanary,
  setWeight,
} from '../scenarios/runner/objects.ts';
import { PROMETHEUS } from '../scenarios/runner/metrics.ts';
import type { Story } from './play-story.ts';

/** The block of an analysis with everything that can stand in one. */
export const ANALYSIS: Spec = {
  templates: [{ templateName: 'errors', clusterScope: false }],
  args: [
    { name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } },
    { name: 'limit', value: '0.05' },
    { name: 'size', valueFrom: { fieldRef: { fieldPath: 'spec.replicas' } } },
  ],
  dryRun: [{ metricName: 'second' }],
  measurementRetention: [{ metricName: 'second', limit: 2 }],
  analysisRunMetadata: { labels: { team: 'a' }, annotations: { note: 'a' } },
};

const metric = (name: string, more: Spec = {}): Spec => ({
  name,
  interval: '1s',
  count: 4,
  successCondition: 'result[0] <= {{args.limit}}',
  provider: { prometheus: { address: PROMETHEUS, query: 'error_rate{hash="{{args.hash}}"}' } },
  ...more,
});

const template = (name: string, count: number): KubeObject =>
  analysisTemplate(name, {
    args: [
      { name: 'hash' },
      { name: 'limit', value: '0.5' },
      { name: 'size', value: '1' },
      { name: 'other', value: '1' },
    ],
    metrics: [metric('first', { count }), metric('second')],
  });

/** Templates that analyses of stories name, one of them for the whole cluster. */
export const TEMPLATES: readonly KubeObject[] = [
  template('errors', 3),
  template('others', 2),
  { ...template('errors', 1), kind: 'ClusterAnalysisTemplate' },
  errorRate('plain'),
];

const STEPS = [setWeight(40), pause(2), setWeight(60), pause()];

/** Without traffic routing. */
export const BASIC: Story = { strategy: canary(STEPS) };

/** With an HTTPRoute. */
export const ROUTED: Story = { strategy: routedCanary(STEPS) };

/** A routed update that is promoted, so that the old version drains. */
export const PROMOTED: Story = {
  strategy: routedCanary([setWeight(40), pause(1)]),
  deeds: [image('v2'), wait(15)],
};

/** Two updates in a row, the second while the first one's pods drain. */
export const DRAINING: Story = {
  strategy: routedCanary([setWeight(40)], { scaleDownDelaySeconds: 60 }),
  deeds: [image('v2'), wait(8), image('v3'), wait(8), image('v4'), wait(8)],
};

/** A routed update that is aborted at its pause. */
export const ABORTED: Story = {
  strategy: routedCanary([setWeight(40), pause()]),
  deeds: [image('v2'), wait(6), abort(), wait(12)],
};

/** New pods that never become ready. */
export const STUCK: Story = {
  strategy: canary([setWeight(40)]),
  spec: { progressDeadlineSeconds: 4 },
  deeds: [image('v2-unready'), wait(15)],
};

/** Four versions, one after the other. */
export const MANY: Story = {
  strategy: canary([]),
  deeds: [image('v2'), wait(6), image('v3'), wait(6), image('v4'), wait(6)],
};

/** From the third version back to the first. */
export const BACK: Story = {
  strategy: canary([setWeight(40), pause()]),
  deeds: [image('v2'), wait(4), promote(), wait(6), image('v3'), wait(4), promote(), wait(6), image('v1'), wait(8)],
};

/** An analysis as a step, or beside the steps; its runs have the labels and rules of the block. */
export const STEP_ANALYSIS: Story = {
  strategy: routedCanary([setWeight(40), { analysis: ANALYSIS }, pause()]),
  objects: TEMPLATES,
};
export const BACKGROUND: Story = {
  strategy: routedCanary([setWeight(40), pause(3), setWeight(60), pause()], { analysis: ANALYSIS }),
  objects: TEMPLATES,
};

/** Failing analyses of three versions, whose runs are kept or not. */
export const RUNS_KEPT: Story = {
  strategy: canary([
    setWeight(40),
    {
      analysis: {
        templates: [{ templateName: 'plain' }],
        args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }],
      },
    },
  ]),
  objects: TEMPLATES,
  deeds: [
    image('v2'),
    wait(10),
    metrics({ error_rate: { v3: 0.9, v4: 0.9 } }),
    image('v3'),
    wait(10),
    image('v4'),
    wait(10),
    image('v5'),
    wait(10),
  ],
};

/** Header and mirror routes. */
export const MANAGED: Story = {
  strategy: routedCanary(
    [
      { setHeaderRoute: { name: 'by-header', match: [{ headerName: 'x-user', headerValue: { exact: 'beta' } }] } },
      {
        setMirrorRoute: {
          name: 'copy',
          percentage: 50,
          match: [{ method: { exact: 'GET' }, path: { prefix: '/a' }, headers: { 'x-a': { exact: 'b' } } }],
        },
      },
      setWeight(40),
      pause(),
    ],
    {
      trafficRouting: {
        managedRoutes: [{ name: 'by-header' }, { name: 'copy' }],
        gatewayAPI: { httpRoutes: [{ name: 'web', useHeaderRoutes: true }] },
      },
    },
  ),
  objects: [route('web', ['web-stable', 'web-canary'])],
};

/** A step's size apart from its weight. */
export const SIZED: Story = {
  strategy: routedCanary([
    { setCanaryScale: { replicas: 3 } },
    setWeight(20),
    pause(2),
    { setCanaryScale: { matchTrafficWeight: true } },
    pause(),
  ]),
};

/** Two Services that swap roles. */
export const PING_PONG: Story = {
  strategy: routedCanary([setWeight(40), pause(1)], {
    canaryService: undefined,
    stableService: undefined,
    pingPong: { pingService: 'web-stable', pongService: 'web-canary' },
    trafficRouting: { plugins: { 'argoproj-labs/gatewayAPI': { httpRoute: 'web', namespace: 'scenario' } } },
  }),
};

/** Blue-green, stopped before the switch, and on its way through it. */
export const BLUE_GREEN: Story = {
  strategy: blueGreen({ autoPromotionEnabled: false }),
  deeds: [image('v2'), wait(6), promote(), wait(12)],
};
export const BLUE_GREEN_MANY: Story = {
  strategy: blueGreen({ scaleDownDelaySeconds: 60 }),
  deeds: [image('v2'), wait(8), image('v3'), wait(8), image('v4'), wait(8)],
};
export const BLUE_GREEN_ABORTED: Story = {
  strategy: blueGreen({ autoPromotionEnabled: false }),
  deeds: [image('v2'), wait(6), abort(), wait(12)],
};
export const PRE_ANALYSIS: Story = { strategy: blueGreen({ prePromotionAnalysis: ANALYSIS }), objects: TEMPLATES };
export const POST_ANALYSIS: Story = { strategy: blueGreen({ postPromotionAnalysis: ANALYSIS }), objects: TEMPLATES };

/** All pods of version v1 are made anew. */
export const RESTARTED: Story = { strategy: canary([]), deeds: [restart(), wait(15)] };
export const BLUE_GREEN_RESTARTED: Story = { strategy: blueGreen(), deeds: [restart(), wait(20)] };

/** The Rollout is paused by its spec in mid-update. */
export const HELD: Story = {
  strategy: canary([setWeight(40), pause(2), setWeight(60), pause()]),
  deeds: [image('v2'), wait(8)],
};

/** A step that runs an experiment of both versions. */
export const EXPERIMENT: Story = {
  strategy: routedCanary([
    setWeight(20),
    {
      experiment: {
        duration: '6s',
        scaleDownDelaySeconds: 1,
        analysisRunMetadata: { labels: { team: 'a' }, annotations: { note: 'a' } },
        dryRun: [{ metricName: 'second' }],
        templates: [
          {
            name: 'old',
            specRef: 'stable',
            replicas: 1,
            metadata: { labels: { role: 'old' }, annotations: { note: 'old' } },
            selector: { matchLabels: { app: 'web', role: 'old' } },
          },
          { name: 'new', specRef: 'canary', replicas: 1, weight: 10, service: { name: 'new-pods' } },
        ],
        analyses: [
          {
            name: 'check',
            templateName: 'errors',
            clusterScope: false,
            requiredForCompletion: false,
            args: (ANALYSIS['args'] as readonly Spec[]).map((one) => one),
          },
        ],
      },
    },
    pause(),
  ]),
  objects: TEMPLATES,
  deeds: [image('v2'), wait(20)],
};

/** A route of another kind, with a backend for each Service. */
export const otherRoute = (kind: string, name: string, labels: Readonly<Record<string, string>> = {}): KubeObject =>
  ({
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind,
    metadata: { name, labels },
    spec: {
      parentRefs: [GATEWAY],
      ...(kind === 'TCPRoute' ? {} : { hostnames: [`${name}.example`] }),
      rules: [{ backendRefs: ['web-stable', 'web-canary'].map((service) => ({ name: service, port: 80, weight: 1 })) }],
    },
  }) as KubeObject;

/** Another pod template for the spec. */
export const OTHER_TEMPLATE = podTemplate('v1', 'web', { COLOUR: 'blue' });

const deployment = (name: string, version: string): KubeObject => {
  const spec = { replicas: 3, selector: { matchLabels: { app: 'web' } }, template: podTemplate(version) };
  const made = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name }, spec };
  return made;
};

/** A template that stands in a Deployment. */
export const TAKEN: Story = {
  strategy: canary([]),
  spec: {
    selector: undefined,
    template: undefined,
    workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'shop' },
  },
  objects: [deployment('shop', 'v1'), deployment('other', 'v2')],
  deeds: [wait(6)],
};
