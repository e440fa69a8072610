import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A generated file: its path from the root of the repository, and its whole text. */
export type GeneratedFile = Readonly<{ path: string; text: string }>;

/** Writes the files, and removes those in `folders` that are no longer generated. */
export async function writeGenerated(files: readonly GeneratedFile[], folders: readonly string[]): Promise<void> {
  for (const { path } of await leftovers(files, folders)) await rm(path);
  for (const { path, text } of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

/** What differs between the files on disk and the generated ones, one line each; empty when all are fresh. */
export async function staleFiles(
  files: readonly GeneratedFile[],
  folders: readonly string[],
): Promise<readonly string[]> {
  const stale: string[] = [];
  for (const { path, text } of files) {
    const found = await readFile(path, 'utf8').catch(() => undefined);
    if (found === undefined) stale.push(`${path}: missing`);
    else if (found !== text) stale.push(`${path}: out of date`);
  }
  for (const { path } of await leftovers(files, folders)) stale.push(`${path}: no longer generated`);
  return stale;
}

async function leftovers(
  files: readonly GeneratedFile[],
  folders: readonly string[],
): Promise<readonly Readonly<{ path: string }>[]> {
  const found: { path: string }[] = [];
  for (const folder of folders) {
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    for (const entry of entries.filter((item) => item.isFile())) {
      const path = join(folder, entry.name);
      if (!files.some((file) => file.path === path)) found.push({ path });
    }
  }
  return found;
}

/**
 * The command line of a generator: writes its files; with --check only compares them, and ends with exit code 1 and
 * the remedy when one is stale.
 */
export async function runGenerator(
  command: string,
  files: readonly GeneratedFile[],
  folders: readonly string[],
): Promise<void> {
  if (!process.argv.includes('--check')) return writeGenerated(files, folders);
  const stale = await staleFiles(files, folders);
  if (stale.length === 0) return;
  console.error(`${stale.join('\n')}\nrun: ${command}`);
  process.exitCode = 1;
}
