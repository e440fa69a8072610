import type { FieldSet } from './field-set.ts';
import { itemElement } from './field-walk.ts';
import type { Schema } from './schema.ts';
import { isMap, memberSchema } from './schema.ts';

/** Merges an applied configuration into a live value: maps by member, list maps by key, sets by value, the rest whole. */
export function mergeTyped(schema: Schema | undefined, live: unknown, applied: unknown): unknown {
  if (isMap(applied) && isMap(live) && schema?.['x-kubernetes-map-type'] !== 'atomic') {
    let result: Record<string, unknown> | undefined;
    for (const [key, value] of Object.entries(applied)) {
      const merged = mergeTyped(memberSchema(schema, key), live[key], value);
      if (merged !== live[key]) (result ??= { ...live })[key] = merged;
    }
    return result ?? live;
  }
  const kind = schema?.['x-kubernetes-list-type'];
  if (Array.isArray(applied) && Array.isArray(live) && schema !== undefined && (kind === 'map' || kind === 'set')) {
    return mergeItems(schema, live, applied);
  }
  return applied;
}

function mergeItems(schema: Schema, live: readonly unknown[], applied: readonly unknown[]): readonly unknown[] {
  const wanted = new Map(applied.map((item) => [itemElement(schema, item), item]));
  const kept = live.map((item) => {
    const element = itemElement(schema, item);
    if (!wanted.has(element)) return item;
    const merged = mergeTyped(schema.items, item, wanted.get(element));
    wanted.delete(element);
    return merged;
  });
  return [...kept, ...wanted.values()];
}

/** A value without the paths of a set; undefined when nothing of it is left to keep. */
export function withoutFields(schema: Schema | undefined, value: unknown, set: FieldSet): unknown {
  if (set.own && set.children.size === 0) return undefined;
  if (Array.isArray(value)) {
    if (schema === undefined) return value;
    const kept = value.flatMap((item: unknown) => {
      const inner = set.children.get(itemElement(schema, item));
      if (inner === undefined) return [item];
      const rest = inner.own ? undefined : withoutFields(schema.items, item, inner);
      return rest === undefined ? [] : [rest];
    });
    return kept.length === 0 && set.own ? undefined : kept;
  }
  if (!isMap(value)) return value;
  const result: Record<string, unknown> = { ...value };
  for (const [element, inner] of set.children) {
    const key = element.slice(2);
    if (!element.startsWith('f:') || !Object.hasOwn(result, key)) continue;
    const rest = withoutFields(memberSchema(schema, key), result[key], inner);
    if (rest === undefined) delete result[key];
    else result[key] = rest;
  }
  return Object.keys(result).length === 0 && set.own ? undefined : result;
}
