import { controllerUidOf } from '../../kube/resource.ts';
import { milliseconds, seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, earliest, formatInstant, parseInstant } from '../../units/instant.ts';
import type { ClusterStep, ClusterView } from '../step.ts';
import { JOBS, listOf, PODS } from './kinds.ts';
import { conditionOf, isActive, isFinished, isReady } from './pod-facts.ts';
import type { Pod } from './pod-shape.ts';
import { CUT } from './pod-times.ts';
import type { Condition, Job } from './shapes.ts';
import { counted, withCondition, writeStatus } from './writes.ts';

/** How a Job has ended, or is to end now. */
export type JobEnding = Readonly<{ type: 'Complete' | 'Failed'; reason: string; message: string }>;

const DEFAULT_BACKOFF = 6;

/** Reports the pods of every Job in its status, and its end. */
export const jobStatus: ClusterStep = {
  name: 'job-status',
  watches: [JOBS, PODS],
  step(view, now) {
    let wakeAt: Instant | undefined;
    const writes = listOf(view, JOBS).flatMap((job) => {
      const pods = podsOfJob(view, job);
      const deadline = deadlineOf(job);
      if (deadline !== undefined && deadline > now && endingOf(job, pods, now) === undefined) {
        wakeAt = earliest(wakeAt, deadline);
      }
      return writeStatus(JOBS, job, statusOf(job, pods, now));
    });
    return wakeAt === undefined ? { writes } : { writes, wakeAt };
  },
};

/** The pods that a Job controls. */
export function podsOfJob(view: ClusterView, { metadata }: Job): readonly Pod[] {
  return listOf(view, PODS, metadata.namespace).filter((pod) => controllerUidOf(pod) === metadata.uid);
}

/** True when a Job says that it has ended. */
export function hasEnded(job: Job): boolean {
  return ['Complete', 'Failed'].some((type) => conditionOf(job, type)?.status === 'True');
}

/** How a Job ends, by what it says itself or by its pods; undefined while it goes on. */
export function endingOf(job: Job, pods: readonly Pod[], now: Instant): JobEnding | undefined {
  for (const type of ['Complete', 'Failed'] as const) {
    const said = conditionOf(job, type);
    if (said?.status === 'True') return { type, reason: said.reason ?? '', message: said.message ?? '' };
  }
  const { completions, backoffLimit = DEFAULT_BACKOFF } = job.spec;
  const restarts = pods
    .filter((pod) => pod.spec.restartPolicy === 'OnFailure' && isActive(pod))
    .flatMap(({ status }) => status?.containerStatuses ?? [])
    .reduce((sum, { restartCount }) => sum + restartCount, 0);
  if (countOf(pods, 'Failed') + restarts > backoffLimit) {
    const message = 'Job has reached the specified backoff limit';
    return { type: 'Failed', reason: 'BackoffLimitExceeded', message };
  }
  const deadline = deadlineOf(job);
  if (deadline !== undefined && deadline <= now) {
    const message = 'Job was active longer than specified deadline';
    return { type: 'Failed', reason: 'DeadlineExceeded', message };
  }
  const succeeded = countOf(pods, 'Succeeded');
  const active = pods.some(isActive);
  const done = completions === undefined ? succeeded > 0 && !active : succeeded >= completions;
  return done
    ? { type: 'Complete', reason: 'CompletionsReached', message: 'Reached expected number of succeeded pods' }
    : undefined;
}

function statusOf(job: Job, pods: readonly Pod[], now: Instant): NonNullable<Job['status']> {
  const active = pods.filter(isActive);
  const ending = endingOf(job, pods, now);
  const startTime = job.status?.startTime ?? (job.spec.suspend === true ? undefined : formatInstant(now));
  const before = job.status ?? {};
  // What was counted stays counted when the pods are gone.
  const succeeded = Math.max(before.succeeded ?? 0, countOf(pods, 'Succeeded'));
  const failed = Math.max(before.failed ?? 0, countOf(pods, 'Failed'));
  const { active: _active, succeeded: _succeeded, failed: _failed, ...kept } = before;
  const status = {
    ...kept,
    ...counted({ active: ending === undefined ? active.length : 0, succeeded, failed }),
    ready: ending === undefined ? active.filter(isReady).length : 0,
    terminating: pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined && !isFinished(pod)).length,
    uncountedTerminatedPods: {},
    ...(startTime === undefined ? {} : { startTime }),
  };
  if (ending === undefined || conditionOf(job, ending.type)?.status === 'True') return status;
  const first = ending.type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget';
  let conditions: readonly Condition[] = before.conditions ?? [];
  for (const type of [first, ending.type]) {
    const { reason, message } = ending;
    conditions = withCondition(
      conditions,
      { type, status: 'True', reason, message, lastProbeTime: formatInstant(now) },
      now,
    );
  }
  const completionTime = ending.type === 'Complete' ? { completionTime: formatInstant(now) } : {};
  return { ...status, ...completionTime, conditions };
}

function countOf(pods: readonly Pod[], phase: 'Succeeded' | 'Failed'): number {
  return pods.filter(({ status }) => status?.phase === phase).length;
}

function deadlineOf({ spec, status }: Job): Instant | undefined {
  const start = parseInstant(status?.startTime);
  if (start === undefined || spec.activeDeadlineSeconds === undefined) return undefined;
  return add(start, milliseconds(CUT + seconds(spec.activeDeadlineSeconds)));
}
