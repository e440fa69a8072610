import type { Milliseconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import type { Labels } from '../promql/labels.ts';
import { labelsOf } from '../promql/labels.ts';
import type { Sample } from '../promql/samples.ts';
import type { ClusterView } from '../step.ts';
import type { Pod } from '../steps/pod-shape.ts';
import type { ProxyCounters } from './proxy-counters.ts';
import type { StreamReport } from './outcomes.ts';

/** What listens behind a pod's address. */
export type Application = Readonly<{
  /** Another one for each start of the process: its counters begin at zero. */
  id: string;
  address: string;
  version: string;
  /** Share of answers that are 500, 0 to 1. */
  errorRate: number;
  latency: Milliseconds;
  /** From when on it refuses new connections; undefined while nobody asked it to end. */
  refusesFrom: Instant | undefined;
  /** From when on the process is no more, and requests that it had not answered are lost. */
  goneFrom: Instant | undefined;
}>;

/** What listens behind a pod; undefined when nothing does. */
export type ApplicationOf = (pod: Pod, view: ClusterView) => Application | undefined;

/** Requests that wait for the application's answer. */
export type Flight = Readonly<{
  endsAt: Instant;
  ok: number;
  errors: number;
  counters: ProxyCounters;
  /** Undefined for mirrored requests: nobody waits for the answer. */
  report: StreamReport | undefined;
}>;

/** Upper bounds in seconds; the last bucket has none. */
const BOUNDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** What serving takes beside the latency asked for, in seconds: measured on the demo application over loopback. */
const OVERHEAD = 0.0003;

/** An application that runs, and what it exposes: the names, labels and buckets of test/cluster/demo-app. */
export class RunningApplication {
  facts: Application;
  flights: Flight[] = [];
  readonly #counts = new Array<number>(BOUNDS.length + 1).fill(0);
  #sum = 0;
  #ok = 0;
  #errors = 0;
  readonly #labels: Readonly<{ ok: Labels; errors: Labels; buckets: readonly Labels[]; sum: Labels; count: Labels }>;

  constructor(facts: Application) {
    this.facts = facts;
    const { version } = facts;
    const named = (name: string, more: Record<string, string> = {}): Labels =>
      labelsOf({ __name__: name, version, ...more });
    const name = 'http_request_duration_seconds';
    this.#labels = {
      ok: named('http_requests_total', { code: '200' }),
      errors: named('http_requests_total', { code: '500' }),
      // Prometheus 3 stores le="1" as "1.0".
      buckets: [...BOUNDS.map((bound) => (Number.isInteger(bound) ? `${bound}.0` : `${bound}`)), '+Inf'].map((le) =>
        named(`${name}_bucket`, { le }),
      ),
      sum: named(`${name}_sum`),
      count: named(`${name}_count`),
    };
  }

  /** Counts requests that it has answered. */
  answered(ok: number, errors: number): void {
    const duration = this.facts.latency / 1000 + OVERHEAD;
    const bucket = BOUNDS.findIndex((bound) => duration <= bound);
    const index = bucket === -1 ? BOUNDS.length : bucket;
    this.#counts[index] = (this.#counts[index] ?? 0) + ok + errors;
    this.#sum += duration * (ok + errors);
    this.#ok += ok;
    this.#errors += errors;
  }

  /** What it exposes under /metrics; the histogram is there once a request came, as client_golang does it. */
  *expose(): Generator<Sample> {
    const { ok, errors, buckets, sum, count } = this.#labels;
    yield { labels: ok, value: this.#ok };
    yield { labels: errors, value: this.#errors };
    const total = this.#ok + this.#errors;
    if (total === 0) return;
    let below = 0;
    for (const [index, labels] of buckets.entries()) {
      below += this.#counts[index] ?? 0;
      yield { labels, value: below };
    }
    yield { labels: sum, value: this.#sum };
    yield { labels: count, value: total };
  }
}
