import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RolloutStatus } from '../../src/api/rollout.ts';
import { systemClock } from '../../src/clock/clock.ts';
import { ownKinds } from '../../src/controllers/world.ts';
import { createApiServer } from '../../src/emulator/api-server.ts';
import { startEmbeddedCluster } from '../../src/emulator/embedded-cluster.ts';
import { listenHttp } from '../../src/emulator/http-listener.ts';
import { mustKubectl } from '../api/kubectl.ts';
import { sequence } from '../emulator/api-rig.ts';

const REPOSITORY = join(import.meta.dirname, '..', '..');

/** A cluster for the commands of pages: the embedded one on a port, with the controller as a process of its own. */
export type Stand = Readonly<{
  /** Runs kubectl in the namespace `default` and answers what it printed; throws what it said when it failed. */
  kubectl(args: readonly string[], input?: string): Promise<string>;
  /** Waits until the Rollout's status is as asked; the error shows the last one. */
  until(rollout: string, what: string, holds: (status: RolloutStatus) => boolean): Promise<RolloutStatus>;
  /** What the controller serves under a path. */
  ask(path: string): Promise<string>;
  close(): Promise<void>;
}>;

/** Starts it, with our kinds and a Gateway named `gateway`. */
export async function openStand(): Promise<Stand> {
  const clock = systemClock();
  const server = createApiServer({ clock, random: sequence() });
  const cluster = startEmbeddedCluster({ server, clock, resources: Object.values(ownKinds('sluice.dev')) });
  const listener = await listenHttp(server, { port: 0 });
  const folder = await mkdtemp(join(tmpdir(), 'sluice-pages-'));
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, JSON.stringify(configFor(listener.address)));
  const kubectl = (args: readonly string[], input = ''): Promise<string> =>
    mustKubectl(['--cache-dir', join(folder, 'cache'), ...args], input, kubeconfig);
  for (const file of await readdir(join(REPOSITORY, 'crds/sluice.dev'))) {
    await kubectl(['create', '-f', join(REPOSITORY, 'crds/sluice.dev', file)]);
  }
  await kubectl(['apply', '-f', '-'], JSON.stringify(GATEWAY));
  const controller = await startController(kubeconfig, folder);
  return {
    kubectl,
    until: (rollout, what, holds) => untilStatus(kubectl, rollout, what, holds),
    ask: async (path) => (await fetch(`http://127.0.0.1:${controller.port}${path}`)).text(),
    async close() {
      controller.child.kill();
      cluster.stop();
      await listener.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const GATEWAY = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'gateway' },
  spec: { gatewayClassName: 'embedded', listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }] },
};

function configFor(server: string): object {
  return {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'embedded',
    clusters: [{ name: 'embedded', cluster: { server } }],
    users: [{ name: 'embedded', user: {} }],
    contexts: [{ name: 'embedded', context: { cluster: 'embedded', user: 'embedded', namespace: 'default' } }],
  };
}

async function startController(
  kubeconfig: string,
  cwd: string,
): Promise<Readonly<{ child: ChildProcess; port: number }>> {
  const flags = ['--kubeconfig', kubeconfig, '--leader-election', 'false', '--metrics-address', '127.0.0.1:0'];
  const main = join(REPOSITORY, 'src/main.ts');
  const child = spawn(process.execPath, [main, 'controller', ...flags], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  let log = '';
  child.stdout.on('data', (text: Buffer) => (log += text.toString()));
  await soon(
    'the controller listens',
    () => Promise.resolve(/"port":(\d+)/.test(log)),
    () => log,
  );
  const port = Number(/"port":(\d+)/.exec(log)?.[1]);
  const ready = async (): Promise<boolean> => (await fetch(`http://127.0.0.1:${port}/readyz`)).ok;
  await soon('the controller is ready', ready, () => log);
  return { child, port };
}

async function untilStatus(
  kubectl: Stand['kubectl'],
  rollout: string,
  what: string,
  holds: (status: RolloutStatus) => boolean,
): Promise<RolloutStatus> {
  let last: RolloutStatus = {};
  const look = async (): Promise<boolean> => {
    const { metadata, status = {} } = JSON.parse(
      await kubectl(['get', `rollouts.sluice.dev/${rollout}`, '-o', 'json']),
    );
    last = status;
    return status.observedGeneration === metadata.generation && holds(status);
  };
  await soon(`${rollout}: ${what}`, look, () => JSON.stringify(last));
  return last;
}

/** Asks four times a second for at most a minute. */
async function soon(what: string, holds: () => Promise<boolean>, detail: () => string): Promise<void> {
  const end = performance.now() + 60_000;
  while (performance.now() < end) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`${what} did not come true within a minute: ${detail()}`);
}
