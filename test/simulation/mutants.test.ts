import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { DISARMED } from '../../scripts/mutants.ts';
import { MUTANTS } from './mutants/mutants.ts';

test.each([DISARMED, ...MUTANTS])(
  'the text that mutant $name replaces still stands in $file, once',
  ({ file, text, instead }) => {
    expect(readFileSync(file, 'utf8').split(text)).toHaveLength(2);
    expect(instead).not.toBe(text);
  },
);

test('mutants have names of their own, and there are enough of them', () => {
  expect(new Set(MUTANTS.map(({ name }) => name)).size).toBe(MUTANTS.length);
  expect(MUTANTS.length).toBeGreaterThanOrEqual(25);
});
