import type { ApiGroup } from '../../api/names.ts';
import { keepEndpoints, podKeeper } from '../../controllers/transforms.ts';
import type { WritableStores } from '../../controllers/world.ts';
import { createStores, resourcesOf } from '../../controllers/world.ts';
import type { KubeObject } from '../../kube/resource.ts';
import type { Store } from '../../kube/store.ts';
import { readAll } from '../people/look.ts';
import type { Place } from '../people/place.ts';
import type { Trouble } from '../people/trouble.ts';
import { troubleOf } from '../people/trouble.ts';

/** The stores as a controller would have them now. */
export type ReadWorld = Readonly<{ ok: true; stores: WritableStores }> | Readonly<{ ok: false; trouble: Trouble }>;

/** What is kept of an object, where that is not all of it. */
const KEPT: Partial<Record<keyof WritableStores, (object: KubeObject) => KubeObject>> = {
  endpointSlices: keepEndpoints,
  pods: podKeeper(),
};

/** Reads once all that decisions about the Rollouts of a group depend on; kinds that the cluster lacks are left out, but not Rollouts. */
export async function readWorld(place: Place, group: ApiGroup, everywhere: boolean): Promise<ReadWorld> {
  const stores = createStores();
  const resources = resourcesOf(group);
  for (const name of Object.keys(resources) as readonly (keyof WritableStores)[]) {
    const resource = resources[name];
    const store: Pick<Store, 'put'> = stores[name];
    const keep = KEPT[name] ?? ((object: KubeObject) => object);
    const answer = await readAll(place, resource, everywhere);
    if (answer.ok) {
      for (const object of answer.value) store.put(keep(object));
    } else if (answer.why !== 'NotFound') {
      const where = everywhere ? '(all)' : place.namespace;
      return { ok: false, trouble: troubleOf(answer, `list ${resource.plural}`, where) };
    } else if (name === 'rollouts') {
      const why = `the cluster has no ${resource.plural}.${group}`;
      return { ok: false, trouble: { why, next: 'name the other group: --api-group sluice.dev' } };
    }
  }
  return { ok: true, stores };
}
