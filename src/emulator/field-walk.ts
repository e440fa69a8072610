import type { FieldSet } from './field-set.ts';
import { isEmptySet, LEAF, nodeOf } from './field-set.ts';
import type { JsonMap, Schema } from './schema.ts';
import { isMap, memberSchema, sameValue } from './schema.ts';

/** How a value is merged, and its children by path element; undefined for what is taken as a whole. */
type Children = ReadonlyMap<string, Readonly<{ value: unknown; schema: Schema | undefined }>>;

/** True when a schema's map or list is owned as a whole. */
function isAtomic(schema: Schema | undefined, value: unknown): boolean {
  if (Array.isArray(value)) {
    const kind = schema?.['x-kubernetes-list-type'];
    return kind !== 'map' && kind !== 'set';
  }
  return schema?.['x-kubernetes-map-type'] === 'atomic';
}

/** The path element of an item of a list map: its keys, with the defaults that the schema gives. */
export function itemElement(schema: Schema, item: unknown): string {
  if (schema['x-kubernetes-list-type'] === 'set') return `v:${JSON.stringify(item)}`;
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const map: JsonMap = isMap(item) ? item : {};
  const named = [...keys].sort().flatMap((key) => {
    const value = map[key] ?? schema.items?.properties?.[key]?.default;
    return value === undefined ? [] : [[key, value] as const];
  });
  return `k:${JSON.stringify(Object.fromEntries(named))}`;
}

/** The children of a map or list that is merged; undefined for scalars and for what is taken as a whole. */
function childrenOf(schema: Schema | undefined, value: unknown): Children | undefined {
  if (isAtomic(schema, value)) return undefined;
  if (Array.isArray(value)) {
    if (schema === undefined) return undefined;
    return new Map(value.map((item: unknown) => [itemElement(schema, item), { value: item, schema: schema.items }]));
  }
  if (!isMap(value)) return undefined;
  return new Map(
    Object.entries(value).map(([key, member]) => [`f:${key}`, { value: member, schema: memberSchema(schema, key) }]),
  );
}

/** The paths that an applied configuration lays claim to. Source: structured-merge-diff, typed.ToFieldSet. */
export function fieldsOf(schema: Schema | undefined, value: unknown): FieldSet {
  const children = childrenOf(schema, value);
  if (children === undefined) return LEAF;
  if (children.size === 0) return LEAF;
  return nodeOf(
    false,
    [...children].map(([element, child]) => {
      const set = fieldsOf(child.schema, child.value);
      // Items of lists and of free maps are claimed themselves, members of a struct only by what is in them.
      const isMember = element.startsWith('f:') && schema?.properties?.[element.slice(2)] !== undefined;
      return [element, isMember ? set : { ...set, own: true }] as const;
    }),
  );
}

/** What a write changed. */
export type Comparison = Readonly<{
  /** Added or with another value. */
  changed: FieldSet;
  removed: FieldSet;
}>;

const UNCHANGED: Comparison = { changed: nodeOf(false, []), removed: nodeOf(false, []) };

/** What differs between two states; undefined stands for absent. Source: structured-merge-diff, typed.Compare. */
export function compareFields(schema: Schema | undefined, before: unknown, after: unknown): Comparison {
  if (before === after) return UNCHANGED;
  const isAdded = before === undefined;
  const isRemoved = after === undefined;
  if (isMap(before) && isMap(after) && !isAtomic(schema, after)) return compareMembers(schema, before, after);
  const own = { changed: isAdded, removed: isRemoved };
  const left = before === undefined || before === null ? undefined : childrenOf(schema, before);
  const right = after === undefined || after === null ? undefined : childrenOf(schema, after);
  if (left === undefined && right === undefined) {
    const modified = !isAdded && !isRemoved && !sameValue(before, after);
    return { changed: nodeOf(own.changed || modified, []), removed: nodeOf(own.removed, []) };
  }
  const elements = new Set([...(left?.keys() ?? []), ...(right?.keys() ?? [])]);
  const changed: [string, FieldSet][] = [];
  const removed: [string, FieldSet][] = [];
  for (const element of elements) {
    const old = left?.get(element);
    const now = right?.get(element);
    const inner = compareFields((now ?? old)?.schema, old?.value, now?.value);
    if (!isEmptySet(inner.changed)) changed.push([element, inner.changed]);
    if (!isEmptySet(inner.removed)) removed.push([element, inner.removed]);
  }
  return { changed: nodeOf(own.changed, changed), removed: nodeOf(own.removed, removed) };
}

/** Two maps: most members are the same reference, and are passed over before anything is made for them. */
function compareMembers(schema: Schema | undefined, before: JsonMap, after: JsonMap): Comparison {
  const changed: [string, FieldSet][] = [];
  const removed: [string, FieldSet][] = [];
  const look = (key: string): void => {
    if (before[key] === after[key]) return;
    const inner = compareFields(memberSchema(schema, key), before[key], after[key]);
    if (!isEmptySet(inner.changed)) changed.push([`f:${key}`, inner.changed]);
    if (!isEmptySet(inner.removed)) removed.push([`f:${key}`, inner.removed]);
  };
  for (const key of Object.keys(after)) look(key);
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) look(key);
  return { changed: nodeOf(false, changed), removed: nodeOf(false, removed) };
}
