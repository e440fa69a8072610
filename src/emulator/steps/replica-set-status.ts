import { controllerUidOf } from '../../kube/resource.ts';
import type { Instant } from '../../units/instant.ts';
import { earliest } from '../../units/instant.ts';
import { nameSuffix } from '../draw.ts';
import type { ClusterStep, ClusterView } from '../step.ts';
import { listOf, NAMESPACES, PODS, REPLICA_SETS, RESOURCE_QUOTAS } from './kinds.ts';
import { hasLabels, selects } from './labels.ts';
import { availableFrom, conditionOf, isActive, isFinished, isReady } from './pod-facts.ts';
import type { Pod } from './pod-shape.ts';
import { podRoom } from './quotas.ts';
import type { Condition, ReplicaSet, ReplicaSetStatus } from './shapes.ts';
import { counted, withCondition, writeStatus } from './writes.ts';

/**
 * Reports the pods of every ReplicaSet in its status. A pod counts as available once it has been ready for
 * minReadySeconds; pods on their way out count as terminating and as nothing else.
 * Source: calculateStatus of k8s.io/kubernetes/pkg/controller/replicaset.
 */
export const replicaSetStatus: ClusterStep = {
  name: 'replica-set-status',
  watches: [REPLICA_SETS, PODS, NAMESPACES, RESOURCE_QUOTAS],
  step(view, now) {
    let wakeAt: Instant | undefined;
    const writes = listOf(view, REPLICA_SETS).flatMap((set) => {
      const pods = podsOf(view, set);
      wakeAt = earliest(wakeAt, nextAvailable(set, pods, now));
      return writeStatus(REPLICA_SETS, set, statusOf(view, set, pods, now));
    });
    return wakeAt === undefined ? { writes } : { writes, wakeAt };
  },
};

function podsOf(view: ClusterView, set: ReplicaSet): readonly Pod[] {
  return listOf(view, PODS, set.metadata.namespace).filter((pod) => controllerUidOf(pod) === set.metadata.uid);
}

function statusOf(view: ClusterView, set: ReplicaSet, pods: readonly Pod[], now: Instant): ReplicaSetStatus {
  const active = pods.filter((pod) => isActive(pod) && selects(set.spec.selector, pod.metadata.labels));
  const minReady = set.spec.minReadySeconds ?? 0;
  const template = set.spec.template.metadata?.labels ?? {};
  const available = active.filter((pod) => (availableFrom(pod, minReady) ?? Number.POSITIVE_INFINITY) <= now);
  const terminating = pods.filter((pod) => pod.metadata.deletionTimestamp !== undefined && !isFinished(pod));
  const conditions = conditionsOf(view, set, active.length, now);
  const { generation } = set.metadata;
  return {
    replicas: active.length,
    terminatingReplicas: terminating.length,
    ...counted({
      fullyLabeledReplicas: active.filter((pod) => hasLabels(template, pod.metadata.labels)).length,
      readyReplicas: active.filter(isReady).length,
      availableReplicas: available.length,
    }),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}

/** Keeps foreign conditions; says ReplicaFailure while pods are missing that admission does not let in. */
function conditionsOf(view: ClusterView, set: ReplicaSet, active: number, now: Instant): readonly Condition[] {
  const kept = (set.status?.conditions ?? []).filter(({ type }) => type !== 'ReplicaFailure');
  if (set.metadata.deletionTimestamp !== undefined || active >= (set.spec.replicas ?? 1)) return kept;
  const { namespace = '', name } = set.metadata;
  const room = podRoom(view, namespace);
  if (room.left > 0) return kept;
  // As the real controller does: what was said first stays, though the counts in it move on.
  const said = conditionOf(set, 'ReplicaFailure');
  if (said?.status === 'True') return set.status?.conditions ?? [];
  const pod = `${name}-${nameSuffix(() => false, set.metadata.uid ?? '', now)}`;
  const message = `pods "${pod}" is forbidden: ${room.refusal}`;
  return withCondition(kept, { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }, now);
}

function nextAvailable(set: ReplicaSet, pods: readonly Pod[], now: Instant): Instant | undefined {
  const minReady = set.spec.minReadySeconds ?? 0;
  const coming = pods.filter(isActive).map((pod) => availableFrom(pod, minReady));
  return earliest(...coming.filter((at) => at !== undefined && at > now));
}
