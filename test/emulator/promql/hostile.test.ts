import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labelsOf } from '../../../src/emulator/promql/labels.ts';
import type { QueryOutcome } from '../../../src/emulator/promql/query.ts';
import { instantQuery } from '../../../src/emulator/promql/query.ts';
import { SeriesStore } from '../../../src/emulator/series-store.ts';
import { seconds } from '../../../src/units/duration.ts';
import { instant } from '../../../src/units/instant.ts';
import { filledStore } from './comparison.ts';
import { QUESTIONS } from './queries.ts';
import { START } from './world.ts';

const store = filledStore();
const ask = (query: string): QueryOutcome => instantQuery(query, START + 600_000, store);

test('any text is answered with a value or a Prometheus error, never with a throw', () => {
  const piece = fc.constantFrom(...QUESTIONS.map(({ query }) => query));
  const cut = fc.tuple(piece, fc.nat(), fc.nat(), piece).map(([a, from, to, b]) => {
    const at = from % (a.length + 1);
    return a.slice(0, at) + b.slice(to % (b.length + 1));
  });
  fc.assert(
    fc.property(fc.oneof(cut, fc.string(), fc.string({ unit: 'binary' })), (query) => {
      const outcome = ask(query);
      if (!outcome.ok) expect(outcome.message).not.toBe('');
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['a function that is not carried', 'day_of_week(up)', 'bad_data', 'day_of_week'],
  ['an aggregation that is not carried', 'limitk(1, up)', 'bad_data', 'limitk'],
  ['an experimental modifier', 'rate(up[5m] smoothed)', 'bad_data', ''],
  ['a sum of durations', 'up[5m + 1m]', 'bad_data', '5m'],
  ['a depth of 500', `${'('.repeat(500)}1${')'.repeat(500)}`, 'bad_data', 'nested'],
  ['five hundred signs', `${'-'.repeat(500)}up`, 'bad_data', 'nested'],
  ['ten thousand parentheses', `${'('.repeat(10_000)}1${')'.repeat(10_000)}`, 'bad_data', ''],
  ['a query of 100,000 characters', `up{pod="${'x'.repeat(100_000)}"}`, 'bad_data', 'characters'],
  ['a subquery of a million steps', 'sum_over_time(max_over_time(up[15d:1s])[15d:1s])', 'execution', 'samples'],
])('%s is refused, not answered empty', (_what, query, type, message) => {
  const outcome = ask(query);
  expect(outcome).toMatchObject({ ok: false, type });
  if (!outcome.ok) expect(outcome.message).toContain(message);
});

test('a pattern that makes backtracking engines hang is answered at once', () => {
  const own = new SeriesStore(seconds(3600));
  own.append(labelsOf({ __name__: 'up', pod: 'a'.repeat(50_000) }), instant(START), 1);
  const started = performance.now();
  expect(instantQuery('up{pod=~"(a+)+b"}', START, own)).toMatchObject({ ok: true, value: { samples: [] } });
  expect(performance.now() - started).toBeLessThan(2000);
});

test('names such as __proto__ and constructor are ordinary labels', () => {
  const own = new SeriesStore(seconds(3600));
  own.append(
    labelsOf([
      ['__name__', 'up'],
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]),
    instant(START),
    1,
  );
  const outcome = instantQuery('sum by (__proto__, constructor) (up)', START, own);
  expect(outcome).toMatchObject({ ok: true, value: { samples: [{ value: 1 }] } });
});
