import { milliseconds, seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, earliest, parseInstant } from '../../units/instant.ts';
import { nameSuffix } from '../draw.ts';
import type { ClusterStep, ClusterView, ClusterWrite } from '../step.ts';
import { controllerReference } from './claims.ts';
import { endingOf, hasEnded, podsOfJob } from './job-status.ts';
import { JOBS, listOf, PODS } from './kinds.ts';
import { conditionOf, isActive } from './pod-facts.ts';
import type { Pod } from './pod-shape.ts';
import { CUT } from './pod-times.ts';
import { podFrom } from './replica-sets.ts';
import type { Job } from './shapes.ts';
import { removal } from './writes.ts';

/** The wait before a failed pod is replaced: 10 s, doubled with each failure up to 10 minutes. */
const FIRST_WAIT = seconds(10);
const LONGEST_WAIT = seconds(600);

/**
 * Runs the pods of Jobs: as many at once as parallelism says, until as many as completions says have succeeded; a failed
 * one is replaced after a wait; when the Job has ended, what still runs is deleted. Pods belong to a Job by their owner
 * reference alone, and what ended counts for as long as its pod is there. Source: k8s.io/kubernetes/pkg/controller/job.
 */
export const jobs: ClusterStep = {
  name: 'jobs',
  watches: [JOBS, PODS],
  step(view, now) {
    let wakeAt: Instant | undefined;
    const writes = listOf(view, JOBS).flatMap((job) => {
      const pods = podsOfJob(view, job);
      const active = pods.filter(isActive);
      if (job.metadata.deletionTimestamp !== undefined) return [];
      if (job.spec.suspend === true || hasEnded(job)) return active.map((pod) => removal(PODS, pod));
      // The end is recorded first: what proves it goes with the pods.
      if (endingOf(job, pods, now) !== undefined) return [];
      const wanted = wantedPods(job, pods);
      if (active.length > wanted) return active.slice(wanted).map((pod) => removal(PODS, pod));
      const due = waitAfterFailures(pods, now);
      if (active.length < wanted && due !== undefined && due > now) {
        wakeAt = earliest(wakeAt, due);
        return [];
      }
      return creations(view, job, wanted - active.length, now);
    });
    return wakeAt === undefined ? { writes } : { writes, wakeAt };
  },
};

/** Deletes Jobs whose ttlSecondsAfterFinished has passed. */
export const finishedJobs: ClusterStep = {
  name: 'finished-jobs',
  watches: [JOBS],
  step(view, now) {
    let wakeAt: Instant | undefined;
    const writes = listOf(view, JOBS).flatMap((job) => {
      const { ttlSecondsAfterFinished: ttl } = job.spec;
      const ended = ['Complete', 'Failed'].map((type) => conditionOf(job, type)).find((one) => one?.status === 'True');
      const at = parseInstant(ended?.lastTransitionTime);
      if (ttl === undefined || at === undefined || job.metadata.deletionTimestamp !== undefined) return [];
      const due = add(at, milliseconds(CUT + seconds(ttl)));
      if (due <= now) return [removal(JOBS, job)];
      wakeAt = earliest(wakeAt, due);
      return [];
    });
    return wakeAt === undefined ? { writes } : { writes, wakeAt };
  },
};

function wantedPods({ spec }: Job, pods: readonly Pod[]): number {
  const parallelism = spec.parallelism ?? 1;
  const succeeded = pods.filter(({ status }) => status?.phase === 'Succeeded').length;
  // Without completions the first success ends the Job, and no more pods are started after it.
  if (spec.completions === undefined) return succeeded > 0 ? pods.filter(isActive).length : parallelism;
  return Math.max(0, Math.min(parallelism, spec.completions - succeeded));
}

function waitAfterFailures(pods: readonly Pod[], now: Instant): Instant | undefined {
  const ends = pods
    .filter(({ status }) => status?.phase === 'Failed')
    .flatMap(({ status }) => status?.containerStatuses ?? [])
    .flatMap(({ state }) => parseInstant(state.terminated?.finishedAt) ?? []);
  if (ends.length === 0) return undefined;
  const wait = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (ends.length - 1));
  const last = ends.reduce((latest, end) => (end > latest ? end : latest), ends[0] ?? now);
  return add(last, milliseconds(CUT + wait));
}

function creations(view: ClusterView, job: Job, count: number, now: Instant): readonly ClusterWrite[] {
  const { name: stem, namespace = '', uid = '' } = job.metadata;
  const generateName = `${stem}-`;
  const taken = new Set(listOf(view, PODS, namespace).map(({ metadata }) => metadata.name));
  return Array.from({ length: Math.max(0, count) }, (_none, index) => {
    const name = `${generateName}${nameSuffix((suffix) => taken.has(generateName + suffix), uid, now, index)}`;
    taken.add(name);
    const ownerReferences = [controllerReference(JOBS, job)];
    return {
      kind: 'Create',
      resource: PODS,
      object: podFrom(job.spec.template, { name, generateName, namespace, ownerReferences }),
    };
  });
}
