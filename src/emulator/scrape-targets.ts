import type { Instant } from '../units/instant.ts';
import { instant } from '../units/instant.ts';
import type { Milliseconds } from '../units/duration.ts';
import { fnv1a32 } from '../units/fnv.ts';
import type { Labels } from './promql/labels.ts';
import { METRIC_NAME, labelOf, labelsOf } from './promql/labels.ts';
import type { Sample } from './promql/samples.ts';
import type { SeriesStore } from './series-store.ts';

/** One thing that is scraped: what Prometheus calls it, and what it exposes; undefined when it does not answer. */
export type Target = Readonly<{
  /** Its labels: job, instance and what discovery adds. Equal labels mean the same target. */
  labels: Labels;
  /** All that it exposes now, names in `__name__`. */
  read(): Iterable<Sample> | undefined;
}>;

type Known = {
  /** The labels of its series `up`. */
  up: Labels;
  /** When in the interval it is scraped. */
  offset: number;
  due: Instant;
  /** Exposed labels (by key) to the labels under which they are stored. */
  stored: Map<string, Labels>;
  /** The series of the last scrape. */
  live: Map<string, Labels>;
};

/**
 * Scrapes targets into a store as Prometheus does: each at its own offset within the interval, `up` beside what it exposes,
 * and a staleness marker for each series that was there the last time and is no more.
 */
export class Scraper {
  readonly #store: SeriesStore;
  readonly #interval: Milliseconds;
  readonly #seed: number;
  readonly #known = new Map<string, Known>();

  constructor(store: SeriesStore, interval: Milliseconds, seed: number) {
    this.#store = store;
    this.#interval = interval;
    this.#seed = seed;
  }

  /** Scrapes the targets that are due, and marks the series of those that have gone. */
  scrape(targets: readonly Target[], now: Instant): void {
    const present = new Set(targets.map(({ labels }) => labels.key));
    for (const [key, known] of this.#known) {
      if (present.has(key)) continue;
      this.#end(known.live, now);
      this.#store.markStale(known.up, now);
      this.#known.delete(key);
    }
    for (const target of targets) {
      const known = this.#know(target.labels, now);
      if (known.due > now) continue;
      this.#read(target, known, now);
      known.due = this.#dueAfter(known.offset, now);
    }
  }

  /** When the next of the known targets is due; undefined while none is known. */
  get nextDue(): Instant | undefined {
    let next: Instant | undefined;
    for (const { due } of this.#known.values()) if (next === undefined || due < next) next = due;
    return next;
  }

  #know(labels: Labels, now: Instant): Known {
    const known = this.#known.get(labels.key);
    if (known !== undefined) return known;
    // Each target has an offset of its own, so that not all are scraped at once.
    const offset = fnv1a32(`${this.#seed}/${labels.key}`) % this.#interval;
    const due = this.#dueAfter(offset, now);
    const up = labelsOf([...labels.pairs, [METRIC_NAME, 'up']]);
    const fresh: Known = { up, offset, due, stored: new Map(), live: new Map() };
    this.#known.set(labels.key, fresh);
    return fresh;
  }

  /** The next turn after `now`, up to 5 ms late as the real one is. */
  #dueAfter(offset: number, now: Instant): Instant {
    const turn = Math.floor((now - offset) / this.#interval) + 1;
    const late = (Math.imul(turn + offset, 0x9e3779b1) >>> 0) % 6;
    return instant(Math.max(now + 1, turn * this.#interval + offset + late));
  }

  #read(target: Target, known: Known, now: Instant): void {
    const exposed = target.read();
    const before = known.live;
    known.live = new Map();
    for (const { labels, value } of exposed ?? []) {
      let stored = known.stored.get(labels.key);
      if (stored === undefined) {
        stored = merged(labels, target.labels);
        known.stored.set(labels.key, stored);
      }
      known.live.set(stored.key, stored);
      before.delete(stored.key);
      this.#store.append(stored, now, value);
    }
    this.#end(before, now);
    this.#store.append(known.up, now, exposed === undefined ? 0 : 1);
  }

  #end(series: ReadonlyMap<string, Labels>, now: Instant): void {
    for (const labels of series.values()) this.#store.markStale(labels, now);
  }
}

/** The target's labels win; an exposed one of the same name is kept as `exported_…` (honor_labels: false). */
function merged(exposed: Labels, target: Labels): Labels {
  const own = exposed.pairs.map(([name, value]): readonly [string, string] =>
    labelOf(target, name) === '' ? [name, value] : [`exported_${name}`, value],
  );
  return labelsOf([...own, ...target.pairs]);
}
