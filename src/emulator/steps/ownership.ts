import type { KubeObject, OwnerReference, Resource } from '../../kube/resource.ts';
import { apiVersionOf } from '../../kube/resource.ts';
import type { ClusterView } from '../step.ts';

/** What depends on an owner: `blocking` when one of its dependents says that the owner may not go before it. */
export type Dependence = Readonly<{ blocking: boolean }>;

/** The owner that a reference of the object names; undefined when it is gone, Unknown when its kind is not known here. */
export function findOwner(
  view: ClusterView,
  resources: readonly Resource[],
  object: KubeObject,
  { apiVersion, kind, name, uid }: OwnerReference,
): KubeObject | 'Unknown' | undefined {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [''];
  const resource = resources.find(
    (one) => one.kind === kind && (one.group === group || apiVersionOf(one) === apiVersion),
  );
  if (resource === undefined) return 'Unknown';
  const owner = view.get(resource, resource.namespaced ? object.metadata.namespace : undefined, name);
  return owner?.metadata.uid === uid ? owner : undefined;
}

/** The UIDs that owner references name, with what hangs on them. */
export function ownersOf(view: ClusterView, resources: readonly Resource[]): ReadonlyMap<string, Dependence> {
  const owners = new Map<string, Dependence>();
  for (const resource of resources) {
    for (const { metadata } of view.list(resource)) {
      for (const { uid, blockOwnerDeletion } of metadata.ownerReferences ?? []) {
        const blocking = blockOwnerDeletion === true || owners.get(uid)?.blocking === true;
        owners.set(uid, { blocking });
      }
    }
  }
  return owners;
}

/** True when the object is on its way out and waits for this finalizer. */
export function isWaitedFor({ metadata }: KubeObject, finalizer: string): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.finalizers?.includes(finalizer) === true;
}

/** The object without these owner references. */
export function withoutOwners(object: KubeObject, lost: readonly OwnerReference[]): KubeObject {
  const ownerReferences = (object.metadata.ownerReferences ?? []).filter((one) => !lost.includes(one));
  return { ...object, metadata: { ...object.metadata, ownerReferences } };
}

/** The object with these finalizers and no others. */
export function withFinalizers(object: KubeObject, finalizers: readonly string[]): KubeObject {
  return { ...object, metadata: { ...object.metadata, finalizers } };
}
