import type { TSchema } from 'typebox';
import type { ApiGroup } from '../../src/api/names.ts';

/** A schema as a CRD holds it. */
export type Structural = { [keyword: string]: unknown };

/** Keywords that both groups have. */
const SHARED = ['type', 'description', 'format', 'nullable', 'anyOf'] as const;

/** Keywords that refuse or change input: in our own group only (rulings, takeover table: no new bounds). */
const OWN = [
  'enum',
  'default',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'minProperties',
  'maxProperties',
  'pattern',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-validations',
] as const;

const EXTENSIONS = ['x-kubernetes-int-or-string', 'x-kubernetes-preserve-unknown-fields'] as const;

/** Turns a schema of src/api into the structural schema of a CRD of the group. */
export function structural(schema: TSchema, group: ApiGroup): Structural {
  return convert(entriesOf(schema), group);
}

function convert(schema: Structural, group: ApiGroup): Structural {
  const result: Structural = {};
  const copy = (keyword: string): void => {
    if (schema[keyword] !== undefined) result[keyword] = schema[keyword];
  };
  const replaced = entriesOf(entriesOf(schema['x-sluice-by-group'])[group]);
  if (Object.keys(replaced).length > 0) return { description: schema['description'], ...replaced };
  SHARED.forEach(copy);
  if (group === 'sluice.dev') OWN.forEach(copy);
  EXTENSIONS.forEach(copy);
  const own = Object.entries(entriesOf(schema['x-sluice-own-properties']));
  if (group === 'sluice.dev' && own.length > 0) {
    result['properties'] = Object.fromEntries(own.map(([key, value]) => [key, convert(entriesOf(value), group)]));
  }
  if (schema['items'] !== undefined) result['items'] = convert(entriesOf(schema['items']), group);
  if (schema['additionalProperties'] !== undefined) {
    result['additionalProperties'] = convert(entriesOf(schema['additionalProperties']), group);
  }
  if (schema['properties'] !== undefined) {
    const members = Object.entries(entriesOf(schema['properties']));
    if (members.length > 0) {
      result['properties'] = Object.fromEntries(members.map(([key, value]) => [key, convert(entriesOf(value), group)]));
    }
    const required = schema['required'];
    if (Array.isArray(required) && required.length > 0) result['required'] = required;
  }
  return result;
}

/** The members of a value that is an object; none of any other value. */
function entriesOf(value: unknown): Structural {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}
