import type { AnalysisRun } from '../api/analysis.ts';
import type { Metric } from '../api/metric.ts';
import type { ApiGroup } from '../api/names.ts';
import { API_VERSION } from '../api/names.ts';
import type { Reading } from '../api/reading.ts';
import type { Clock } from '../clock/clock.ts';
import { sleep } from '../clock/clock.ts';
import type { KubeClient } from '../kube/client.ts';
import { JOBS, PODS } from '../kube/kinds.ts';
import type { KubeObject } from '../kube/resource.ts';
import { nothing } from '../providers/provider.ts';
import { elapsed } from '../units/instant.ts';
import { milliseconds } from '../units/duration.ts';

/** What measurements by Jobs are made with. */
export type JobParts = Readonly<{
  client: KubeClient;
  clock: Clock;
  group: ApiGroup;
  /** False: the operator has not enabled them. */
  enabled: () => boolean;
}>;

/** Waiting reasons of a container that no waiting mends: the Job cannot even begin (rollout-semantics 1.9). */
const NO_IMAGE = ['ImagePullBackOff', 'ErrImagePull', 'InvalidImageName'];

/** Kubernetes' limit of a name that is also a label value. */
const LONGEST_NAME = 63;

/**
 * Runs a Job and waits for its end: Complete is Successful, Failed is Failed, an image that cannot be had Inconclusive.
 * The name follows from the run and the number of the measurement, so that a process that takes over waits for the same
 * Job and makes no second one. A measurement that is called off takes its Job with it.
 */
export async function measureByJob(
  parts: JobParts,
  run: AnalysisRun,
  metric: Metric,
  ordinal: number,
  signal: AbortSignal,
): Promise<Reading> {
  if (!parts.enabled()) {
    return nothing('provider.job: Jobs are off; a Job runs with rights of its own: set jobProvider of the controller');
  }
  const job = jobOf(parts.group, run, metric, ordinal);
  const created = await parts.client.create(JOBS, job);
  if (!created.ok && created.why !== 'AlreadyExists') return nothing(`provider.job: ${created.message}`);
  const { name, namespace = '' } = job.metadata;
  const begun = parts.clock.now();
  for (;;) {
    const answer = await parts.client.get({ resource: JOBS, namespace, name }, signal);
    if (!answer.ok && answer.why === 'NotFound') return nothing(`provider.job: Job ${namespace}/${name} was deleted`);
    const verdict = answer.ok ? await verdictOf(parts, answer.value, signal) : undefined;
    if (verdict !== undefined) return { kind: 'Verdict', phase: verdict.phase, shown: name, ...messageOf(verdict) };
    try {
      // The longer it takes, the less often we look: √(2t), as 1.9 has it, and never more than once a second.
      const waited = elapsed(begun, parts.clock.now()) / 1000;
      await sleep(parts.clock, milliseconds(Math.max(1, Math.sqrt(2 * waited)) * 1000), signal);
    } catch {
      await takeAway(parts.client, namespace, name);
      return nothing('the measurement was called off');
    }
  }
}

type JobVerdict = Readonly<{ phase: 'Successful' | 'Failed' | 'Inconclusive'; message?: string }>;
const messageOf = ({ message }: JobVerdict): object => (message === undefined ? {} : { message });

async function verdictOf(parts: JobParts, job: KubeObject, signal: AbortSignal): Promise<JobVerdict | undefined> {
  const { status = {} } = job as Readonly<{
    status?: Readonly<{ conditions?: readonly Readonly<{ type: string; status: string; reason?: string }>[] }>;
  }>;
  const is = (type: string) => status.conditions?.find((one) => one.type === type && one.status === 'True');
  if (is('Complete') !== undefined) return { phase: 'Successful' };
  const failed = is('Failed');
  if (failed !== undefined)
    return { phase: 'Failed', message: `the Job failed: ${failed.reason ?? 'no reason given'}` };
  const { namespace = '', name } = job.metadata;
  const pods = await parts.client.list(
    PODS,
    { namespace, labelSelector: `batch.kubernetes.io/job-name=${name}` },
    { limit: 10, resourceVersion: '0' },
    signal,
  );
  const waiting = pods.ok
    ? pods.value.items.flatMap(waitingReasons).find((reason) => NO_IMAGE.includes(reason))
    : undefined;
  if (waiting === undefined) return undefined;
  await takeAway(parts.client, namespace, name);
  return { phase: 'Inconclusive', message: `the Job could not begin: ${waiting}` };
}

function waitingReasons(pod: KubeObject): readonly string[] {
  const { status = {} } = pod as Readonly<{
    status?: Readonly<{
      containerStatuses?: readonly Readonly<{ state?: Readonly<{ waiting?: Readonly<{ reason?: string }> }> }>[];
    }>;
  }>;
  return (status.containerStatuses ?? []).flatMap(({ state }) => state?.waiting?.reason ?? []);
}

async function takeAway(client: KubeClient, namespace: string, name: string): Promise<void> {
  const found = await client.get({ resource: JOBS, namespace, name });
  if (found.ok) await client.delete({ resource: JOBS, namespace, name }, { uid: found.value.metadata.uid ?? '' });
}

type Job = KubeObject & Readonly<{ spec: unknown }>;

function jobOf(group: ApiGroup, run: AnalysisRun, metric: Metric, ordinal: number): Job {
  const { uid = '', namespace = '', name } = run.metadata;
  const { spec = {}, metadata = {} } = metric.provider?.job ?? {};
  const given = metadata as Readonly<{ labels?: Record<string, string>; annotations?: Record<string, string> }>;
  const label = { 'analysisrun.argoproj.io/uid': uid };
  const template = (spec['template'] ?? {}) as Readonly<{ metadata?: Readonly<{ labels?: Record<string, string> }> }>;
  const suffix = `.${ordinal}`;
  const fit = metric.name.slice(0, LONGEST_NAME - uid.length - 1 - suffix.length);
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: `${uid}.${fit}${suffix}`,
      namespace,
      labels: { ...given.labels, ...label },
      annotations: {
        ...given.annotations,
        'analysisrun.argoproj.io/name': name,
        'analysisrun.argoproj.io/namespace': namespace,
        'analysisrun.argoproj.io/metric-name': metric.name,
      },
      ownerReferences: [
        {
          apiVersion: `${group}/${API_VERSION}`,
          kind: 'AnalysisRun',
          name,
          uid,
          controller: true,
          blockOwnerDeletion: true,
        },
      ],
    },
    spec: {
      ...spec,
      template: {
        ...template,
        metadata: { ...template.metadata, labels: { ...template.metadata?.labels, ...label } },
      },
    },
  };
}
