import type { ClusterStep, ClusterView } from '../step.ts';
import { getOf, listOf, NAMESPACES, PODS, RESOURCE_QUOTAS } from './kinds.ts';
import { isFinished } from './pod-facts.ts';
import { writeStatus } from './writes.ts';

/** How many pods may still be created in a namespace, and what to tell whom it refuses. */
export type PodRoom = Readonly<{ left: number; refusal: string }>;

const COUNTED = ['pods', 'count/pods'];

/**
 * What the API server's admission leaves of a namespace to new pods: none while the namespace ends, else what its
 * ResourceQuotas have left (they count pods that are not finished, terminating ones too).
 */
export function podRoom(view: ClusterView, namespace: string): PodRoom {
  if (getOf(view, NAMESPACES, undefined, namespace)?.metadata.deletionTimestamp !== undefined) {
    return {
      left: 0,
      refusal: `unable to create new content in namespace ${namespace} because it is being terminated`,
    };
  }
  let room: PodRoom = { left: Number.POSITIVE_INFINITY, refusal: '' };
  for (const { metadata, spec } of listOf(view, RESOURCE_QUOTAS, namespace)) {
    for (const key of COUNTED) {
      const hard = spec?.hard?.[key];
      if (hard === undefined) continue;
      const used = usedPods(view, namespace, key);
      const left = Math.max(0, Number(hard) - used);
      const refusal = `exceeded quota: ${metadata.name}, requested: ${key}=1, used: ${key}=${used}, limited: ${key}=${hard}`;
      if (left < room.left) room = { left, refusal };
    }
  }
  return room;
}

function usedPods(view: ClusterView, namespace: string, key: string): number {
  const pods = listOf(view, PODS, namespace);
  return key === 'pods' ? pods.filter((pod) => !isFinished(pod)).length : pods.length;
}

/** Writes into each ResourceQuota how many pods are in use; other resources are not counted. */
export const quotaStatus: ClusterStep = {
  name: 'quota-status',
  watches: [RESOURCE_QUOTAS, PODS],
  step(view) {
    const writes = listOf(view, RESOURCE_QUOTAS).flatMap((quota) => {
      const hard = quota.spec?.hard ?? {};
      const namespace = quota.metadata.namespace ?? '';
      const counted = COUNTED.filter((key) => hard[key] !== undefined);
      const used = Object.fromEntries(counted.map((key) => [key, String(usedPods(view, namespace, key))]));
      return writeStatus(RESOURCE_QUOTAS, quota, { hard, used });
    });
    return { writes };
  },
};
