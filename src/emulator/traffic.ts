import type { Milliseconds } from '../units/duration.ts';
import { seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add } from '../units/instant.ts';
import type { RunningApplication } from './proxies/application.ts';
import { StreamReport } from './proxies/outcomes.ts';
import type { Proxy } from './proxies/proxy.ts';
import type { Asked, Backend } from './proxies/routes.ts';
import { backend, ruleFor } from './proxies/routes.ts';
import type { Random } from './random.ts';
import { binomial, splitByWeight } from './random.ts';

/** Requests that keep coming. */
export type Stream = Readonly<{
  /** What reports call it. */
  name: string;
  /** Requests a second. */
  rate: number;
  /** Through the routes of a host, or straight to a Service (`namespace/name`), as within a cluster. */
  to:
    | Readonly<{ kind: 'Host'; host: string; path?: string; headers?: Readonly<Record<string, string>> }>
    | Readonly<{ kind: 'Service'; service: string; port: number }>;
}>;

/** How long a proxy waits for an answer: Envoy's default for a route. */
const PATIENCE: Milliseconds = seconds(15);

/** A length of time in which nothing changes: what proxies know, and what listens where. */
type Stretch = Readonly<{ from: Instant; to: Instant }>;

type Goal = Readonly<{ kind: 'Host'; asked: Asked }> | Readonly<{ kind: 'Service'; backend: Backend }>;
/** A stream under way: the fraction of a request that is still owed, and whose turn it is. */
type Flow = { rate: number; goal: Goal; owed: number; turn: number; report: StreamReport };

function goalOf(to: Stream['to']): Goal {
  // Within the cluster no Envoy stands between, and so none counts.
  if (to.kind === 'Service') return { kind: 'Service', backend: { ...backend(to.service, to.port, 1), cluster: '' } };
  return { kind: 'Host', asked: { host: to.host, path: to.path ?? '/', method: 'GET', headers: to.headers ?? {} } };
}

/** Carries streams of requests through proxies to applications, in batches. */
export class Traffic {
  /** An incident behind all applications: this share of their answers are errors, beside their own (F66). */
  incident = 0;
  readonly #random: Random;
  readonly #applications: ReadonlyMap<string, RunningApplication>;
  readonly #streams = new Map<string, Flow>();

  constructor(random: Random, applications: ReadonlyMap<string, RunningApplication>) {
    this.#random = random;
    this.#applications = applications;
  }

  /** Starts a stream, or changes the one of that name; its report goes on. Rate 0 ends it. */
  set(stream: Stream): StreamReport {
    const known = this.#streams.get(stream.name);
    const report = known?.report ?? new StreamReport();
    const { rate, to } = stream;
    this.#streams.set(stream.name, { rate, goal: goalOf(to), owed: known?.owed ?? 0, turn: known?.turn ?? 0, report });
    return report;
  }

  /** What became of a stream's requests; undefined for a name that was never set. */
  reportOf(name: string): StreamReport | undefined {
    return this.#streams.get(name)?.report;
  }

  /** Sends the requests of a stretch of time; their number is exact, fractions are carried over. */
  send(stretch: Stretch, proxies: readonly Proxy[]): void {
    for (const flow of this.#streams.values()) {
      flow.owed += (flow.rate * (stretch.to - stretch.from)) / 1000;
      // A sum of fractions that should be whole may lack its last digit: 0.1 + 0.2 + … is not 1.
      const count = Math.floor(flow.owed + 1e-9);
      if (count === 0) continue;
      flow.owed -= count;
      if (proxies.length === 0) {
        flow.report.add('', 'NoProxy', count);
        continue;
      }
      for (const [index, proxy] of proxies.entries()) {
        const place = (index + flow.turn) % proxies.length;
        const share = Math.floor(count / proxies.length) + (place < count % proxies.length ? 1 : 0);
        if (share > 0) this.#through(proxy, flow, share, stretch);
      }
      flow.turn = (flow.turn + count) % proxies.length;
    }
  }

  #through(proxy: Proxy, { goal, report }: Flow, count: number, stretch: Stretch): void {
    if (goal.kind === 'Service') return this.#toService(proxy, goal.backend, count, stretch, report, 'Serving');
    const rule = ruleFor(proxy.rules, goal.asked);
    if (rule === undefined) return report.add('', 'NoRoute', count);
    const parts = splitByWeight(
      this.#random,
      count,
      rule.backends.map(({ weight }) => weight),
    );
    let sent = 0;
    for (const [index, backend] of rule.backends.entries()) {
      const part = parts[index] ?? 0;
      sent += part;
      if (part > 0) this.#toService(proxy, backend, part, stretch, report, 'None');
    }
    report.add('', 'NoBackend', count - sent);
    for (const { backend, share } of rule.mirrors) {
      const copies = binomial(this.#random, count, share);
      if (copies > 0) this.#toService(proxy, backend, copies, stretch, undefined, 'None');
    }
  }

  #toService(
    proxy: Proxy,
    backend: Backend,
    count: number,
    stretch: Stretch,
    report: StreamReport | undefined,
    whenNoneIsReady: 'None' | 'Serving',
  ): void {
    const counters = proxy.countersOf(backend);
    const addresses = proxy.addressesOf(backend.service, whenNoneIsReady);
    if (addresses.length === 0) {
      counters.answered(503, count);
      return report?.add('', 'NoEndpoints', count);
    }
    const parts = proxy.roundRobin(count, addresses.length);
    for (const [index, address] of addresses.entries()) {
      const part = parts[index] ?? 0;
      if (part === 0) continue;
      const application = this.#applications.get(address);
      const { refusesFrom } = application?.facts ?? {};
      if (application === undefined || (refusesFrom !== undefined && refusesFrom <= stretch.from)) {
        counters.connectFailures += part;
        counters.answered(503, part);
        report?.add('', 'PodGone', part);
      } else {
        this.#toApplication(application, { proxy, backend }, part, stretch, report);
      }
    }
  }

  #toApplication(
    application: RunningApplication,
    { proxy, backend }: Readonly<{ proxy: Proxy; backend: Backend }>,
    count: number,
    { from, to }: Stretch,
    report: StreamReport | undefined,
  ): void {
    const { errorRate, latency } = application.facts;
    const counters = proxy.countersOf(backend);
    counters.total += count;
    const errors = binomial(this.#random, count, 1 - (1 - errorRate) * (1 - this.incident));
    // Requests come evenly: those of the last `latency` of the stretch have no answer at its end.
    const waiting = Math.round(count * Math.min(1, latency / (to - from)));
    const waitingErrors = Math.round((errors * waiting) / count);
    const flight = { endsAt: add(to, latency), ok: waiting - waitingErrors, errors: waitingErrors, counters, report };
    if (waiting > 0) {
      application.flights.push(flight);
      counters.active += waiting;
    }
    land(application, { ...flight, ok: count - waiting - (errors - waitingErrors), errors: errors - waitingErrors });
  }
}

type Landing = Readonly<{ ok: number; errors: number }> &
  Pick<RunningApplication['flights'][number], 'counters' | 'report'>;

function land(application: RunningApplication, { ok, errors, counters, report }: Landing): void {
  const { version, latency } = application.facts;
  application.answered(ok, errors);
  if (latency > PATIENCE) {
    counters.timeouts += ok + errors;
    counters.answered(504, ok + errors);
    report?.add(version, 'Timeout', ok + errors);
    return;
  }
  counters.answered(200, ok);
  counters.answered(500, errors);
  report?.add(version, 'Ok', ok);
  report?.add(version, 'ApplicationError', errors);
}

/** Ends the requests that an application has answered by `now`; those that it can answer no more are cut off. */
export function landFlights(application: RunningApplication, now: Instant, gone: boolean): void {
  if (application.flights.length === 0) return;
  const { version } = application.facts;
  const flying = application.flights;
  application.flights = flying.filter(({ endsAt }) => endsAt > now && !gone);
  for (const flight of flying) {
    const { endsAt, ok, errors, counters, report } = flight;
    if (endsAt > now && !gone) continue;
    counters.active -= ok + errors;
    if (endsAt <= now) {
      land(application, flight);
    } else {
      counters.answered(503, ok + errors);
      report?.add(version, 'CutOff', ok + errors);
    }
  }
}
