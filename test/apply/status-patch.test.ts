import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mergePatchBetween } from '../../src/apply/status-patch.ts';
import { canonicalJson } from '../../src/units/canonical-json.ts';

/** RFC 7396, section 2. */
function applyMergePatch(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const result: Record<string, unknown> =
    typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) Reflect.deleteProperty(result, key);
    else result[key] = applyMergePatch(result[key], value);
  }
  return result;
}

const leaf = fc.oneof(fc.integer(), fc.string({ maxLength: 3 }), fc.boolean());
const status = fc.letrec((tie) => ({
  value: fc.oneof({ maxDepth: 3 }, leaf, fc.array(leaf, { maxLength: 2 }), tie('object')),
  object: fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), tie('value')),
})).object;

test('the patch turns any status into any other, and an equal one gets none', () => {
  fc.assert(
    fc.property(status, status, (before, after) => {
      const patch = mergePatchBetween(before, after);
      expect(patch === undefined).toBe(canonicalJson(before) === canonicalJson(after));
      expect(canonicalJson(applyMergePatch(before, patch ?? {}))).toBe(canonicalJson(after));
    }),
  );
});

test('only what differs is written, and what is gone is null', () => {
  const before = {
    phase: 'Paused',
    pauseConditions: [{ reason: 'CanaryPauseStep' }],
    canary: { weights: { a: 1, b: 2 } },
  };
  const after = { phase: 'Paused', canary: { weights: { a: 1, b: 3 } } };
  expect(mergePatchBetween(before, after)).toEqual({ pauseConditions: null, canary: { weights: { b: 3 } } });
});

test('null and absent are the same, for that is how the API server keeps them', () => {
  expect(mergePatchBetween({ canary: {} }, { canary: { verified: null } })).toBeUndefined();
});

test('a first status is written whole', () => {
  expect(mergePatchBetween(undefined, { phase: 'Healthy' })).toEqual({ phase: 'Healthy' });
});
