import { execFileSync } from 'node:child_process';
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import type { Programs } from './binaries.ts';
import { run, tryRun } from './command.ts';
import { startDaemon } from './daemon.ts';
import { PAUSE_IMAGE, containerdSocket, goImage, loadImage } from './images.ts';
import { cniFolder } from './network.ts';
import { ADDRESS, NODE, PORT, adminKubeconfig, clusterFolder, kubeconfigOf } from './paths.ts';
import { exists, pki } from './pki.ts';
import { statusOf, until } from './ready.ts';

/** The programs of a node. */
export type NodeProgram = 'containerd' | 'containerd-shim-runc-v2' | 'ctr' | 'kubelet' | 'kube-proxy' | 'kubectl';

const CNI_PROGRAMS = '/usr/lib/cni';

/** Starts containerd, the kubelet and kube-proxy, unless they run, and waits until the node is Ready. */
export async function startNode(program: Programs<NodeProgram>): Promise<void> {
  await startContainerd(program);
  if (!(await exists(clusterFolder('images', 'pause.tar')))) await goImage('pause', PAUSE_IMAGE);
  await loadImage(clusterFolder('images', 'pause.tar'));
  await mkdir(clusterFolder('kubelet'), { recursive: true });
  await writeFile(clusterFolder('kubelet.yaml'), JSON.stringify(kubeletConfiguration()));
  await startDaemon({
    name: 'kubelet',
    path: program('kubelet'),
    args: [
      `--config=${clusterFolder('kubelet.yaml')}`,
      `--kubeconfig=${kubeconfigOf('kubelet')}`,
      `--root-dir=${clusterFolder('kubelet')}`,
      `--hostname-override=${NODE}`,
      `--node-ip=${ADDRESS.host}`,
    ],
    isReady: async () => (await statusOf(`http://127.0.0.1:${PORT.kubeletHealth}/healthz`)) === 200,
  });
  // A running kube-proxy ends itself when its file is written, even with the same content.
  await writeChanged(clusterFolder('kube-proxy.yaml'), JSON.stringify(proxyConfiguration()));
  await startDaemon({
    name: 'kube-proxy',
    path: program('kube-proxy'),
    args: [`--config=${clusterFolder('kube-proxy.yaml')}`, `--hostname-override=${NODE}`],
    isReady: async () => (await statusOf(`http://${ADDRESS.host}:${PORT.kubeProxyHealth}/healthz`)) === 200,
  });
  const wait = ['--kubeconfig', adminKubeconfig(), 'wait', 'node', NODE, '--for=condition=Ready', '--timeout=1s'];
  await until('the node is Ready', async () => (await tryRun(program('kubectl'), wait)).ok, { withinMs: 120_000 });
}

async function writeChanged(path: string, text: string): Promise<void> {
  if ((await readFile(path, 'utf8').catch(() => undefined)) !== text) await writeFile(path, text);
}

async function startContainerd(program: Programs<NodeProgram>): Promise<void> {
  // containerd looks for the shim by this name in PATH.
  await mkdir(clusterFolder('bin'), { recursive: true });
  await rm(clusterFolder('bin', 'containerd-shim-runc-v2'), { force: true });
  await symlink(program('containerd-shim-runc-v2'), clusterFolder('bin', 'containerd-shim-runc-v2'));
  await writeFile(clusterFolder('containerd.toml'), containerdConfiguration());
  await startDaemon({
    name: 'containerd',
    path: program('containerd'),
    args: ['--config', clusterFolder('containerd.toml')],
    env: { PATH: `${clusterFolder('bin')}:${process.env['PATH'] ?? ''}:/usr/sbin:/sbin` },
    isReady: async () => (await tryRun(program('ctr'), ['--address', containerdSocket(), 'version'])).ok,
  });
}

// Where the kernel refuses -998 even to root (nested containers), runc would die before the container starts.
function mayLowerOomScore(): boolean {
  try {
    execFileSync('sh', ['-c', 'echo -998 > /proc/self/oom_score_adj'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function containerdConfiguration(): string {
  return `version = 3
root = '${clusterFolder('containerd')}'
state = '${clusterFolder('containerd-run')}'
disabled_plugins = ['io.containerd.nri.v1.nri', 'io.containerd.snapshotter.v1.btrfs', 'io.containerd.snapshotter.v1.zfs',
  'io.containerd.snapshotter.v1.devmapper', 'io.containerd.snapshotter.v1.erofs', 'io.containerd.internal.v1.tracing']

[grpc]
  address = '${containerdSocket()}'

[plugins.'io.containerd.cri.v1.images']
  snapshotter = 'overlayfs'
[plugins.'io.containerd.cri.v1.images'.pinned_images]
  sandbox = '${PAUSE_IMAGE}'

[plugins.'io.containerd.cri.v1.runtime']
  disable_apparmor = true
  restrict_oom_score_adj = ${String(!mayLowerOomScore())}
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc]
  runtime_type = 'io.containerd.runc.v2'
[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]
  SystemdCgroup = false
[plugins.'io.containerd.cri.v1.runtime'.cni]
  bin_dirs = ['${CNI_PROGRAMS}']
  conf_dir = '${cniFolder()}'
`;
}

function kubeletConfiguration(): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    address: ADDRESS.host,
    port: PORT.kubelet,
    healthzBindAddress: '127.0.0.1',
    healthzPort: PORT.kubeletHealth,
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: pki('ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: pki('kubelet-server.crt'),
    tlsPrivateKeyFile: pki('kubelet-server.key'),
    containerRuntimeEndpoint: `unix://${containerdSocket()}`,
    cgroupDriver: 'cgroupfs',
    // Since 1.35 the kubelet refuses cgroup v1 unless told; many build machines still have it.
    failCgroupV1: false,
    failSwapOn: false,
    makeIPTablesUtilChains: false,
    podLogsDir: clusterFolder('pod-logs'),
    clusterDNS: [ADDRESS.dns],
    clusterDomain: 'cluster.local',
    resolvConf: '',
    // Images are nowhere but here: a collected one could never be had again.
    imageGCHighThresholdPercent: 100,
    imageGCLowThresholdPercent: 99,
    evictionHard: { 'memory.available': '100Mi' },
    registerNode: true,
    serializeImagePulls: false,
    // Several tests start tens of pods at once.
    maxPods: 200,
    kubeAPIQPS: 100,
    kubeAPIBurst: 200,
    shutdownGracePeriod: '0s',
  };
}

function proxyConfiguration(): object {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    clientConnection: { kubeconfig: kubeconfigOf('kube-proxy') },
    mode: 'nftables',
    clusterCIDR: ADDRESS.pods,
    nodePortAddresses: [`${ADDRESS.host}/32`],
    healthzBindAddress: `${ADDRESS.host}:${PORT.kubeProxyHealth}`,
    metricsBindAddress: `127.0.0.1:${PORT.kubeProxyMetrics}`,
    conntrack: { maxPerCore: 0, min: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}

/** Ends all pods' processes and takes away what a node leaves in the kernel: shims, mounts, namespaces, cgroups. */
export async function clearNode(): Promise<void> {
  const shims = await tryRun('pgrep', ['-f', `^[^ ]*containerd-shim-runc-v2[^ ]* .*-address ${containerdSocket()}`]);
  const cgroups = await podProcesses();
  for (const pid of [...shims.stdout.split('\n'), ...cgroups].filter((text) => text !== '')) {
    await tryRun('kill', ['-9', pid]);
  }
  const mounts = (await run('cat', ['/proc/self/mounts'])).split('\n').map((line) => line.split(' ')[1] ?? '');
  // The last mounted first: mounts lie upon each other.
  for (const mount of mounts.toReversed().filter((path) => path.startsWith(`${clusterFolder()}/`))) {
    await tryRun('umount', ['-l', mount]);
  }
  await tryRun('sh', ['-c', CLEAR_KERNEL]);
}

async function podProcesses(): Promise<readonly string[]> {
  const { stdout } = await tryRun('sh', [
    '-c',
    "find /sys/fs/cgroup -path '*/kubepods/*' -name cgroup.procs -exec cat {} +",
  ]);
  return [...new Set(stdout.split('\n'))];
}

// Names that CNI gives begin with cni-; cgroups are removed from the leaves up, which is what -depth is for.
const CLEAR_KERNEL = `
for name in $(ls /run/netns 2>/dev/null | grep '^cni-'); do ip netns delete "$name"; done
find /sys/fs/cgroup -depth -type d -path '*/kubepods*' -exec rmdir {} + 2>/dev/null
`;
