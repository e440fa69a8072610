import type { Milliseconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { instant } from '../units/instant.ts';

/** A timer that can be called off; calling it off twice is harmless. */
export type Timer = Readonly<{ cancel(): void }>;

/** The only source of time: a real one in production, a virtual one in tests and simulation. */
export interface Clock {
  /** The present instant; never goes back while the process runs. */
  now(): Instant;
  /** Calls `then` once, `after` milliseconds from now (at once when zero or negative, but never synchronously). */
  schedule(after: Milliseconds, then: () => void): Timer;
}

/** setTimeout fires at once for anything above 2^31 - 1 ms (24.8 days), so longer waits are cut into pieces. */
const LONGEST_TIMEOUT = 2_147_483_647;

/** What a machine tells of the time, in milliseconds: since 1970, which may be set, and since some moment, which may not. */
export type TimeSource = Readonly<{ wall: () => number; monotonic: () => number }>;

/**
 * The wall clock at start plus monotonic time since: a jump of the wall clock while the process runs neither shortens
 * nor lengthens a pause or a drain (invariant S12).
 */
export function steadyNow({ wall, monotonic }: TimeSource): () => Instant {
  const wallAtStart = wall();
  const monotonicAtStart = monotonic();
  return () => instant(Math.floor(wallAtStart + monotonic() - monotonicAtStart));
}

/** The clock of this machine. */
export function systemClock(): Clock {
  return {
    now: steadyNow({ wall: () => Date.now(), monotonic: () => performance.now() }),
    schedule(after, then) {
      let handle: NodeJS.Timeout;
      const wait = (left: number): void => {
        const piece = Math.min(Math.max(left, 0), LONGEST_TIMEOUT);
        handle = setTimeout(() => (left > piece ? wait(left - piece) : then()), piece);
      };
      wait(after);
      return { cancel: () => clearTimeout(handle) };
    },
  };
}

/**
 * Resolves when everything that needs no further event has run to its next wait: a virtual clock lets this pass between
 * two instants, so that no promise chain is overtaken by time.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Resolves after the given time on the given clock; rejects with the signal's reason when aborted before. */
export function sleep(clock: Clock, length: Milliseconds, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason as Error);
    const onAbort = (): void => {
      timer.cancel();
      reject(signal?.reason as Error);
    };
    const timer = clock.schedule(length, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

/** A signal that is aborted after the given time, or with `signal`; `done` calls the timer off. */
export function abortAfter(
  clock: Clock,
  length: Milliseconds,
  signal: AbortSignal,
): Readonly<{ signal: AbortSignal; done(): void }> {
  const limit = new AbortController();
  const timer = clock.schedule(length, () => limit.abort(new Error('the time limit passed')));
  return { signal: AbortSignal.any([signal, limit.signal]), done: () => timer.cancel() };
}
