/** A kind of object as the API server addresses it: `/apis/<group>/<version>/…/<plural>`; the core group is ''. */
export type Resource = Readonly<{
  group: string;
  version: string;
  plural: string;
  kind: string;
  namespaced: boolean;
}>;

/** metadata of an object, as far as this project reads it; the rest is kept as it came. */
export type ObjectMeta = Readonly<{
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Readonly<Record<string, string>>;
  annotations?: Readonly<Record<string, string>>;
  ownerReferences?: readonly OwnerReference[];
  finalizers?: readonly string[];
}>;

/** One entry of metadata.ownerReferences. */
export type OwnerReference = Readonly<{
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}>;

/** Any Kubernetes object, in raw JSON: fields that we do not know are kept. */
export type KubeObject = Readonly<{
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
}>;

/** `group/version`, or `version` for the core group. */
export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** `namespace/name`, the key of an object in stores and queues; just the name when it has no namespace. */
export function keyOf(metadata: Pick<ObjectMeta, 'namespace' | 'name'>): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

/** The UID of the owner that controls the object, if any. */
export function controllerUidOf(object: KubeObject): string | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.controller === true)?.uid;
}
