/** A Service that selects the pods of every version. */
export const service = (name: string): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: 'web' }, ports: [{ port: 80 }] },
});

/** A route that names both Services. */
export const route = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'HTTPRoute',
  metadata: { name: 'web' },
  spec: {
    parentRefs: [{ name: 'gateway' }],
    rules: [
      {
        backendRefs: [
          { name: 'web-stable', port: 80, weight: 100 },
          { name: 'web-canary', port: 80, weight: 0 },
        ],
      },
    ],
  },
};

/** The strategy of most tests: an indefinite pause at 20 %, one second at 60 %. */
export const canary = {
  canaryService: 'web-canary',
  stableService: 'web-stable',
  scaleDownDelaySeconds: 1,
  abortScaleDownDelaySeconds: 1,
  trafficRouting: { gatewayAPI: { httpRoute: 'web' } },
  steps: [{ setWeight: 20 }, { pause: {} }, { setWeight: 60 }, { pause: { duration: '1s' } }],
};

/** A Rollout of five pods at a version. */
export const rollout = (version: string, strategy: object = { canary }): object => ({
  apiVersion: 'sluice.dev/v1alpha1',
  kind: 'Rollout',
  metadata: { name: 'web' },
  spec: {
    replicas: 5,
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'web', image: `docker.io/example/web:${version}` }] },
    },
    strategy,
  },
});
