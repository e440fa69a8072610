/** Objects that several groups send. */

/** A pod template with one container. */
export const template = (app: string): Readonly<Record<string, unknown>> => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'main', image: 'shop:1' }] },
});

/** A small ReplicaSet. */
export const replicaSet = (name: string, spec: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  metadata: { name, labels: { app: name } },
  spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: template(name), ...spec },
});

/** A small Deployment. */
export const deployment = (name: string, spec: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: { replicas: 2, selector: { matchLabels: { app: name } }, template: template(name), ...spec },
});

/** A ConfigMap. */
export const configMap = (
  name: string,
  value: string,
  metadata: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data: { key: value },
});

/** A pod that is bound to no node. */
export const pod = (name: string, spec: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, labels: { app: name } },
  spec: { containers: [{ name: 'main', image: 'shop:1' }], ...spec },
});

/** A Service of one port. */
export const service = (name: string, spec: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec },
});

/** A Rollout with the given steps. */
export const rollout = (
  name: string,
  group: string,
  spec: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> => ({
  apiVersion: `${group}/v1alpha1`,
  kind: 'Rollout',
  metadata: { name },
  spec: {
    replicas: 3,
    selector: { matchLabels: { app: name } },
    template: template(name),
    strategy: { canary: { steps: [{ setWeight: 20 }, { pause: {} }] } },
    ...spec,
  },
});

/** A pod spec that uses most of what has defaults of its own. */
export const RICH_POD_SPEC = {
  terminationGracePeriodSeconds: 45,
  securityContext: { runAsNonRoot: true, fsGroup: 2000, seccompProfile: { type: 'RuntimeDefault' } },
  serviceAccountName: 'shop',
  hostNetwork: false,
  affinity: {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        { weight: 100, podAffinityTerm: { topologyKey: 'zone', labelSelector: { matchLabels: { app: 'a' } } } },
      ],
    },
    nodeAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator: 'In', values: ['ssd'] }] }],
      },
    },
  },
  topologySpreadConstraints: [
    {
      maxSkew: 1,
      topologyKey: 'zone',
      whenUnsatisfiable: 'ScheduleAnyway',
      labelSelector: { matchLabels: { app: 'a' } },
    },
  ],
  tolerations: [{ key: 'gpu', operator: 'Exists' }],
  volumes: [
    { name: 'config', configMap: { name: 'settings' } },
    { name: 'keys', secret: { secretName: 'keys' } },
    { name: 'scratch', emptyDir: {} },
    { name: 'plain' },
    { name: 'host', hostPath: { path: '/tmp' } },
    { name: 'labels', downwardAPI: { items: [{ path: 'labels', fieldRef: { fieldPath: 'metadata.labels' } }] } },
    {
      name: 'all',
      projected: {
        sources: [{ configMap: { name: 'settings' } }, { serviceAccountToken: { path: 'token' } }],
      },
    },
    { name: 'claim', persistentVolumeClaim: { claimName: 'disk' } },
    {
      name: 'own',
      ephemeral: {
        volumeClaimTemplate: { spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } } },
      },
    },
  ],
  initContainers: [{ name: 'prepare', image: 'busybox', command: ['true'] }],
  containers: [
    {
      name: 'main',
      image: 'docker.io/shop/checkout',
      ports: [{ containerPort: 8080, name: 'http' }, { containerPort: 9090 }],
      env: [
        { name: 'PLAIN', value: 'x' },
        { name: 'EMPTY', value: '' },
        { name: 'IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
        { name: 'LIMIT', valueFrom: { resourceFieldRef: { resource: 'limits.cpu' } } },
        { name: 'SECRET', valueFrom: { secretKeyRef: { name: 'keys', key: 'k' } } },
      ],
      envFrom: [{ configMapRef: { name: 'settings' } }],
      resources: { limits: { cpu: 1, memory: '1Gi' }, requests: { cpu: '0.5', memory: '0.5Gi' } },
      readinessProbe: { httpGet: { port: 'http' } },
      livenessProbe: { tcpSocket: { port: 8080 }, periodSeconds: 5 },
      startupProbe: { exec: { command: ['true'] }, failureThreshold: 30 },
      lifecycle: { preStop: { sleep: { seconds: 5 } }, postStart: { httpGet: { port: 8080 } } },
      securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
      volumeMounts: [{ name: 'config', mountPath: '/etc/config' }],
    },
    { name: 'side', image: 'envoy:v1', livenessProbe: { grpc: { port: 9000 } } },
  ],
};
