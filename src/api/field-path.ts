/** What a field path led to: a scalar as text, or why it has none. */
export type FieldValue = Readonly<{ ok: true; value: string }> | Readonly<{ ok: false; why: string }>;

/**
 * Splits a path such as `metadata.labels['app.kubernetes.io/name']` or `spec.steps[0].setWeight` into its keys;
 * undefined when it is no path.
 */
export function parseFieldPath(path: string): readonly string[] | undefined {
  const keys: string[] = [];
  const token = /(?:^|\.)([A-Za-z_][\w-]*)|\[(\d+)\]|\['([^']*)'\]|\["([^"]*)"\]/y;
  while (token.lastIndex < path.length) {
    const match = token.exec(path);
    if (match === null) return undefined;
    keys.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
  }
  return keys.length === 0 ? undefined : keys;
}

/** Reads the scalar at `path` of an object; numbers and booleans become text. */
export function readFieldPath(object: unknown, path: string): FieldValue {
  const keys = parseFieldPath(path);
  if (keys === undefined) return { ok: false, why: `"${path}" is not a field path such as metadata.labels['app']` };
  let value: unknown = object;
  for (const key of keys) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) {
      return { ok: false, why: `the object has no field "${path}"` };
    }
    value = Reflect.get(value, key);
  }
  if (typeof value === 'string') return { ok: true, value };
  if (typeof value === 'number' || typeof value === 'boolean') return { ok: true, value: String(value) };
  return { ok: false, why: `"${path}" is not a string, number or boolean` };
}
