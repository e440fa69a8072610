/** JSON of a request or an object, before anybody knows its type. */
export type JsonMap = Readonly<Record<string, unknown>>;

/** A validation rule of x-kubernetes-validations. */
export type SchemaRule = Readonly<{
  rule: string;
  message?: string;
  messageExpression?: string;
  reason?: string;
  fieldPath?: string;
  optionalOldSelf?: boolean;
}>;

/**
 * The type of a value: OpenAPI v3 as a CRD writes it. The built-in types are described by the same words, so that
 * pruning, defaulting, merging and printing need one engine.
 */
export type Schema = Readonly<{
  type?: string;
  format?: string;
  nullable?: boolean;
  properties?: Readonly<Record<string, Schema>>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  required?: readonly string[];
  default?: unknown;
  enum?: readonly unknown[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: boolean;
  exclusiveMaximum?: boolean;
  multipleOf?: number;
  minLength?: number;
  maxLength?: number;
  pattern?: string;
  minItems?: number;
  maxItems?: number;
  uniqueItems?: boolean;
  minProperties?: number;
  maxProperties?: number;
  allOf?: readonly Schema[];
  anyOf?: readonly Schema[];
  oneOf?: readonly Schema[];
  not?: Schema;
  description?: string;
  'x-kubernetes-int-or-string'?: boolean;
  'x-kubernetes-preserve-unknown-fields'?: boolean;
  'x-kubernetes-embedded-resource'?: boolean;
  'x-kubernetes-list-type'?: 'atomic' | 'set' | 'map';
  'x-kubernetes-list-map-keys'?: readonly string[];
  'x-kubernetes-map-type'?: 'atomic' | 'granular';
  'x-kubernetes-validations'?: readonly SchemaRule[];
  /** Of built-in types only: the key by which a strategic merge patch finds an item; '' for a list of plain values. */
  patchMergeKey?: string;
  /** Of built-in types only: the name of the Go struct, told in decoding errors and in OpenAPI. */
  typeName?: string;
}>;

/** True for a JSON object. */
export function isMap(value: unknown): value is JsonMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The schema of a member; undefined when nothing is known of it. */
export function memberSchema(schema: Schema | undefined, key: string): Schema | undefined {
  if (schema === undefined) return undefined;
  const { properties, additionalProperties } = schema;
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key];
  return typeof additionalProperties === 'object' ? additionalProperties : undefined;
}

/** A copy of a map with one member set; undefined takes it out. The same map when nothing changes. */
export function withMember<T extends object>(map: T, key: string, value: unknown): T {
  const members = map as JsonMap;
  if (members[key] === value && (value !== undefined || !(key in map))) return map;
  if (value !== undefined) return { ...map, [key]: value };
  const { [key]: _dropped, ...rest } = members;
  return rest as T;
}

/** Deep equality of JSON; equal references are found at once, so that shared structure costs nothing. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a)) {
    return Array.isArray(b) && a.length === b.length && a.every((item, index) => sameValue(item, b[index]));
  }
  if (Array.isArray(b)) return false;
  const left = a as JsonMap;
  const right = b as JsonMap;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && sameValue(left[key], right[key]));
}
