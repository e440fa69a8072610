import type { Milliseconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { instant } from '../units/instant.ts';
import type { Labels } from './promql/labels.ts';
import { METRIC_NAME, labelOf } from './promql/labels.ts';
import type { Matcher } from './promql/matcher.ts';
import { demandedName, matchesAll } from './promql/matcher.ts';
import type { SeriesSource, StoredSeries } from './promql/samples.ts';
import { firstAfter } from './promql/samples.ts';

type Held = { labels: Labels; times: number[]; values: number[]; stale: Set<number> };

/** Time series in memory, as Prometheus's head block: appended in the order of time, forgotten after the retention. */
export class SeriesStore implements SeriesSource {
  readonly #retention: Milliseconds;
  readonly #byKey = new Map<string, Held>();
  readonly #byName = new Map<string, Set<Held>>();

  constructor(retention: Milliseconds) {
    this.#retention = retention;
  }

  /** Adds a sample; one that is not newer than the series' last is dropped, as Prometheus drops what is out of order. */
  append(labels: Labels, at: Instant, value: number): boolean {
    const series = this.#seriesOf(labels);
    const last = series.times.at(-1);
    if (last !== undefined && last >= at) return false;
    series.times.push(at);
    series.values.push(value);
    return true;
  }

  /**
   * Marks a series, if there is one, as ended: it has no value from `at` on, until a new sample comes. A marker at the instant of the last
   * sample, or before it, comes a millisecond later: lost, it would let the series live on for five minutes.
   */
  markStale(labels: Labels, at: Instant): void {
    const series = this.#byKey.get(labels.key);
    if (series === undefined) return;
    const last = series.times.at(-1) ?? Number.NEGATIVE_INFINITY;
    const time = instant(Math.max(at, last + 1));
    this.append(labels, time, Number.NaN);
    series.stale.add(time);
  }

  /** The series that meet every condition, in the order of their first sample. */
  *select(matchers: readonly Matcher[]): Generator<StoredSeries> {
    const name = demandedName(matchers);
    const candidates = name === undefined ? this.#byKey.values() : (this.#byName.get(name) ?? []);
    for (const series of candidates) if (matchesAll(matchers, series.labels)) yield series;
  }

  /** Forgets what is older than the retention, and series that have nothing left. */
  forgetBefore(now: Instant): void {
    const oldest = now - this.#retention;
    for (const [key, series] of this.#byKey) {
      const gone = firstAfter(series.times, oldest - 1);
      // Cutting a list costs its length: only when half of it has gone.
      if (gone === series.times.length) {
        this.#byKey.delete(key);
        this.#byName.get(labelOf(series.labels, METRIC_NAME))?.delete(series);
      } else if (gone * 2 > series.times.length) {
        for (const time of series.times.slice(0, gone)) series.stale.delete(time);
        series.times.splice(0, gone);
        series.values.splice(0, gone);
      }
    }
  }

  /** How many series are held. */
  get size(): number {
    return this.#byKey.size;
  }

  #seriesOf(labels: Labels): Held {
    const known = this.#byKey.get(labels.key);
    if (known !== undefined) return known;
    const series: Held = { labels, times: [], values: [], stale: new Set() };
    this.#byKey.set(labels.key, series);
    const name = labelOf(labels, METRIC_NAME);
    const named = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, named.add(series));
    return series;
  }
}
