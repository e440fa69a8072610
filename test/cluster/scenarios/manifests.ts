import type { Manifest } from '../kubectl.ts';
import { target } from '../target.ts';

/** The name of the Rollout, its route and the stem of its Services in every scenario. */
export const APP = 'web';

/** How a version of the demo application behaves. */
export type Version = Readonly<{ version: string; errorRate?: number; latencyMs?: number; crash?: boolean }>;

/** A pod template of the demo application, scraped by Prometheus. */
export function podTemplate({ version, errorRate = 0, latencyMs = 0, crash = false }: Version): object {
  const env = { VERSION: version, ERROR_RATE: errorRate, LATENCY_MS: latencyMs, DRAIN_SECONDS: 3, CRASH: crash };
  return {
    metadata: {
      labels: { app: APP },
      annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080', 'prometheus.io/path': '/metrics' },
    },
    spec: {
      terminationGracePeriodSeconds: 15,
      containers: [
        {
          name: 'app',
          image: target().demoImage,
          env: Object.entries(env).map(([name, value]) => ({ name, value: String(value) })),
          ports: [{ containerPort: 8080 }],
          readinessProbe: { httpGet: { path: '/readyz', port: 8080 }, periodSeconds: 1 },
        },
      ],
    },
  };
}

/** The parts of a Rollout's spec that scenarios differ in. */
export type RolloutWish = Readonly<{ replicas: number; version: Version; strategy: object; more?: object }>;

/** A Rollout of the demo application. */
export function rollout(namespace: string, { replicas, version, strategy, more = {} }: RolloutWish): Manifest {
  return {
    apiVersion: 'sluice.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { name: APP, namespace },
    spec: {
      replicas,
      revisionHistoryLimit: 3,
      selector: { matchLabels: { app: APP } },
      template: podTemplate(version),
      strategy,
      ...more,
    },
  };
}

/** A canary over an HTTPRoute with these steps, and delays short enough for a test. */
export function routedCanary(steps: readonly object[], more: object = {}): object {
  return {
    canary: {
      canaryService: `${APP}-canary`,
      stableService: `${APP}-stable`,
      scaleDownDelaySeconds: 5,
      abortScaleDownDelaySeconds: 5,
      trafficRouting: { gatewayAPI: { httpRoute: APP } },
      steps,
      ...more,
    },
  };
}

/** A Service of the demo application. */
export function service(namespace: string, name: string): Manifest {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace },
    spec: { selector: { app: APP }, ports: [{ port: 80, targetPort: 8080 }] },
  };
}

/** A route from the Gateway to these Services; the first one carries all the traffic at first. */
export function route(namespace: string, host: string, services: readonly string[]): Manifest {
  const { gateway } = target();
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: APP, namespace },
    spec: {
      parentRefs: [{ name: gateway.name, namespace: gateway.namespace }],
      hostnames: [host],
      rules: [{ backendRefs: services.map((name, index) => ({ name, port: 80, weight: index === 0 ? 100 : 0 })) }],
    },
  };
}

const SERIES = 'namespace="{{args.namespace}}",pod=~"web-{{args.hash}}-.*"';

/** An analysis of the share of errors, or of the 95th percentile of the latency, of one revision's pods. */
export function analysisTemplate(
  namespace: string,
  kind: 'errors' | 'latency',
  more: object = {},
  address = target().prometheus,
): Manifest {
  const errors = `(sum(rate(http_requests_total{${SERIES},code=~"5.."}[6s])) or vector(0)) / sum(rate(http_requests_total{${SERIES}}[6s]))`;
  const latency = `histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket{${SERIES}}[6s])))`;
  return {
    apiVersion: 'sluice.dev/v1alpha1',
    kind: 'AnalysisTemplate',
    metadata: { name: kind, namespace },
    spec: {
      args: [{ name: 'hash' }, { name: 'namespace', value: namespace }],
      metrics: [
        {
          name: kind,
          initialDelay: '5s',
          interval: '2s',
          count: 3,
          successCondition: kind === 'errors' ? 'result[0] <= 0.05' : 'result[0] <= 0.25',
          provider: { prometheus: { address, query: kind === 'errors' ? errors : latency } },
          ...more,
        },
      ],
    },
  };
}

/** A reference to that template with the hash of the newest revision. */
export function analysisOf(kind: 'errors' | 'latency'): object {
  return {
    templates: [{ templateName: kind }],
    args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }],
  };
}
