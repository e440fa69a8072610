import type { Rollout } from '../../api/rollout.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { seconds } from '../../units/duration.ts';
import type { Cast } from './cast.ts';
import { versionOf } from './cast.ts';

const NAMESPACE = 'shop';
const NAME = 'web';
const API_VERSION = 'sluice.dev/v1alpha1';
const HOST = 'shop.example';
const LABELS = { app: NAME };

/** The demo's own story: a canary over a route, judged by the share of errors, with waits that people like to watch. */
export function builtInCast(): Cast {
  return {
    group: 'sluice.dev',
    rollout: ROLLOUT,
    surroundings: [PLACE, GATEWAY, service(`${NAME}-stable`), service(`${NAME}-canary`), ROUTE, ERRORS],
    users: { kind: 'Host', host: HOST },
    good: versionOf(ROLLOUT, 'v2'),
    bad: versionOf(ROLLOUT, 'v3-bad'),
    // Its analysis looks at the last six seconds.
    scrapeEvery: seconds(1),
    notes: [],
  };
}

const ROLLOUT: Rollout = {
  apiVersion: API_VERSION,
  kind: 'Rollout',
  metadata: { name: NAME, namespace: NAMESPACE },
  spec: {
    replicas: 4,
    selector: { matchLabels: LABELS },
    template: {
      metadata: { labels: LABELS, annotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' } },
      spec: {
        containers: [
          {
            name: 'app',
            image: 'docker.io/sluice/demo:v1',
            env: [{ name: 'DRAIN_SECONDS', value: '1' }],
            ports: [{ containerPort: 8080 }],
          },
        ],
      },
    },
    strategy: {
      canary: {
        stableService: `${NAME}-stable`,
        canaryService: `${NAME}-canary`,
        scaleDownDelaySeconds: 1,
        abortScaleDownDelaySeconds: 1,
        trafficRouting: { gatewayAPI: { httpRoute: NAME } },
        steps: [
          { setWeight: 20 },
          {
            analysis: {
              templates: [{ templateName: 'errors' }],
              args: [{ name: 'hash', valueFrom: { podTemplateHashValue: 'Latest' } }],
            },
          },
          { setWeight: 60 },
          { pause: { duration: '2s' } },
        ],
      },
    },
  },
};

const PLACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };

const GATEWAY = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'gateway', namespace: NAMESPACE },
  spec: { gatewayClassName: 'emulated', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
};

const ROUTE = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: NAME, namespace: NAMESPACE },
  spec: {
    parentRefs: [{ name: 'gateway' }],
    hostnames: [HOST],
    rules: [
      {
        backendRefs: [
          { name: `${NAME}-stable`, port: 80, weight: 100 },
          { name: `${NAME}-canary`, port: 80, weight: 0 },
        ],
      },
    ],
  },
};

function service(name: string): KubeObject {
  const made = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, namespace: NAMESPACE },
    spec: { selector: LABELS, ports: [{ port: 80, targetPort: 8080 }] },
  };
  return made;
}

const SERIES = `namespace="${NAMESPACE}",pod=~"${NAME}-{{args.hash}}-.*"`;

/** At most 5 % of the new pods' answers may be errors, in each of three measurements. */
const ERRORS = {
  apiVersion: API_VERSION,
  kind: 'AnalysisTemplate',
  metadata: { name: 'errors', namespace: NAMESPACE },
  spec: {
    args: [{ name: 'hash' }],
    metrics: [
      {
        name: 'errors',
        initialDelay: '3s',
        interval: '1s',
        count: 3,
        successCondition: 'result[0] <= 0.05',
        provider: {
          prometheus: {
            address: 'http://prometheus.monitoring:9090',
            query:
              `(sum(rate(http_requests_total{${SERIES},code=~"5.."}[6s])) or vector(0))` +
              ` / sum(rate(http_requests_total{${SERIES}}[6s]))`,
          },
        },
      },
    ],
  },
};
