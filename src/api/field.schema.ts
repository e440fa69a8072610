import type { Static, TObject, TProperties, TSchema } from 'typebox';
import { Type } from 'typebox';
import type { ApiGroup } from './names.ts';

/** A rule in CEL, checked by the API server in our own group (never in the takeover group). */
export type CelRule = Readonly<{ rule: string; message: string; fieldPath?: string; reason?: string }>;

/**
 * What a field may say beside its type. Bounds, `default` and `rules` go into the CRD of our own group only;
 * `defaultText` is the default that the controller applies by itself, for the reference pages.
 */
export type FieldOptions = Readonly<{
  default?: unknown;
  defaultText?: string;
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  minProperties?: number;
  maxProperties?: number;
  pattern?: string;
  format?: string;
  rules?: readonly CelRule[];
  /** Keeps members that the schema does not name, so that the controller can name them in InvalidSpec. */
  preserve?: boolean;
  /** Keywords that replace the type in one of the groups, where the two differ. */
  byGroup?: Readonly<Record<ApiGroup, Readonly<Record<string, unknown>>>>;
  /** Members that our own group checks although the object keeps all others too. */
  ownProperties?: TProperties;
  /** A list whose entries are told apart by this member. */
  listMapKey?: string;
}>;

/** Turns our options into the keywords that a CRD has; `defaultText` stays as `x-sluice-default`. */
function keywords(description: string, options: FieldOptions = {}): Record<string, unknown> {
  const { defaultText, rules, preserve, listMapKey, byGroup, ownProperties, ...plain } = options;
  return {
    description,
    ...plain,
    ...(defaultText === undefined ? {} : { 'x-sluice-default': defaultText }),
    ...(byGroup === undefined ? {} : { 'x-sluice-by-group': byGroup }),
    ...(ownProperties === undefined ? {} : { 'x-sluice-own-properties': ownProperties }),
    ...(rules === undefined ? {} : { 'x-kubernetes-validations': rules }),
    ...(preserve === true ? { 'x-kubernetes-preserve-unknown-fields': true } : {}),
    ...(listMapKey === undefined
      ? {}
      : { 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': [listMapKey] }),
  };
}

/** Free text. */
export const text = (description: string, options?: FieldOptions) => Type.String(keywords(description, options));

/** The name of a Kubernetes object: at most 253 characters. */
export const objectName = (description: string, options?: FieldOptions) =>
  Type.String(keywords(description, { maxLength: 253, ...options }));

/** A time as RFC 3339. */
export const time = (description: string, options?: FieldOptions) =>
  Type.String(keywords(description, { format: 'date-time', ...options }));

/** A whole number that fits into 32 bits. */
export const int = (description: string, options?: FieldOptions) =>
  Type.Integer(keywords(description, { format: 'int32', ...options }));

/** A whole number that fits into 64 bits. */
export const long = (description: string, options?: FieldOptions) =>
  Type.Integer(keywords(description, { format: 'int64', ...options }));

/** True or false. */
export const flag = (description: string, options?: FieldOptions) => Type.Boolean(keywords(description, options));

/** A whole number or a string, as IntOrString of Kubernetes. */
export const intOrString = (description: string, options?: FieldOptions) =>
  Type.Unsafe<number | string>({
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    'x-kubernetes-int-or-string': true,
    ...keywords(description, options),
  });

/** One of a few words. */
export const word = <const Words extends readonly string[]>(
  description: string,
  words: Words,
  options?: FieldOptions,
) => Type.Unsafe<Words[number]>({ type: 'string', enum: words, ...keywords(description, options) });

/** An object with members of its own. */
export const object = <Properties extends TProperties>(
  description: string,
  properties: Properties,
  options?: FieldOptions,
): TObject<Properties> => Type.Object(properties, keywords(description, options));

/** A list. */
export const list = <Item extends TSchema>(description: string, item: Item, options?: FieldOptions) =>
  Type.Array(item, keywords(description, options));

/** A map from any string to strings of at most `valueLength` characters. */
export const stringMap = (description: string, options?: FieldOptions, valueLength = 262_144) =>
  Type.Unsafe<Record<string, string>>({
    type: 'object',
    additionalProperties: { type: 'string', maxLength: valueLength },
    ...keywords(description, options),
  });

/** A map from any string to objects of one shape. */
export const mapOf = <Item extends TSchema>(description: string, item: Item, options?: FieldOptions) =>
  Type.Unsafe<Record<string, Static<Item>>>({
    type: 'object',
    additionalProperties: item,
    ...keywords(description, options),
  });

/** An object whose members the CRD does not know: the API server keeps whatever stands there. */
export const rawObject = <T = Record<string, unknown>>(description: string, options?: FieldOptions) =>
  Type.Unsafe<T>({ type: 'object', ...keywords(description, { ...options, preserve: true }) });

/** Any JSON value at all. */
export const rawValue = (description: string) => Type.Unsafe<unknown>({ ...keywords(description, { preserve: true }) });

/** True, false, or null for unknown. */
export const flagOrUnknown = (description: string) =>
  Type.Unsafe<boolean | null>({ type: 'boolean', nullable: true, ...keywords(description) });

/** A field that may be absent. */
export const optional = <Schema extends TSchema>(schema: Schema) => Type.Optional(schema);
