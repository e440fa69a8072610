import { expect, test } from 'vitest';
import fc from 'fast-check';
import { canonicalJson, sameJson } from '../../src/units/canonical-json.ts';

/** Few different values, so that many pairs are equal. */
const small = fc.oneof(fc.constantFrom(null, undefined, 0, -0, 1, Number.NaN, 'a', '', true, false));
const value = fc.letrec((tie) => ({
  any: fc.oneof({ maxDepth: 3 }, small, tie('list'), tie('map')),
  list: fc.array(tie('any'), { maxLength: 2 }),
  map: fc.dictionary(fc.constantFrom('a', 'b'), tie('any'), { maxKeys: 2, noNullPrototype: true }),
})).any;

test('two values are the same data exactly when their canonical texts are equal', () => {
  const seen = { same: 0, different: 0 };
  fc.assert(
    fc.property(value, value, (a, b) => {
      const same = canonicalJson(a ?? null) === canonicalJson(b ?? null);
      seen[same ? 'same' : 'different'] += 1;
      expect(sameJson(a, b)).toBe(same);
      expect(sameJson(a, structuredClone(a))).toBe(true);
    }),
    { numRuns: 3000 },
  );
  expect(Math.min(seen.same, seen.different)).toBeGreaterThan(100);
});
