import { Agent, request } from 'node:http';
import type { IncomingMessage } from 'node:http';

/** What load is sent, and where. */
export type LoadOptions = Readonly<{
  /** `http://host:port` of a loopback address or one that the cluster made; any other is refused. */
  url: string;
  /** Host header, by which the Gateway finds the route. */
  host: string;
  ratePerSecond: number;
  /** Kept-alive connections at most. */
  connections: number;
}>;

/** How a request ended: an answer below 400, one from 400 on (404: the gateway lost the route), or none. */
export type LoadOutcome = 'ok' | 'serverError' | 'timeout' | 'reset';

/** Requests of one version, by outcome; version '' stands for answers that no pod gave. */
export type VersionCount = Readonly<Record<LoadOutcome, number>>;

/** A quarter of a second of the load: when it began (performance.now), and its ends of requests by version. */
export type Bucket = Readonly<{ from: number; byVersion: ReadonlyMap<string, number> }>;

/** What became of all requests. */
export type LoadReport = Readonly<{
  /** From the first request to the stop. */
  seconds: number;
  sent: number;
  /** Requests that had come to no end when the load was stopped and its patience was over; while it runs, those on their way. */
  open: number;
  byVersion: ReadonlyMap<string, VersionCount>;
  /** For each version the first and last time (performance.now) at which it answered. */
  seen: ReadonlyMap<string, Readonly<{ first: number; last: number }>>;
  /** The course of the load; a quarter second without answers has a bucket too, so that a gap shows. */
  buckets: readonly Bucket[];
  /** Failed requests with the time and what was seen, the first 20. */
  failures: readonly Readonly<{ at: number; version: string; outcome: LoadOutcome; detail: string }>[];
}>;

/** Load that runs until stopped, ten minutes at most. */
export type Load = Readonly<{
  /** What became of the requests so far. */
  snapshot(): LoadReport;
  /** Share of the answers of the last second that a version gave, 0 to 1. */
  share(version: string): number;
  /** Sends no more, waits for the answers, and tells what became of all. */
  stop(): Promise<LoadReport>;
}>;

const LONGEST_MS = 600_000;
const TIMEOUT_MS = 5000;
const TICK_MS = 10;
const BUCKET_MS = 250;

/** Throws on an address that is not of this machine: load never leaves it. */
export function assertOwnAddress(url: string): void {
  const { hostname } = new URL(url);
  if (!/^(127\.|10\.100\.|10\.244\.|10\.96\.|localhost$)/.test(hostname))
    throw new Error(`${hostname} is no address of the test cluster`);
}

type Counter = Record<LoadOutcome, number>;

/** Counts answers by version and outcome. */
class Tally {
  readonly byVersion = new Map<string, Counter>();
  readonly seen = new Map<string, { first: number; last: number }>();
  readonly failures: { at: number; version: string; outcome: LoadOutcome; detail: string }[] = [];
  readonly buckets: { from: number; byVersion: Map<string, number> }[] = [];
  readonly #startedAt = performance.now();
  #recent: { at: number; version: string }[] = [];

  count(version: string, outcome: LoadOutcome, detail: string): void {
    const now = performance.now();
    const counter = this.byVersion.get(version) ?? { ok: 0, serverError: 0, timeout: 0, reset: 0 };
    counter[outcome] += 1;
    this.byVersion.set(version, counter);
    if (outcome !== 'ok' && this.failures.length < 20) this.failures.push({ at: now, version, outcome, detail });
    this.#bucket(now, version);
    if (version === '') return;
    this.#recent.push({ at: now, version });
    const span = this.seen.get(version) ?? { first: now, last: now };
    this.seen.set(version, { first: span.first, last: now });
  }

  #bucket(now: number, version: string): void {
    const index = Math.floor((now - this.#startedAt) / BUCKET_MS);
    while (this.buckets.length <= index) {
      this.buckets.push({ from: this.#startedAt + this.buckets.length * BUCKET_MS, byVersion: new Map() });
    }
    const byVersion = this.buckets[index]?.byVersion;
    byVersion?.set(version, (byVersion.get(version) ?? 0) + 1);
  }

  /** Forgets answers older than a second, of which shares are told. */
  age(): void {
    const horizon = performance.now() - 1000;
    this.#recent = this.#recent.filter(({ at }) => at > horizon);
  }

  share(version: string): number {
    const answers = this.#recent.length;
    return answers === 0 ? 0 : this.#recent.filter((one) => one.version === version).length / answers;
  }
}

/** Sends requests at a fixed rate, whatever the answers do (open loop), and counts each one by version and outcome. */
export function startLoad(options: LoadOptions): Load {
  assertOwnAddress(options.url);
  const { connections } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: connections * 8, maxFreeSockets: connections });
  const tally = new Tally();
  const startedAt = performance.now();
  let stoppedAt: number | undefined;
  let sent = 0;
  let open = 0;

  const send = (): void => {
    sent += 1;
    open += 1;
    let settled = false;
    const done: Done = (version, outcome, detail = '') => {
      if (settled) return;
      settled = true;
      open -= 1;
      tally.count(version, outcome, detail);
    };
    sendOne(options, agent, done);
  };

  const timer = setInterval(() => {
    const now = performance.now();
    if (now - startedAt > LONGEST_MS) return clearInterval(timer);
    const due = Math.floor(((now - startedAt) * options.ratePerSecond) / 1000) - sent;
    for (let index = 0; index < due; index++) send();
    tally.age();
  }, TICK_MS);

  const snapshot = (): LoadReport => {
    const { byVersion, seen, buckets, failures } = tally;
    return {
      seconds: ((stoppedAt ?? performance.now()) - startedAt) / 1000,
      sent,
      open,
      byVersion,
      seen,
      buckets,
      failures,
    };
  };
  return {
    snapshot,
    share: (version) => tally.share(version),
    async stop() {
      clearInterval(timer);
      stoppedAt ??= performance.now();
      const patience = performance.now() + TIMEOUT_MS + 1000;
      const isOpen = (): boolean => open > 0;
      while (isOpen() && performance.now() < patience) await new Promise((resolve) => setTimeout(resolve, 20));
      agent.destroy();
      return snapshot();
    },
  };
}

type Done = (version: string, outcome: LoadOutcome, detail?: string) => void;

function sendOne({ url, host }: LoadOptions, agent: Agent, done: Done): void {
  const call = request(url, { agent, headers: { host }, timeout: TIMEOUT_MS }, (response) =>
    readAnswer(response, done),
  );
  call.on('timeout', () => {
    done('', 'timeout');
    call.destroy();
  });
  call.on('error', (error: NodeJS.ErrnoException) => done('', 'reset', error.code ?? error.message));
  call.end();
}

function readAnswer(response: IncomingMessage, done: Done): void {
  const status = response.statusCode ?? 0;
  const version = String(response.headers['x-version'] ?? '');
  response.on('error', () => done(version, 'reset', 'in the middle of the answer'));
  response.on('aborted', () => done(version, 'reset', 'in the middle of the answer'));
  response.on('end', () => done(version, status < 400 ? 'ok' : 'serverError', String(status)));
  response.resume();
}

/**
 * Requests that failed and that the story does not explain: bad versions may answer with errors of their own, but time-outs,
 * resets, answers that no pod gave and requests without an end are ours.
 */
export function failedRequests(report: LoadReport, badVersions: readonly string[]): number {
  let failed = report.open;
  for (const [version, { serverError, timeout, reset }] of report.byVersion) {
    failed += timeout + reset + (badVersions.includes(version) ? 0 : serverError);
  }
  return failed;
}

/** Errors that bad versions answered with by themselves. */
export function meantFailures({ byVersion }: LoadReport, badVersions: readonly string[]): number {
  return badVersions.reduce((sum, version) => sum + (byVersion.get(version)?.serverError ?? 0), 0);
}

/** Requests a second that were really sent, over the load's own length. */
export function rateOf({ sent, seconds }: LoadReport): number {
  return seconds === 0 ? 0 : sent / seconds;
}
