import { HASH_LABEL, MANAGED_BY } from '../api/names.ts';
import type { Failure } from '../kube/client.ts';
import { SERVICES } from '../kube/kinds.ts';
import { MANAGED_SERVICES } from './triggers.ts';
import type { KindParts } from './kind-controller.ts';
import { ownKinds } from './world.ts';

/**
 * Gives back the Services of a Rollout that is gone: the revision leaves their selectors, and our annotation with it, so
 * that whatever the owner runs next is selected again. Only a 404 of a quorum read counts as gone: a store that lost
 * sight of an object, or one that changed its instance label, proves nothing (F-T5). Undefined when all is well; else
 * the failure that wants another try.
 */
export async function releaseServices(parts: KindParts, key: string): Promise<Failure | undefined> {
  const { stores, client, group, log } = parts;
  const [namespace = '', name = ''] = key.split('/');
  if (stores.rollouts.get(namespace, name) !== undefined) return undefined;
  const left = stores.services
    .byIndex(MANAGED_SERVICES, key)
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  if (left.length === 0) return undefined;
  const answer = await client.get({ resource: ownKinds(group).rollouts, namespace, name });
  if (answer.ok) return undefined;
  if (answer.why !== 'NotFound') return answer;
  for (const service of left) {
    const { name: serviceName, resourceVersion } = service.metadata;
    const body = {
      metadata: { resourceVersion, annotations: { [MANAGED_BY]: null } },
      spec: { selector: { [HASH_LABEL]: null } },
    };
    const written = await client.patch({ resource: SERVICES, namespace, name: serviceName }, { kind: 'Merge', body });
    if (!written.ok && written.why !== 'NotFound') return written;
    log.info({ namespace, rollout: name, service: serviceName }, 'service given back');
  }
  return undefined;
}
