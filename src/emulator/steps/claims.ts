import type { KubeObject, OwnerReference, Resource } from '../../kube/resource.ts';
import { apiVersionOf, controllerUidOf } from '../../kube/resource.ts';
import { selects } from './labels.ts';
import type { LabelSelector } from './shapes.ts';

/** Who controls objects by owner reference and selector: a ReplicaSet its pods, a Deployment its ReplicaSets. */
export type Claimant = KubeObject & Readonly<{ spec: Readonly<{ selector?: LabelSelector }> }>;

/** What belongs to a claimant, and the objects whose owner references must change for that, as they should be. */
export type Claim<T> = Readonly<{ owned: readonly T[]; adopted: readonly T[]; released: readonly T[] }>;

/** The owner reference by which an object of this resource controls others. */
export function controllerReference(resource: Resource, owner: KubeObject): OwnerReference {
  return {
    apiVersion: apiVersionOf(resource),
    kind: resource.kind,
    name: owner.metadata.name,
    uid: owner.metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/**
 * Adopts what matches the selector and nobody controls, releases what is controlled and no longer matches; a claimant
 * on its way out does neither. Source: ClaimObject of k8s.io/kubernetes/pkg/controller/controller_ref_manager.go.
 */
export function claim<T extends KubeObject>(resource: Resource, owner: Claimant, candidates: readonly T[]): Claim<T> {
  const { uid, deletionTimestamp } = owner.metadata;
  const owned: T[] = [];
  const adopted: T[] = [];
  const released: T[] = [];
  for (const object of candidates) {
    const controller = controllerUidOf(object);
    const matches = selects(owner.spec.selector, object.metadata.labels);
    const references = object.metadata.ownerReferences ?? [];
    if (controller === uid && matches) owned.push(object);
    else if (deletionTimestamp !== undefined) continue;
    else if (controller === uid)
      released.push(
        withOwners(
          object,
          references.filter((one) => one.uid !== uid),
        ),
      );
    else if (controller === undefined && matches && object.metadata.deletionTimestamp === undefined) {
      const adoptee = withOwners(object, [...references, controllerReference(resource, owner)]);
      owned.push(adoptee);
      adopted.push(adoptee);
    }
  }
  return { owned, adopted, released };
}

function withOwners<T extends KubeObject>(object: T, ownerReferences: readonly OwnerReference[]): T {
  return { ...object, metadata: { ...object.metadata, ownerReferences } };
}
