import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeOciImage } from '../../scripts/oci-image.ts';
import { findBinary } from './binaries.ts';
import { run } from './command.ts';
import { clusterFolder } from './paths.ts';
import { DEMO_IMAGE } from './target.ts';

/** The image that holds a pod's namespaces open; made here, since no registry is asked for anything. */
export const PAUSE_IMAGE = 'docker.io/sluice/pause:1';

/** The address of containerd of our own cluster. */
export const containerdSocket = (): string => clusterFolder('containerd.sock');

/** Gives the node an image from a tar of an OCI layout, so that pods may name it with imagePullPolicy IfNotPresent or Never. */
export async function loadImage(tar: string): Promise<void> {
  const ctr = await findBinary('ctr');
  await run(ctr, ['--address', containerdSocket(), '--namespace', 'k8s.io', 'images', 'import', '--local', tar]);
}

/** Builds the demo application and gives it to the node. */
export async function loadDemoImage(): Promise<void> {
  await loadImage(await goImage('demo-app', DEMO_IMAGE, { user: '65532:65532' }));
}

/** Builds a static Go program of this folder into an image and answers the image's tar; seconds when it has not changed. */
export async function goImage(folder: string, name: string, options: { user?: string } = {}): Promise<string> {
  await mkdir(clusterFolder('images'), { recursive: true });
  const program = clusterFolder('images', folder);
  const out = `${program}.tar`;
  const env = { ...process.env, CGO_ENABLED: '0', GOWORK: 'off', GOFLAGS: '-buildvcs=false' };
  const cwd = join(import.meta.dirname, folder);
  await run('go', ['build', '-trimpath', '-ldflags', '-s -w', '-o', program, '.'], { cwd, env });
  const layers = [{ files: [{ path: folder, from: program, mode: 0o755 }] }];
  await writeOciImage({ name, layers, entrypoint: [`/${folder}`], ...options, out });
  return out;
}
