import type { Labels } from '../promql/labels.ts';
import { labelsOf } from '../promql/labels.ts';
import type { Sample } from '../promql/samples.ts';

/** Status codes that a proxy can give for a cluster here. */
type Code = 200 | 500 | 503 | 504;
const CODES: readonly Code[] = [200, 500, 503, 504];

/**
 * What Envoy counts for one cluster (a Service's port). Names as Envoy exports them
 * (https://www.envoyproxy.io/docs/envoy/latest/configuration/upstream/cluster_manager/cluster_stats), cluster names as
 * Contour gives them: namespace_service_port. What counts when was seen on Envoy 1.40 with a dead, an empty, a slow and a
 * breaking upstream.
 */
export class ProxyCounters {
  /** Requests handed to an upstream connection; none where there was no endpoint, or it refused. */
  total = 0;
  /** Requests that wait for an answer now. */
  active = 0;
  /** Requests that had no connection to go over. */
  connectFailures = 0;
  timeouts = 0;
  readonly #codes = new Map<Code, number>();
  readonly #cluster: string;
  readonly #labels = new Map<string, Labels>();

  constructor(cluster: string) {
    this.#cluster = cluster;
  }

  /** Counts answers that the proxy gave. */
  answered(code: Code, count: number): void {
    if (count > 0) this.#codes.set(code, (this.#codes.get(code) ?? 0) + count);
  }

  /** What the proxy exposes for this cluster; a status code is there once it was given. */
  *expose(): Generator<Sample> {
    const prefix = 'envoy_cluster_upstream_rq';
    yield this.#sample(`${prefix}_total`, this.total);
    yield this.#sample(`${prefix}_active`, this.active);
    yield this.#sample(`${prefix}_timeout`, this.timeouts);
    // Streams are reset by HTTP/2 upstreams only; the demo application speaks HTTP/1.
    yield this.#sample(`${prefix}_rx_reset`, 0);
    yield this.#sample(`${prefix}_pending_failure_eject`, this.connectFailures);
    let completed = 0;
    const classes = new Map<string, number>();
    for (const code of CODES) {
      const count = this.#codes.get(code);
      if (count === undefined) continue;
      completed += count;
      const first = String(code)[0] ?? '';
      classes.set(first, (classes.get(first) ?? 0) + count);
      for (const name of [prefix, 'envoy_cluster_external_upstream_rq']) {
        yield this.#sample(name, count, 'envoy_response_code', String(code));
      }
    }
    for (const [first, count] of classes) {
      for (const name of [prefix, 'envoy_cluster_external_upstream_rq']) {
        yield this.#sample(`${name}_xx`, count, 'envoy_response_code_class', first);
      }
    }
    yield this.#sample(`${prefix}_completed`, completed);
    if (completed > 0) yield this.#sample('envoy_cluster_external_upstream_rq_completed', completed);
  }

  #sample(name: string, value: number, label = '', of = ''): Sample {
    const key = `${name}/${of}`;
    let labels = this.#labels.get(key);
    if (labels === undefined) {
      const more: readonly (readonly [string, string])[] = label === '' ? [] : [[label, of]];
      labels = labelsOf([['__name__', name], ['envoy_cluster_name', this.#cluster], ...more]);
      this.#labels.set(key, labels);
    }
    return { labels, value };
  }
}
