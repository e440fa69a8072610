import type { Milliseconds } from '../units/duration.ts';
import { seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add } from '../units/instant.ts';
import type { PrometheusRequest } from './prometheus-api.ts';
import { answerRequest } from './prometheus-api.ts';
import type { Lie, PrometheusReply } from './prometheus-lies.ts';
import { lyingReply } from './prometheus-lies.ts';
import type { Target } from './scrape-targets.ts';
import { Scraper } from './scrape-targets.ts';
import { SeriesStore } from './series-store.ts';

/** How the emulated Prometheus is set up. */
export type PrometheusOptions = Readonly<{
  /** Time between two scrapes of a target; 15 s. */
  interval?: Milliseconds;
  /** How long samples are kept; 2 hours. */
  retention?: Milliseconds;
  /** Places each target's scrapes within the interval. */
  seed?: number;
  /** A second one that scrapes the same targets at other moments, for the fault in which both answer in turn. */
  pair?: boolean;
}>;

/** How often what is too old is thrown away. */
const CLEANING = seconds(300);

/** A Prometheus in memory: scrapes what it is shown, and answers the HTTP API, truly or with a fault. */
export class EmulatedPrometheus {
  readonly #stores: readonly [SeriesStore, ...SeriesStore[]];
  readonly #scrapers: readonly Scraper[];
  readonly #interval: Milliseconds;
  #lie: Lie | undefined;
  #requests = 0;
  #cleanAt: Instant | undefined;

  constructor(options: PrometheusOptions = {}) {
    const { interval = seconds(15), retention = seconds(7200), seed = 0, pair = false } = options;
    this.#interval = interval;
    const first = new SeriesStore(retention);
    this.#stores = pair ? [first, new SeriesStore(retention)] : [first];
    this.#scrapers = this.#stores.map((store, index) => new Scraper(store, interval, seed * 2 + index));
  }

  /** Scrapes what is due at `now`; to be called at nextScrape and whenever the targets change. */
  scrape(targets: readonly Target[], now: Instant): void {
    for (const scraper of this.#scrapers) scraper.scrape(targets, now);
    if (this.#cleanAt !== undefined && now < this.#cleanAt) return;
    this.#cleanAt = add(now, CLEANING);
    for (const store of this.#stores) store.forgetBefore(now);
  }

  /** When the next known target is due; undefined while there is none. */
  get nextScrape(): Instant | undefined {
    const due = this.#scrapers.flatMap(({ nextDue }) => nextDue ?? []);
    return due.length === 0 ? undefined : due.reduce((first, at) => (at < first ? at : first));
  }

  /** From now on it answers with this fault; undefined: with the truth. */
  lie(lie: Lie | undefined): void {
    this.#lie = lie;
  }

  /** Answers a request of the HTTP API at `now`. */
  answer(request: PrometheusRequest, now: Instant): PrometheusReply {
    const [first, second = first] = this.#stores;
    this.#requests += 1;
    const lie = this.#lie;
    if (lie === undefined) return { kind: 'Answer', after: seconds(0), ...answerRequest(request, first, now) };
    const turn = Math.floor(now / this.#interval) % 2 === 0 ? 'even' : 'odd';
    return lyingReply(lie, request, { first, second, now, turn, requests: this.#requests });
  }

  /** How many series it holds. */
  get series(): number {
    return this.#stores[0].size;
  }
}
