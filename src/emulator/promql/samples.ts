import type { Labels } from './labels.ts';
import type { Matcher } from './matcher.ts';

/**
 * One stored series: times in milliseconds since the epoch, ascending, each with a value. `stale` holds the times at which
 * the series was marked as ended: Prometheus writes such a marker when a target or a series goes.
 */
export type StoredSeries = Readonly<{
  labels: Labels;
  times: readonly number[];
  values: readonly number[];
  stale: ReadonlySet<number>;
}>;

/** What can be queried. */
export type SeriesSource = Readonly<{ select(matchers: readonly Matcher[]): Iterable<StoredSeries> }>;

/** One value of a vector. `time` is the instant of evaluation, in milliseconds. */
export type Sample = Readonly<{ labels: Labels; value: number }>;

/** Several values of one series in time; times in milliseconds. */
export type Series = Readonly<{ labels: Labels; times: readonly number[]; values: readonly number[] }>;

/** What an expression gave at an instant. */
export type Value =
  | Readonly<{ type: 'scalar'; value: number }>
  | Readonly<{ type: 'string'; value: string }>
  | Readonly<{ type: 'vector'; samples: readonly Sample[] }>
  | Readonly<{ type: 'matrix'; series: readonly Series[] }>;

/** The index of the first time that is later than `time`. */
export function firstAfter(times: readonly number[], time: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Number.POSITIVE_INFINITY) > time) high = middle;
    else low = middle + 1;
  }
  return low;
}
