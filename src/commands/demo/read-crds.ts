import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiGroup } from '../../api/names.ts';
import { readManifests } from '../../config/manifest-file.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { assert } from '../../units/assert.ts';

/** JSON: text costs a controller nothing, while objects would be made at every start. */
declare const SLUICE_CRDS: string | undefined;

/** Our CRDs in a group: those that scripts/build.ts wrote into the bundle; run from source, the files below crds. */
export function readCrds(group: ApiGroup): readonly KubeObject[] {
  if (typeof SLUICE_CRDS === 'string') {
    const built = JSON.parse(SLUICE_CRDS) as Readonly<Record<ApiGroup, readonly KubeObject[]>>;
    return built[group];
  }
  const folder = join(import.meta.dirname, '..', '..', '..', 'crds', group);
  return readdirSync(folder).map((name) => {
    const file = readManifests(readFileSync(join(folder, name), 'utf8'));
    const crd = file.ok ? file.manifests[0] : undefined;
    assert(crd !== undefined, `${group}/${name} cannot be read`);
    return crd.object as KubeObject;
  });
}
