import type { Manifest } from './kubectl.ts';
import { ADDRESS } from './paths.ts';

/** One port of a host process as pods see it through a Service. */
export type HostPort = Readonly<{ name: string; port: number; targetPort: number; protocol: 'TCP' | 'UDP' }>;

/** A Service whose only endpoint is a process of this machine at the host address, so that pods reach it by name. */
export function hostService(
  { name, namespace, clusterIp }: Readonly<{ name: string; namespace: string; clusterIp?: string }>,
  ports: readonly HostPort[],
): readonly Manifest[] {
  const metadata = { name, namespace };
  return [
    {
      apiVersion: 'v1',
      kind: 'Service',
      metadata,
      spec: { ...(clusterIp === undefined ? {} : { clusterIP: clusterIp }), ports },
    },
    {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4',
      endpoints: [{ addresses: [ADDRESS.host], conditions: { ready: true } }],
      ports: ports.map(({ name: port, targetPort, protocol }) => ({ name: port, port: targetPort, protocol })),
    },
  ];
}

/** Lets a user of ours read these resources of the core group and of discovery.k8s.io everywhere. */
export function mayRead(user: string, resources: readonly string[]): readonly Manifest[] {
  const group = 'rbac.authorization.k8s.io';
  const metadata = { name: `sluice-${user}` };
  const rules = [{ apiGroups: ['', 'discovery.k8s.io'], resources, verbs: ['get', 'list', 'watch'] }];
  return [
    { apiVersion: `${group}/v1`, kind: 'ClusterRole', metadata, rules },
    {
      apiVersion: `${group}/v1`,
      kind: 'ClusterRoleBinding',
      metadata,
      roleRef: { apiGroup: group, kind: 'ClusterRole', name: metadata.name },
      subjects: [{ apiGroup: group, kind: 'User', name: user }],
    },
  ];
}
