import { access, constants, mkdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { makeBinary } from './binary-build.ts';
import { BINARIES } from './binary-list.ts';
import type { Binary, BinaryName } from './binary-list.ts';
import { tryRun } from './command.ts';

export type { BinaryName } from './binary-list.ts';

/** The folder of built programs and of the cluster's state: SLUICE_CACHE, else ~/.cache/sluice. */
export function cacheFolder(): string {
  return process.env['SLUICE_CACHE'] ?? join(homedir(), '.cache', 'sluice');
}

/** The variable that names a program's path outright, such as SLUICE_KUBE_APISERVER for kube-apiserver. */
export function variableOf(name: BinaryName): string {
  return `SLUICE_${name.toUpperCase().replaceAll('-', '_')}`;
}

/**
 * The path of a program of the test cluster: its environment variable, the folder KUBEBUILDER_ASSETS, PATH (only the
 * wanted minor version), the cache folder, or built into it. Throws when the variable names no program, or the build fails.
 */
export async function findBinary(name: BinaryName): Promise<string> {
  const binary: Binary = BINARIES[name];
  const given = process.env[variableOf(name)];
  if (given !== undefined) {
    if (await isProgram(given)) return given;
    throw new Error(`${variableOf(name)} is ${given}, which is not a program`);
  }
  const assets = process.env['KUBEBUILDER_ASSETS'];
  if (assets !== undefined && (await isProgram(join(assets, name)))) return join(assets, name);
  const cached = join(cacheFolder(), `${name}-${binary.version}`);
  const onPath = await searchPath(name, binary);
  if (onPath !== undefined) return onPath;
  if (await isProgram(cached)) return cached;
  await mkdir(cacheFolder(), { recursive: true });
  await makeBinary(name, binary, cached);
  return cached;
}

/** The paths of the programs that were asked for. */
export type Programs<Name extends BinaryName> = (name: Name) => string;

/** Finds several programs, one after the other: two builds at once only slow each other. */
export async function findBinaries<Name extends BinaryName>(...names: readonly Name[]): Promise<Programs<Name>> {
  const found = new Map<Name, string>();
  for (const name of names) found.set(name, await findBinary(name));
  return (name) => {
    const path = found.get(name);
    if (path === undefined) throw new Error(`${name} was not asked for`);
    return path;
  };
}

async function searchPath(name: BinaryName, binary: Binary): Promise<string | undefined> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(folder, name);
    if (folder === '' || !(await isProgram(path))) continue;
    const { stdout, stderr } = await tryRun(path, binary.versionArgs);
    if (isMinor(binary.version, stdout + stderr)) return path;
  }
  return undefined;
}

// A patch release more or less is the same program to us; another minor version may lack a flag we pass.
function isMinor(wanted: string, said: string): boolean {
  const [, minor] = /^v(\d+\.\d+)\./.exec(wanted) ?? [];
  return minor !== undefined && new RegExp(`(^|[^\\d.])v?${minor.replace('.', '\\.')}\\.\\d`).test(said);
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
