import { describe, expect, test } from 'vitest';
import type { Rule } from './rules.ts';
import { goodNames, importDirection, noAsync, oneClock, oneDoor, plainLanguage, shortEnough } from './rules.ts';
import { parseSource, sourcesBelow } from './source-files.ts';

const files = sourcesBelow('src', 'scripts', 'test', 'bench');

/** Each rule with a snippet that breaks it: a rule that cannot fail is none. */
const rules: readonly (readonly [sentence: string, rule: Rule, path: string, bad: string])[] = [
  ['imports go one way', importDirection, 'src/plan/x.ts', "import { a } from '../kube/store.ts';"],
  ['a type counts as an import', importDirection, 'src/units/x.ts', "import type { A } from '../api/names.ts';"],
  ['a new folder needs a row', importDirection, 'src/elsewhere/x.ts', 'export const a = 1;'],
  ['each dependency has one door', oneDoor, 'src/apply/x.ts', "import axios from 'axios';"],
  ['a new dependency needs a door', oneDoor, 'src/apply/x.ts', "import left from 'left-pad';"],
  ['pure folders do not wait', noAsync, 'src/plan/x.ts', 'export async function a() {}'],
  ['pure folders know no promises', noAsync, 'src/observe/x.ts', 'export const a = (): Promise<void> => b();'],
  ['one file reads the clock', oneClock, 'src/apply/x.ts', 'export const a = Date.now();'],
  ['one file sets timers', oneClock, 'src/apply/x.ts', 'setTimeout(() => {}, 1);'],
  ['no time-out but the clock', oneClock, 'src/apply/x.ts', 'const a = AbortSignal.timeout(5);'],
  ['the present has one source', oneClock, 'src/api/x.ts', 'const a = new Date();'],
  ['file names say what they hold', goodNames, 'src/plan/traffic-helper.ts', 'export const a = 1;'],
  [
    'exported names say what they are',
    goodNames,
    'src/plan/x.ts',
    'export function handleData() {}\nexport const trafficManager = 1;',
  ],
  ['no enum', plainLanguage, 'src/plan/x.ts', 'enum A { B }'],
  ['no any', plainLanguage, 'src/plan/x.ts', 'let a: any;'],
  ['no default export', plainLanguage, 'src/plan/x.ts', 'export default 1;'],
  ['nothing is asserted to be there', plainLanguage, 'src/plan/x.ts', 'const a = b!.c;'],
  ['files stay short', shortEnough, 'src/plan/x.ts', '\n'.repeat(302)],
  ['functions stay short', shortEnough, 'src/plan/x.ts', `export function a() {${'\n'.repeat(80)}}`],
];

describe('the tree keeps its rules', () => {
  test.each(
    [...new Map(rules.map(([, rule]) => [rule.name === '' ? rule : rule, rule])).values()].map((rule) => [rule]),
  )('rule %#', (rule) => {
    expect(files.flatMap(rule)).toEqual([]);
  });

  test('there is something to look at', () => {
    expect(files.length).toBeGreaterThan(150);
  });
});

describe('a rule can fail', () => {
  test.each(rules)('%s', (_sentence, rule, path, bad) => {
    expect(rule(parseSource(path, bad))).not.toEqual([]);
  });
});
