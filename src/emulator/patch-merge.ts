import { isMap } from './schema.ts';

/** Applies a JSON merge patch (RFC 7386); what the patch does not name keeps its reference. */
export function patchMerge(document: unknown, patch: unknown): unknown {
  if (!isMap(patch)) return patch;
  const target = isMap(document) ? document : {};
  let result: Record<string, unknown> | undefined;
  for (const key of Object.keys(patch)) {
    const wanted = patch[key];
    if (wanted === null || wanted === undefined) {
      if (Object.hasOwn(target, key)) delete (result ??= { ...target })[key];
      continue;
    }
    const merged = patchMerge(target[key], wanted);
    if (merged !== target[key]) (result ??= { ...target })[key] = merged;
  }
  return result ?? (isMap(document) ? document : target);
}
