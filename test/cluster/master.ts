import { mkdir, readFile, writeFile } from 'node:fs/promises';
import type { Programs } from './binaries.ts';
import { AUDIT_POLICY } from './control-plane.ts';
import { startDaemon } from './daemon.ts';
import { ADDRESS, PORT, clusterFolder, kubeconfigOf } from './paths.ts';
import { pki } from './pki.ts';
import { statusOf } from './ready.ts';
import type { Credentials } from './ready.ts';

/** The programs of the control plane. */
export type MasterProgram = 'etcd' | 'kube-apiserver' | 'kube-controller-manager' | 'kube-scheduler';

/** The API server's address for host and pods alike. */
export const API_URL = `https://${ADDRESS.host}:${PORT.apiserver}`;

/** One JSON audit event a line, level Metadata, of everything that was asked of the API server. */
export const auditLog = (): string => clusterFolder('audit.log');

/** Starts etcd, the API server, the controllers and the scheduler, unless they run; each serves when this returns. */
export async function startMaster(program: Programs<MasterProgram>): Promise<void> {
  await startEtcd(program);
  await mkdir(clusterFolder('apiserver'), { recursive: true });
  await writeFile(clusterFolder('audit-policy.yaml'), AUDIT_POLICY);
  const credentials = await administrator();
  await startDaemon({
    name: 'kube-apiserver',
    path: program('kube-apiserver'),
    args: apiserverArguments(),
    isReady: async () => (await statusOf(`${API_URL}/readyz`, credentials)) === 200,
  });
  await Promise.all([startControllerManager(program), startScheduler(program)]);
}

/** Who may do everything at the API server. */
export async function administrator(): Promise<Credentials> {
  const [ca, cert, key] = await Promise.all(
    ['ca.crt', 'admin.crt', 'admin.key'].map((file) => readFile(pki(file), 'utf8')),
  );
  if (ca === undefined || cert === undefined || key === undefined) throw new Error('the certificates are incomplete');
  return { ca, cert, key };
}

function startEtcd(program: Programs<MasterProgram>): Promise<void> {
  const clients = `http://127.0.0.1:${PORT.etcd}`;
  const peers = `http://127.0.0.1:${PORT.etcdPeer}`;
  return startDaemon({
    name: 'etcd',
    path: program('etcd'),
    args: [
      `--data-dir=${clusterFolder('etcd')}`,
      `--listen-client-urls=${clients}`,
      `--advertise-client-urls=${clients}`,
      `--listen-peer-urls=${peers}`,
      `--initial-advertise-peer-urls=${peers}`,
      `--initial-cluster=default=${peers}`,
      // A machine that dies takes this cluster with it: waiting for the disk would only slow every test.
      '--unsafe-no-fsync',
      '--log-level=warn',
    ],
    isReady: async () => (await statusOf(`${clients}/health`)) === 200,
  });
}

function apiserverArguments(): readonly string[] {
  const accounts = pki('service-accounts.key');
  return [
    `--etcd-servers=http://127.0.0.1:${PORT.etcd}`,
    `--bind-address=${ADDRESS.host}`,
    `--advertise-address=${ADDRESS.host}`,
    `--secure-port=${PORT.apiserver}`,
    `--cert-dir=${clusterFolder('apiserver')}`,
    `--client-ca-file=${pki('ca.crt')}`,
    `--tls-cert-file=${pki('apiserver.crt')}`,
    `--tls-private-key-file=${pki('apiserver.key')}`,
    `--kubelet-certificate-authority=${pki('ca.crt')}`,
    `--kubelet-client-certificate=${pki('apiserver-to-kubelet.crt')}`,
    `--kubelet-client-key=${pki('apiserver-to-kubelet.key')}`,
    '--kubelet-preferred-address-types=InternalIP',
    '--authorization-mode=Node,RBAC',
    '--enable-admission-plugins=NodeRestriction',
    `--service-account-key-file=${accounts}`,
    `--service-account-signing-key-file=${accounts}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-cluster-ip-range=${ADDRESS.services}`,
    '--allow-privileged=true',
    `--audit-policy-file=${clusterFolder('audit-policy.yaml')}`,
    `--audit-log-path=${auditLog()}`,
    '--audit-log-format=json',
    '--profiling=false',
  ];
}

async function startControllerManager(program: Programs<MasterProgram>): Promise<void> {
  const { ca } = await administrator();
  await startDaemon({
    name: 'kube-controller-manager',
    path: program('kube-controller-manager'),
    args: [
      ...controllerArguments('controller-manager'),
      `--secure-port=${PORT.controllerManager}`,
      '--use-service-account-credentials',
      `--service-account-private-key-file=${pki('service-accounts.key')}`,
      `--root-ca-file=${pki('ca.crt')}`,
      `--cluster-signing-cert-file=${pki('ca.crt')}`,
      `--cluster-signing-key-file=${pki('ca.key')}`,
    ],
    isReady: async () =>
      (await statusOf(`https://127.0.0.1:${PORT.controllerManager}/healthz`, { ca: ca ?? '' })) === 200,
  });
}

async function startScheduler(program: Programs<MasterProgram>): Promise<void> {
  const { ca } = await administrator();
  await startDaemon({
    name: 'kube-scheduler',
    path: program('kube-scheduler'),
    args: [...controllerArguments('scheduler'), `--secure-port=${PORT.scheduler}`],
    isReady: async () => (await statusOf(`https://127.0.0.1:${PORT.scheduler}/healthz`, { ca: ca ?? '' })) === 200,
  });
}

// Both serve their health with the API server's certificate, which names 127.0.0.1.
function controllerArguments(user: string): readonly string[] {
  return [
    `--kubeconfig=${kubeconfigOf(user)}`,
    `--authentication-kubeconfig=${kubeconfigOf(user)}`,
    `--authorization-kubeconfig=${kubeconfigOf(user)}`,
    '--bind-address=127.0.0.1',
    `--tls-cert-file=${pki('apiserver.crt')}`,
    `--tls-private-key-file=${pki('apiserver.key')}`,
    '--leader-elect=false',
    '--profiling=false',
  ];
}
