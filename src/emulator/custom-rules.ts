import { celValue, compileRule } from './cel.ts';
import { itemElement } from './field-walk.ts';
import type { FieldProblem } from './refusal.ts';
import type { JsonMap, Schema, SchemaRule } from './schema.ts';
import { isMap, memberSchema, sameValue } from './schema.ts';

type RulesWithin = 'none' | 'some' | 'onChange';

const ruled = new WeakMap<Schema, RulesWithin>();

/** True when a schema, or anything in it, has rules. */
export function hasRules(schema: Schema): boolean {
  return rulesWithin(schema) !== 'none';
}

/** Whether there are rules in a schema, and whether any of them speaks of the earlier value. */
function rulesWithin(schema: Schema): RulesWithin {
  const known = ruled.get(schema);
  if (known !== undefined) return known;
  const { properties = {}, items, additionalProperties } = schema;
  const inner = [
    ...Object.values(properties),
    items,
    typeof additionalProperties === 'object' ? additionalProperties : undefined,
  ];
  const found: RulesWithin[] = inner.map((one) => (one === undefined ? 'none' : rulesWithin(one)));
  for (const { rule } of schema['x-kubernetes-validations'] ?? [])
    found.push(/\boldSelf\b/.test(rule) ? 'onChange' : 'some');
  const within = found.includes('onChange') ? 'onChange' : found.includes('some') ? 'some' : 'none';
  ruled.set(schema, within);
  return within;
}

/**
 * What a value breaks of the rules of its schema. A rule on the earlier value runs only where there is one that
 * corresponds; any other is not run on what has not changed.
 */
export function ruleProblems(schema: Schema, value: unknown, before: unknown, path: string): readonly FieldProblem[] {
  const within = rulesWithin(schema);
  if (within === 'none' || value === undefined || value === null) return [];
  if (value === before && within === 'some') return [];
  const isUnchanged = before !== undefined && sameValue(value, before);
  const own = (schema['x-kubernetes-validations'] ?? []).flatMap((rule) =>
    brokenRule(rule, schema, value, before, path, isUnchanged),
  );
  return [...own, ...innerProblems(schema, value, before, path)];
}

function brokenRule(
  rule: SchemaRule,
  schema: Schema,
  value: unknown,
  before: unknown,
  path: string,
  isUnchanged: boolean,
): readonly FieldProblem[] {
  const program = compileRule(rule.rule);
  if ('fault' in program) return [];
  if (program.isTransition ? before === undefined : isUnchanged) return [];
  const self = celValue(schema, value);
  const outcome = program.run(self, celValue(schema, before));
  const at = path + (rule.fieldPath ?? '');
  if (!outcome.ok)
    return [problem(at, 'FieldValueInvalid', `${outcome.why} evaluating rule: ${rule.message ?? rule.rule}`)];
  if (outcome.value === true) return [];
  const text = messageOf(rule, self, celValue(schema, before));
  const { reason = 'FieldValueInvalid' } = rule;
  // A value that fits a line is shown; objects and lists are not.
  const isShown = reason === 'FieldValueInvalid' && typeof value !== 'object';
  return [problem(at, reason, isShown ? `${JSON.stringify(value)}: ${text}` : text)];
}

function messageOf({ rule, message, messageExpression }: SchemaRule, self: unknown, oldSelf: unknown): string {
  if (messageExpression !== undefined) {
    const program = compileRule(messageExpression);
    const outcome = 'fault' in program ? undefined : program.run(self, oldSelf);
    if (outcome?.ok === true && typeof outcome.value === 'string' && outcome.value.trim() !== '') return outcome.value;
  }
  return message ?? `failed rule: ${rule}`;
}

function problem(field: string, reason: string, text: string): FieldProblem {
  const lead: Readonly<Record<string, string>> = {
    FieldValueRequired: 'Required value',
    FieldValueForbidden: 'Forbidden',
    FieldValueDuplicate: 'Duplicate value',
  };
  return { field, reason, message: `${lead[reason] ?? 'Invalid value'}: ${text}` };
}

function innerProblems(schema: Schema, value: unknown, before: unknown, path: string): readonly FieldProblem[] {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined || !hasRules(items)) return [];
    const old = earlierItems(schema, before);
    return value.flatMap((item, index) =>
      ruleProblems(items, item, old?.get(itemElement(schema, item)), `${path}[${index}]`),
    );
  }
  if (!isMap(value)) return [];
  const old: JsonMap = isMap(before) ? before : {};
  return Object.entries(value).flatMap(([key, member]) => {
    const type = memberSchema(schema, key);
    if (type === undefined) return [];
    const at = schema.properties?.[key] === undefined ? `${path}[${key}]` : `${path}.${key}`;
    return ruleProblems(type, member, old[key], at);
  });
}

/** Only the items of a list map can be told apart from one state to the next. */
function earlierItems(schema: Schema, before: unknown): ReadonlyMap<string, unknown> | undefined {
  if (schema['x-kubernetes-list-type'] !== 'map' || !Array.isArray(before)) return undefined;
  return new Map(before.map((item: unknown) => [itemElement(schema, item), item]));
}
