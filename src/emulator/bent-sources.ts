import type { Milliseconds } from '../units/duration.ts';
import { METRIC_NAME, labelOf } from './promql/labels.ts';
import type { SeriesSource } from './promql/samples.ts';
import { firstAfter } from './promql/samples.ts';

/** What is stored when no sample came since `end`. */
export function cutAfter(source: SeriesSource, end: number): SeriesSource {
  return {
    *select(matchers) {
      for (const { labels, times, values, stale } of source.select(matchers)) {
        const count = firstAfter(times, end);
        if (count > 0) yield { labels, times: times.slice(0, count), values: values.slice(0, count), stale };
      }
    },
  };
}

/** What is stored when every sample was stamped `by` later than it was taken. */
export function stampedLater(source: SeriesSource, by: Milliseconds): SeriesSource {
  return {
    *select(matchers) {
      for (const { labels, times, values, stale } of source.select(matchers)) {
        const later = (time: number): number => time + by;
        yield { labels, times: times.map(later), values, stale: new Set([...stale].map(later)) };
      }
    },
  };
}

/** What is stored when every counter had begun anew at each multiple of `every`. */
export function resetting(source: SeriesSource, every: Milliseconds): SeriesSource {
  return {
    *select(matchers) {
      for (const series of source.select(matchers)) {
        const isCounter = /_(?:total|sum|count|bucket)$/.test(labelOf(series.labels, METRIC_NAME));
        yield isCounter ? { ...series, values: restarted(series.times, series.values, every) } : series;
      }
    },
  };
}

/** Each value less what the counter had reached when its turn began. */
function restarted(times: readonly number[], values: readonly number[], every: Milliseconds): readonly number[] {
  let reached = 0;
  let turn: number | undefined;
  return values.map((value, index) => {
    const own = Math.floor((times[index] ?? 0) / every);
    if (turn !== undefined && own !== turn) reached = values[index - 1] ?? 0;
    turn = own;
    return value - reached;
  });
}
