import type { ApiGroup } from '../api/names.ts';
import type { Clock } from '../clock/clock.ts';
import type { Answers } from '../kube/answers.ts';
import type { Backoff, Random } from '../kube/backoff.ts';
import type { KubeClient } from '../kube/client.ts';
import type { Controller, PassResult } from '../kube/controller.ts';
import { startController } from '../kube/controller.ts';
import type { Expectations, StoreLookup } from '../kube/expectations.ts';
import type { KubeObject } from '../kube/resource.ts';
import { createWorkQueue } from '../kube/work-queue.ts';
import type { Stores } from '../observe/stores.ts';
import type { EventNote } from '../plan/action.ts';
import { milliseconds, seconds } from '../units/duration.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** Names the controllers in metrics and log. */
export type ControllerName = 'rollout' | 'analysisrun' | 'experiment';

/** What a reconciler of one kind is made with. */
export type KindParts = Readonly<{
  group: ApiGroup;
  instanceId: string;
  stores: Stores;
  lookup: StoreLookup;
  answers: Answers;
  expectations: Expectations;
  /** Its writes are fenced. */
  client: KubeClient;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  /** Records an event on an object; never waits. */
  record: (regarding: KubeObject, note: EventNote) => void;
}>;

/** Brings objects of one kind where they should be. */
export type Reconciler = Readonly<{
  /** One pass over the object of that key `namespace/name`; of one that is gone, too. */
  reconcile: (key: string) => Promise<PassResult>;
  /** The object is gone from the store: what was there last. */
  gone?: (object: KubeObject) => void;
  /** Ends what it does beside its passes. */
  stop?: () => void;
}>;

/** Makes the reconciler of a kind. */
export type MakeReconciler = (parts: KindParts) => Reconciler;

/** The queue of a kind and the workers on it. */
export interface KindController {
  /** Looks at an object again; does nothing until started, for then everything is looked at. */
  wake(key: string): void;
  gone(object: KubeObject): void;
  /** Starts to work, on these keys first. */
  start(keys: readonly string[]): void;
  /** Takes in no more; resolves when the passes under way have ended. */
  stop(): Promise<void>;
}

/** What the workers of a kind are made with. */
export type KindControllerOptions = Readonly<{
  name: ControllerName;
  reconciler: Reconciler;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  workers: number;
  random?: Random;
}>;

/**
 * Waits after passes that failed. What was refused by a quota, a policy or a right that is missing changes without any
 * event of ours when somebody mends it, and so does a server that was away: nothing waits longer than half a minute.
 */
const BACKOFF: Backoff = { base: milliseconds(5), cap: seconds(30) };

/** A controller of one kind, not yet at work. */
export function createKindController(options: KindControllerOptions): KindController {
  const { name, reconciler, clock, log, metrics, workers, random } = options;
  const observer = metrics.queue(name);
  const queue = createWorkQueue({
    clock,
    observer,
    backoff: BACKOFF,
    ...(random === undefined ? {} : { random }),
  });
  let controller: Controller | undefined;
  return {
    wake(key) {
      if (controller !== undefined) queue.add(key);
    },
    gone: (object) => reconciler.gone?.(object),
    start(keys) {
      controller ??= startController({
        queue,
        clock,
        workers,
        reconcile: reconciler.reconcile,
        onPass: (_key, outcome, took) => metrics.reconciled(name, outcome, took / 1000),
        onError: (key, error) => log.error({ controller: name, key, ...describeError(error) }, 'pass failed'),
      });
      keys.forEach((key) => queue.add(key));
    },
    async stop() {
      await (controller?.stop() ?? queue.stop());
      reconciler.stop?.();
    },
  };
}

function describeError(error: unknown): Readonly<Record<string, unknown>> {
  if (error instanceof Error) return { error: error.message, stack: error.stack };
  if (typeof error === 'object' && error !== null && 'why' in error && 'message' in error) {
    return { why: error.why, error: error.message };
  }
  return { error: String(error) };
}
