import type { JsonMap, Schema } from './schema.ts';
import { isMap, memberSchema, sameValue } from './schema.ts';

const DIRECTIVE = '$patch';
const ORDER = '$setElementOrder/';
const DELETE_FROM = '$deleteFromPrimitiveList/';
const RETAIN = '$retainKeys';

/**
 * Applies a strategic merge patch: a merge patch that finds the items of lists by the merge key of their type, and knows
 * `$patch: replace|delete`, `$deleteFromPrimitiveList`, `$setElementOrder` and `$retainKeys`. Source: apimachinery,
 * strategicpatch.
 */
export function patchStrategic(schema: Schema | undefined, document: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const target: JsonMap = isMap(document) ? document : {};
  if (patch[DIRECTIVE] === 'replace') return withoutDirectives(patch);
  if (patch[DIRECTIVE] === 'delete') return {};
  const retained = patch[RETAIN];
  const result: Record<string, unknown> = Array.isArray(retained)
    ? Object.fromEntries(Object.entries(target).filter(([key]) => retained.includes(key)))
    : { ...target };
  for (const [key, wanted] of Object.entries(patch)) {
    if (key === DIRECTIVE || key === RETAIN || key.startsWith(ORDER)) continue;
    if (key.startsWith(DELETE_FROM)) {
      const list = key.slice(DELETE_FROM.length);
      result[list] = without(result[list], wanted);
    } else if (wanted === null) delete result[key];
    else result[key] = patchedMember(memberSchema(schema, key), result[key], wanted, patch[ORDER + key]);
  }
  return sameValue(result, document) ? document : result;
}

function patchedMember(schema: Schema | undefined, before: unknown, wanted: unknown, order: unknown): unknown {
  if (!Array.isArray(wanted)) return isMap(wanted) ? patchStrategic(schema, before, wanted) : wanted;
  const mergeKey = schema?.patchMergeKey;
  if (mergeKey === undefined) return wanted;
  const list: readonly unknown[] = Array.isArray(before) ? before : [];
  const items: readonly unknown[] = wanted;
  const keyOf = (item: unknown): unknown => (isMap(item) ? item[mergeKey] : item);
  const merged =
    mergeKey === ''
      ? [...list, ...items.filter((item) => !list.includes(item))]
      : mergedItems(schema?.items, list, items, mergeKey);
  return ordered(merged, list.map(keyOf), (Array.isArray(order) ? order : items).map(keyOf), keyOf);
}

function mergedItems(
  schema: Schema | undefined,
  before: readonly unknown[],
  wanted: readonly unknown[],
  mergeKey: string,
): readonly unknown[] {
  if (wanted.some((item) => isMap(item) && item[DIRECTIVE] === 'replace')) {
    return wanted.filter((item) => !(isMap(item) && DIRECTIVE in item));
  }
  const keyOf = (item: unknown): unknown => (isMap(item) ? item[mergeKey] : undefined);
  let result = [...before];
  for (const item of wanted) {
    const at = result.findIndex((one) => sameValue(keyOf(one), keyOf(item)));
    if (isMap(item) && item[DIRECTIVE] === 'delete')
      result = result.filter((one) => !sameValue(keyOf(one), keyOf(item)));
    else if (at === -1) result.push(isMap(item) ? withoutDirectives(item) : item);
    else result[at] = patchStrategic(schema, result[at], item);
  }
  return result;
}

/**
 * Items in the order of the patch, which is that of its own items or of `$setElementOrder`; what it does not name is woven
 * in by the order that the server had. New items come first. Source: strategicpatch, normalizeElementOrder.
 */
function ordered(
  items: readonly unknown[],
  server: readonly unknown[],
  patch: readonly unknown[],
  keyOf: (item: unknown) => unknown,
): readonly unknown[] {
  const placeIn = (order: readonly unknown[], item: unknown): number => order.indexOf(keyOf(item));
  const by = (order: readonly unknown[]) => (a: unknown, b: unknown) => placeIn(order, a) - placeIn(order, b);
  const named = items.filter((item) => placeIn(patch, item) !== -1).sort(by(patch));
  const others = items.filter((item) => placeIn(patch, item) === -1).sort(by(server));
  const result: unknown[] = [];
  for (const item of others) {
    // Whatever the server did not have, or had later, waits for nothing that stands before it.
    while (named.length > 0 && !goesBefore(placeIn(server, item), placeIn(server, named[0])))
      result.push(named.shift());
    result.push(item);
  }
  return [...result, ...named];
}

function goesBefore(place: number, other: number): boolean {
  return place !== -1 && other !== -1 && place < other;
}

function without(list: unknown, gone: unknown): unknown {
  return Array.isArray(list) && Array.isArray(gone) ? list.filter((item) => !gone.includes(item)) : list;
}

function withoutDirectives(map: JsonMap): JsonMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !key.startsWith('$')));
}
