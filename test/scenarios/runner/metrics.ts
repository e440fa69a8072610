import type { World } from './world.ts';

/** What a metric answers: a number, nothing at all, or an HTTP status that is no success. */
export type Scripted = number | 'no data' | Readonly<{ status: number }>;

/** By metric; each for all versions, or by version (the tag of the image). */
export type MetricScript = Readonly<Record<string, Scripted | Readonly<Record<string, Scripted>>>>;

/** Where scripted metrics are asked for: stands in templates, and is replaced by the stage's own address. */
export const PROMETHEUS = 'http://prometheus.scripted:9090';

/** A Prometheus that says what the scenario scripted. */
export class ScriptedMetrics {
  readonly address: string;
  #script: MetricScript = {};
  #asked = 0;

  constructor(address: string) {
    this.address = address;
  }

  /** From now on it answers so; metrics that are not named stay as they were. */
  play(script: MetricScript): void {
    this.#script = { ...this.#script, ...script };
  }

  /** How many queries it was asked. */
  get asked(): number {
    return this.#asked;
  }

  /**
   * The answer to a query `metric` or `metric{hash="…"}`; a hash stands for the version of its ReplicaSet. A metric that
   * nobody scripted is 0.
   */
  answer(query: string, world: World, now: number): Readonly<{ status: number; body: string }> {
    this.#asked += 1;
    const [, metric = '', hash] = /^(\w+)(?:\{hash="([^"]*)"\})?$/.exec(query.trim()) ?? [];
    const scripted = this.#script[metric] ?? 0;
    const said = isScripted(scripted) ? scripted : (scripted[world.versionOfHash(hash) ?? ''] ?? 0);
    if (typeof said === 'object') {
      return { status: said.status, body: JSON.stringify({ status: 'error', errorType: 'internal', error: 'down' }) };
    }
    const result = said === 'no data' ? [] : [{ metric: {}, value: [now / 1000, String(said)] }];
    return { status: 200, body: JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }) };
  }
}

function isScripted(said: Scripted | Readonly<Record<string, Scripted>>): said is Scripted {
  return typeof said !== 'object' || typeof said['status'] === 'number';
}
