import type { Milliseconds } from '../units/duration.ts';
import { seconds } from '../units/duration.ts';
import type { IntOrPercent } from '../units/int-or-percent.ts';

/** spec.replicas: one pod. */
export const DEFAULT_REPLICAS = 1;
/** spec.revisionHistoryLimit: ten old ReplicaSets. */
export const DEFAULT_REVISION_HISTORY_LIMIT = 10;
/** spec.progressDeadlineSeconds: ten minutes. */
export const DEFAULT_PROGRESS_DEADLINE: Milliseconds = seconds(600);
/** spec.analysis.*RunHistoryLimit: five finished runs of each kind. */
export const DEFAULT_RUN_HISTORY_LIMIT = 5;
/** maxSurge and maxUnavailable: a quarter. */
export const DEFAULT_SURGE: IntOrPercent = '25%';
/** scaleDownDelaySeconds of both strategies: half a minute, in which load balancers forget the old pods. */
export const DEFAULT_SCALE_DOWN_DELAY: Milliseconds = seconds(30);
/** abortScaleDownDelaySeconds of both strategies. */
export const DEFAULT_ABORT_SCALE_DOWN_DELAY: Milliseconds = seconds(30);
/** trafficRouting.maxTrafficWeight: the weight that means all requests. */
export const DEFAULT_MAX_WEIGHT = 100;
/** measurementRetention: measurements kept of a metric that no rule matches. */
export const DEFAULT_MEASUREMENTS_KEPT = 10;
/** consecutiveErrorLimit of a metric: the fifth error in a row ends it. */
export const DEFAULT_CONSECUTIVE_ERROR_LIMIT = 4;

/** A delay of so many seconds, where a negative one counts as 0; `otherwise` when absent. */
export function delayOr(value: number | undefined, otherwise: Milliseconds): Milliseconds {
  return value === undefined ? otherwise : seconds(Math.max(0, value));
}

/** How long pods of an aborted version stay; undefined, for ever, when the manifest says 0. */
export function abortDelayOf(value: number | undefined): Milliseconds | undefined {
  return value === 0 ? undefined : delayOr(value, DEFAULT_ABORT_SCALE_DOWN_DELAY);
}

/** The name of an object; undefined when absent or empty, which mean the same. */
export function nameOf(name: string | undefined): string | undefined {
  return name === '' ? undefined : name;
}

/** The label by which Prometheus tells the pods of revisions apart: our pod label, as its relabelling writes it. */
export const DEFAULT_REVISION_LABEL = 'rollouts_pod_template_hash';
