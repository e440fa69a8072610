import type { ObjectMeta } from '../api/meta.ts';

/** True when the object is controlled by that owner, found by UID: in either API group it is the same one. */
export function isOwner(owner: ObjectMeta, object: ObjectMeta): boolean {
  return (object.ownerReferences ?? []).some(({ controller, uid }) => controller === true && uid === owner.uid);
}
