import type { KubeObject } from '../kube/resource.ts';
import { hasRules, ruleProblems } from './custom-rules.ts';
import { itemElement } from './field-walk.ts';
import type { ScalePaths } from './kind.ts';
import type { FieldProblem } from './refusal.ts';
import { duplicate, required, unsupported } from './refusal.ts';
import type { JsonMap, Schema } from './schema.ts';
import { isMap, memberSchema, sameValue } from './schema.ts';
import { valueProblems } from './value-checks.ts';

/** A kind of fault after which rules are not run: they would trip over the same value. */
const BLOCKING = [
  'FieldValueNotSupported',
  'FieldValueRequired',
  'FieldValueTooLong',
  'FieldValueTooMany',
  'FieldValueTypeInvalid',
];
const NOT_CHECKED: FieldProblem = {
  field: '<nil>',
  reason: 'FieldValueInvalid',
  message:
    'Invalid value: null: some validation rules were not checked because the object was invalid; correct the existing errors to complete validation',
};

/**
 * What a custom object breaks of its schema, its scale paths, its lists and its rules, in that order; what was so before,
 * unchanged, is let be. Source: apiextensions-apiserver, registry/customresource/strategy.go.
 */
export function customProblems(
  schema: Schema,
  scale: ScalePaths | undefined,
  object: KubeObject,
  before: KubeObject | undefined,
  part: 'main' | 'status' | 'whole',
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const now = object as unknown as JsonMap;
  const old = before as unknown as JsonMap | undefined;
  const lists: FieldProblem[] = [];
  for (const [key, value] of Object.entries(now)) {
    const member = memberSchema(schema, key);
    if (member === undefined || key === 'metadata' || key === 'apiVersion' || key === 'kind') continue;
    if (part !== 'whole' && (key === 'status') === (part === 'main')) continue;
    const found: FieldProblem[] = [];
    check(member, value, old?.[key], key, found);
    // The status alone is checked as a document of its own: its texts leave the name of the member out.
    const told = (text: string): string => (part === 'status' ? text.replace(': status.', ': ') : text);
    problems.push(...found.map((one) => ({ ...one, message: told(one.message) })));
    checkLists(member, value, old?.[key], key, lists);
  }
  problems.push(...(schema.required ?? []).filter((key) => now[key] === undefined).map((key) => required(key)));
  problems.push(...scaleProblems(part === 'status' ? scale?.status : scale?.spec, object, before));
  problems.push(...lists);
  if (!hasRules(schema)) return problems;
  if (problems.some(({ reason }) => BLOCKING.includes(reason))) return [...problems, NOT_CHECKED];
  return [
    ...problems,
    ...ruleProblems(schema, now, old, '').map(({ field, ...rest }) => ({
      ...rest,
      field: field.replace(/^\./, '') || '<nil>',
    })),
  ];
}

function scaleProblems(
  path: readonly string[] | undefined,
  object: KubeObject,
  before: KubeObject | undefined,
): readonly FieldProblem[] {
  if (path === undefined) return [];
  const read = (from: unknown): unknown =>
    path.reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), from);
  const replicas = read(object);
  const field = `.${path.join('.')}`;
  if (replicas === undefined || (before !== undefined && replicas === read(before))) return [];
  if (typeof replicas === 'number') {
    if (replicas >= 0) return [];
    return [
      { field, reason: 'FieldValueInvalid', message: `Invalid value: ${replicas}: should be a non-negative integer` },
    ];
  }
  const type = typeof replicas === 'boolean' ? 'bool' : typeof replicas;
  const shown = typeof replicas === 'string' ? replicas : JSON.stringify(replicas);
  const message = `Invalid value: 0: ${field} accessor error: ${shown} is of the type ${type}, expected int64`;
  return [{ field, reason: 'FieldValueInvalid', message }];
}

function check(schema: Schema, value: unknown, before: unknown, path: string, problems: FieldProblem[]): void {
  if (value === before || (before !== undefined && sameValue(value, before))) return;
  if (value === null && schema.nullable === true) return;
  const wrong = typeProblem(schema, value, path);
  if (wrong !== undefined) {
    problems.push(wrong);
    return;
  }
  if (schema.enum !== undefined && !schema.enum.some((one) => sameValue(one, value))) {
    problems.push(
      unsupported(
        path,
        value,
        schema.enum.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))),
      ),
    );
  }
  problems.push(...valueProblems(schema, value, path));
  checkBranches(schema, value, path, problems);
  const { items } = schema;
  if (Array.isArray(value) && items !== undefined) {
    const old = earlier(schema, before);
    value.forEach((item, index) => check(items, item, old(item, index), `${path}[${index}]`, problems));
  } else if (isMap(value)) checkMembers(schema, value, before, path, problems);
}

function earlier(schema: Schema, before: unknown): (item: unknown, index: number) => unknown {
  if (!Array.isArray(before)) return () => undefined;
  if (schema['x-kubernetes-list-type'] !== 'map') return (_item, index) => before[index] as unknown;
  const known = new Map(before.map((item: unknown) => [itemElement(schema, item), item]));
  return (item) => known.get(itemElement(schema, item));
}

function checkMembers(schema: Schema, value: JsonMap, before: unknown, path: string, problems: FieldProblem[]): void {
  const old: JsonMap = isMap(before) ? before : {};
  for (const [key, member] of Object.entries(value)) {
    const type = memberSchema(schema, key);
    if (type !== undefined) check(type, member, old[key], `${path}.${key}`, problems);
  }
  for (const key of schema.required ?? []) {
    if (value[key] === undefined) problems.push(required(`${path}.${key}`));
  }
}

/** allOf, anyOf, oneOf, not. Their failures are told of the whole object, without a field. */
function checkBranches(schema: Schema, value: unknown, path: string, problems: FieldProblem[]): void {
  const failures = (branch: Schema): readonly FieldProblem[] => {
    const found: FieldProblem[] = [];
    check(branch, value, undefined, path, found);
    return found;
  };
  const tell = (what: string): void => {
    problems.push({
      field: '<nil>',
      reason: 'FieldValueInvalid',
      message: `Invalid value: "": "${path}" must ${what}`,
    });
  };
  for (const branch of schema.allOf ?? []) problems.push(...failures(branch));
  const { anyOf, oneOf, not } = schema;
  if (anyOf !== undefined) {
    const all = anyOf.map(failures);
    if (!all.some((one) => one.length === 0)) {
      tell('validate at least one schema (anyOf)');
      problems.push(...(all[0] ?? []));
    }
  }
  if (oneOf !== undefined) {
    const all = oneOf.map(failures);
    const valid = all.filter((one) => one.length === 0).length;
    if (valid !== 1) {
      tell(
        `validate one and only one schema (oneOf). ${valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`}`,
      );
      if (valid === 0) problems.push(...(all[0] ?? []));
    }
  }
  if (not !== undefined && failures(not).length === 0) tell('not validate the schema (not)');
}

/** Sets and list maps name each of their items once. */
function checkLists(schema: Schema, value: unknown, before: unknown, path: string, problems: FieldProblem[]): void {
  if (value === before) return;
  if (isMap(value)) {
    const old: JsonMap = isMap(before) ? before : {};
    for (const [key, member] of Object.entries(value)) {
      const type = memberSchema(schema, key);
      if (type !== undefined) checkLists(type, member, old[key], `${path}.${key}`, problems);
    }
    return;
  }
  if (!Array.isArray(value)) return;
  const kind = schema['x-kubernetes-list-type'];
  const { items } = schema;
  if (kind === 'map' || kind === 'set') {
    const seen = new Set<string>();
    value.forEach((item: unknown, index) => {
      const element = itemElement(schema, item);
      if (seen.has(element)) problems.push(duplicate(`${path}[${index}]`, JSON.parse(element.slice(2))));
      seen.add(element);
    });
  }
  if (items === undefined) return;
  const old: readonly unknown[] = Array.isArray(before) ? before : [];
  value.forEach((item, index) => checkLists(items, item, old[index], `${path}[${index}]`, problems));
}

function typeProblem(schema: Schema, value: unknown, path: string): FieldProblem | undefined {
  const actual = typeOf(value);
  if (schema['x-kubernetes-int-or-string'] === true) {
    return actual === 'integer' || actual === 'string' ? undefined : mistyped(path, 'integer,string', actual);
  }
  const { type } = schema;
  if (type === undefined || type === actual || (type === 'number' && actual === 'integer')) return undefined;
  return mistyped(path, type, actual);
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'number' && Number.isInteger(value) ? 'integer' : typeof value;
}

function mistyped(path: string, type: string, actual: string): FieldProblem {
  const message = `Invalid value: "${actual}": ${path} in body must be of type ${type}: "${actual}"`;
  return { field: path, reason: 'FieldValueTypeInvalid', message };
}
