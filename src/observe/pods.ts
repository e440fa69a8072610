import { EPHEMERAL_METADATA, LEAVING_METADATA } from '../api/names.ts';
import type { Rollout } from '../api/rollout.ts';
import type { ObservedPod } from '../plan/rollout/observed-rollout.ts';
import { parseInstant } from '../units/instant.ts';
import type { PodIdentity, ReplicaSet, Stores } from './stores.ts';

/** The pods of a Rollout's ReplicaSets, where decisions need them: for what is put on live pods, and for a restart. */
export function observePods(
  stores: Pick<Stores, 'pods'>,
  rollout: Rollout,
  replicaSets: readonly ReplicaSet[],
): readonly ObservedPod[] {
  const all = wantsRestart(rollout) || namesMetadata(rollout);
  return replicaSets
    .filter((replicaSet) => all || hasMetadata(replicaSet))
    .flatMap(({ metadata: { uid = '' } }) => stores.pods.byOwner(uid).map((pod) => observePod(pod, uid)));
}

/** True when the pods of this ReplicaSet matter for its Rollout beyond their number. */
export function needsPods(rollout: Rollout, replicaSet: ReplicaSet): boolean {
  return hasMetadata(replicaSet) || wantsRestart(rollout) || namesMetadata(rollout);
}

function observePod({ metadata, ready }: PodIdentity, owner: string): ObservedPod {
  const { name, uid = '', creationTimestamp = '', deletionTimestamp, labels = {}, annotations = {} } = metadata;
  return {
    name,
    uid,
    owner,
    createdAt: creationTimestamp,
    leaving: deletionTimestamp !== undefined,
    ready,
    labels,
    annotations,
  };
}

function wantsRestart({ spec, status }: Rollout): boolean {
  const at = parseInstant(spec.restartAt);
  return at !== undefined && at !== parseInstant(status?.restartedAt);
}

function namesMetadata({ spec: { strategy } }: Rollout): boolean {
  const { canary, blueGreen } = strategy ?? {};
  const blocks = [
    canary?.canaryMetadata,
    canary?.stableMetadata,
    blueGreen?.previewMetadata,
    blueGreen?.activeMetadata,
  ];
  return blocks.some((block) => block !== undefined);
}

function hasMetadata({ metadata: { annotations = {} } }: ReplicaSet): boolean {
  return annotations[EPHEMERAL_METADATA] !== undefined || annotations[LEAVING_METADATA] !== undefined;
}
