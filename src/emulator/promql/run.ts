import type { MatrixSelector, Shift, Span, Subquery, VectorSelector } from './ast.ts';
import type { Labels } from './labels.ts';
import { METRIC_NAME, labelOf, quote } from './labels.ts';
import { QueryError, positionOf } from './query-error.ts';
import type { Sample, Series, SeriesSource, StoredSeries } from './samples.ts';
import { firstAfter } from './samples.ts';

/** How long a sample stands for its series when no newer one comes. Prometheus's default. */
const LOOKBACK = 300_000;
/** Samples that a query may read in all: a second or two. Prometheus holds 50 million at once, on a machine of its own. */
const MOST_SAMPLES = 5_000_000;

/** One query on its way: what it reads, what it has read and whom it must warn. Times in milliseconds since the epoch. */
export class Run {
  readonly query: string;
  /** The first and last instant of the query: what `@ start()` and `@ end()` mean. */
  readonly start: number;
  readonly end: number;
  /** True while an expression is evaluated at several instants: by a range query, or inside a subquery. */
  ranged: boolean;
  /** Warnings, which the HTTP API passes on. */
  readonly warnings = new Set<string>();
  /** Remarks that change nothing. */
  readonly infos = new Set<string>();
  readonly #source: SeriesSource;
  readonly #selected = new Map<VectorSelector, readonly StoredSeries[]>();
  #samples = 0;

  constructor(query: string, source: SeriesSource, start: number, end: number) {
    this.query = query;
    this.start = start;
    this.end = end;
    this.ranged = start !== end;
    this.#source = source;
  }

  /** Adds a warning about a part of the query. */
  warn(message: string, { from }: Span): void {
    this.warnings.add(`PromQL warning: ${message} (${positionOf(this.query, from)})`);
  }

  /** Remarks on rate() and increase() of what does not look like a counter by its name. */
  remarkOn(labels: Labels, { from }: Span): void {
    const name = labelOf(labels, METRIC_NAME);
    if (name === '' || /_(?:total|sum|count|bucket)$/.test(name)) return;
    const rule = 'metric might not be a counter, name does not end in _total/_sum/_count/_bucket';
    this.infos.add(`PromQL info: ${rule}: ${quote(name)} (${positionOf(this.query, from)})`);
  }

  /** The instant that a selector looks at when it is evaluated at `at`. */
  instantOf({ offset, fixed }: Shift, at: number): number {
    const reference = fixed === 'start' ? this.start : fixed === 'end' ? this.end : (fixed ?? at);
    return reference - offset;
  }

  /** The newest sample of each series, not older than five minutes; none of a series that ended. */
  newest(selector: VectorSelector, at: number): readonly (Sample & Readonly<{ time: number }>)[] {
    const time = this.instantOf(selector, at);
    const found: (Sample & Readonly<{ time: number }>)[] = [];
    for (const { labels, times, values, stale } of this.#select(selector)) {
      const index = firstAfter(times, time) - 1;
      const stamp = times[index];
      const value = values[index];
      if (stamp === undefined || value === undefined || stamp <= time - LOOKBACK) continue;
      if (stale.size > 0 && stale.has(stamp)) continue;
      found.push({ labels, value, time: stamp });
    }
    this.charge(found.length);
    return found;
  }

  /** The samples of each series in the range that ends at `at`; series without any are left out. */
  samplesOf({ selector, range }: MatrixSelector, at: number): readonly Series[] {
    const end = this.instantOf(selector, at);
    const found: Series[] = [];
    for (const { labels, times, values, stale } of this.#select(selector)) {
      const from = firstAfter(times, end - range);
      const to = firstAfter(times, end);
      if (to <= from) continue;
      const cut = { labels, times: times.slice(from, to), values: values.slice(from, to) };
      const kept = stale.size > 0 ? withoutMarkers(cut, stale) : cut;
      if (kept.times.length === 0) continue;
      this.charge(kept.times.length);
      found.push(kept);
    }
    return found;
  }

  /** The instants at which a subquery is evaluated: multiples of its step (one minute when it names none). */
  *stepsOf(subquery: Subquery, at: number): Generator<number> {
    const step = subquery.step ?? 60_000;
    const end = this.instantOf(subquery, at);
    for (let time = step * (Math.floor((end - subquery.range) / step) + 1); time <= end; time += step) {
      this.charge(1);
      yield time;
    }
  }

  /** Counts what a query holds, and ends one that holds too much. */
  charge(samples: number): void {
    this.#samples += samples;
    if (this.#samples > MOST_SAMPLES) {
      throw new QueryError('execution', 'query processing would load too many samples into memory in query execution');
    }
  }

  #select(selector: VectorSelector): readonly StoredSeries[] {
    const known = this.#selected.get(selector);
    if (known !== undefined) return known;
    const selected = [...this.#source.select(selector.matchers)];
    this.#selected.set(selector, selected);
    return selected;
  }
}

function withoutMarkers(series: Series, stale: ReadonlySet<number>): Series {
  const { labels, times, values } = series;
  if (!times.some((time) => stale.has(time))) return series;
  const kept = times.map((time) => !stale.has(time));
  return { labels, times: times.filter((_, i) => kept[i]), values: values.filter((_, i) => kept[i]) };
}
