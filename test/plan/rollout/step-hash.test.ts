import { expect, test } from 'vitest';
import { stepHash } from '../../../src/plan/rollout/step-hash.ts';

test.each([
  ['no steps', undefined, '5ffbfbbd64'],
  ['an endless pause', [{ pause: {} }], '6b9b86fbd5'],
  ['a weight and a pause', [{ setWeight: 20 }, { pause: {} }], '54649b9f5c'],
] as const)('%s hash to what Argo writes', (_name, steps, expected) => {
  expect(stepHash(steps)).toBe(expected);
});

test('the order of keys in a step does not change its hash', () => {
  expect(stepHash([{ pause: { duration: '1m' }, setWeight: 5 }])).toBe(
    stepHash([{ setWeight: 5, pause: { duration: '1m' } }]),
  );
});

test('a changed weight changes the hash', () => {
  expect(stepHash([{ setWeight: 20 }])).not.toBe(stepHash([{ setWeight: 21 }]));
});
