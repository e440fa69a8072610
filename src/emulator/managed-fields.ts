import type { KubeObject } from '../kube/resource.ts';
import type { FieldSet } from './field-set.ts';
import { decodeFields, encodeFields, isEmptySet } from './field-set.ts';
import type { JsonMap } from './schema.ts';
import { withMember } from './schema.ts';

/** Who owns which fields: one entry of metadata.managedFields. */
export type FieldOwner = Readonly<{
  manager: string;
  operation: 'Apply' | 'Update';
  apiVersion: string;
  /** '' for writes of the object itself. */
  subresource: string;
  time: string | undefined;
  fields: FieldSet;
}>;

const decoded = new WeakMap<object, readonly FieldOwner[]>();

/** The field managers of an object. */
export function ownersOf(object: KubeObject): readonly FieldOwner[] {
  const { managedFields } = object.metadata as { managedFields?: readonly JsonMap[] };
  if (managedFields === undefined) return [];
  const known = decoded.get(managedFields);
  if (known !== undefined) return known;
  const managers = managedFields.map((entry): FieldOwner => ({
    manager: entry['manager'] as string,
    operation: entry['operation'] === 'Apply' ? 'Apply' : 'Update',
    apiVersion: entry['apiVersion'] as string,
    subresource: (entry['subresource'] as string | undefined) ?? '',
    time: entry['time'] as string | undefined,
    fields: decodeFields(entry['fieldsV1']),
  }));
  decoded.set(managedFields, managers);
  return managers;
}

/** An object with these field managers; those that own nothing are left out. Source: managedfields, sortEncodedManagedFields. */
export function withOwners(object: KubeObject, managers: readonly FieldOwner[]): KubeObject {
  const kept = managers.filter(({ fields }) => !isEmptySet(fields)).toSorted(byAge);
  const before = ownersOf(object);
  if (kept.length === before.length && kept.every((one, index) => one === before[index])) return object;
  const managedFields = kept.map(entryOf);
  decoded.set(managedFields, kept);
  const metadata = withMember(object.metadata, 'managedFields', managedFields.length === 0 ? undefined : managedFields);
  return { ...object, metadata };
}

const encoded = new WeakMap<FieldOwner, JsonMap>();

/** The entry of a manager; of one that has not changed, the same as before. */
function entryOf(owner: FieldOwner): JsonMap {
  const known = encoded.get(owner);
  if (known !== undefined) return known;
  const { manager, operation, apiVersion, subresource, time, fields } = owner;
  const entry = {
    manager,
    operation,
    apiVersion,
    ...(time === undefined ? {} : { time }),
    fieldsType: 'FieldsV1',
    fieldsV1: encodeFields(fields),
    ...(subresource === '' ? {} : { subresource }),
  };
  encoded.set(owner, entry);
  return entry;
}

function byAge(a: FieldOwner, b: FieldOwner): number {
  return (
    compare(a.operation, b.operation) ||
    compare(a.time ?? '', b.time ?? '') ||
    compare(a.manager, b.manager) ||
    compare(a.apiVersion, b.apiVersion) ||
    compare(a.subresource, b.subresource)
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** True for two entries of one manager, whatever they own. */
export function isSameOwner(a: FieldOwner, b: Omit<FieldOwner, 'fields' | 'time'>): boolean {
  return (
    a.manager === b.manager &&
    a.operation === b.operation &&
    a.apiVersion === b.apiVersion &&
    a.subresource === b.subresource
  );
}
