import type { KubeObject } from '../kube/resource.ts';
import type { RolloutDraw, RolloutExtras, StepDraw, VersionDraw } from './world-plan.ts';

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

function step(draw: StepDraw, total: number): object {
  switch (draw.kind) {
    case 'Weight':
      return { setWeight: (draw.weight * total) / 100 };
    case 'Size':
      return { setCanaryScale: draw.pods === 'Matching' ? { matchTrafficWeight: true } : { replicas: draw.pods } };
    case 'Pause':
      return { pause: draw.seconds === 0 ? {} : { duration: draw.seconds } };
    case 'Analysis':
      return { analysis: ANALYSIS };
    case 'Experiment':
      return { experiment: experimentOf(draw.seconds, (draw.weight * total) / 100) };
  }
}

/** One that lasts 0 seconds ends with its update only. */
function experimentOf(seconds: number, weight: number): object {
  const templates = [
    { name: 'baseline', specRef: 'stable' },
    { name: 'trial', specRef: 'canary', ...(weight === 0 ? {} : { weight }) },
  ];
  return { templates, scaleDownDelaySeconds: 5, ...(seconds === 0 ? {} : { duration: `${seconds}s` }) };
}

/** The steps as a manifest has them; weights are drawn in percent. */
export function stepsOf(steps: readonly StepDraw[], total = 100): readonly object[] {
  return steps.map((draw) => step(draw, total));
}

/** The strategy of a manifest. */
export function strategyOf(draw: RolloutDraw): object {
  const delays = {
    scaleDownDelaySeconds: draw.scaleDownDelay,
    abortScaleDownDelaySeconds: draw.abortScaleDownDelay,
  };
  const { pre, post } = draw.analyses;
  const canary = {
    steps: stepsOf(draw.steps, draw.extras?.maxTrafficWeight),
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
          ...extraFields(draw.extras ?? {}),
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

function extraFields({ maxTrafficWeight, minPods, threshold, pingPong, podMetadata }: RolloutExtras): object {
  const [stable, canary] = SPLIT_SERVICES;
  return {
    ...(pingPong === true
      ? { pingPong: { pingService: stable, pongService: canary } }
      : { canaryService: canary, stableService: stable }),
    trafficRouting: {
      gatewayAPI: { httpRoute: name },
      ...(maxTrafficWeight === undefined ? {} : { maxTrafficWeight }),
    },
    ...(minPods === undefined ? {} : { minPodsPerReplicaSet: minPods }),
    ...(threshold === undefined ? {} : { replicaProgressThreshold: threshold }),
    ...(podMetadata === true
      ? { canaryMetadata: { labels: { role: 'canary' } }, stableMetadata: { labels: { role: 'stable' } } }
      : {}),
  };
}

/** The Services that a route is split between: the stable one, at the beginning, and the canary's. */
export const SPLIT_SERVICES = [`${name}-stable`, `${name}-canary`] as const;

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
      ...(draw.extras?.rollbackWindow === undefined
        ? {}
        : { rollbackWindow: { revisions: draw.extras.rollbackWindow } }),
    },
  };
  return rollout;
}

const SERVICES: Readonly<Record<RolloutDraw['strategy'], readonly string[]>> = {
  Basic: [name],
  Routed: SPLIT_SERVICES,
  BlueGreen: [`${name}-active`, `${name}-preview`],
};

/** The Services that a strategy names; the only one of a basic canary is named by nobody. */
export function servicesOf(strategy: RolloutDraw['strategy']): readonly KubeObject[] {
  return SERVICES[strategy].map(service);
}

/** What stands around the Rollout: Services, the route of a canary or of the active Service, the analysis template. */
export function surroundingsOf({ strategy, extras = {} }: RolloutDraw): readonly KubeObject[] {
  const services = SERVICES[strategy];
  // Only the first Service of a blue-green Rollout, or the only one of a basic canary, has traffic.
  const backends = strategy === 'Routed' ? services : services.slice(0, 1);
  return [...servicesOf(strategy), route(backends, extras.maxTrafficWeight ?? 100), analysisTemplate()];
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

function route(backends: readonly string[], total: number): KubeObject {
  const made = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace },
    spec: {
      parentRefs: [GATEWAY.metadata],
      hostnames: [HOST],
      rules: [{ backendRefs: backendsOf(backends, total) }],
    },
  };
  return made;
}

/** Backends of which the first has all the weight. */
export function backendsOf(services: readonly string[], total: number): readonly object[] {
  return services.map((backend, index) => ({ name: backend, port: 80, weight: index === 0 ? total : 0 }));
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
