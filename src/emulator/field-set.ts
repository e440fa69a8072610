import { isMap } from './schema.ts';

/**
 * A set of paths in an object, as metadata.managedFields holds it: a node is in the set itself, or only leads to others.
 * Keys are path elements of FieldsV1: `f:name`, `k:{…}` for an item by its keys, `v:…` for an item of a set.
 */
export type FieldSet = Readonly<{ own: boolean; children: ReadonlyMap<string, FieldSet> }>;

/** The set without paths. */
export const NO_FIELDS: FieldSet = { own: false, children: new Map() };
/** The set of just the node itself. */
export const LEAF: FieldSet = { own: true, children: new Map() };

/** True when no path is in the set. */
export function isEmptySet(set: FieldSet): boolean {
  return !set.own && set.children.size === 0;
}

/** A node with children; empty children are left out. */
export function nodeOf(own: boolean, children: Iterable<readonly [string, FieldSet]>): FieldSet {
  const kept = [...children].filter(([, child]) => !isEmptySet(child));
  return !own && kept.length === 0 ? NO_FIELDS : { own, children: new Map(kept) };
}

/** Paths in either set; the first set itself when the second adds nothing. */
export function union(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(a)) return b;
  if (isEmptySet(b)) return a;
  let children: Map<string, FieldSet> | undefined;
  for (const [key, child] of b.children) {
    const known = a.children.get(key);
    const both = known === undefined ? child : union(known, child);
    if (both !== known) (children ??= new Map(a.children)).set(key, both);
  }
  if (children === undefined && (a.own || !b.own)) return a;
  return { own: a.own || b.own, children: children ?? a.children };
}

/** Paths in the first set and not in the second; the first set itself when the second takes nothing from it. */
export function difference(a: FieldSet, b: FieldSet): FieldSet {
  if (isEmptySet(b) || isEmptySet(a)) return a;
  let isLess = a.own && b.own;
  const children: (readonly [string, FieldSet])[] = [];
  for (const [key, child] of a.children) {
    const other = b.children.get(key);
    const rest = other === undefined ? child : difference(child, other);
    isLess ||= rest !== child;
    children.push([key, rest]);
  }
  return isLess ? nodeOf(a.own && !b.own, children) : a;
}

/** Paths in both sets. */
export function intersection(a: FieldSet, b: FieldSet): FieldSet {
  const children = [...a.children].flatMap(([key, child]) => {
    const other = b.children.get(key);
    return other === undefined ? [] : [[key, intersection(child, other)] as const];
  });
  return nodeOf(a.own && b.own, children);
}

/** True when both sets hold the same paths. */
export function sameSet(a: FieldSet, b: FieldSet): boolean {
  if (a.own !== b.own || a.children.size !== b.children.size) return false;
  return [...a.children].every(([key, child]) => {
    const other = b.children.get(key);
    return other !== undefined && sameSet(child, other);
  });
}

/** The set as FieldsV1. */
export function encodeFields(set: FieldSet): object {
  if (set.children.size === 0) return {};
  const children = [...set.children]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, child]) => [key, encodeFields(child)] as const);
  return { ...(set.own ? { '.': {} } : {}), ...Object.fromEntries(children) };
}

/** Reads FieldsV1; whatever is no object is an empty set. */
export function decodeFields(fields: unknown): FieldSet {
  if (!isMap(fields)) return NO_FIELDS;
  const keys = Object.keys(fields);
  if (keys.length === 0) return NO_FIELDS;
  return nodeOf(
    Object.hasOwn(fields, '.'),
    keys.filter((key) => key !== '.').map((key) => [key, decodeNode(fields[key])] as const),
  );
}

function decodeNode(fields: unknown): FieldSet {
  return isMap(fields) && Object.keys(fields).length > 0 ? decodeFields(fields) : LEAF;
}

/** The paths of a set as people read them: `.spec.containers[name="main"].image`. */
export function describeFields(set: FieldSet, prefix = ''): readonly string[] {
  const own = set.own ? [prefix] : [];
  return [...own, ...[...set.children].flatMap(([key, child]) => describeFields(child, prefix + describeElement(key)))];
}

function describeElement(key: string): string {
  const rest = key.slice(2);
  if (key.startsWith('f:')) return `.${rest}`;
  if (key.startsWith('v:')) return `[=${rest}]`;
  const keys = JSON.parse(rest) as Readonly<Record<string, unknown>>;
  return `[${Object.entries(keys)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}]`;
}
