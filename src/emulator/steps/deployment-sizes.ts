import { controllerUidOf } from '../../kube/resource.ts';
import type { ClusterView, ClusterWrite } from '../step.ts';
import type { Family } from './deployment-family.ts';
import { countOf, scaledFor, scaleTo, sizeOf, sizeOfAll } from './deployment-family.ts';
import { listOf, PODS } from './kinds.ts';
import { isFinished } from './pod-facts.ts';
import type { ReplicaSet } from './shapes.ts';

/**
 * When the size of the Deployment changed, or it is paused: one active ReplicaSet takes the whole size; several share the
 * difference in proportion to what they have. Source: scale and isScalingEvent of k8s.io/kubernetes/pkg/controller/deployment.
 */
export function resize(family: Family): readonly ClusterWrite[] {
  const { deployment, all, newest, old, replicas } = family;
  const active = all.filter((set) => sizeOf(set) > 0);
  const changed = active.some((set) => scaledFor(set).desired !== replicas);
  if (!changed && deployment.spec.paused !== true) return [];
  if (active.length <= 1) {
    const only = active[0] ?? newest ?? old.at(-1);
    // An empty ReplicaSet that is to stay empty need not remember a size.
    if (only === undefined || (active.length === 0 && replicas === 0)) return [];
    return scaleTo(family, only, replicas);
  }
  if (newest !== undefined && isSaturated(newest, replicas)) {
    return active.flatMap((set) => scaleTo(family, set, set === newest ? replicas : 0));
  }
  // Recreate has no surge to share out: the old ones go to 0 anyway, and only the remembered size is put right.
  if (deployment.spec.strategy?.type === 'Recreate') return active.flatMap((set) => scaleTo(family, set, sizeOf(set)));
  return shareOut(family, active);
}

function isSaturated(set: ReplicaSet, replicas: number): boolean {
  const { desired } = scaledFor(set);
  return sizeOf(set) === replicas && desired === replicas && (set.status?.availableReplicas ?? 0) === replicas;
}

function shareOut(family: Family, active: readonly ReplicaSet[]): readonly ClusterWrite[] {
  const { replicas, maxSurge } = family;
  const allowed = replicas > 0 ? replicas + maxSurge : 0;
  const difference = allowed - sizeOfAll(active);
  // The largest first; among equals the newest takes more pods, and the oldest gives more.
  const ordered = active.toSorted((a, b) => {
    const age = active.indexOf(a) - active.indexOf(b);
    return sizeOf(b) - sizeOf(a) || (difference > 0 ? -age : age);
  });
  let left = difference;
  const sizes = ordered.map((set) => {
    const share = Math.round((sizeOf(set) * (replicas + maxSurge)) / (scaledFor(set).most || replicas + maxSurge));
    const wish = share - sizeOf(set);
    const change = difference > 0 ? Math.max(0, Math.min(wish, left)) : Math.min(0, Math.max(wish, left));
    left -= change;
    return sizeOf(set) + change;
  });
  // What rounding left over goes to the largest.
  return ordered.flatMap((set, index) => {
    const size = (sizes[index] ?? 0) + (index === 0 ? left : 0);
    return scaleTo(family, set, Math.max(0, size));
  });
}

/** The size of the newest ReplicaSet now: as many as maxSurge leaves room for. Source: NewRSNewReplicas. */
export function sizeOfNewest({ deployment, newest, all, replicas, maxSurge }: Family): number {
  const size = sizeOf(newest);
  if (size >= replicas || deployment.spec.strategy?.type === 'Recreate') return replicas;
  const room = replicas + maxSurge - sizeOfAll(all);
  return size + Math.max(0, Math.min(room, replicas - size));
}

/** Scales the newest ReplicaSet as far as it may go; with Recreate, once no old pod is left. */
export function grow(view: ClusterView, family: Family): readonly ClusterWrite[] {
  const { deployment, newest } = family;
  if (newest === undefined || deployment.spec.paused === true) return [];
  if (deployment.spec.strategy?.type === 'Recreate' && hasOldPods(view, family)) return [];
  const size = sizeOfNewest(family);
  return size === sizeOf(newest) ? [] : scaleTo(family, newest, size);
}

/** True while a pod of an old ReplicaSet is there, or is asked for. */
export function hasOldPods(view: ClusterView, { deployment, old }: Family): boolean {
  const uids = new Set(old.map(({ metadata }) => metadata.uid));
  if (sizeOfAll(old) > 0) return true;
  return listOf(view, PODS, deployment.metadata.namespace).some(
    (pod) => !isFinished(pod) && uids.has(controllerUidOf(pod)),
  );
}

/**
 * Scales old ReplicaSets down, first by what is not available anyway, then as far as maxUnavailable lets it.
 * Source: reconcileOldReplicaSets of k8s.io/kubernetes/pkg/controller/deployment.
 */
export function shrink(family: Family): readonly ClusterWrite[] {
  const { deployment, newest, old, all, replicas, maxUnavailable } = family;
  if (deployment.spec.paused === true) return [];
  const active = old.filter((set) => sizeOf(set) > 0);
  if (deployment.spec.strategy?.type === 'Recreate') return active.flatMap((set) => scaleTo(family, set, 0));
  if (newest === undefined) return [];
  const least = replicas - maxUnavailable;
  const newUnavailable = Math.max(0, sizeOf(newest) - (newest.status?.availableReplicas ?? 0));
  let spare = sizeOfAll(all) - least - newUnavailable;
  if (spare <= 0) return [];
  const sizes = new Map(active.map((set) => [set, sizeOf(set)]));
  const take = (set: ReplicaSet, count: number): number => {
    const taken = Math.max(0, Math.min(sizes.get(set) ?? 0, count));
    sizes.set(set, (sizes.get(set) ?? 0) - taken);
    return taken;
  };
  for (const set of active) spare -= take(set, Math.min(spare, sizeOf(set) - (set.status?.availableReplicas ?? 0)));
  let surplus = Math.min(spare, countOf(all, 'availableReplicas') - least);
  for (const set of active) surplus -= take(set, surplus);
  return active.flatMap((set) => {
    const size = sizes.get(set) ?? 0;
    return size === sizeOf(set) ? [] : scaleTo(family, set, size);
  });
}
