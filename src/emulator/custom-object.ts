import { OBJECT_META } from './built-in-types.ts';
import type { Decoded } from './decode.ts';
import { decode } from './decode.ts';
import type { JsonMap, Schema } from './schema.ts';
import { isMap, memberSchema } from './schema.ts';

const ROOT_MEMBERS = ['apiVersion', 'kind', 'metadata'];

/**
 * Reads a custom object by its structural schema: what the schema does not know is pruned, defaults are filled in. Types
 * are not checked here but by the validation that follows. Shared structure with `known` is taken as read.
 */
export function readCustom(schema: Schema, value: JsonMap, known?: unknown): Decoded {
  const unknown: string[] = [];
  const before: JsonMap = isMap(known) ? known : {};
  const metadata = decode(OBJECT_META, value['metadata'] ?? {}, before['metadata']);
  unknown.push(...metadata.unknown.map((path) => `metadata.${path}`));
  const result: Record<string, unknown> = { ...value, metadata: metadata.value };
  const { properties = {} } = schema;
  let changed = result['metadata'] !== value['metadata'];
  for (const key of Object.keys(result)) {
    if (ROOT_MEMBERS.includes(key)) continue;
    const member = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (member === undefined) {
      if (schema['x-kubernetes-preserve-unknown-fields'] === true) continue;
      unknown.push(key);
      delete result[key];
      changed = true;
      continue;
    }
    const read = readNode(member, result[key], before[key], key, unknown);
    if (read === undefined) delete result[key];
    else result[key] = read;
    changed ||= read !== value[key];
  }
  for (const [key, member] of Object.entries(properties)) {
    if (member.default === undefined || result[key] !== undefined || ROOT_MEMBERS.includes(key)) continue;
    result[key] = readNode(member, member.default, undefined, key, []);
    changed = true;
  }
  const error = metadata.error === undefined ? {} : { error: metadata.error };
  return { value: changed ? result : value, unknown: unknown.sort(), ...error };
}

/** Prunes and defaults a value; undefined when a null is left out. */
function readNode(schema: Schema, value: unknown, known: unknown, path: string, unknown: string[]): unknown {
  if (value === known && typeof value === 'object' && value !== null) return value;
  // A null that may not be is as good as nothing: the default stands, or the member is left out.
  if (value === null && !mayBeNull(schema)) return schema.default;
  if (Array.isArray(value)) return readItems(schema, value, known, path, unknown);
  if (!isMap(value)) return value;
  if (schema['x-kubernetes-embedded-resource'] === true && isMap(value['metadata'])) {
    const metadata = decode(OBJECT_META, value['metadata']).value;
    return readMembers(schema, { ...value, metadata }, known, path, unknown);
  }
  return readMembers(schema, value, known, path, unknown);
}

function mayBeNull(schema: Schema): boolean {
  return schema.nullable === true || (schema.type === undefined && schema['x-kubernetes-int-or-string'] !== true);
}

function readItems(
  schema: Schema,
  value: readonly unknown[],
  known: unknown,
  path: string,
  unknown: string[],
): unknown {
  const { items } = schema;
  if (items === undefined) return value;
  const before: readonly unknown[] = Array.isArray(known) ? known : [];
  let result: unknown[] | undefined;
  value.forEach((item, index) => {
    const read = item === null ? null : readNode(items, item, before[index], `${path}[${index}]`, unknown);
    if (read !== item) (result ??= [...value])[index] = read;
  });
  return result ?? value;
}

function readMembers(schema: Schema, value: JsonMap, known: unknown, path: string, unknown: string[]): JsonMap {
  const { properties = {}, additionalProperties } = schema;
  const before: JsonMap = isMap(known) ? known : {};
  const keeps = schema['x-kubernetes-preserve-unknown-fields'] === true || additionalProperties === true;
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  let result: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const member = memberSchema(schema, key);
    const at = `${path}.${key}`;
    if (member === undefined) {
      // A schema that says nothing of members at all still names an object: everything in it is unknown.
      if (keeps || (embedded && ROOT_MEMBERS.includes(key))) continue;
      unknown.push(at);
      delete (result ??= { ...value })[key];
      continue;
    }
    const read = readNode(member, value[key], before[key], at, unknown);
    if (read === undefined) delete (result ??= { ...value })[key];
    else if (read !== value[key]) (result ??= { ...value })[key] = read;
  }
  for (const key of Object.keys(properties)) {
    const fallback = properties[key]?.default;
    if (fallback === undefined || Object.hasOwn(result ?? value, key)) continue;
    const member = properties[key];
    (result ??= { ...value })[key] =
      member === undefined ? fallback : readNode(member, fallback, undefined, `${path}.${key}`, []);
  }
  return result ?? value;
}
