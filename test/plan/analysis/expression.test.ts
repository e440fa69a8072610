import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { evaluateExpression } from '../../../src/plan/analysis/expression/evaluate.ts';
import type { Value } from '../../../src/plan/analysis/expression/operators.ts';
import { parseExpression } from '../../../src/plan/analysis/expression/parse.ts';
import { ExpressionError } from '../../../src/plan/analysis/expression/token.ts';

const NaN_ = Number.NaN;

test.each<readonly [string, Value, Value]>([
  ['result[0] >= 0.95', [0.96], true],
  ['result[0] >= 0.95', [NaN_], false],
  ['result[0] < 0.95', [NaN_], false],
  ['result[0] == result[0]', [NaN_], false],
  ['!isNaN(result[0]) and result[0] < 5', [4], true],
  ['len(result) == 0 || result[0] <= 0.05', [], true],
  ['default(result, 0) < 1', null, true],
  ['isNil(result)', null, true],
  ['result.ok and result.count > 2', { ok: true, count: 3 }, true],
  ['result["a b"] ?? 7', {}, 7],
  ['all(result, # > 1)', [2, 3], true],
  ['all(result, {# > 1})', [2, 1], false],
  ['count(result, # > 1) == 2', [2, 3, 1], true],
  ['any(result, .code == 500)', [{ code: 200 }, { code: 500 }], true],
  ['sum(filter(result, # < 10))', [1, 2, 30], 3],
  ['max(result) - min(result)', [1, 4], 3],
  ['2 ** 3 ** 2', null, 512],
  ['1 + 2 * 3 == 7', null, true],
  ['-2 * -3', null, 6],
  ['not (1 > 2)', null, true],
  ['result in ["a", "b"]', 'b', true],
  ['result not in ["a", "b"]', 'c', true],
  ['result matches "^v[0-9]+$"', 'v12', true],
  ['result contains "err" or result startsWith "x"', 'xyz', true],
  ['result > 1 ? "high" : "low"', 2, 'high'],
  ['result[-1]', [1, 2], 2],
  ['result[1:3]', [1, 2, 3, 4], [2, 3]],
  ['asInt("12") + asFloat("0.5")', null, 12.5],
  ['isInf(result)', Number.POSITIVE_INFINITY, true],
])('%s over %j is %j', (text, result, expected) => {
  expect(evaluateExpression(text, { result })).toEqual(expected);
});

describe('a condition that cannot be read or evaluated', () => {
  test.each([
    ['result >', 'ends too early (at character 9)'],
    ['result >= 1 5', 'operator is missing'],
    ['"abc', 'never ends'],
    ['result @ 1', 'unexpected character'],
    ['result[0] > 1', 'outside a list of 0'],
    ['result > 1', 'needs two numbers, not list and number'],
    ['process.exit', 'unknown name process'],
    ['process.exit()', 'operator is missing'],
    ['foo(1)', 'unknown function foo'],
    ['"a" matches "("', 'not a regular expression'],
    ['1 and true', 'needs true or false'],
    ['not (0 / 0 > 0.05)', 'no data: / gives no number'],
    ['0 % 0 != 1', 'no data: % gives no number'],
    ['string(result)', 'string takes no list'],
  ])('%s says: %s', (text, message) => {
    expect(() => evaluateExpression(text, { result: [] })).toThrow(message);
  });

  test.each([
    'constructor',
    '__proto__',
    'result.constructor.constructor("x")()',
    'result["__proto__"].x',
    'toString()',
  ])('%s reaches nothing of the host', (text) => {
    let value: unknown;
    try {
      value = evaluateExpression(text, { result: {} });
    } catch (error) {
      value = error instanceof ExpressionError ? undefined : error;
    }
    expect(value ?? null).toBeNull();
  });

  test('deep nesting, long text and heavy patterns end in an error or at once', () => {
    expect(() => parseExpression('('.repeat(10_000))).toThrow(ExpressionError);
    expect(() => parseExpression('!'.repeat(5_000))).toThrow(ExpressionError);
    expect(() => parseExpression('1+'.repeat(500_000))).toThrow('more than');
    expect(evaluateExpression(`1${'+1'.repeat(450)}`, {})).toBe(451);
    expect(() => evaluateExpression(`1${'+1'.repeat(4000)}`, {})).toThrow('more than 1000 words');
    expect(() => evaluateExpression(`2${'**2'.repeat(2700)}`, {})).toThrow('more than 1000 words');
    expect(evaluateExpression('result matches "^(a+)+$"', { result: `${'a'.repeat(60_000)}b` })).toBe(false);
  });

  test('a value that doubles with each level costs neither memory nor time', () => {
    const nested = (each: string): string => `${'map('.repeat(50)}["aaaa"]${`, ${each})`.repeat(50)}`;
    expect(() => evaluateExpression(nested('# + #'), {})).toThrow('no string of more than 65536');
    expect(() => evaluateExpression(`${nested('[#, #]')} == ${nested('[#, #]')}`, {})).toThrow('too large to compare');
    expect(() => evaluateExpression(`${nested('[#, #]')} in [${nested('[#, #]')}]`, {})).toThrow(
      'too large to compare',
    );
  });

  test.each(['result["secret"]["x"]', 'result.secret[result.secret]', 'result.secret matches result.secret + "("'])(
    'the message about %s repeats nothing of the answer',
    (text) => {
      expect.assertions(1);
      try {
        evaluateExpression(text, { result: { secret: 'hidden' } });
      } catch (error) {
        expect(String(error)).not.toContain('hidden');
      }
    },
  );

  test.each([
    '$',
    '$env',
    'result.__proto__.polluted',
    'result["constructor"]["prototype"]',
    'global',
    'globalThis.process',
    'require("fs")',
    'import("fs")',
    'this',
    'eval("1")',
    'Function("return 1")()',
    'result.map',
    'len.constructor',
    '"".constructor',
    '[].constructor',
    'filter(result, {constructor})',
    '`${process}`',
    'new Date()',
    'a = 1',
  ])('%s gives no host object and changes nothing', (text) => {
    let value: Value = null;
    try {
      value = evaluateExpression(text, { result: {} });
    } catch (error) {
      expect(error).toBeInstanceOf(ExpressionError);
    }
    expect(value === null || value === '${process}').toBe(true);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('any text is either evaluated or refused with a place', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        try {
          evaluateExpression(text, { result: [1, 2] });
        } catch (error) {
          expect(error).toBeInstanceOf(ExpressionError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
