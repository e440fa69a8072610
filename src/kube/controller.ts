import type { Clock } from '../clock/clock.ts';
import type { Milliseconds } from '../units/duration.ts';
import { milliseconds, seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add, elapsed } from '../units/instant.ts';
import type { Failure } from './client.ts';
import type { WorkQueue } from './work-queue.ts';

/** What a pass over one key came to: done, with the wake-up that no watch event will give; or why it failed. */
export type PassResult = Readonly<{ requeueAt?: Instant | undefined }> | Failure;

/** How a pass ended, by the words of controller-runtime's `result` label. */
export type PassOutcome = 'success' | 'requeue_after' | 'conflict' | 'error';

/** What workers are started with. */
export type ControllerOptions = Readonly<{
  queue: WorkQueue;
  clock: Clock;
  /** Brings one object where it should be. A throw is taken as an error of that key alone. */
  reconcile(key: string): Promise<PassResult>;
  /** How many keys are worked on at once; at least 1. */
  workers: number;
  /** Told of every error before the key waits for its back-off; must not throw. */
  onError(key: string, error: unknown): void;
  /** Told of every pass, for counters; must not throw. */
  onPass?(key: string, outcome: PassOutcome, took: Milliseconds): void;
}>;

/** The watch brings the write that won a race; should it be about an object that nobody watches, we look again then. */
const LOST_RACE_SEEN_WITHIN = seconds(30);

/** Running workers. */
export interface Controller {
  /** Takes no more keys; resolves when the passes under way have ended. */
  stop(): Promise<void>;
}

/**
 * Starts workers on a queue. A lost race (Conflict) is dropped, because the write that won it comes by the watch; so is a
 * write that the fence refused, because another process leads. Everything else that fails comes again after a back-off.
 */
export function startController(options: ControllerOptions): Controller {
  const { queue } = options;
  const work = async (): Promise<void> => {
    for (;;) {
      const key = await queue.take();
      if (key === undefined) return;
      await pass(options, key);
      queue.done(key);
    }
  };
  const workers = Array.from({ length: Math.max(1, options.workers) }, () => work());
  return {
    async stop() {
      await queue.stop();
      await Promise.all(workers);
    },
  };
}

async function pass(options: ControllerOptions, key: string): Promise<void> {
  const { queue, clock } = options;
  const startedAt = clock.now();
  let outcome: PassOutcome;
  try {
    outcome = settle(options, key, await options.reconcile(key));
  } catch (error) {
    outcome = failed(options, key, error, undefined);
  }
  options.onPass?.(key, outcome, elapsed(startedAt, clock.now()));
  if (outcome !== 'error') queue.forget(key);
}

function settle(options: ControllerOptions, key: string, result: PassResult): PassOutcome {
  const { queue, clock } = options;
  if ('why' in result) {
    if (result.why === 'Fenced') return 'conflict';
    if (result.why === 'Conflict') {
      queue.addAt(key, add(clock.now(), LOST_RACE_SEEN_WITHIN));
      return 'conflict';
    }
    const asked = result.retryAfter === undefined ? undefined : add(clock.now(), milliseconds(result.retryAfter));
    return failed(options, key, result, asked);
  }
  if (result.requeueAt === undefined) return 'success';
  queue.addAt(key, result.requeueAt);
  return 'requeue_after';
}

function failed(options: ControllerOptions, key: string, error: unknown, notBefore: Instant | undefined): PassOutcome {
  options.onError(key, error);
  options.queue.addAfterFailure(key, notBefore);
  return 'error';
}
