import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parse } from 'yaml';
import type { Answer, Player } from './exchange.ts';
import { get, post } from './exchange.ts';

type Crd = Readonly<{
  metadata: { name: string };
  spec: { group: string; versions: readonly { name: string }[]; names: { plural: string } };
}>;

const REPOSITORY = join(import.meta.dirname, '..', '..', '..');

/** The CRDs that exchanges may use: ours of both groups, and a small HTTPRoute. */
function crds(): readonly Crd[] {
  const folders = ['crds/sluice.dev', 'crds/argoproj.io'].map((folder) => join(REPOSITORY, folder));
  const files = folders.flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)));
  return [...files, join(import.meta.dirname, 'http-route-crd.yaml')].map(
    (path) => parse(readFileSync(path, 'utf8')) as Crd,
  );
}

/** Creates the CRDs and waits until they are served. */
export async function setStage(player: Player): Promise<void> {
  const all = crds();
  for (const crd of all) {
    const path = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
    mustSucceed(await player.play(post('crd', path, crd)), `create ${crd.metadata.name}`);
  }
  for (const { spec } of all) {
    const path = `/apis/${spec.group}/${spec.versions[0]?.name ?? ''}/${spec.names.plural}`;
    // Sixty seconds at most: a server that is only slow has answered long before.
    for (let attempt = 0; ; attempt += 1) {
      const { status } = await player.play(get('served', path));
      if (status === 200) break;
      if (attempt > 300) throw new Error(`${path} is not served: ${status}`);
      await pause(200);
    }
  }
}

/** Creates the namespace of a group. */
export async function setNamespace(player: Player, name: string): Promise<void> {
  mustSucceed(await player.play(post('namespace', '/api/v1/namespaces', { metadata: { name } })), `namespace ${name}`);
}

function mustSucceed({ status, body }: Answer, what: string): void {
  if (status >= 300) throw new Error(`${what}: ${status} ${JSON.stringify(body)}`);
}
