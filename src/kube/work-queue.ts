import type { Clock, Timer } from '../clock/clock.ts';
import type { Milliseconds } from '../units/duration.ts';
import { milliseconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add, elapsed } from '../units/instant.ts';
import type { Backoff, Random } from './backoff.ts';
import { backoffDelay } from './backoff.ts';

/** Told of what happens in a queue, for controller-runtime's workqueue metrics; its members must not throw. */
export type QueueObserver = Readonly<{
  depth?: (keys: number) => void;
  added?: () => void;
  /** How long a key waited before a worker took it. */
  waited?: (time: Milliseconds) => void;
  /** How long a worker had it. */
  worked?: (time: Milliseconds) => void;
  retried?: () => void;
}>;

/** What a work queue is made with. */
export type WorkQueueOptions = Readonly<{
  clock: Clock;
  /** Waits after errors, per key. Default 5 ms doubling to 16 min. */
  backoff?: Backoff;
  /** Default Math.random. */
  random?: Random;
  observer?: QueueObserver;
}>;

/**
 * Keys to be reconciled. A key is in the queue at most once; one that is added while a worker has it comes again when that
 * worker is done, so no two workers ever have the same key and no change is missed.
 */
export interface WorkQueue {
  /** Adds a key now. */
  add(key: string): void;
  /** Adds a key at an instant; of several instants for one key the earliest wins and the others are forgotten. */
  addAt(key: string, at: Instant): void;
  /** Adds a key after its back-off, one failure further, and not before `notBefore`. */
  addAfterFailure(key: string, notBefore?: Instant): void;
  /** The key went well: its next failure is the first again. */
  forget(key: string): void;
  /** The next key, as soon as there is one; undefined once the queue is stopped. */
  take(): Promise<string | undefined>;
  /** The worker is done with a key that it took. */
  done(key: string): void;
  /** Gives out no more keys; resolves when the workers are done with those they have. */
  stop(): Promise<void>;
  /** Keys that wait to be taken. */
  readonly depth: number;
  /** When a key comes by itself, if it does. */
  wakesAt(key: string): Instant | undefined;
  /** Failures in a row of a key. */
  failures(key: string): number;
}

const BACKOFF: Backoff = { base: milliseconds(5), cap: milliseconds(16 * 60_000) };

/** An empty queue. */
export function createWorkQueue(options: WorkQueueOptions): WorkQueue {
  return new KeyQueue(options);
}

class KeyQueue implements WorkQueue {
  readonly #clock: Clock;
  readonly #backoff: Backoff;
  readonly #random: Random;
  readonly #observer: QueueObserver;
  /** Keys that wait, in order, with the instant they came. */
  readonly #ready = new Map<string, Instant>();
  /** Keys that a worker has, with the instant it took them. */
  readonly #taken = new Map<string, Instant>();
  /** Taken keys that were added again meanwhile. */
  readonly #dirty = new Set<string>();
  readonly #wakeUps = new Map<string, Instant>();
  readonly #failures = new Map<string, number>();
  readonly #takers: ((key: string | undefined) => void)[] = [];
  #timer: Readonly<{ at: Instant; timer: Timer }> | undefined;
  #drained: PromiseWithResolvers<void> | undefined;

  constructor(options: WorkQueueOptions) {
    this.#clock = options.clock;
    this.#backoff = options.backoff ?? BACKOFF;
    this.#random = options.random ?? Math.random;
    this.#observer = options.observer ?? {};
  }

  get depth(): number {
    return this.#ready.size;
  }

  add(key: string): void {
    if (this.#drained !== undefined || this.#ready.has(key) || this.#dirty.has(key)) return;
    this.#observer.added?.();
    if (this.#taken.has(key)) {
      this.#dirty.add(key);
      return;
    }
    this.#ready.set(key, this.#clock.now());
    this.#serve();
  }

  addAt(key: string, at: Instant): void {
    if (this.#drained !== undefined) return;
    const pending = this.#wakeUps.get(key);
    if (pending !== undefined && pending <= at) return;
    this.#wakeUps.set(key, at);
    this.#arm(at);
  }

  addAfterFailure(key: string, notBefore?: Instant): void {
    const failures = this.failures(key) + 1;
    this.#failures.set(key, failures);
    this.#observer.retried?.();
    const at = add(this.#clock.now(), backoffDelay(this.#backoff, failures, this.#random));
    this.addAt(key, notBefore !== undefined && notBefore > at ? notBefore : at);
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  take(): Promise<string | undefined> {
    if (this.#drained !== undefined) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#takers.push(resolve);
      this.#serve();
    });
  }

  done(key: string): void {
    const since = this.#taken.get(key);
    if (since === undefined) return;
    this.#taken.delete(key);
    this.#observer.worked?.(elapsed(since, this.#clock.now()));
    if (this.#dirty.delete(key) && this.#drained === undefined) {
      this.#ready.set(key, this.#clock.now());
      this.#serve();
    }
    if (this.#taken.size === 0) this.#drained?.resolve();
  }

  stop(): Promise<void> {
    if (this.#drained !== undefined) return this.#drained.promise;
    this.#drained = Promise.withResolvers<void>();
    this.#timer?.timer.cancel();
    this.#wakeUps.clear();
    this.#ready.clear();
    this.#dirty.clear();
    this.#observer.depth?.(0);
    for (const taker of this.#takers.splice(0)) taker(undefined);
    if (this.#taken.size === 0) this.#drained.resolve();
    return this.#drained.promise;
  }

  wakesAt(key: string): Instant | undefined {
    return this.#wakeUps.get(key);
  }

  failures(key: string): number {
    return this.#failures.get(key) ?? 0;
  }

  #serve(): void {
    const now = this.#clock.now();
    for (const [key, since] of this.#ready) {
      const taker = this.#takers.shift();
      if (taker === undefined) break;
      this.#ready.delete(key);
      this.#taken.set(key, now);
      this.#observer.waited?.(elapsed(since, now));
      taker(key);
    }
    this.#observer.depth?.(this.#ready.size);
  }

  /** Sees to it that the one timer goes off at `at` or before. */
  #arm(at: Instant): void {
    if (this.#timer !== undefined && this.#timer.at <= at) return;
    this.#timer?.timer.cancel();
    const timer = this.#clock.schedule(elapsed(this.#clock.now(), at), () => this.#wake());
    this.#timer = { at, timer };
  }

  #wake(): void {
    this.#timer = undefined;
    const now = this.#clock.now();
    let next: Instant | undefined;
    for (const [key, at] of [...this.#wakeUps]) {
      if (at <= now) {
        this.#wakeUps.delete(key);
        this.add(key);
      } else if (next === undefined || at < next) {
        next = at;
      }
    }
    if (next !== undefined) this.#arm(next);
  }
}
