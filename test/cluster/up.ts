import { mkdir } from 'node:fs/promises';
import { findBinaries, findBinary } from './binaries.ts';
import { run, tell } from './command.ts';
import { startDataPlane } from './data-plane.ts';
import { startDns } from './dns.ts';
import { loadDemoImage } from './images.ts';
import { startMaster } from './master.ts';
import { startPrometheus } from './monitoring.ts';
import { raiseNetwork } from './network.ts';
import { startNode } from './node.ts';
import { adminKubeconfig, clusterFolder } from './paths.ts';
import { writePki } from './pki.ts';

/** Debian packages that hold the programs we neither build nor bring, by program. */
const PACKAGES = { runc: 'runc', nft: 'nftables', ip: 'iproute2', conntrack: 'conntrack', openssl: 'openssl' } as const;

/** What a test needs to reach the cluster. */
export type ClusterEnvironment = Readonly<{ KUBECONFIG: string; SLUICE_TEST_KUBECTL: string }>;

/**
 * Brings the whole cluster up, or completes one that is partly up; a second run changes nothing. With KUBECONFIG given it
 * starts nothing and only checks that this cluster answers. Throws what failed, with the end of that program's log.
 */
export async function clusterUp(): Promise<void> {
  const kubectl = await findBinary('kubectl');
  const given = process.env['KUBECONFIG'];
  if (given !== undefined && given !== adminKubeconfig()) {
    await run(kubectl, ['--kubeconfig', given, 'get', '--raw', '/readyz']);
    tell(`using the cluster of KUBECONFIG=${given}`);
    return;
  }
  if (process.getuid?.() !== 0) throw new Error('pods need root: run as root, or give KUBECONFIG of a running cluster');
  await installPackages();
  const master = await findBinaries('etcd', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler');
  const node = await findBinaries('containerd', 'containerd-shim-runc-v2', 'ctr', 'kubelet', 'kube-proxy', 'kubectl');
  await findBinaries('contour', 'envoy', 'prometheus', 'coredns');
  const start = performance.now();
  const stage = async (name: string, work: () => Promise<void>): Promise<void> => {
    await work();
    tell(`${name}: up after ${((performance.now() - start) / 1000).toFixed(1)} s`);
  };
  await mkdir(clusterFolder(), { recursive: true });
  await writePki();
  await raiseNetwork();
  await stage('control plane', () => startMaster(master));
  await stage('node', () => startNode(node));
  await stage('Contour and Envoy', startDataPlane);
  await stage('Prometheus', startPrometheus);
  await stage('DNS', startDns);
  await stage('demo image', loadDemoImage);
}

/** The variables that point tests and people at the cluster. */
export async function clusterEnvironment(): Promise<ClusterEnvironment> {
  return {
    KUBECONFIG: process.env['KUBECONFIG'] ?? adminKubeconfig(),
    SLUICE_TEST_KUBECTL: await findBinary('kubectl'),
  };
}

async function installPackages(): Promise<void> {
  const wanted = Object.entries(PACKAGES);
  const path = `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`;
  // Daemons and our own calls look there as well.
  process.env['PATH'] = path;
  const found = await run('sh', [
    '-c',
    'for name; do command -v "$name" >/dev/null && echo "$name"; done; true',
    'sh',
    ...wanted.map(([name]) => name),
  ]);
  const present = new Set(found.split('\n'));
  const missing: string[] = wanted.filter(([name]) => !present.has(name)).map(([, name]) => name);
  const plugins = await run('sh', ['-c', 'test -x /usr/lib/cni/ptp && echo yes || echo no']);
  if (plugins.trim() === 'no') missing.push('containernetworking-plugins');
  if (missing.length === 0) return;
  tell(`installing ${missing.join(' ')}`);
  await run('apt-get', ['update']);
  await run('apt-get', ['install', '-y', '--no-install-recommends', ...missing]);
}
