import { readdir, readFile } from 'node:fs/promises';
import { buildImage } from '../../scripts/image.ts';
import { findBinary } from './binaries.ts';
import { run } from './command.ts';
import { loadDemoImage, loadImage } from './images.ts';
import { applyObjects, kubectl } from './kubectl.ts';
import { imageValues, target } from './target.ts';

/** Namespace and name of the release that the tests install. */
export const RELEASE = { name: 'sluice', namespace: 'sluice-system' } as const;

const kubeconfig = (): string => target().kubeconfig;

/** Builds the product's image and the demo application's, and gives them to the node; a foreign cluster pulls its own. */
export async function loadProductImages(): Promise<void> {
  if (!target().own) return;
  await loadImage((await buildImage()).tar);
  await loadDemoImage();
}

/** The arguments of the helm command by which the README installs the chart: what people type is what is tested. */
async function installCommand(): Promise<readonly string[]> {
  const readme = await readFile('README.md', 'utf8');
  const [, command] = /^helm (upgrade --install [^`]*?[^\\])$/m.exec(readme) ?? [];
  if (command === undefined) throw new Error('README.md shows no `helm upgrade --install` any more');
  return command.split(/[\s\\]+/);
}

/** Installs or upgrades the product by its own chart and waits until it is ready. */
export async function installProduct(): Promise<void> {
  const helm = await findBinary('helm');
  // The API server itself holds the pods of the chart, and of its test, to the restricted profile.
  const labels = { 'pod-security.kubernetes.io/enforce': 'restricted' };
  await applyObjects([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: RELEASE.namespace, labels } }]);
  const where = ['--kubeconfig', kubeconfig()];
  const { productImage } = target();
  const values = [
    `podAnnotations.installed-at=t${Date.now()}`,
    ...(productImage === undefined ? [] : imageValues(productImage)),
  ];
  const set = values.flatMap((value) => ['--set', value]);
  await run(helm, [...(await installCommand()), ...where, ...set, '--wait', '--timeout', '120s']);
}

/** Removes the product; CRDs and Rollouts stay. */
export async function uninstallProduct(): Promise<void> {
  const helm = await findBinary('helm');
  await run(helm, [
    'uninstall',
    RELEASE.name,
    '--kubeconfig',
    kubeconfig(),
    '--namespace',
    RELEASE.namespace,
    '--wait',
  ]);
}

/** The pod that holds the lease. */
export async function leaderPod(): Promise<string> {
  const path = 'jsonpath={.spec.holderIdentity}';
  return (await kubectl(['get', 'lease', RELEASE.name, '-n', RELEASE.namespace, '-o', path])).trim();
}

/** The names of the controller's pods that are ready and not on their way out. */
export async function controllerPods(): Promise<readonly string[]> {
  const selector = ['-n', RELEASE.namespace, '-l', 'app.kubernetes.io/name=sluice', '-o', 'json'];
  const list = JSON.parse(await kubectl(['get', 'pods', ...selector])) as Readonly<{ items: readonly ControllerPod[] }>;
  return list.items
    .filter(({ metadata, status }) => {
      const ready = status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True');
      return metadata.deletionTimestamp === undefined && ready === true;
    })
    .map(({ metadata }) => metadata.name);
}

type ControllerPod = Readonly<{
  metadata: Readonly<{ name: string; deletionTimestamp?: string }>;
  status?: Readonly<{ conditions?: readonly Readonly<{ type: string; status: string }>[] }>;
}>;

/** Deletes a pod without grace; its Deployment makes another one. */
export async function forcePodAway(name: string): Promise<void> {
  await kubectl(['delete', 'pod', name, '-n', RELEASE.namespace, '--grace-period=0', '--force', '--wait=false']);
}

/** Kills the controller processes (SIGKILL) of the pods that `which` names; answers how many there were. */
export async function killControllers(which: (pod: string) => boolean): Promise<number> {
  let killed = 0;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes('/app/sluice.mjs\0controller')) continue;
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    const pod = /(?:^|\0)POD_NAME=([^\0]*)/.exec(environment)?.[1];
    if (pod === undefined || !which(pod)) continue;
    process.kill(Number(pid), 'SIGKILL');
    killed += 1;
  }
  return killed;
}

/** The JSON lines that all controller pods have logged; what a killed process logged before is among them. */
export async function controllerLog(): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const selector = [
    '-n',
    RELEASE.namespace,
    '-l',
    'app.kubernetes.io/name=sluice',
    '--tail=-1',
    '--ignore-errors=true',
  ];
  const text = await kubectl(['logs', ...selector]);
  return text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

/** The manifests that the chart renders as it is installed here. */
export async function renderChart(): Promise<string> {
  return run(await findBinary('helm'), ['template', RELEASE.name, 'charts/sluice', '--namespace', RELEASE.namespace]);
}
