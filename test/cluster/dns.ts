import { writeFile } from 'node:fs/promises';
import { findBinary } from './binaries.ts';
import { startDaemon } from './daemon.ts';
import { hostService, mayRead } from './host-service.ts';
import { applyObjects } from './kubectl.ts';
import { ADDRESS, PORT, clusterFolder, kubeconfigOf } from './paths.ts';
import { statusOf } from './ready.ts';

/** Starts CoreDNS as a process of this machine and lets pods find it at the usual Service; it knows only the cluster's names. */
export async function startDns(): Promise<void> {
  await applyObjects([
    ...mayRead('coredns', ['services', 'pods', 'namespaces', 'endpoints', 'endpointslices']),
    ...hostService({ name: 'kube-dns', namespace: 'kube-system', clusterIp: ADDRESS.dns }, [
      { name: 'dns', port: 53, targetPort: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, targetPort: 53, protocol: 'TCP' },
    ]),
  ]);
  await writeFile(clusterFolder('Corefile'), corefile());
  await startDaemon({
    name: 'coredns',
    path: await findBinary('coredns'),
    args: ['-conf', clusterFolder('Corefile')],
    isReady: async () => (await statusOf(`http://127.0.0.1:${PORT.dnsReady}/ready`)) === 200,
  });
}

// Names of the outside are refused at once: pods here must not reach it, and a test must not wait for a time-out.
function corefile(): string {
  return `.:53 {
  bind ${ADDRESS.host}
  errors
  ready 127.0.0.1:${PORT.dnsReady}
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig ${kubeconfigOf('coredns')}
    pods insecure
    ttl 5
  }
}
`;
}
