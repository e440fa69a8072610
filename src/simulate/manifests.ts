import type { KubeObject } from '../kube/resource.ts';
import type { RolloutDraw, StepDraw, VersionDraw } from './world-plan.ts';

/** Where the Rollout of a world lives; its Services and route are named after it. */
export const PLACE = { namespace: 'shop', name: 'web' } as const;
/** Where the metrics of a world are asked for; nobody listens there but the world. */
export const PROMETHEUS = 'http://prometheus.monitoring:9090';
/** The host of the route. */
export const HOST = 'web.shop.example';

const { namespace, name } = PLACE;
const GROUP = 'sluice.dev/v1alpha1';

/** The first version of every world: it works. */
export const FIRST_VERSION: VersionDraw = { version: 1, errorRate: 0, crashes: false, neverReady: false };

/** How long a version that flaps is ready, and then not. */
const FLAP_SECONDS = 10;

/** A pod template of the emulated application that behaves as drawn. */
export function podTemplate(draw: VersionDraw): object {
  const { version, errorRate, crashes, neverReady, flaps = false, imageMissing = false } = draw;
  const env = {
    VERSION: `v${version}`,
    ERROR_RATE: errorRate,
    // Longer than any proxy of a world is late.
    DRAIN_SECONDS: 8,
    CRASH: crashes ? '1' : '',
    NEVER_READY: neverReady ? '1' : '',
    FLAP_SECONDS: flaps ? FLAP_SECONDS : '',
  };
  return {
    metadata: {
      labels: { app: name },
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080', 'prometheus.io/path': '/metrics' },
    },
    spec: {
      containers: [
        {
          name: 'app',
          image: `docker.io/sluice/demo:${version}${imageMissing ? '-missing' : ''}`,
          env: Object.entries(env).map(([key, value]) => ({ name: key, value: String(value) })),
          ports: [{ containerPort: 8080 }],
        },
      ],
    },
  };
}

const ANALYSIS = {
  templates: [{ templateName: 'errors' }],
  args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }],
};

function step(draw: StepDraw): object {
  switch (draw.kind) {
    case 'Weight':
      return { setWeight: draw.weight };
    case 'Pause':
      return { pause: draw.seconds === 0 ? {} : { duration: draw.seconds } };
    case 'Analysis':
      return { analysis: ANALYSIS };
  }
}

/** The steps as a manifest has them. */
export function stepsOf(steps: readonly StepDraw[]): readonly object[] {
  return steps.map(step);
}

function strategyOf(draw: RolloutDraw): object {
  const delays = {
    scaleDownDelaySeconds: draw.scaleDownDelay,
    abortScaleDownDelaySeconds: draw.abortScaleDownDelay,
  };
  const { pre, post } = draw.analyses;
  const canary = {
    steps: stepsOf(draw.steps),
    ...(draw.background ? { analysis: { ...ANALYSIS, startingStep: 0 } } : {}),
  };
  switch (draw.strategy) {
    case 'Basic':
      return { canary };
    case 'Routed':
      return {
        canary: {
          ...canary,
          ...delays,
          canaryService: `${name}-canary`,
          stableService: `${name}-stable`,
          trafficRouting: { gatewayAPI: { httpRoute: name } },
        },
      };
    case 'BlueGreen':
      return {
        blueGreen: {
          ...delays,
          activeService: `${name}-active`,
          previewService: `${name}-preview`,
          autoPromotionEnabled: draw.autoPromotion,
          ...(pre ? { prePromotionAnalysis: ANALYSIS } : {}),
          ...(post ? { postPromotionAnalysis: ANALYSIS } : {}),
        },
      };
  }
}

/** The Rollout with its first version. */
export function rolloutOf(draw: RolloutDraw): KubeObject {
  const rollout = {
    apiVersion: GROUP,
    kind: 'Rollout',
    metadata: { name, namespace },
    spec: {
      replicas: draw.replicas,
      selector: { matchLabels: { app: name } },
      template: podTemplate(FIRST_VERSION),
      progressDeadlineSeconds: draw.progressDeadline,
      progressDeadlineAbort: draw.progressDeadlineAbort,
      strategy: strategyOf(draw),
    },
  };
  return rollout;
}

/** What stands around the Rollout: Services, the route of a canary or of the active Service, the analysis template. */
export function surroundingsOf(draw: RolloutDraw): readonly KubeObject[] {
  const services = {
    Basic: [name],
    Routed: [`${name}-stable`, `${name}-canary`],
    BlueGreen: [`${name}-active`, `${name}-preview`],
  }[draw.strategy];
  // Only the first Service of a blue-green Rollout, or the only one of a basic canary, has traffic.
  const backends = draw.strategy === 'Routed' ? services : services.slice(0, 1);
  return [...services.map(service), route(backends), analysisTemplate()];
}

/** The Gateway that the route hangs on. */
export const GATEWAY = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'gateway', namespace: 'gateways' },
  spec: { gatewayClassName: 'emulated', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
} as const;

function service(serviceName: string): KubeObject {
  const made = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: serviceName, namespace },
    spec: { selector: { app: name }, ports: [{ port: 80, targetPort: 8080 }] },
  };
  return made;
}

function route(backends: readonly string[]): KubeObject {
  const made = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace },
    spec: {
      parentRefs: [GATEWAY.metadata],
      hostnames: [HOST],
      rules: [
        { backendRefs: backends.map((backend, index) => ({ name: backend, port: 80, weight: index === 0 ? 100 : 0 })) },
      ],
    },
  };
  return made;
}

/** The share of errors of one revision's pods: at most 5 % in three measurements. */
function analysisTemplate(): KubeObject {
  const series = `namespace="${namespace}",pod=~"${name}-{{args.hash}}-.*"`;
  const errors = `sum(rate(http_requests_total{${series},code=~"5.."}[30s])) or vector(0)`;
  const query = `(${errors}) / sum(rate(http_requests_total{${series}}[30s]))`;
  const made = {
    apiVersion: GROUP,
    kind: 'AnalysisTemplate',
    metadata: { name: 'errors', namespace },
    spec: {
      args: [{ name: 'hash' }],
      metrics: [
        {
          name: 'errors',
          initialDelay: '30s',
          interval: '10s',
          count: 3,
          successCondition: 'result[0] <= 0.05',
          inconclusiveLimit: 1,
          provider: { prometheus: { address: PROMETHEUS, query } },
        },
      ],
    },
  };
  return made;
}
