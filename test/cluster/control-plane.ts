import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findBinaries } from './binaries.ts';
import { freePorts } from './ports.ts';
import { statusOf, until } from './ready.ts';

/** An API server of our own, and what a client needs to reach it as cluster administrator. */
export type ControlPlane = Readonly<{
  kubeconfigPath: string;
  url: string;
  /** PEM file that the server's certificate is checked against. */
  caPath: string;
  token: string;
  /** One JSON audit event a line, level Metadata, written as each request ends. */
  auditLogPath: string;
  /** Ends etcd and kube-apiserver, has `change` done to the folder of etcd's data, and starts both again on the same ports. */
  interrupt(change: (etcdData: string) => Promise<void>): Promise<void>;
  /** Ends both processes and removes all they wrote; calling it twice is harmless. */
  stop(): Promise<void>;
}>;

/** Every request once, when it has been answered, without its body: enough to count calls by user agent. */
export const AUDIT_POLICY = `apiVersion: audit.k8s.io/v1
kind: Policy
omitStages: [RequestReceived, ResponseStarted]
rules: [{ level: Metadata }]
`;

const READY_WITHIN_MS = 120_000;

/**
 * Starts etcd and kube-apiserver on free loopback ports, in a folder of their own, without root: no controllers, no
 * scheduler, no nodes. Ready in about five seconds; throws with the end of the log when it is not within two minutes.
 * `moreArguments` go to kube-apiserver.
 */
export async function startControlPlane(moreArguments: readonly string[] = []): Promise<ControlPlane> {
  const program = await findBinaries('etcd', 'kube-apiserver');
  const folder = await mkdtemp(join(tmpdir(), 'sluice-control-plane-'));
  const [etcdPort = 0, peerPort = 0, apiPort = 0] = await freePorts(3);
  let children: ChildProcess[] = [];
  const stopChildren = async (): Promise<void> => {
    // The API server first: it would otherwise fill its log with the loss of etcd.
    for (const child of children.toReversed()) await end(child);
    children = [];
  };
  const stop = async (): Promise<void> => {
    await stopChildren();
    await rm(folder, { recursive: true, force: true });
  };
  const url = `https://127.0.0.1:${apiPort}`;
  const etcdUrl = `http://127.0.0.1:${etcdPort}`;
  const caPath = join(folder, 'certs', 'apiserver.crt');
  const start = async (token: string): Promise<void> => {
    const etcdArgs = etcdArguments(folder, etcdUrl, `http://127.0.0.1:${peerPort}`);
    children.push(launch(program('etcd'), etcdArgs, folder, 'etcd'));
    const apiserverArgs = [...apiserverArguments(folder, etcdUrl, apiPort), ...moreArguments];
    const apiserver = launch(program('kube-apiserver'), apiserverArgs, folder, 'apiserver');
    children.push(apiserver);
    await until('kube-apiserver is ready', () => isReady(apiserver, url, caPath, token), {
      withinMs: READY_WITHIN_MS,
      logPath: join(folder, 'apiserver.log'),
    });
  };
  try {
    const token = await writeSecrets(folder);
    await start(token);
    const kubeconfigPath = join(folder, 'kubeconfig');
    await writeFile(kubeconfigPath, kubeconfig(url, await readFile(caPath), token), { mode: 0o600 });
    const interrupt = async (change: (etcdData: string) => Promise<void>): Promise<void> => {
      await stopChildren();
      await change(join(folder, 'etcd'));
      await start(token);
    };
    const auditLogPath = join(folder, 'audit.log');
    return { kubeconfigPath, url, caPath, token, auditLogPath, interrupt, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function isReady(apiserver: ChildProcess, url: string, caPath: string, token: string): Promise<boolean> {
  if (apiserver.exitCode !== null) throw new Error(`kube-apiserver ended with code ${apiserver.exitCode}`);
  const ca = await readFile(caPath, 'utf8').catch(() => undefined);
  return ca !== undefined && (await statusOf(`${url}/readyz`, { ca, token })) === 200;
}

async function writeSecrets(folder: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'sec1', format: 'pem' });
  const token = randomBytes(24).toString('hex');
  await writeFile(join(folder, 'service-accounts.key'), key, { mode: 0o600 });
  await writeFile(join(folder, 'tokens.csv'), `${token},sluice-test,sluice-test,system:masters\n`, { mode: 0o600 });
  await writeFile(join(folder, 'audit-policy.yaml'), AUDIT_POLICY);
  return token;
}

function etcdArguments(folder: string, clients: string, peers: string): readonly string[] {
  return [
    `--data-dir=${join(folder, 'etcd')}`,
    `--listen-client-urls=${clients}`,
    `--advertise-client-urls=${clients}`,
    `--listen-peer-urls=${peers}`,
    `--initial-advertise-peer-urls=${peers}`,
    `--initial-cluster=default=${peers}`,
    // Nothing here outlives the run, and waiting for the disk would be most of the test time.
    '--unsafe-no-fsync',
    '--log-level=warn',
  ];
}

function apiserverArguments(folder: string, etcdUrl: string, port: number): readonly string[] {
  const key = join(folder, 'service-accounts.key');
  return [
    `--etcd-servers=${etcdUrl}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, 'certs')}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    `--service-account-key-file=${key}`,
    `--service-account-signing-key-file=${key}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    '--service-cluster-ip-range=10.96.0.0/16',
    // A pod is refused without its namespace's default ServiceAccount, which no controller makes here.
    '--disable-admission-plugins=ServiceAccount',
    `--audit-policy-file=${join(folder, 'audit-policy.yaml')}`,
    `--audit-log-path=${join(folder, 'audit.log')}`,
    '--audit-log-format=json',
    '--profiling=false',
  ];
}

function kubeconfig(server: string, ca: Buffer, token: string): string {
  const cluster = { server, 'certificate-authority-data': ca.toString('base64') };
  // JSON is YAML, and needs no quoting rules of ours.
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'sluice',
    clusters: [{ name: 'sluice', cluster }],
    users: [{ name: 'sluice', user: { token } }],
    contexts: [{ name: 'sluice', context: { cluster: 'sluice', user: 'sluice' } }],
  });
}

function launch(path: string, args: readonly string[], folder: string, name: string): ChildProcess {
  const log = openSync(join(folder, `${name}.log`), 'w');
  const child = spawn(path, args, { cwd: folder, stdio: ['ignore', log, log] });
  closeSync(log);
  // A test runner that crashes must not leave servers behind.
  const kill = (): boolean => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
  return child;
}

// A server that does not obey within ten seconds is killed: what it holds is thrown away anyway.
function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return Promise.resolve();
  return new Promise((resolve) => {
    const force = setTimeout(() => child.kill('SIGKILL'), 10_000);
    child.once('exit', () => {
      clearTimeout(force);
      resolve();
    });
    child.kill('SIGTERM');
  });
}
