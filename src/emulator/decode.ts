import type { JsonMap, Schema } from './schema.ts';
import { isMap, memberSchema } from './schema.ts';
import { canonicalQuantity } from './quantity.ts';
import type { BuiltInSchema } from './type-notation.ts';
import { MICRO_TIME } from './type-notation.ts';

/** What came of reading a value by a built-in type. */
export type Decoded = Readonly<{
  value: unknown;
  /** Paths that the type does not know; they are left out of the value. */
  unknown: readonly string[];
  /** Go's words for the first value of a wrong type. */
  error?: string;
}>;

type Reading = { unknown: string[]; error: string | undefined };

/**
 * Reads a value as the API server's Go structs would: unknown members are dropped, zero values that Go leaves out are
 * left out, and defaults are filled in. Whatever is the same reference as in `known` is taken as read already, so a
 * patch costs no more than what it changes. The value itself is never changed.
 */
export function decode(schema: Schema, value: unknown, known?: unknown): Decoded {
  const reading: Reading = { unknown: [], error: undefined };
  const root = 'typeName' in schema ? (schema.typeName ?? '') : '';
  const read = readValue(schema, value, known, { path: '', struct: root }, reading);
  return { value: read, unknown: reading.unknown, ...(reading.error === undefined ? {} : { error: reading.error }) };
}

type Place = Readonly<{ path: string; struct: string }>;

function readValue(schema: Schema, value: unknown, known: unknown, at: Place, reading: Reading): unknown {
  if (value === known && typeof value === 'object' && value !== null) return value;
  if (schema['x-kubernetes-preserve-unknown-fields'] === true) return value;
  if (schema['x-kubernetes-int-or-string'] === true) {
    if (typeof value === 'number' || typeof value === 'string') return readQuantity(schema, value, reading);
    return wrong(schema, value, at, reading);
  }
  switch (schema.type) {
    case 'object':
      if (!isMap(value)) return wrong(schema, value, at, reading);
      return 'droppedAtZero' in schema
        ? readStruct(schema as BuiltInSchema, value, isMap(known) ? known : {}, at, reading)
        : readMap(schema, value, isMap(known) ? known : {}, at, reading);
    case 'array':
      return Array.isArray(value) ? readList(schema, value, known, at, reading) : wrong(schema, value, at, reading);
    case 'integer':
      return Number.isInteger(value) ? value : wrong(schema, value, at, reading);
    case 'number':
      return typeof value === 'number' ? value : wrong(schema, value, at, reading);
    case 'boolean':
      return typeof value === 'boolean' ? value : wrong(schema, value, at, reading);
    case undefined:
    default:
      return typeof value === 'string' ? readText(schema, value, reading) : wrong(schema, value, at, reading);
  }
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Texts that Go reads as something else: times, and bytes in base64. */
function readText({ format, pattern }: Schema, value: string, reading: Reading): string {
  if (format === 'byte' && !BASE64.test(value)) {
    const at = Math.max(0, value.search(/[^A-Za-z0-9+/]/));
    reading.error ??= `illegal base64 data at input byte ${at}`;
  }
  if (format !== 'date-time') return value;
  const isMicro = pattern === MICRO_TIME;
  const layout = `2006-01-02T15:04:05${isMicro ? '.000000' : ''}Z07:00`;
  const lead = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.exec(value)?.[0];
  const fault = (rest: string, part: string): string =>
    `parsing time ${JSON.stringify(value)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(part)}`;
  if (lead === undefined || !TIME.test(value)) reading.error ??= fault(value, '2006');
  else if (isMicro && !/^\.\d{6}(Z|[+-])/.test(value.slice(lead.length))) {
    reading.error ??= fault(value.slice(lead.length), '.000000');
  }
  return value;
}

function readStruct(schema: BuiltInSchema, value: JsonMap, known: JsonMap, at: Place, reading: Reading): JsonMap {
  const { properties = {}, typeName, droppedAtZero, filledIn, alwaysWritten } = schema;
  let result: Record<string, unknown> | undefined;
  const change = (): Record<string, unknown> => (result ??= { ...value });
  for (const key of Object.keys(value)) {
    const member = value[key];
    const type = Object.hasOwn(properties, key) ? properties[key] : undefined;
    const path = at.path === '' ? key : `${at.path}.${key}`;
    if (type === undefined) {
      if (member !== undefined) reading.unknown.push(path);
      delete change()[key];
      continue;
    }
    const read =
      member === null || member === undefined
        ? undefined
        : readValue(type, member, known[key], { path, struct: typeName }, reading);
    if (read === undefined || (droppedAtZero.has(key) && isZero(read))) delete change()[key];
    else if (read !== member) change()[key] = read;
  }
  for (const { key } of alwaysWritten) {
    // Storage does not tell an empty list from none, and Go writes none as null.
    const member = (result ?? value)[key];
    if (Array.isArray(member) && member.length === 0) change()[key] = null;
  }
  for (const { key, value: filling } of filledIn) {
    if (Object.hasOwn(result ?? value, key)) continue;
    const type = properties[key];
    if (filling === null || type === undefined || !isMap(filling)) change()[key] = filling;
    else change()[key] = readValue(type, filling, undefined, { path: at.path, struct: typeName }, reading);
  }
  return result ?? value;
}

function readMap(schema: Schema, value: JsonMap, known: JsonMap, at: Place, reading: Reading): JsonMap {
  let result: Record<string, unknown> | undefined;
  for (const key of Object.keys(value)) {
    const type = memberSchema(schema, key);
    const member = value[key];
    if (type === undefined) continue;
    // Go's maps of strings keep a key with the zero value where JSON says null.
    const read =
      member === null
        ? zeroOf(type)
        : // An error is told of the map, not of its key.
          readValue(type, member, known[key], at, reading);
    if (read !== member) (result ??= { ...value })[key] = read;
  }
  return result ?? value;
}

function readList(schema: Schema, value: readonly unknown[], known: unknown, at: Place, reading: Reading): unknown {
  const { items } = schema;
  if (items === undefined) return value;
  const before: readonly unknown[] = Array.isArray(known) ? known : [];
  let result: unknown[] | undefined;
  value.forEach((item, index) => {
    const path = { ...at, path: `${at.path}[${index}]` };
    const read = item === null ? zeroOf(items) : readValue(items, item, before[index], path, reading);
    if (read !== item) (result ??= [...value])[index] = read;
  });
  return result ?? value;
}

function zeroOf(schema: Schema): unknown {
  if (schema.type === 'string') return '';
  if (schema.type === 'integer') return 0;
  return schema.type === 'array' ? [] : {};
}

function isZero(value: unknown): boolean {
  if (value === '' || value === 0 || value === false) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isMap(value) && Object.keys(value).length === 0;
}

const QUANTITY = /^[+-]?(\d+|\d+\.\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

function readQuantity(schema: Schema, value: string | number, reading: Reading): unknown {
  if (schema.format !== 'quantity') return value;
  if (!QUANTITY.test(String(value))) {
    reading.error ??= "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
  }
  return canonicalQuantity(String(value));
}

/** Go's own name for a type, as its decoder tells it. */
function goType(schema: Schema): string {
  if (schema.typeName !== undefined) return `v1.${schema.typeName}`;
  if (schema['x-kubernetes-int-or-string'] === true)
    return schema.format === 'quantity' ? 'resource.Quantity' : 'intstr.IntOrString';
  if (schema.type === 'array') return `[]${schema.items === undefined ? 'string' : goType(schema.items)}`;
  if (schema.type === 'object') {
    const { additionalProperties } = schema;
    return `map[string]${typeof additionalProperties === 'object' ? goType(additionalProperties) : 'string'}`;
  }
  if (schema.type === 'integer') return schema.format ?? 'int64';
  return schema.type === 'boolean' ? 'bool' : (schema.type ?? 'string');
}

function wrong(schema: Schema, value: unknown, at: Place, reading: Reading): undefined {
  const kind = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const what = kind === 'number' && schema.type === 'integer' ? `number ${String(value)}` : kind;
  const field = at.path.replaceAll(/\[\d+\]/g, '');
  reading.error ??= `json: cannot unmarshal ${what} into Go struct field ${at.struct}.${field} of type ${goType(schema)}`;
  return undefined;
}
