import type { Structural } from '../crd/structural.ts';

/** One field of a kind, as the reference pages tell it. */
export type Field = Readonly<{
  /** From the root of the object; `[]` is any index, `.*` any key. */
  path: string;
  type: string;
  default: string;
  bounds: string;
  meaning: string;
}>;

/**
 * Every field below a schema, depth first in the order of the schema. Takes schemas of src/api, not of a CRD, because
 * only they tell the defaults that the controller applies by itself.
 */
export function fieldsOf(schema: Structural, path: string, required: boolean): readonly Field[] {
  const self: Field = {
    path,
    type: typeOf(schema),
    default: defaultOf(schema, required),
    bounds: boundsOf(schema),
    meaning: text(schema['description']),
  };
  const items = membersOf(schema['items']);
  const values = membersOf(schema['additionalProperties']);
  const below =
    Object.keys(items).length > 0
      ? childrenOf(items, `${path}[]`)
      : values['type'] === 'object'
        ? childrenOf(values, `${path}.*`)
        : childrenOf(schema, path);
  return [self, ...below];
}

function childrenOf(schema: Structural, path: string): readonly Field[] {
  const names = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(membersOf(schema['properties'])).flatMap(([key, child]) =>
    fieldsOf(membersOf(child), `${path}.${key}`, names.includes(key)),
  );
}

function typeOf(schema: Structural): string {
  if (schema['x-kubernetes-int-or-string'] === true) return 'integer or string';
  if (schema['items'] !== undefined) return `list of ${typeOf(membersOf(schema['items']))}`;
  const values = membersOf(schema['additionalProperties']);
  if (values['type'] !== undefined) return `map of ${typeOf(values)}`;
  if (schema['type'] === undefined) return 'any';
  return schema['format'] === 'date-time' ? 'time' : text(schema['type']);
}

function defaultOf(schema: Structural, required: boolean): string {
  if (schema['default'] !== undefined) return code(schema['default']);
  const told = text(schema['x-sluice-default']);
  if (told !== '') return told;
  return required ? 'required' : '';
}

function boundsOf(schema: Structural): string {
  const { minimum, maximum, maxLength, minLength, maxItems, maxProperties } = schema;
  const bounds: string[] = [];
  if (Array.isArray(schema['enum'])) bounds.push(schema['enum'].map(code).join(', '));
  if (minimum !== undefined && maximum !== undefined) bounds.push(`${text(minimum)} to ${text(maximum)}`);
  else if (minimum !== undefined) bounds.push(`${text(minimum)} or more`);
  else if (maximum !== undefined) bounds.push(`at most ${text(maximum)}`);
  if (minLength !== undefined) bounds.push('not empty');
  if (maxLength !== undefined) bounds.push(`at most ${text(maxLength)} characters`);
  if (maxItems !== undefined) bounds.push(`at most ${text(maxItems)} entries`);
  if (maxProperties !== undefined) bounds.push(`at most ${text(maxProperties)} keys`);
  const rules = schema['x-kubernetes-validations'];
  for (const rule of Array.isArray(rules) ? rules : []) {
    const { fieldPath, message } = membersOf(rule);
    bounds.push(`${fieldPath === undefined ? '' : `\`${text(fieldPath).slice(1)}\` `}${text(message)}`);
  }
  return bounds.join('; ');
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;
}

function text(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function membersOf(value: unknown): Structural {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
