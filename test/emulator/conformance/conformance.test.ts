import { expect, test } from 'vitest';
import type { Compared } from './compare.ts';
import { compareGroup, describeDifference, unexpected } from './compare.ts';
import { GROUPS } from './groups.ts';
import { KNOWN_DIFFERENCES } from './known-differences.ts';
import { readTranscript } from './transcripts.ts';

/** What was compared before: fewer would mean that somebody took a question away. */
const COMPARED_BEFORE = 560;
const results = new Map<string, readonly Compared[]>();
for (const group of GROUPS) results.set(group.name, await compareGroup(group));

test.each(GROUPS)('the emulator answers as a kube-apiserver: $name', ({ name }) => {
  const compared = (results.get(name) ?? []).map((one) => unexpected(one, name, KNOWN_DIFFERENCES));
  const wrong = compared.filter(({ differences, kinder }) => differences.length > 0 || kinder);
  expect(wrong.map(describeDifference).join('\n')).toBe('');
});

test.each(GROUPS)('the transcript holds the exchanges that are played: $name', ({ name, exchanges }) => {
  // Record again with `npm run conformance -- --record` when an exchange is new or changed.
  const recorded = readTranscript(name).map(({ request }) => request);
  expect(recorded).toEqual(JSON.parse(JSON.stringify(exchanges)));
  expect(new Set(exchanges.map(({ title }) => title)).size).toBe(exchanges.length);
});

test('a known difference is one', () => {
  const all = [...results].flatMap(([group, compared]) =>
    compared.flatMap(({ exchange, differences }) => differences.map(({ path }) => ({ group, exchange, path }))),
  );
  const stale = KNOWN_DIFFERENCES.filter(
    (known) =>
      !all.some((one) => known.exchange === `${one.group}: ${one.exchange.title}` && one.path.startsWith(known.path)),
  );
  expect(stale).toEqual([]);
});

test('no exchange is lost', () => {
  const count = [...results.values()].reduce((sum, { length }) => sum + length, 0);
  console.log(`${count} exchanges compared, ${KNOWN_DIFFERENCES.length} known differences`);
  expect(count).toBeGreaterThanOrEqual(COMPARED_BEFORE);
});
