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
  if (mergeKey === '') return [...list, ...wanted.filter((item) => !list.includes(item))];
  return ordered(mergedItems(schema?.items, list, wanted as readonly unknown[], mergeKey), mergeKey, order);
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

/** Items in the order that the patch gives; what it does not name keeps its place before what follows it. */
function ordered(items: readonly unknown[], mergeKey: string, order: unknown): readonly unknown[] {
  if (!Array.isArray(order)) return items;
  const keys = order.map((item: unknown) => (isMap(item) ? item[mergeKey] : item));
  const placeOf = (item: unknown): number => keys.indexOf(isMap(item) ? item[mergeKey] : undefined);
  const named = items.filter((item) => placeOf(item) !== -1).sort((a, b) => placeOf(a) - placeOf(b));
  return [...named, ...items.filter((item) => placeOf(item) === -1)];
}

function without(list: unknown, gone: unknown): unknown {
  return Array.isArray(list) && Array.isArray(gone) ? list.filter((item) => !gone.includes(item)) : list;
}

function withoutDirectives(map: JsonMap): JsonMap {
  return Object.fromEntries(Object.entries(map).filter(([key]) => !key.startsWith('$')));
}
