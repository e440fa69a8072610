import type { QueueObserver } from '../kube/work-queue.ts';
import type { PassOutcome } from '../kube/controller.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { RolloutStatus } from '../api/rollout.ts';
import type { Milliseconds } from '../units/duration.ts';

/** Facts of a line of log. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Where lines of log go: constant message, facts as fields, in pino's order of arguments. */
export interface Log {
  debug(fields: LogFields, message: string): void;
  info(fields: LogFields, message: string): void;
  warn(fields: LogFields, message: string): void;
  error(fields: LogFields, message: string): void;
}

/** Names the two controllers in metrics and log. */
export type ControllerName = 'rollout' | 'analysisrun';

/** What is counted while controllers run. Every member is optional and must not throw. */
export type ControllerMetrics = Readonly<{
  /** Told what happens in the work queue of a controller. */
  queue?: (name: ControllerName) => QueueObserver;
  /** A pass over one object has ended. */
  passed?: (name: ControllerName, key: string, outcome: PassOutcome, took: Milliseconds) => void;
  /** This process began, or ceased, to lead. */
  leading?: (leading: boolean) => void;
  /** What one Rollout looks like after a pass: for gauges of the object. */
  rollout?: (observed: ObservedRollout, status: RolloutStatus) => void;
  /** The object is gone, and its series with it. */
  gone?: (name: ControllerName, namespace: string, object: string) => void;
  /** A plan was refused because it would break a rule of safety. */
  breach?: (rule: string, namespace: string, rollout: string) => void;
  /** A list or watch of a kind failed. */
  watchFailed?: (plural: string, why: string) => void;
  /** An event could not be recorded. */
  eventDropped?: () => void;
}>;
