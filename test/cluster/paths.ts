import { join } from 'node:path';
import { cacheFolder } from './binaries.ts';

/**
 * The addresses of the test cluster. HOST belongs to a bridge without ports that we make ourselves: host and pods share
 * it, and no packet for it ever leaves the machine.
 */
export const ADDRESS = {
  host: '10.100.0.1',
  kubernetes: '10.96.0.1',
  dns: '10.96.0.10',
  services: '10.96.0.0/16',
  pods: '10.244.0.0/24',
} as const;

/** Ports on the host address (or on loopback, for what pods need not reach). */
export const PORT = {
  etcd: 22379,
  etcdPeer: 22380,
  apiserver: 26443,
  controllerManager: 20257,
  scheduler: 20259,
  kubelet: 20250,
  kubeletHealth: 20248,
  kubeProxyHealth: 20256,
  kubeProxyMetrics: 20249,
  contourXds: 28001,
  contourHealth: 28002,
  contourDebug: 28004,
  contourMetrics: 28005,
  envoyAdmin: 29001,
  envoyMetrics: 29002,
  /** The Gateway's own port; Envoy's listener is this plus 8000. */
  gateway: 80,
  envoyHttp: 8080,
  prometheus: 29090,
  dnsReady: 28181,
} as const;

/** The name of the only node, of the bridge, and of our nft table. */
export const NODE = 'sluice';
export const BRIDGE = 'sluice0';
export const NFT_TABLE = 'sluice';

/** Where everything of the cluster is kept; `npm run cluster -- down` removes all of it. */
export function clusterFolder(...below: readonly string[]): string {
  return join(cacheFolder(), 'cluster', ...below);
}

/** The administrator's kubeconfig of our own cluster. */
export function adminKubeconfig(): string {
  return kubeconfigOf('admin');
}

/** The kubeconfig of one of the cluster's users, such as `admin`, `contour` or `prometheus`. */
export function kubeconfigOf(user: string): string {
  return clusterFolder('kubeconfigs', user);
}
