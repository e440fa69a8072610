import type { ApiGroup } from '../../api/names.ts';
import { keepEndpoints, keepPodIdentity } from '../../controllers/transforms.ts';
import type { WritableStores } from '../../controllers/world.ts';
import { createStores, resourcesOf } from '../../controllers/world.ts';
import type { KubeObject } from '../../kube/resource.ts';
import { readAll } from '../people/look.ts';
import type { Place } from '../people/place.ts';
import type { Trouble } from '../people/trouble.ts';
import { troubleOf } from '../people/trouble.ts';

/** The stores as a controller would have them now. */
export type ReadWorld = Readonly<{ ok: true; stores: WritableStores }> | Readonly<{ ok: false; trouble: Trouble }>;

type Into = (stores: WritableStores, object: KubeObject) => void;

/** Kinds in the order in which they are read; kinds that the cluster does not have are left out, but not Rollouts. */
const INTO: Readonly<Record<keyof WritableStores, Into>> = {
  rollouts: (stores, object) => void stores.rollouts.put(object as never),
  experiments: (stores, object) => void stores.experiments.put(object as never),
  analysisRuns: (stores, object) => void stores.analysisRuns.put(object as never),
  analysisTemplates: (stores, object) => void stores.analysisTemplates.put(object as never),
  clusterAnalysisTemplates: (stores, object) => void stores.clusterAnalysisTemplates.put(object as never),
  replicaSets: (stores, object) => void stores.replicaSets.put(object as never),
  services: (stores, object) => void stores.services.put(object),
  endpointSlices: (stores, object) => void stores.endpointSlices.put(keepEndpoints(object)),
  pods: (stores, object) => void stores.pods.put(keepPodIdentity(object)),
  httpRoutes: (stores, object) => void stores.httpRoutes.put(object),
  grpcRoutes: (stores, object) => void stores.grpcRoutes.put(object),
  tcpRoutes: (stores, object) => void stores.tcpRoutes.put(object),
  tlsRoutes: (stores, object) => void stores.tlsRoutes.put(object),
};

/** Reads once all that decisions about the Rollouts of a group depend on. */
export async function readWorld(place: Place, group: ApiGroup, everywhere: boolean): Promise<ReadWorld> {
  const stores = createStores();
  const resources = resourcesOf(group);
  for (const [name, put] of Object.entries(INTO) as readonly [keyof WritableStores, Into][]) {
    const resource = resources[name];
    const answer = await readAll(place, resource, everywhere);
    if (answer.ok) {
      for (const object of answer.value) put(stores, object);
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
