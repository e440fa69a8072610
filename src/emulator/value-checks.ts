import type { FieldProblem } from './refusal.ts';
import type { Schema } from './schema.ts';
import { isMap } from './schema.ts';

/** What a value breaks of the bounds of its schema: lengths, sizes, limits, pattern. */
export function valueProblems(schema: Schema, value: unknown, path: string): readonly FieldProblem[] {
  if (typeof value === 'string') return stringProblems(schema, value, path);
  if (typeof value === 'number') return numberProblems(schema, value, path);
  if (Array.isArray(value)) return sizeProblems(value.length, schema.minItems, schema.maxItems, 'items', path);
  if (isMap(value))
    return sizeProblems(Object.keys(value).length, schema.minProperties, schema.maxProperties, 'properties', path);
  return [];
}

function shouldBe(path: string, value: unknown, what: string): FieldProblem {
  const message = `Invalid value: ${JSON.stringify(value)}: ${path} in body should ${what}`;
  return { field: path, reason: 'FieldValueInvalid', message };
}

const patterns = new Map<string, RegExp>();

/** A pattern of Go's RE2 as JavaScript reads it: their common part. */
function patternOf(text: string): RegExp {
  const known = patterns.get(text);
  if (known !== undefined) return known;
  const made = new RegExp(text.replaceAll('\\z', '$').replaceAll('\\A', '^'));
  patterns.set(text, made);
  return made;
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
    return problems;
  }
  if (minLength !== undefined && length < minLength)
    return [shouldBe(path, value, `be at least ${minLength} chars long`)];
  if (pattern !== undefined && !patternOf(pattern).test(value))
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

function sizeProblems(
  size: number,
  least: number | undefined,
  most: number | undefined,
  what: string,
  path: string,
): readonly FieldProblem[] {
  if (most !== undefined && size > most) {
    const message = `Too many: ${size}: must have at most ${most} item${most === 1 ? '' : 's'}`;
    return [{ field: path, reason: 'FieldValueTooMany', message }];
  }
  return least !== undefined && size < least ? [shouldBe(path, size, `have at least ${least} ${what}`)] : [];
}
