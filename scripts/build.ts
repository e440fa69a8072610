import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, statSync } from 'node:fs';
import { build } from 'esbuild';
import { crdsOf, GROUPS } from './crds.ts';

const OUT = 'dist/sluice.mjs';

/** The commit, by git; where git is not at hand, as in the build of an image, by SLUICE_COMMIT. */
function commit(): string {
  const told = process.env['SLUICE_COMMIT'] ?? '';
  if (told !== '') return told;
  try {
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

/** The time of the commit, so that two builds of one commit are equal, by git or by SLUICE_BUILT_AT. */
function builtAt(): string {
  const told = process.env['SLUICE_BUILT_AT'] ?? '';
  if (told !== '') return told;
  try {
    return execFileSync('git', ['show', '-s', '--format=%cI', 'HEAD'], { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
}

/** Our CRDs of each group, as JSON. */
function crdsText(): string {
  return JSON.stringify(Object.fromEntries(GROUPS.map((group) => [group, crdsOf(group)])));
}

/** Writes the whole program in one file, as it is shipped; its path. */
export async function buildBundle(outfile = OUT): Promise<string> {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as Readonly<{ version: string }>;
  await build({
    entryPoints: ['src/main.ts'],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    minifySyntax: true,
    legalComments: 'eof',
    // Packages in CommonJS look for require, which a module does not have.
    banner: {
      js: "#!/usr/bin/env node\nimport { createRequire as sluiceRequire } from 'node:module';\nconst require = sluiceRequire(import.meta.url);",
    },
    define: {
      SLUICE_VERSION: JSON.stringify(version),
      SLUICE_COMMIT: JSON.stringify(commit()),
      SLUICE_BUILT_AT: JSON.stringify(builtAt()),
      SLUICE_CRDS: JSON.stringify(crdsText()),
    },
  });
  chmodSync(outfile, 0o755);
  return outfile;
}

if (import.meta.main) {
  const file = await buildBundle();
  process.stdout.write(`${file}: ${(statSync(file).size / 1e6).toFixed(1)} MB\n`);
}
