import type { Clock } from '../clock/clock.ts';
import { sleep } from '../clock/clock.ts';
import type { Milliseconds } from '../units/duration.ts';
import { milliseconds, seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add, elapsed } from '../units/instant.ts';
import type { Backoff, Random } from './backoff.ts';
import { backoffDelay } from './backoff.ts';
import type { Failure, KubeClient, Selection, WatchEvent } from './client.ts';
import { failureOfStatus } from './errors.ts';
import type { CompleteList } from './list-pages.ts';
import { listAllPages } from './list-pages.ts';
import type { KubeObject, Resource } from './resource.ts';
import type { ReflectorState } from './reflector-state.ts';
import { startSilenceAlarm } from './silence.ts';
import { isOlder } from './resource-version.ts';
import { RestoreSuspicion } from './restore-suspicion.ts';
import type { Store, StoreChange } from './store.ts';

/** What a reflector is made with. */
export type ReflectorOptions<T extends KubeObject> = Readonly<{
  client: Pick<KubeClient, 'list' | 'watch'>;
  clock: Clock;
  resource: Resource;
  selection?: Selection;
  store: Store<T>;
  /** What to keep of an object as it came, e.g. without managedFields. */
  transform: (object: KubeObject) => T;
  /** Told of every change after the store has it; what it throws goes to onError and stops nothing. */
  onChange?: (change: StoreChange<T>) => void;
  /** Told of every failure and every exception of a hook. */
  onError?: (error: Failure | Error) => void;
  /**
   * Told, before anything else, that the server's storage was set back to an older state, as by a restore of etcd from a
   * backup. The store follows it; what was concluded from the state before is void.
   */
  onRestored?: (message: string) => void;
  /** Default Math.random. */
  random?: Random;
  /** After this much silence (no event, no bookmark) a watch is taken for dead. Default 90 s. */
  silence?: Milliseconds;
  /** A watch that ends in good order is followed by a full list when the last is this old. Default 10 min. */
  relistAfter?: Milliseconds;
  /** Objects a page of a list. Default 500: bigger pages block the event loop longer while they are parsed. */
  pageSize?: number;
}>;

/** Keeps a store equal to what the API server has, until stopped. */
export interface Reflector {
  readonly state: ReflectorState;
  /** When the server last said anything: a list, an event or a bookmark. */
  readonly lastEventAt: Instant | undefined;
  /** Lists and watches started so far: a figure for counters, and for tests that there is no hot loop. */
  readonly attempts: Readonly<{ lists: number; watches: number }>;
  /** Resolves when the first complete list is in the store; rejects when stopped before. */
  whenSynced(): Promise<void>;
  stop(): Promise<void>;
}

const BACKOFF: Backoff = { base: milliseconds(800), cap: seconds(30) };
/** A watch that ends sooner counts as failed, even in good order: else a server that closes at once makes a hot loop. */
const SHORTEST_WATCH = seconds(5);
/** After so long a healthy watch the next failure counts as the first again. */
const HEALTHY_AFTER = seconds(30);
/** After so many failures in a row a list is made, in case the version itself is what the server cannot take. */
const FAILURES_BEFORE_RELIST = 5;

/** Starts to list and watch; never gives up before `stop`. */
export function startReflector<T extends KubeObject>(options: ReflectorOptions<T>): Reflector {
  const reflector = new ListWatch(options);
  reflector.start();
  return reflector;
}

class ListWatch<T extends KubeObject> implements Reflector {
  readonly #options: ReflectorOptions<T>;
  readonly #random: Random;
  readonly #stopping = new AbortController();
  readonly #synced = Promise.withResolvers<void>();
  #running: Promise<void> = Promise.resolve();
  #state: ReflectorState;
  #lastEventAt: Instant | undefined;
  #listedAt: Instant | undefined;
  #listNext = true;
  /** The last list could not be had from the server's cache: ask its storage for the newest state. */
  #expired = false;
  /** The last watch broke: the server may have gone back behind what we have seen, and would then be silent for ever. */
  #doubtful = false;
  readonly #suspicion: RestoreSuspicion;
  #failures = 0;
  #failedBy: Failure['why'] | undefined;
  #lists = 0;
  #watches = 0;

  constructor(options: ReflectorOptions<T>) {
    this.#options = options;
    this.#random = options.random ?? Math.random;
    this.#suspicion = new RestoreSuspicion(options.clock);
    this.#state = { kind: 'Listing', since: options.clock.now() };
    this.#synced.promise.catch(() => {});
  }

  get state(): ReflectorState {
    return this.#state;
  }

  get lastEventAt(): Instant | undefined {
    return this.#lastEventAt;
  }

  get attempts(): Readonly<{ lists: number; watches: number }> {
    return { lists: this.#lists, watches: this.#watches };
  }

  whenSynced(): Promise<void> {
    return this.#synced.promise;
  }

  async stop(): Promise<void> {
    this.#stopping.abort(new Error('the reflector is stopped'));
    await this.#running;
  }

  start(): void {
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    while (!this.#stopping.signal.aborted) {
      if (this.#doubtful) await this.#compareVersions();
      const failure = this.#listNext ? await this.#list() : await this.#watch();
      if (failure !== undefined && !this.#stopping.signal.aborted) await this.#wait(failure);
    }
    this.#state = { kind: 'Stopped' };
    this.#synced.reject(new Error('the reflector was stopped before it was synced'));
  }

  /** Waits after a failure. The first 410 of several is answered at once: it only says that our version is of no use. */
  async #wait(failure: Failure): Promise<void> {
    const { clock } = this.#options;
    this.#report(failure);
    const repeated = this.#failures > 0 && this.#failedBy === failure.why;
    this.#failures += 1;
    this.#failedBy = failure.why;
    if (failure.why === 'Gone') {
      this.#listNext = true;
      if (!repeated) return;
    }
    if (this.#failures % FAILURES_BEFORE_RELIST === 0) this.#listNext = true;
    const own = backoffDelay(BACKOFF, this.#failures, this.#random);
    const delay = milliseconds(Math.max(own, failure.retryAfter ?? 0));
    this.#state = { kind: 'Waiting', until: add(clock.now(), delay), failures: this.#failures, failure };
    await sleep(clock, delay, this.#stopping.signal).catch(() => {});
  }

  /**
   * After a watch that broke: asks for the newest version, and makes a list when it is older than what we have seen. A
   * watch from a version that a restored server has not reached yet is accepted, and tells nothing, not even bookmarks.
   */
  async #compareVersions(): Promise<void> {
    const { client, resource, selection = {}, store } = this.#options;
    this.#doubtful = false;
    if (this.#listNext) return;
    const answer = await client.list(resource, selection, { limit: 1 }, this.#stopping.signal);
    if (!answer.ok || !isOlder(answer.value.resourceVersion, store.version)) return;
    this.#listNext = true;
    this.#expired = true;
  }

  /** Reads all pages, then swaps them in as one; undefined when that went well. */
  async #list(): Promise<Failure | undefined> {
    const { client, clock, resource, selection = {}, store, pageSize = 500 } = this.#options;
    this.#state = { kind: 'Listing', since: clock.now() };
    this.#lists += 1;
    // '0' takes whatever the server has cached, good enough to begin with; later nothing older than what we have seen.
    const newest = this.#expired;
    const resourceVersion = newest ? undefined : (store.version ?? '0');
    const onPage = (): void => void (this.#lastEventAt = clock.now());
    const options = { client, resource, selection, pageSize, resourceVersion, onPage };
    const answer = await listAllPages(options, this.#stopping.signal);
    if (this.#stopping.signal.aborted) return undefined;
    if (answer.ok) return this.#takeIn(answer.value, newest);
    this.#expired = answer.why === 'Gone';
    return answer;
  }

  #takeIn({ items, resourceVersion: version }: CompleteList, newest: boolean): Failure | undefined {
    const { clock, store } = this.#options;
    const kept = items.flatMap((item) => this.#transform(item));
    const seen = store.version;
    let changes = store.replaceAll(kept, version);
    if (changes === 'TimeTravel') {
      // From a cache it is a server that lags behind, and catches up; from the storage itself, again and again, a restore.
      this.#expired = true;
      const restored = newest && this.#suspicion.confirmedBy(version);
      // The outage that a restore comes with has grown the waits: the next answers are not to take minutes.
      if (newest && this.#suspicion.answers === 1) this.#failures = 0;
      const message = `a list of version ${version} is older than version ${seen ?? ''}, already seen`;
      if (!restored) return { ok: false, why: 'Unavailable', status: 0, message: `${message}; it is not used` };
      this.#options.onRestored?.(`${message}, and stays so: the storage of the API server was set back`);
      changes = store.goBackTo(kept, version);
    }
    this.#suspicion.clear();
    this.#expired = false;
    this.#listNext = false;
    this.#listedAt = clock.now();
    this.#synced.resolve();
    for (const change of changes) this.#tell(change);
    return undefined;
  }

  /** Watches until the stream ends; undefined when it ended in good order after a while. */
  async #watch(): Promise<Failure | undefined> {
    const {
      client,
      clock,
      resource,
      selection = {},
      store,
      silence = seconds(90),
      relistAfter = seconds(600),
    } = this.#options;
    const since = clock.now();
    const resourceVersion = store.version ?? '';
    this.#state = { kind: 'Watching', since, resourceVersion };
    this.#watches += 1;
    const ending = new AbortController();
    const alarm = startSilenceAlarm(clock, silence, () => ending.abort(new Error('silent')));
    let refused: Failure | undefined;
    const answer = await client.watch(
      resource,
      selection,
      { resourceVersion, timeoutSeconds: 300 + Math.floor(this.#random() * 301) },
      (event) => {
        if (ending.signal.aborted) return;
        alarm.heard();
        this.#lastEventAt = clock.now();
        if (event.type === 'ERROR') refused = failureOfStatus(event.object);
        else this.#event(event.type, event.object);
      },
      AbortSignal.any([this.#stopping.signal, ending.signal]),
    );
    alarm.end();
    if (elapsed(since, alarm.heardAt) >= HEALTHY_AFTER) this.#failures = 0;
    if (this.#stopping.signal.aborted) return undefined;
    this.#doubtful = refused === undefined && (alarm.rang || !answer.ok);
    if (refused !== undefined) return refused;
    if (alarm.rang) return broken('the watch was silent for too long; its connection is taken for dead');
    if (!answer.ok) return answer;
    if (elapsed(since, clock.now()) < SHORTEST_WATCH) return broken('the watch was closed at once');
    if (this.#listedAt !== undefined && elapsed(this.#listedAt, clock.now()) >= relistAfter) this.#listNext = true;
    return undefined;
  }

  #event(type: Exclude<WatchEvent['type'], 'ERROR'>, object: KubeObject): void {
    const { store } = this.#options;
    if (type === 'BOOKMARK') {
      if (object.metadata.resourceVersion !== undefined) store.seen(object.metadata.resourceVersion);
      return;
    }
    for (const kept of this.#transform(object)) {
      const changes = type === 'DELETED' ? store.remove(kept) : store.put(kept);
      for (const change of changes) this.#tell(change);
    }
  }

  #transform(object: KubeObject): readonly T[] {
    try {
      return [this.#options.transform(object)];
    } catch (error) {
      this.#report(error instanceof Error ? error : new Error(String(error)));
      return [];
    }
  }

  #tell(change: StoreChange<T>): void {
    try {
      this.#options.onChange?.(change);
    } catch (error) {
      this.#report(error instanceof Error ? error : new Error(String(error)));
    }
  }

  #report(error: Failure | Error): void {
    try {
      this.#options.onError?.(error);
    } catch {
      // Whoever listens for errors and fails at it must not take the stream down.
    }
  }
}

function broken(message: string): Failure {
  return { ok: false, why: 'Unreachable', status: 0, message };
}
