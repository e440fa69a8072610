import type { KubeObject } from './resource.ts';

/** The transform that most kinds want: metadata.managedFields goes, which is large and read by nobody here. */
export function withoutManagedFields(object: KubeObject): KubeObject {
  if (!('managedFields' in object.metadata)) return object;
  const { managedFields: _dropped, ...metadata } = object.metadata;
  return { ...object, metadata };
}
