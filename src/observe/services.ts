import { HASH_LABEL, MANAGED_BY } from '../api/names.ts';
import type { Rollout } from '../api/rollout.ts';
import type { ObservedService } from '../plan/rollout/observed-rollout.ts';
import type { Stores } from './stores.ts';
import { BY_REFERENCE, BY_SERVICE } from './stores.ts';

/** A Service as decisions about one Rollout read it, with its ready endpoints counted by revision. */
export function observeService(stores: Stores, rollout: Rollout, name: string): ObservedService {
  const { namespace = '' } = rollout.metadata;
  const service = stores.services.get(namespace, name);
  if (service === undefined) {
    const nothing = { uid: '', resourceVersion: '', selector: {}, managedBy: undefined, readyEndpoints: {} };
    return { name, exists: false, ...nothing };
  }
  return {
    name,
    exists: true,
    uid: service.metadata.uid ?? '',
    resourceVersion: service.metadata.resourceVersion ?? '',
    selector: service.spec?.selector ?? {},
    managedBy: service.metadata.annotations?.[MANAGED_BY],
    readyEndpoints: countReady(stores, namespace, name),
    ...rivalsOf(stores, rollout, `Service/${namespace}/${name}`),
  };
}

function rivalsOf({ rollouts }: Stores, { metadata }: Rollout, reference: string): Pick<ObservedService, 'rivals'> {
  const naming = rollouts.byIndex(BY_REFERENCE, reference);
  if (naming.length < 2) return {};
  return { rivals: naming.flatMap((other) => (other.metadata.uid === metadata.uid ? [] : [other.metadata.name])) };
}

/** Ready endpoints by revision hash; a pod that stands in two slices counts once, one that we do not know under ''. */
function countReady(stores: Stores, namespace: string, name: string): Readonly<Record<string, number>> {
  const hashes = new Map<string, string>();
  for (const slice of stores.endpointSlices.byIndex(BY_SERVICE, `${namespace}/${name}`)) {
    for (const { conditions, targetRef } of slice.endpoints ?? []) {
      // The API counts an endpoint that does not say so as ready.
      if (conditions?.ready === false) continue;
      const pod = targetRef?.name === undefined ? undefined : stores.pods.get(namespace, targetRef.name);
      const known = pod !== undefined && (targetRef?.uid === undefined || pod.metadata.uid === targetRef.uid);
      const hash = known ? (pod.metadata.labels?.[HASH_LABEL] ?? '') : '';
      hashes.set(targetRef?.uid ?? targetRef?.name ?? `unnamed ${hashes.size}`, hash);
    }
  }
  const counts: Record<string, number> = {};
  for (const hash of hashes.values()) counts[hash] = (counts[hash] ?? 0) + 1;
  return counts;
}
