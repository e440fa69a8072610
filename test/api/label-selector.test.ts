import { expect, test } from 'vitest';
import { formatSelector, matchesSelector } from '../../src/api/label-selector.ts';

const LABELS = { app: 'web', tier: 'front' };

test.each([
  ['In', ['web', 'api'], true],
  ['In', ['api'], false],
  ['NotIn', ['api'], true],
  ['NotIn', ['web'], false],
  ['Exists', undefined, true],
  ['DoesNotExist', undefined, false],
  ['Like', ['web'], false],
] as const)('operator %s with %j', (operator, values, expected) => {
  const requirement = { key: 'app', operator, ...(values === undefined ? {} : { values }) };
  expect(matchesSelector({ matchExpressions: [requirement] }, LABELS)).toBe(expected);
});

test('all requirements must hold', () => {
  const exists = { key: 'tier', operator: 'Exists' };
  expect(matchesSelector({ matchLabels: { app: 'web' }, matchExpressions: [exists] }, LABELS)).toBe(true);
  expect(matchesSelector({ matchLabels: { app: 'api' }, matchExpressions: [exists] }, LABELS)).toBe(false);
});

test('a missing label is not in any list', () => {
  expect(matchesSelector({ matchExpressions: [{ key: 'zone', operator: 'NotIn', values: ['a'] }] }, LABELS)).toBe(true);
});

test('a selector is written as list calls want it, sorted by key', () => {
  expect(
    formatSelector({
      matchLabels: { tier: 'front', app: 'web' },
      matchExpressions: [
        { key: 'zone', operator: 'In', values: ['b', 'a'] },
        { key: 'old', operator: 'DoesNotExist' },
        { key: 'env', operator: 'NotIn', values: ['dev'] },
        { key: 'team', operator: 'Exists' },
      ],
    }),
  ).toBe('app=web,env notin (dev),!old,team,tier=front,zone in (a,b)');
});
