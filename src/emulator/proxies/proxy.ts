import type { Instant } from '../../units/instant.ts';
import { earliest } from '../../units/instant.ts';
import type { Labels } from '../promql/labels.ts';
import { labelsOf } from '../promql/labels.ts';
import type { Sample } from '../promql/samples.ts';
import type { Endpoint } from './endpoints.ts';
import { usable } from './endpoints.ts';
import { ProxyCounters } from './proxy-counters.ts';
import type { Backend, Rule } from './routes.ts';

/** What a proxy learns of one object: an HTTPRoute's rules or a slice's addresses; undefined: the object is gone. */
export type Knowledge =
  | Readonly<{ kind: 'Rules'; rules: readonly Rule[] }>
  | Readonly<{ kind: 'Endpoints'; service: string; endpoints: readonly Endpoint[] }>;

/** One state of one object on its way to a proxy. */
export type Update = Readonly<{
  /** When the proxy applies it. */
  at: Instant;
  /** The object. */
  key: string;
  /** Counts the object's states. */
  version: number;
  knowledge: Knowledge | undefined;
  /** Applied even when a newer state of the object is known already. */
  late: boolean;
}>;

/** One proxy: what it knows, what is on its way to it, and what it has counted. */
export class Proxy {
  readonly name: string;
  /** What Prometheus calls it. */
  readonly labels: Labels;
  /** While true nothing that comes is applied. */
  stuck = false;
  /** Until when it takes no requests after a restart. */
  coldUntil: Instant | undefined;
  #pending: Update[] = [];
  readonly #known = new Map<string, Readonly<{ version: number; knowledge: Knowledge | undefined }>>();
  #rules: readonly Rule[] = [];
  readonly #addresses = { None: new Map<string, readonly string[]>(), Serving: new Map<string, readonly string[]>() };
  #counters = new Map<string, ProxyCounters>();
  #turn = 0;

  constructor(name: string) {
    this.name = name;
    this.labels = labelsOf({ job: 'envoy', instance: `${name}:8002` });
  }

  /** Puts an update on its way. */
  send(update: Update): void {
    this.#pending.push(update);
  }

  /** Applies what has arrived by `now`. A state older than the known one is passed over: proxies skip versions. */
  applyUntil(now: Instant): void {
    if (this.coldUntil !== undefined && this.coldUntil <= now) this.coldUntil = undefined;
    if (this.stuck || this.#pending.length === 0) return;
    const due = this.#pending.filter(({ at }) => at <= now);
    if (due.length === 0) return;
    this.#pending = this.#pending.filter(({ at }) => at > now);
    for (const { key, version, knowledge, late } of due.toSorted((a, b) => a.at - b.at || a.version - b.version)) {
      if (!late && version < (this.#known.get(key)?.version ?? 0)) continue;
      this.#known.set(key, { version, knowledge });
    }
    this.#index();
  }

  /** When it will next apply something, or be warm; undefined when nothing is on its way. */
  get nextChange(): Instant | undefined {
    const pending = this.stuck ? [] : this.#pending.map(({ at }) => at);
    return pending.reduce<Instant | undefined>((first, at) => earliest(first, at), this.coldUntil);
  }

  /** Forgets everything, its counters too. */
  forget(): void {
    this.#pending = [];
    this.#known.clear();
    this.#counters = new Map();
    this.#index();
  }

  /** The rules that it applies now. */
  get rules(): readonly Rule[] {
    return this.#rules;
  }

  /** The addresses of a Service that it sends requests to. */
  addressesOf(service: string, whenNoneIsReady: 'None' | 'Serving'): readonly string[] {
    const cache = this.#addresses[whenNoneIsReady];
    const known = cache.get(service);
    if (known !== undefined) return known;
    const endpoints = [...this.#known.values()].flatMap(({ knowledge }) =>
      knowledge?.kind === 'Endpoints' && knowledge.service === service ? knowledge.endpoints : [],
    );
    const addresses = usable(endpoints, whenNoneIsReady);
    cache.set(service, addresses);
    return addresses;
  }

  /** Requests for each of `places` addresses, one after the other in turn. */
  roundRobin(count: number, places: number): readonly number[] {
    const each = Math.floor(count / places);
    const rest = count % places;
    const first = this.#turn % places;
    this.#turn = (this.#turn + rest) % 2 ** 30;
    return Array.from({ length: places }, (_, place) => each + ((place - first + places) % places < rest ? 1 : 0));
  }

  /** The counters of a backend. */
  countersOf({ cluster }: Backend): ProxyCounters {
    let counters = this.#counters.get(cluster);
    if (counters === undefined) {
      counters = new ProxyCounters(cluster);
      this.#counters.set(cluster, counters);
    }
    return counters;
  }

  /** What it exposes. A cluster is there from when a rule names it, as in Envoy. */
  *expose(): Generator<Sample> {
    for (const { backends, mirrors } of this.#rules) {
      for (const backend of [...backends, ...mirrors.map((mirror) => mirror.backend)]) this.countersOf(backend);
    }
    for (const [cluster, counters] of this.#counters) if (cluster !== '') yield* counters.expose();
  }

  #index(): void {
    this.#addresses.None.clear();
    this.#addresses.Serving.clear();
    this.#rules = [...this.#known]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([, { knowledge }]) => (knowledge?.kind === 'Rules' ? knowledge.rules : []));
  }
}
