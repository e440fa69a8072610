import type { Milliseconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { elapsed, parseInstant } from '../../units/instant.ts';
import { isReady, readySince } from './pod-facts.ts';
import type { Pod } from './pod-shape.ts';

/** Says in whole numbers which pod should go first: the lower, the sooner. */
type Measure = (pod: Pod) => number;

const DELETION_COST = 'controller.kubernetes.io/pod-deletion-cost';
const PHASES = ['Pending', 'Unknown', 'Running'];
const NANOSECONDS = 1_000_000;

/**
 * The pods in the order in which a ReplicaSet gives them up: without a node, pending, not ready, cheap to delete, on a
 * node with many pods of the family, ready for a short time, often restarted, young. Ages count by their power of two, so
 * that pods of about the same age go in the order of their UIDs.
 * Source: ActivePodsWithRanks of k8s.io/kubernetes/pkg/controller/controller_utils.go, LogarithmicScaleDown on.
 */
export function victimsFirst(pods: readonly Pod[], family: readonly Pod[], now: Instant): readonly Pod[] {
  const onNode = new Map<string, number>();
  for (const { spec } of family) onNode.set(spec.nodeName ?? '', (onNode.get(spec.nodeName ?? '') ?? 0) + 1);
  const measures: readonly Measure[] = [
    ({ spec }) => ((spec.nodeName ?? '') === '' ? 0 : 1),
    ({ status }) => PHASES.indexOf(status?.phase ?? 'Pending'),
    (pod) => (isReady(pod) ? 1 : 0),
    ({ metadata }) => Number.parseInt(metadata.annotations?.[DELETION_COST] ?? '0', 10) || 0,
    ({ spec }) => -(onNode.get(spec.nodeName ?? '') ?? 0),
  ];
  return pods.toSorted((a, b) => {
    for (const measure of measures) {
      const difference = measure(a) - measure(b);
      if (difference !== 0) return difference;
    }
    return compareAges(a, b, now);
  });
}

function compareAges(a: Pod, b: Pod, now: Instant): number {
  const ready = compareTimes(a, b, readySince(a), readySince(b), now);
  if (ready !== 0) return ready;
  const restarts = restartsOf(b) - restartsOf(a);
  if (restarts !== 0) return restarts;
  const created = (pod: Pod): Instant | undefined => parseInstant(pod.metadata.creationTimestamp);
  return compareTimes(a, b, created(a), created(b), now) || compareUids(a, b);
}

function compareTimes(a: Pod, b: Pod, since: Instant | undefined, other: Instant | undefined, now: Instant): number {
  if (since === other || since === undefined || other === undefined) return 0;
  return magnitude(elapsed(since, now)) - magnitude(elapsed(other, now)) || compareUids(a, b);
}

function magnitude(age: Milliseconds): number {
  return age > 0 ? Math.trunc(Math.log2(age * NANOSECONDS)) : -1;
}

function compareUids(a: Pod, b: Pod): number {
  const [left = '', right = ''] = [a.metadata.uid, b.metadata.uid];
  return left < right ? -1 : left > right ? 1 : 0;
}

function restartsOf({ status }: Pod): number {
  return Math.max(0, ...(status?.containerStatuses ?? []).map(({ restartCount }) => restartCount));
}
