import type { Json } from '../../../units/canonical-json.ts';
import { sameJson } from '../../../units/canonical-json.ts';
import { matchesPattern } from './pattern.ts';
import { ExpressionError } from './token.ts';

/** What a condition reckons with: JSON, and numbers that may be NaN or infinite. */
export type Value = Json;

/** What kind of value it is, for messages. */
export function typeOf(value: Value): string {
  if (value === null) return 'nil';
  return Array.isArray(value) ? 'list' : typeof value === 'object' ? 'map' : typeof value;
}

function numbers(sign: string, left: Value, right: Value, at: number): readonly [number, number] {
  if (typeof left === 'number' && typeof right === 'number') return [left, right];
  throw new ExpressionError(
    `${sign} needs two numbers, not ${typeOf(left)} and ${typeOf(right)}; an index such as result[0] or a default may be missing`,
    at,
  );
}

function strings(sign: string, left: Value, right: Value, at: number): readonly [string, string] {
  if (typeof left === 'string' && typeof right === 'string') return [left, right];
  throw new ExpressionError(`${sign} needs two strings, not ${typeOf(left)} and ${typeOf(right)}`, at);
}

/** Equality of data. NaN is equal to nothing, not even to itself. */
function equal(left: Value, right: Value): boolean {
  if (typeof left === 'number' && typeof right === 'number') return left === right;
  return typeOf(left) === typeOf(right) && sameJson(left, right);
}

function isIn(left: Value, right: Value, at: number): boolean {
  if (Array.isArray(right)) return right.some((item: Value) => equal(left, item));
  if (typeof right === 'object' && right !== null) return typeof left === 'string' && Object.hasOwn(right, left);
  throw new ExpressionError(`in needs a list or a map on its right, not ${typeOf(right)}`, at);
}

/** Applies an operator to two values; throws ExpressionError when they are of the wrong kind. */
export function applyOperator(sign: string, left: Value, right: Value, at: number): Value {
  switch (sign) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case 'in':
      return isIn(left, right, at);
    case 'not in':
      return !isIn(left, right, at);
    case 'contains':
    case 'startsWith':
    case 'endsWith':
    case 'matches':
      return applyToStrings(sign, ...strings(sign, left, right, at), at);
    default:
      return applyToNumbers(sign, left, right, at);
  }
}

function applyToStrings(sign: string, left: string, right: string, at: number): boolean {
  switch (sign) {
    case 'contains':
      return left.includes(right);
    case 'startsWith':
      return left.startsWith(right);
    case 'endsWith':
      return left.endsWith(right);
    default:
      try {
        return matchesPattern(right, left);
      } catch {
        throw new ExpressionError(`${JSON.stringify(right)} is not a regular expression of RE2`, at);
      }
  }
}

function applyToNumbers(sign: string, left: Value, right: Value, at: number): Value {
  if (typeof left === 'string' && typeof right === 'string' && '<=>='.includes(sign)) return compare(sign, left, right);
  if (sign === '+' && typeof left === 'string' && typeof right === 'string') return left + right;
  const [a, b] = numbers(sign, left, right, at);
  switch (sign) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '**':
      return a ** b;
    default:
      return compare(sign, a, b);
  }
}

function compare<T extends number | string>(sign: string, left: T, right: T): boolean {
  switch (sign) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return left >= right;
  }
}
