import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildBundle } from './build.ts';
import type { LayerFile } from './oci-image.ts';
import { writeOciImage } from './oci-image.ts';

const OUT = 'dist/sluice-image.tar';
const USER = 65532;

/** The shared libraries that a program is linked to, as ldd tells them, by the path under which it looks for them. */
function librariesOf(program: string): readonly string[] {
  const lines = execFileSync('ldd', [program], { encoding: 'utf8' }).split('\n');
  return lines.flatMap((line) => /(?:=>\s+)?(\/\S+)\s+\(0x/.exec(line)?.[1] ?? []);
}

function nodeBinary(): string {
  const arch = process.arch === 'arm64' ? 'arm64' : 'x64';
  const path = resolve('node_modules', `node-linux-${arch}`, 'bin', 'node');
  if (!existsSync(path)) throw new Error(`${path} is missing: run npm ci on Linux first`);
  return path;
}

const file = (path: string, from: string, mode: number): LayerFile => ({ path, from: realpathSync(from), mode });

/**
 * Writes the image that the Dockerfile describes without a registry and without an engine: Node, the libraries it is
 * linked to, the CA certificates of this machine, one unprivileged user, and the bundle. Answers tar and image name.
 */
export async function buildImage(): Promise<Readonly<{ tar: string; name: string }>> {
  const bundle = await buildBundle();
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as Readonly<{ version: string }>;
  const name = `docker.io/sluice/sluice:${version}`;
  const node = nodeBinary();
  const certificates = '/etc/ssl/certs/ca-certificates.crt';
  await writeOciImage({
    name,
    layers: [
      {
        files: [
          file('usr/bin/node', node, 0o755),
          ...librariesOf(node).map((library) => file(library.slice(1), library, 0o755)),
          { path: 'etc/passwd', content: `sluice:x:${USER}:${USER}::/:/sbin/nologin\n`, mode: 0o644 },
          { path: 'etc/group', content: `sluice:x:${USER}:\n`, mode: 0o644 },
          { path: 'etc/nsswitch.conf', content: 'hosts: files dns\n', mode: 0o644 },
          ...(existsSync(certificates) ? [file(certificates.slice(1), certificates, 0o644)] : []),
        ],
      },
      { files: [file('app/sluice.mjs', join(process.cwd(), bundle), 0o755)] },
    ],
    entrypoint: ['/usr/bin/node', '--max-old-space-size-percentage=70', '--max-semi-space-size=4', '/app/sluice.mjs'],
    env: { NODE_ENV: 'production', NODE_EXTRA_CA_CERTS: `/${certificates.slice(1)}` },
    user: `${USER}:${USER}`,
    labels: { 'org.opencontainers.image.title': 'sluice', 'org.opencontainers.image.version': version },
    out: OUT,
  });
  return { tar: resolve(OUT), name };
}

if (import.meta.main) {
  const { tar, name } = await buildImage();
  process.stdout.write(`${name}: ${tar}, ${(statSync(tar).size / 1e6).toFixed(0)} MB\n`);
}
