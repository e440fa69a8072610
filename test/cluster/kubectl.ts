import { findBinary } from './binaries.ts';
import { run, tryRun } from './command.ts';
import type { CommandAnswer } from './command.ts';
import { adminKubeconfig } from './paths.ts';

/** A Kubernetes object as we write it: kind, name and whatever else it has. */
export type Manifest = Readonly<{ apiVersion: string; kind: string; metadata: object; [field: string]: unknown }>;

/** Runs kubectl as administrator of the cluster (KUBECONFIG, else our own) and answers what it said. */
export async function tryKubectl(args: readonly string[], input = ''): Promise<CommandAnswer> {
  return tryRun(await findBinary('kubectl'), [...access(), ...args], { input });
}

/** Runs kubectl as administrator of the cluster (KUBECONFIG, else our own); throws what it said when it failed. */
export async function kubectl(args: readonly string[], input = ''): Promise<string> {
  return run(await findBinary('kubectl'), [...access(), ...args], { input });
}

/** Makes the objects be as written: server-side, by force, so that repeating it changes nothing. */
export async function applyObjects(objects: readonly Manifest[]): Promise<void> {
  await kubectl([...APPLY, '-f', '-'], objects.map((object) => JSON.stringify(object)).join('\n---\n'));
}

/** Makes the objects of YAML files be as written there. */
export async function applyFiles(paths: readonly string[]): Promise<void> {
  await kubectl([...APPLY, ...paths.flatMap((path) => ['-f', path])]);
}

const APPLY = ['apply', '--server-side', '--force-conflicts', '--field-manager=sluice-cluster'];

function access(): readonly string[] {
  return ['--kubeconfig', process.env['KUBECONFIG'] ?? adminKubeconfig()];
}
