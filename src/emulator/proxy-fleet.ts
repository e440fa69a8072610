import type { Milliseconds } from '../units/duration.ts';
import { milliseconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add, earliest } from '../units/instant.ts';
import type { ApplicationOf } from './proxies/application.ts';
import { RunningApplication } from './proxies/application.ts';
import { endpointsOf, serviceOf } from './proxies/endpoints.ts';
import type { StreamReport } from './proxies/outcomes.ts';
import type { Knowledge } from './proxies/proxy.ts';
import { Proxy } from './proxies/proxy.ts';
import { isAttached, rulesOf } from './proxies/routes.ts';
import type { Sample } from './promql/samples.ts';
import type { Random } from './random.ts';
import { seededRandom } from './random.ts';
import type { ClusterView } from './step.ts';
import { ENDPOINT_SLICES, HTTP_ROUTES, PODS, listOf } from './steps/kinds.ts';
import type { Stream } from './traffic.ts';
import { Traffic, landFlights } from './traffic.ts';

/** How proxies learn; times from the change in the API until a proxy acts on it. */
export type ProxyFleetOptions = Readonly<{
  /** How many proxies; 2. */
  proxies?: number;
  /** Bounds of each proxy's own delay for each change; 20 to 300 ms. */
  delay?: Readonly<{ least: Milliseconds; most: Milliseconds }>;
  /** Share of changes that never reach a proxy, 0 to 1; the next change of the object does. */
  loss?: number;
  /** Share of changes that are applied whenever they come, even over a newer state, 0 to 1. */
  disorder?: number;
  /** How long a proxy takes no requests after a restart; 2 s. It is warm only when it has learnt everything. */
  warmUp?: Milliseconds;
  seed?: number;
  /** What listens behind a pod. */
  applicationOf: ApplicationOf;
}>;

/**
 * N proxies before the pods of the emulated cluster, and the requests that go through them. Each proxy learns of routes
 * and endpoints in its own time, so requests meet what a change leaves behind: an address where nobody listens, a weight
 * on a Service without pods. Time passes only by `advance`, and the same seed and calls give the same requests.
 */
export class ProxyFleet {
  readonly proxies: readonly Proxy[];
  readonly traffic: Traffic;
  readonly #options: Required<ProxyFleetOptions>;
  readonly #random: Random;
  readonly #published = new Map<
    string,
    Readonly<{ stamp: string; version: number; knowledge: Knowledge | undefined }>
  >();
  /** By address. */
  readonly #listening = new Map<string, RunningApplication>();
  /** Out of the API already, with requests under way. */
  readonly #ending = new Set<RunningApplication>();
  readonly #byPod = new Map<string, RunningApplication>();
  #now: Instant | undefined;

  constructor(options: ProxyFleetOptions) {
    const delay = { least: milliseconds(20), most: milliseconds(300) };
    this.#options = { proxies: 2, delay, loss: 0, disorder: 0, warmUp: milliseconds(2000), seed: 0, ...options };
    this.#random = seededRandom(this.#options.seed);
    this.proxies = Array.from({ length: this.#options.proxies }, (_, index) => new Proxy(`envoy-${index}`));
    this.traffic = new Traffic(this.#random, this.#listening);
  }

  /** Starts or changes a stream of requests from the last advance on. */
  send(stream: Stream): StreamReport {
    return this.traffic.set(stream);
  }

  /** Lets time pass until `now`, under what was known so far; then takes notice of the cluster as it is now. */
  advance(view: ClusterView, now: Instant): void {
    if (this.#now !== undefined && now > this.#now) this.#pass(this.#now, now);
    this.#now = now;
    this.#meetPods(view, now);
    this.#publish(view, now);
    for (const proxy of this.proxies) proxy.applyUntil(now);
  }

  /** When what proxies do will next change by itself; undefined when nothing is on its way. */
  get nextChange(): Instant | undefined {
    return this.proxies.reduce<Instant | undefined>((first, { nextChange }) => earliest(first, nextChange), undefined);
  }

  /** Restarts a proxy: it forgets all, learns everything anew, and meanwhile takes no requests. */
  restart(proxy: Proxy, now: Instant): void {
    proxy.forget();
    let warm = add(now, this.#options.warmUp);
    for (const [key, { version, knowledge }] of this.#published) {
      const at = add(now, this.#delay());
      if (at > warm) warm = at;
      proxy.send({ at, key, version, knowledge, late: false });
    }
    proxy.coldUntil = warm;
  }

  /** What the application of a pod exposes; undefined when nobody listens there. By the pod's UID. */
  metricsOf(uid: string): Iterable<Sample> | undefined {
    const application = this.#byPod.get(uid);
    const refuses = application?.facts.refusesFrom;
    const now = this.#now;
    if (application === undefined || (refuses !== undefined && now !== undefined && refuses <= now)) return undefined;
    return application.expose();
  }

  #delay(): Milliseconds {
    const { least, most } = this.#options.delay;
    return milliseconds(least + Math.floor(this.#random.next() * (most - least + 1)));
  }

  /** Requests of a length of time, cut wherever a proxy learns something or an application stops to listen. */
  #pass(from: Instant, to: Instant): void {
    for (let at = from; at < to;) {
      const end = this.#firstChange(at, to);
      this.traffic.send(
        { from: at, to: end },
        this.proxies.filter(({ coldUntil }) => coldUntil === undefined),
      );
      for (const proxy of this.proxies) proxy.applyUntil(end);
      for (const application of [...this.#listening.values(), ...this.#ending]) {
        const { goneFrom } = application.facts;
        const gone = goneFrom !== undefined && goneFrom <= end;
        landFlights(application, end, gone);
        if (gone) this.#ending.delete(application);
      }
      at = end;
    }
  }

  #firstChange(after: Instant, limit: Instant): Instant {
    let first = limit;
    const consider = (at: Instant | undefined): void => {
      if (at !== undefined && at > after && at < first) first = at;
    };
    for (const proxy of this.proxies) consider(proxy.nextChange);
    for (const { facts } of [...this.#listening.values(), ...this.#ending]) {
      consider(facts.refusesFrom);
      consider(facts.goneFrom);
    }
    return first;
  }

  #meetPods(view: ClusterView, now: Instant): void {
    const before = new Map(this.#byPod);
    this.#byPod.clear();
    for (const pod of listOf(view, PODS)) {
      const facts = this.#options.applicationOf(pod, view);
      if (facts === undefined) continue;
      const uid = pod.metadata.uid ?? '';
      const known = before.get(uid);
      const application = known?.facts.id === facts.id ? known : new RunningApplication(facts);
      application.facts = facts;
      if (application === known) before.delete(uid);
      this.#byPod.set(uid, application);
    }
    for (const application of before.values()) {
      // One that was asked to end finishes what it has; any other was killed, with its node or to start anew.
      const { goneFrom } = application.facts;
      if (goneFrom !== undefined && goneFrom > now) this.#ending.add(application);
      else landFlights(application, now, true);
    }
    this.#listening.clear();
    for (const application of this.#byPod.values()) this.#listening.set(application.facts.address, application);
  }

  #publish(view: ClusterView, now: Instant): void {
    const seen = new Set<string>();
    const notice = (key: string, stamp: string, read: () => Knowledge | undefined): void => {
      seen.add(key);
      if (this.#published.get(key)?.stamp !== stamp) this.#announce(key, stamp, read(), now);
    };
    for (const route of listOf(view, HTTP_ROUTES)) {
      const { namespace = '', name, uid = '', generation = 0 } = route.metadata;
      const attached = isAttached(route);
      // What is said about a route changes its version, but nothing for a proxy.
      notice(`route/${namespace}/${name}`, `${uid}/${generation}/${attached}`, () =>
        attached ? { kind: 'Rules', rules: rulesOf(route) } : undefined,
      );
    }
    for (const slice of listOf(view, ENDPOINT_SLICES)) {
      const { namespace = '', name, uid = '', resourceVersion = '' } = slice.metadata;
      notice(`slice/${namespace}/${name}`, `${uid}/${resourceVersion}`, () => {
        const service = serviceOf(slice);
        return service === undefined ? undefined : { kind: 'Endpoints', service, endpoints: endpointsOf(slice) };
      });
    }
    for (const [key, { knowledge }] of this.#published) {
      if (!seen.has(key) && knowledge !== undefined) this.#announce(key, '', undefined, now);
    }
  }

  #announce(key: string, stamp: string, knowledge: Knowledge | undefined, now: Instant): void {
    const version = (this.#published.get(key)?.version ?? 0) + 1;
    this.#published.set(key, { stamp, version, knowledge });
    const { loss, disorder } = this.#options;
    for (const proxy of this.proxies) {
      const at = add(now, this.#delay());
      const late = this.#random.next() < disorder;
      // The very first state always arrives: a proxy that never heard of a route is not warm.
      if (version > 1 && this.#random.next() < loss) continue;
      proxy.send({ at, key, version, knowledge, late });
    }
  }
}
