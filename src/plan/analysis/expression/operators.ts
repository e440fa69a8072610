import type { Json } from '../../../units/canonical-json.ts';
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

/** Pairs of values that one comparison looks at: `map(x, [#, #])` in itself makes lists of 2^60 leaves out of nothing. */
const MOST_PAIRS = 10_000;

/** Longest string that `+` makes, in characters, for the same reason. */
const LONGEST_STRING = 65_536;

type Budget = { left: number };

/** Equality of data. NaN is equal to nothing, not even to itself. */
function equal(left: Value, right: Value, at: number, budget: Budget = { left: MOST_PAIRS }): boolean {
  if (--budget.left < 0) throw new ExpressionError('the values are too large to compare', at);
  if (isList(left) && isList(right)) {
    return left.length === right.length && left.every((item, index) => equal(item, right[index] ?? null, at, budget));
  }
  if (isMap(left) && isMap(right)) {
    const names = Object.keys(left);
    const same = (name: string): boolean =>
      Object.hasOwn(right, name) && equal(left[name] ?? null, right[name] ?? null, at, budget);
    return names.length === Object.keys(right).length && names.every(same);
  }
  return left === right;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function isMap(value: Value): value is Readonly<Record<string, Value>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isIn(left: Value, right: Value, at: number): boolean {
  if (isList(right)) {
    const budget = { left: MOST_PAIRS };
    return right.some((item) => equal(left, item, at, budget));
  }
  if (typeof right === 'object' && right !== null) return typeof left === 'string' && Object.hasOwn(right, left);
  throw new ExpressionError(`in needs a list or a map on its right, not ${typeOf(right)}`, at);
}

/** Applies an operator to two values; throws ExpressionError when they are of the wrong kind. */
export function applyOperator(sign: string, left: Value, right: Value, at: number): Value {
  switch (sign) {
    case '==':
      return equal(left, right, at);
    case '!=':
      return !equal(left, right, at);
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
        throw new ExpressionError('the pattern of matches is not a regular expression of RE2', at);
      }
  }
}

function applyToNumbers(sign: string, left: Value, right: Value, at: number): Value {
  if (typeof left === 'string' && typeof right === 'string' && '<=>='.includes(sign)) return compare(sign, left, right);
  if (sign === '+' && typeof left === 'string' && typeof right === 'string') {
    if (left.length + right.length <= LONGEST_STRING) return left + right;
    throw new ExpressionError(`+ makes no string of more than ${LONGEST_STRING} characters`, at);
  }
  const [a, b] = numbers(sign, left, right, at);
  const result = calculate(sign, a, b);
  if (typeof result !== 'number' || !Number.isNaN(result) || Number.isNaN(a) || Number.isNaN(b)) return result;
  // 0 / 0 is how a quiet service looks: `not (errors / total > 0.05)` would hold, and pass a version on no evidence.
  throw new ExpressionError(`no data: ${sign} gives no number here, as 0 / 0 does`, at);
}

function calculate(sign: string, a: number, b: number): number | boolean {
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
