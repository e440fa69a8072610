import type { KubeObject } from '../kube/resource.ts';
import type { FieldProblem } from './refusal.ts';
import { required, unsupported } from './refusal.ts';
import type { JsonMap, Schema } from './schema.ts';
import { isMap, memberSchema, sameValue } from './schema.ts';

/** What a custom object breaks of its schema; what was so before, unchanged, is let be. */
export function customProblems(
  schema: Schema,
  object: KubeObject,
  before: KubeObject | undefined,
  part: 'main' | 'status' | 'whole',
): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const old = before as unknown as JsonMap | undefined;
  for (const [key, value] of Object.entries(object as unknown as JsonMap)) {
    const member = memberSchema(schema, key);
    if (member === undefined || key === 'metadata' || key === 'apiVersion' || key === 'kind') continue;
    if ((key === 'status') === (part === 'main')) continue;
    check(member, value, old?.[key], key, problems);
  }
  const missing = (schema.required ?? []).filter((key) => (object as unknown as JsonMap)[key] === undefined);
  problems.push(...missing.map((key) => required(key)));
  return problems;
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
    problems.push(unsupported(path, value, schema.enum.map(String)));
  }
  if (typeof value === 'string') problems.push(...stringProblems(schema, value, path));
  if (typeof value === 'number') problems.push(...numberProblems(schema, value, path));
  if (Array.isArray(value)) checkItems(schema, value, before, path, problems);
  else if (isMap(value)) checkMembers(schema, value, before, path, problems);
  for (const branch of schema.allOf ?? []) check(branch, value, undefined, path, problems);
}

function typeProblem(schema: Schema, value: unknown, path: string): FieldProblem | undefined {
  const actual =
    value === null
      ? 'null'
      : Array.isArray(value)
        ? 'array'
        : typeof value === 'number' && Number.isInteger(value)
          ? 'integer'
          : typeof value;
  if (schema['x-kubernetes-int-or-string'] === true) {
    return actual === 'integer' || actual === 'string' ? undefined : mistyped(path, 'integer,string', actual);
  }
  const { type } = schema;
  if (type === undefined || type === actual || (type === 'number' && actual === 'integer')) return undefined;
  return mistyped(path, type, actual);
}

function mistyped(path: string, type: string, actual: string): FieldProblem {
  const message = `Invalid value: "${actual}": ${path} in body must be of type ${type}: "${actual}"`;
  return { field: path, reason: 'FieldValueTypeInvalid', message };
}

function shouldBe(path: string, value: unknown, what: string): FieldProblem {
  const message = `Invalid value: ${JSON.stringify(value)}: ${path} in body should ${what}`;
  return { field: path, reason: 'FieldValueInvalid', message };
}

function stringProblems(schema: Schema, value: string, path: string): readonly FieldProblem[] {
  const { minLength, maxLength, pattern } = schema;
  const problems: FieldProblem[] = [];
  const length = [...value].length;
  if (maxLength !== undefined && length > maxLength) {
    problems.push({
      field: path,
      reason: 'FieldValueTooLong',
      message: `Too long: may not be more than ${maxLength} bytes`,
    });
  }
  if (minLength !== undefined && length < minLength)
    problems.push(shouldBe(path, value, `be at least ${minLength} chars long`));
  if (pattern !== undefined && !new RegExp(pattern, 'u').test(value))
    problems.push(shouldBe(path, value, `match '${pattern}'`));
  return problems;
}

function numberProblems(schema: Schema, value: number, path: string): readonly FieldProblem[] {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema;
  const problems: FieldProblem[] = [];
  if (maximum !== undefined && (exclusiveMaximum === true ? value >= maximum : value > maximum)) {
    problems.push(shouldBe(path, value, `be less than ${exclusiveMaximum === true ? '' : 'or equal to '}${maximum}`));
  }
  if (minimum !== undefined && (exclusiveMinimum === true ? value <= minimum : value < minimum)) {
    problems.push(
      shouldBe(path, value, `be greater than ${exclusiveMinimum === true ? '' : 'or equal to '}${minimum}`),
    );
  }
  if (multipleOf !== undefined && value % multipleOf !== 0)
    problems.push(shouldBe(path, value, `be a multiple of ${multipleOf}`));
  return problems;
}

function checkItems(
  schema: Schema,
  value: readonly unknown[],
  before: unknown,
  path: string,
  problems: FieldProblem[],
): void {
  const { maxItems, minItems, items } = schema;
  if (maxItems !== undefined && value.length > maxItems) {
    problems.push({
      field: path,
      reason: 'FieldValueTooMany',
      message: `Too many: ${value.length}: must have at most ${maxItems} items`,
    });
  }
  if (minItems !== undefined && value.length < minItems) {
    problems.push(shouldBe(path, value.length, `have at least ${minItems} items`));
  }
  if (items === undefined) return;
  const old: readonly unknown[] = Array.isArray(before) ? before : [];
  value.forEach((item, index) => check(items, item, old[index], `${path}[${index}]`, problems));
}

function checkMembers(schema: Schema, value: JsonMap, before: unknown, path: string, problems: FieldProblem[]): void {
  const old: JsonMap = isMap(before) ? before : {};
  for (const key of schema.required ?? []) {
    if (value[key] === undefined) problems.push(required(`${path}.${key}`));
  }
  for (const [key, member] of Object.entries(value)) {
    const type = memberSchema(schema, key);
    if (type !== undefined) check(type, member, old[key], `${path}.${key}`, problems);
  }
}
