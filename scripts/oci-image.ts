import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { posix } from 'node:path';
import { pack } from 'tar-stream';

/** One file of a layer: its place in the image, its bytes (a file of this machine, or text), mode and owner. */
export type LayerFile = Readonly<
  { path: string; mode: number; uid?: number } & ({ from: string } | { content: string })
>;

/** What an image consists of; `name` is its full reference, such as docker.io/sluice/demo:1. */
export type ImageDescription = Readonly<{
  name: string;
  layers: readonly Readonly<{ files: readonly LayerFile[] }>[];
  entrypoint: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** A user id, or `uid:gid`. */
  user?: string;
  labels?: Readonly<Record<string, string>>;
  /** The tar file to write. */
  out: string;
}>;

type Entry = Readonly<{ name: string; bytes: Buffer; mode: number; uid: number }>;
type Blob = Readonly<{ digest: string; bytes: Buffer }>;

/** The same moment in every image, so that equal contents make equal bytes. */
const EPOCH = new Date(0);

/**
 * Writes an image as a tar of an OCI layout (OCI image specification 1.1) with one uncompressed tar a layer, for linux on
 * the architecture given by this process. Equal contents give equal bytes on every machine. Answers the manifest's digest.
 */
export async function writeOciImage(image: ImageDescription): Promise<string> {
  const layers = await Promise.all(image.layers.map(async ({ files }) => blob(await layerTar(files))));
  const config = blob(json(configOf(image, layers)));
  const manifest = blob(
    json({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      config: descriptor('application/vnd.oci.image.config.v1+json', config),
      layers: layers.map((layer) => descriptor('application/vnd.oci.image.layer.v1.tar', layer)),
    }),
  );
  // containerd names the image by the first annotation, other tools read the second.
  const annotations = { 'io.containerd.image.name': image.name, 'org.opencontainers.image.ref.name': image.name };
  const index = {
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [{ ...descriptor('application/vnd.oci.image.manifest.v1+json', manifest), annotations }],
  };
  // Two layers of equal contents are one blob.
  const blobs = new Map([...layers, config, manifest].map(({ digest, bytes }) => [digest, bytes]));
  const bytes = await tarOf([
    entry('oci-layout', json({ imageLayoutVersion: '1.0.0' })),
    entry('index.json', json(index)),
    ...[...blobs].map(([digest, content]) => entry(`blobs/${digest.replace(':', '/')}`, content)),
  ]);
  const part = `${image.out}.${process.pid}.part`;
  await writeFile(part, bytes);
  await rename(part, image.out);
  return manifest.digest;
}

function configOf({ entrypoint, env = {}, user, labels }: ImageDescription, layers: readonly Blob[]): object {
  return {
    created: EPOCH.toISOString(),
    architecture: process.arch === 'x64' ? 'amd64' : process.arch,
    os: 'linux',
    config: {
      Entrypoint: entrypoint,
      Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
      WorkingDir: '/',
      ...(user === undefined ? {} : { User: user }),
      ...(labels === undefined ? {} : { Labels: labels }),
    },
    rootfs: { type: 'layers', diff_ids: layers.map(({ digest }) => digest) },
  };
}

async function layerTar(files: readonly LayerFile[]): Promise<Buffer> {
  const entries = await Promise.all(
    files.map(async (file): Promise<Entry> => {
      const bytes = 'from' in file ? await readFile(file.from) : Buffer.from(file.content);
      return { name: file.path.replace(/^\/+/, ''), bytes, mode: file.mode, uid: file.uid ?? 0 };
    }),
  );
  return tarOf(entries);
}

// Folders before what they hold, everything by name: some runtimes refuse a file whose folder has not been seen.
async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const sorted = entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const folders = new Set(sorted.flatMap(({ name }) => parents(name)));
  const tar = pack();
  const chunks: Uint8Array[] = [];
  tar.on('data', (chunk) => {
    if (chunk instanceof Uint8Array) chunks.push(chunk);
  });
  const end = new Promise<void>((resolve, reject) => {
    tar.on('end', () => resolve());
    tar.on('error', reject);
  });
  const common = { gid: 0, mtime: EPOCH };
  for (const name of [...folders].toSorted()) tar.entry({ ...common, name, type: 'directory', mode: 0o755, uid: 0 });
  for (const { name, bytes, mode, uid } of sorted) tar.entry({ ...common, name, mode, uid, gid: uid }, bytes);
  tar.finalize();
  await end;
  return Buffer.concat(chunks);
}

function parents(name: string): readonly string[] {
  const folder = posix.dirname(name);
  return folder === '.' ? [] : [...parents(folder), `${folder}/`];
}

function entry(name: string, bytes: Buffer): Entry {
  return { name, bytes, mode: 0o644, uid: 0 };
}

function blob(bytes: Buffer): Blob {
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, bytes };
}

function descriptor(mediaType: string, { digest, bytes }: Blob): object {
  return { mediaType, digest, size: bytes.length };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
