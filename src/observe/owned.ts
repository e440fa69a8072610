import { HASH_LABEL } from '../api/names.ts';
import type { ObservedReplicaSet } from '../plan/rollout/observed-rollout.ts';
import type { ReplicaSet } from './stores.ts';

/** A ReplicaSet as decisions read it. */
export function observeReplicaSet(replicaSet: ReplicaSet): ObservedReplicaSet {
  const { metadata, spec, status } = replicaSet;
  const failure = status?.conditions?.find(({ type, status: holds }) => type === 'ReplicaFailure' && holds === 'True');
  return {
    name: metadata.name,
    uid: metadata.uid ?? '',
    resourceVersion: metadata.resourceVersion ?? '',
    hash: metadata.labels?.[HASH_LABEL] ?? '',
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    createdAt: metadata.creationTimestamp ?? '',
    deleting: metadata.deletionTimestamp !== undefined,
    specReplicas: spec.replicas ?? 1,
    minReadySeconds: spec.minReadySeconds ?? 0,
    replicas: status?.replicas ?? 0,
    ready: status?.readyReplicas ?? 0,
    available: status?.availableReplicas ?? 0,
    settled: (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0),
    template: spec.template,
    ...(failure === undefined ? {} : { failure: { reason: failure.reason ?? '', message: failure.message ?? '' } }),
  };
}
