import { expect, test } from 'vitest';
import { labelsOf } from '../../src/emulator/promql/labels.ts';
import { instantQuery } from '../../src/emulator/promql/query.ts';
import { SeriesStore } from '../../src/emulator/series-store.ts';
import { seconds } from '../../src/units/duration.ts';
import { instant } from '../../src/units/instant.ts';

const UP = labelsOf({ __name__: 'up', pod: 'a' });
const BEGIN = 1_700_000_000_000;
const at = (second: number): ReturnType<typeof instant> => instant(BEGIN + second * 1000);

function samplesAt(store: SeriesStore, second: number): number {
  const outcome = instantQuery('up', at(second), store);
  return outcome.ok && outcome.value.type === 'vector' ? outcome.value.samples.length : Number.NaN;
}

test('samples that are not newer than the last are dropped', () => {
  const store = new SeriesStore(seconds(60));
  expect([at(10), at(10), at(9), at(11)].map((time) => store.append(UP, time, 1))).toEqual([true, false, false, true]);
});

test('a marker ends the series at once, also at the instant of its last sample, and a new sample revives it', () => {
  for (const ended of [10, 12]) {
    const store = new SeriesStore(seconds(600));
    store.append(UP, at(10), 1);
    expect(samplesAt(store, 11)).toBe(1);
    store.markStale(UP, at(ended));
    expect(samplesAt(store, 13)).toBe(0);
    store.append(UP, at(20), 1);
    expect(samplesAt(store, 21)).toBe(1);
  }
});

test('a series that never was has no end', () => {
  const store = new SeriesStore(seconds(60));
  store.markStale(UP, at(10));
  expect(store.size).toBe(0);
});

test('what is older than the retention goes, and series that have nothing left', () => {
  const store = new SeriesStore(seconds(60));
  for (let second = 0; second < 100; second += 1) store.append(UP, at(second), second);
  store.append(labelsOf({ __name__: 'up', pod: 'b' }), at(1), 1);
  expect(store.size).toBe(2);
  store.forgetBefore(at(130));
  expect(store.size).toBe(1);
  const [series] = store.select([]);
  expect(series?.times[0]).toBeGreaterThanOrEqual(at(70));
  expect(series?.times.at(-1)).toBe(at(99));
  expect(series?.values[0]).toBe(((series?.times[0] ?? 0) - BEGIN) / 1000);
  store.forgetBefore(at(200));
  expect(store.size).toBe(0);
  expect([...store.select([])]).toEqual([]);
});
