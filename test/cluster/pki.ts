import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './command.ts';
import { ADDRESS, NODE, PORT, clusterFolder, kubeconfigOf } from './paths.ts';

/** One certificate: file name, subject as RBAC reads it (CN is the user, O the group), and names it serves under. */
type Certificate = Readonly<{ file: string; user: string; group?: string; names?: readonly string[] }>;

const SERVERS: readonly Certificate[] = [
  {
    file: 'apiserver',
    user: 'kube-apiserver',
    names: [
      'DNS:kubernetes',
      'DNS:kubernetes.default',
      'DNS:kubernetes.default.svc',
      'DNS:kubernetes.default.svc.cluster.local',
      'DNS:localhost',
      'IP:127.0.0.1',
      `IP:${ADDRESS.kubernetes}`,
      `IP:${ADDRESS.host}`,
    ],
  },
  { file: 'kubelet-server', user: NODE, names: [`DNS:${NODE}`, `IP:${ADDRESS.host}`] },
];

/** Everybody with a kubeconfig. The last two get their rights from RBAC objects of ours, the others from Kubernetes. */
const USERS: readonly Certificate[] = [
  { file: 'admin', user: 'sluice-admin', group: 'system:masters' },
  { file: 'apiserver-to-kubelet', user: 'apiserver-to-kubelet', group: 'system:masters' },
  { file: 'controller-manager', user: 'system:kube-controller-manager' },
  { file: 'scheduler', user: 'system:kube-scheduler' },
  { file: 'kubelet', user: `system:node:${NODE}`, group: 'system:nodes' },
  { file: 'kube-proxy', user: 'system:kube-proxy' },
  { file: 'contour', user: 'contour' },
  { file: 'prometheus', user: 'prometheus' },
  { file: 'coredns', user: 'coredns' },
];

/** The path of a certificate (`.crt`) or key (`.key`) of the cluster. */
export function pki(file: string): string {
  return clusterFolder('pki', file);
}

/** Makes the authority, all certificates (valid for ten years) and all kubeconfigs, unless they exist. */
export async function writePki(): Promise<void> {
  const done = pki('complete');
  if (await exists(done)) return;
  await rm(clusterFolder('pki'), { recursive: true, force: true });
  await mkdir(clusterFolder('pki'), { recursive: true, mode: 0o700 });
  await mkdir(clusterFolder('kubeconfigs'), { recursive: true, mode: 0o700 });
  // The machine's own openssl.cnf would add extensions that contradict ours.
  await writeFile(pki('openssl.cnf'), '[req]\ndistinguished_name = dn\n[dn]\n');
  const constraints = ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign'];
  const authority = ['-subj', '/CN=sluice-test', ...constraints.flatMap((text) => ['-addext', text])];
  await request('ca', authority);
  for (const certificate of [...SERVERS, ...USERS]) await issue(certificate);
  for (const { file } of USERS) await writeKubeconfig(file);
  await run('openssl', ['ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', pki('service-accounts.key')]);
  await writeFile(done, '');
}

async function issue({ file, user, group, names }: Certificate): Promise<void> {
  const subject = `${group === undefined ? '' : `/O=${group}`}/CN=${user}`;
  const usage =
    names === undefined
      ? ['extendedKeyUsage=clientAuth']
      : ['extendedKeyUsage=serverAuth', `subjectAltName=${names.join(',')}`];
  const extensions = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature', ...usage];
  const signer = ['-CA', pki('ca.crt'), '-CAkey', pki('ca.key')];
  await request(file, [...signer, '-subj', subject, ...extensions.flatMap((text) => ['-addext', text])]);
}

async function request(file: string, args: readonly string[]): Promise<void> {
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', pki(`${file}.key`)];
  const common = ['-config', pki('openssl.cnf'), '-x509', '-days', '3650'];
  await run('openssl', ['req', ...common, ...key, '-out', pki(`${file}.crt`), ...args]);
}

async function writeKubeconfig(user: string): Promise<void> {
  const base64 = async (file: string): Promise<string> => (await readFile(pki(file))).toString('base64');
  const cluster = {
    server: `https://${ADDRESS.host}:${PORT.apiserver}`,
    'certificate-authority-data': await base64('ca.crt'),
  };
  const credentials = {
    'client-certificate-data': await base64(`${user}.crt`),
    'client-key-data': await base64(`${user}.key`),
  };
  const text = JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'sluice',
    clusters: [{ name: 'sluice', cluster }],
    users: [{ name: user, user: credentials }],
    contexts: [{ name: 'sluice', context: { cluster: 'sluice', user } }],
  });
  await writeFile(kubeconfigOf(user), text, { mode: 0o600 });
}

/** Whether a file or folder is there. */
export async function exists(path: string): Promise<boolean> {
  return access(join(path)).then(
    () => true,
    () => false,
  );
}
