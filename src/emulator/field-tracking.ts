import type { KubeObject } from '../kube/resource.ts';
import { formatInstant } from '../units/instant.ts';
import { OBJECT_META } from './built-in-types.ts';
import type { Core, WriteOptions } from './core.ts';
import type { FieldSet } from './field-set.ts';
import { difference, NO_FIELDS, nodeOf, sameSet, union } from './field-set.ts';
import type { Comparison } from './field-walk.ts';
import { compareFields, fieldsOf } from './field-walk.ts';
import type { Kind } from './kind.ts';
import { versionOf } from './kind.ts';
import type { FieldOwner } from './managed-fields.ts';
import { isSameOwner, ownersOf, withOwners } from './managed-fields.ts';
import type { JsonMap, Schema } from './schema.ts';
import { isMap, withMember } from './schema.ts';
import { zeroOfType } from './type-notation.ts';

/** A write, for the record of who owns what. */
export type TrackedWrite = WriteOptions & Readonly<{ subresource: string }>;

/** Fields of metadata that the server alone writes: nobody owns them. */
const UNOWNED = ['apiVersion', 'kind'];
const UNOWNED_METADATA = [
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'generation',
  'managedFields',
  'resourceVersion',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
];

/** The schema of a kind with that of metadata, which a CRD leaves out. */
export function wholeSchema(kind: Kind): Schema {
  if (kind.builtIn) return kind.schema;
  const known = schemas.get(kind.schema);
  if (known !== undefined) return known;
  const whole = { ...kind.schema, properties: { ...kind.schema.properties, metadata: OBJECT_META } };
  schemas.set(kind.schema, whole);
  return whole;
}

const schemas = new WeakMap<Schema, Schema>();

/** A set without the fields that nobody owns, or that this kind of write does not write. */
export function ownable(set: FieldSet, kind: Kind, subresource: string): FieldSet {
  const children = [...set.children].flatMap(([key, child]): (readonly [string, FieldSet])[] => {
    const name = key.slice(2);
    if (UNOWNED.includes(name)) return [];
    if (name === 'status' && subresource === '' && kind.hasStatus) return [];
    if (name !== 'status' && name !== 'metadata' && subresource === 'status') return [];
    if (name !== 'metadata') return [[key, child]];
    if (subresource === 'status' && !kind.builtIn) return [];
    const members = [...child.children].filter(([member]) => !UNOWNED_METADATA.includes(member.slice(2)));
    return [[key, nodeOf(false, members)]];
  });
  return nodeOf(false, children);
}

/** A new object with the fields that its creator owns. */
export function trackedCreate(core: Core, kind: Kind, object: KubeObject, options: WriteOptions): KubeObject {
  if (!core.tracksFields) return object;
  const schema = wholeSchema(kind);
  const nothing = kind.builtIn ? zeroOfType(schema) : {};
  const comparison = compareFields(schema, nothing, shownForm(kind, object));
  return recorded(core, kind, object, [], comparison, { ...options, subresource: '' });
}

/** A changed object with the fields that its writer owns now. */
export function trackedUpdate(
  core: Core,
  kind: Kind,
  object: KubeObject,
  before: KubeObject,
  options: TrackedWrite,
): KubeObject {
  // An object that began without owners has none until somebody applies it.
  if (!core.tracksFields || ownersOf(before).length === 0) return object;
  const { managedFields: sent } = object.metadata as { managedFields?: readonly object[] };
  // One empty entry is how a client takes everybody's fields away.
  if (sent?.length === 1 && Object.keys(sent[0] ?? {}).length === 0) {
    return { ...object, metadata: withMember(object.metadata, 'managedFields', undefined) };
  }
  const comparison = compareFields(wholeSchema(kind), shownForm(kind, before), shownForm(kind, object));
  return recorded(core, kind, object, ownersOf(before), comparison, options);
}

function shownForm(kind: Kind, object: KubeObject): KubeObject {
  return kind.fromStored === undefined ? object : kind.fromStored(object);
}

/** Everybody loses what was removed; the writer gains, and the others lose, what was changed. */
function recorded(
  core: Core,
  kind: Kind,
  object: KubeObject,
  managers: readonly FieldOwner[],
  { changed, removed }: Comparison,
  options: TrackedWrite,
): KubeObject {
  const own = {
    manager: options.fieldManager,
    operation: 'Update' as const,
    apiVersion: versionOf(kind),
    subresource: options.subresource,
  };
  const gained = ownable(changed, kind, options.subresource);
  const earlier = managers.find((one) => isSameOwner(one, own));
  const others = managers.filter((one) => one !== earlier).map((one) => lessened(one, gained, removed));
  const fields = difference(union(earlier?.fields ?? NO_FIELDS, gained), removed);
  if (earlier !== undefined && (earlier.fields === fields || sameSet(earlier.fields, fields))) {
    return withOwners(
      object,
      managers.map((one) => (one === earlier ? one : lessened(one, gained, removed))),
    );
  }
  const time = options.subresource === 'scale' ? undefined : formatInstant(core.now());
  return withOwners(object, [...others, { ...own, fields, time }]);
}

function lessened(owner: FieldOwner, gained: FieldSet, removed: FieldSet): FieldOwner {
  const fields = difference(difference(owner.fields, gained), removed);
  return fields === owner.fields ? owner : { ...owner, fields };
}

/** The paths that an applied configuration lays claim to, of those that can be owned. */
export function claimedFields(kind: Kind, configuration: JsonMap, subresource: string): FieldSet {
  const set = isMap(configuration) ? fieldsOf(wholeSchema(kind), configuration) : nodeOf(false, []);
  return ownable(set, kind, subresource);
}
