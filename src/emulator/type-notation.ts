import type { Schema } from './schema.ts';

/** A built-in type with what Go's encoder does with its members. */
export type BuiltInSchema = Schema &
  Readonly<{
    typeName: string;
    /** Members that are dropped when they hold the zero value of their type. */
    droppedAtZero: ReadonlySet<string>;
    /** Members to be filled in when absent, with the value that stands then; undefined means "of its own defaults". */
    filledIn: readonly Readonly<{ key: string; value: unknown }>[];
    /** Members that Go writes whatever they hold, with their zero values. */
    alwaysWritten: readonly Readonly<{ key: string; value: unknown }>[];
  }>;

/** What tells a time with six digits after the point, no more and no fewer, from one of seconds. */
export const MICRO_TIME = String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}(Z|[+-]\d\d:\d\d)$`;

const PLAIN: Readonly<Record<string, Schema>> = {
  string: { type: 'string' },
  bytes: { type: 'string', format: 'byte' },
  time: { type: 'string', format: 'date-time' },
  microTime: { type: 'string', format: 'date-time', pattern: MICRO_TIME },
  int: { type: 'integer', format: 'int32' },
  long: { type: 'integer', format: 'int64' },
  number: { type: 'number' },
  bool: { type: 'boolean' },
  quantity: { type: 'string', format: 'quantity', 'x-kubernetes-int-or-string': true },
  intOrString: { type: 'string', format: 'int-or-string', 'x-kubernetes-int-or-string': true },
  any: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
};

/**
 * Reads type definitions, one a paragraph: a name (with `~` when it is applied as a whole), then members
 * `name[!][?|*]:type[=default]`. `!` required; `?` left out at its zero value; `*` always written. A type is a word
 * above, another definition, `{}type` a map (`{~}type` one that is applied as a whole), or `[keys|merge]type` a list: keys of a list map or `=` for a set (none:
 * atomic), and after `|` the key by which strategic merge patches find an item. Facts: k8s.io/api v1.36.
 */
export function parseTypes(...texts: readonly string[]): ReadonlyMap<string, BuiltInSchema> {
  const lines = texts
    .join('\n')
    .replaceAll('\n  ', ' ')
    .split('\n')
    .filter((line) => line !== '');
  const sources = new Map(lines.map((line) => [line.split(' ', 1)[0]?.replace('~', '') ?? '', line]));
  const types = new Map<string, BuiltInSchema>();
  const typeOf = (name: string): BuiltInSchema => {
    const known = types.get(name);
    if (known !== undefined) return known;
    const source = sources.get(name);
    if (source === undefined) throw new Error(`no type ${name}`);
    const type = parseType(source, typeOf);
    types.set(name, type);
    return type;
  };
  for (const name of sources.keys()) typeOf(name);
  return types;
}

function parseType(source: string, typeOf: (name: string) => BuiltInSchema): BuiltInSchema {
  const [head = '', ...members] = source.split(' ');
  const properties: Record<string, Schema> = {};
  const required: string[] = [];
  const droppedAtZero = new Set<string>();
  const filledIn: { key: string; value: unknown }[] = [];
  const alwaysWritten: { key: string; value: unknown }[] = [];
  for (const member of members) {
    if (member === '') continue;
    const [, key = '', need, presence, type = '', fallback] =
      /^([^!?*:]+)(!?)([?*]?):((?:\[[^\]]*\]|\{~?\})*\w+)(?:=(.*))?$/.exec(member) ?? [];
    if (key === '' || type === '') throw new Error(`${head} has a member that cannot be read: ${member}`);
    const schema = parseReference(type, typeOf);
    properties[key] = fallback === undefined ? schema : { ...schema, default: literal(fallback, schema) };
    if (need === '!') required.push(key);
    if (presence === '?') droppedAtZero.add(key);
    if (presence === '*') alwaysWritten.push({ key, value: zeroOf(schema, type) });
    if (fallback !== undefined) filledIn.push({ key, value: literal(fallback, schema) });
    else if (presence === '*') filledIn.push({ key, value: zeroOf(schema, type) });
  }
  const typeName = head.replace('~', '');
  const atomic = head.endsWith('~') ? ({ 'x-kubernetes-map-type': 'atomic' } as const) : {};
  return {
    type: 'object',
    properties,
    typeName,
    droppedAtZero,
    filledIn,
    alwaysWritten,
    ...atomic,
    ...(required.length > 0 ? { required } : {}),
  };
}

function parseReference(text: string, typeOf: (name: string) => BuiltInSchema): Schema {
  if (text.startsWith('{~}'))
    return { ...parseReference(`{}${text.slice(3)}`, typeOf), 'x-kubernetes-map-type': 'atomic' };
  if (text.startsWith('{}')) return { type: 'object', additionalProperties: parseReference(text.slice(2), typeOf) };
  if (!text.startsWith('[')) return PLAIN[text] ?? typeOf(text);
  const end = text.indexOf(']');
  const items = parseReference(text.slice(end + 1), typeOf);
  const [keys = '', mergeKey] = text.slice(1, end).split('|');
  const merge = mergeKey === undefined ? {} : { patchMergeKey: mergeKey };
  if (keys === '') return { type: 'array', items, 'x-kubernetes-list-type': 'atomic', ...merge };
  if (keys === '=') return { type: 'array', items, 'x-kubernetes-list-type': 'set', ...merge };
  const listKeys = keys.split(',');
  return { type: 'array', items, 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': listKeys, ...merge };
}

function literal(text: string, schema: Schema): unknown {
  if (text === '{}') return {};
  if (schema.type === 'integer') return Number(text);
  return schema.type === 'boolean' ? text === 'true' : text;
}

/** What Go writes for a value of that type that was never set: the members that it always writes. */
export function zeroOfType(schema: Schema): unknown {
  if (!('alwaysWritten' in schema)) return {};
  const { properties = {}, alwaysWritten } = schema as BuiltInSchema;
  const members = alwaysWritten.map(({ key, value }) => {
    const type = properties[key];
    return [
      key,
      type !== undefined && type.properties !== undefined && value !== null ? zeroOfType(type) : value,
    ] as const;
  });
  return Object.fromEntries(members);
}

/** What Go writes for a member that is not a pointer and not "omitempty". */
function zeroOf(schema: Schema, type: string): unknown {
  if (type === 'time' || type === 'microTime') return null;
  if (type === 'quantity') return '0';
  if (type === 'intOrString' || schema.type === 'integer' || schema.type === 'number') return 0;
  if (schema.type === 'boolean') return false;
  if (schema.type === 'string') return '';
  if (schema.type === 'array' || schema.additionalProperties !== undefined) return null;
  return {};
}
