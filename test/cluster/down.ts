import { rm } from 'node:fs/promises';
import { tell } from './command.ts';
import { daemonNames, stopDaemon } from './daemon.ts';
import { lowerNetwork } from './network.ts';
import { clearNode } from './node.ts';
import { adminKubeconfig, clusterFolder } from './paths.ts';

/** Who ends when: what makes pods before what runs them, the API server after its clients, etcd last. */
const ORDER = [
  'kubelet',
  'kube-proxy',
  'kube-scheduler',
  'kube-controller-manager',
  'containerd',
  'kube-apiserver',
  'etcd',
];

/**
 * Stops what we started and removes all of it: processes, mounts, namespaces, bridge, rules and files. Built programs stay.
 * A cluster given by KUBECONFIG is not ours, and is left alone.
 */
export async function clusterDown(): Promise<void> {
  const given = process.env['KUBECONFIG'];
  if (given !== undefined && given !== adminKubeconfig()) {
    tell(`the cluster of KUBECONFIG=${given} was not started here and is left alone`);
    return;
  }
  const names = await daemonNames();
  for (const name of names.toSorted((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))) await stopDaemon(name);
  if (process.getuid?.() === 0) {
    await clearNode();
    await lowerNetwork();
  }
  await rm(clusterFolder(), { recursive: true, force: true });
  tell('the cluster is down');
}
