import { controllerUidOf } from '../../kube/resource.ts';
import type { Instant } from '../../units/instant.ts';
import { nameSuffix } from '../draw.ts';
import type { ClusterStep, ClusterView, ClusterWrite } from '../step.ts';
import { controllerReference } from './claims.ts';
import { listOf, NAMESPACES, PODS, REPLICA_SETS, RESOURCE_QUOTAS } from './kinds.ts';
import { isActive } from './pod-facts.ts';
import type { Pod, PodTemplate } from './pod-shape.ts';
import { victimsFirst } from './pod-victims.ts';
import type { PodRoom } from './quotas.ts';
import { podRoom } from './quotas.ts';
import type { ReplicaSet } from './shapes.ts';
import { removal } from './writes.ts';
import { claimPods } from './replica-set-claims.ts';

/** The API server cuts a generated name so that five letters still fit into the 63 of a label. */
const LONGEST_STEM = 58;

/**
 * Gives every ReplicaSet the number of pods that its spec asks for: creates from the template as far as quotas leave room,
 * and gives up those pods first that serve least. These are two steps, as a pod that goes may make room for another. One
 * whose pods are still to be adopted or released (replica-set-claims) waits for that. What it reports
 * (replica-set-status) is a write of its own that comes later, as in the real controller.
 */
export const replicaSets: readonly ClusterStep[] = [
  {
    name: 'replica-set-removals',
    watches: [REPLICA_SETS, PODS],
    step: (view, now) => ({
      writes: settledSets(view).flatMap(({ set, owned }) => removals(view, set, owned, now)),
    }),
  },
  {
    name: 'replica-set-creations',
    watches: [REPLICA_SETS, PODS, NAMESPACES, RESOURCE_QUOTAS],
    step(view, now) {
      const rooms = new Map<string, PodRoom>();
      return {
        writes: settledSets(view).flatMap(({ set, owned }) => {
          const { namespace = '' } = set.metadata;
          const room = rooms.get(namespace) ?? podRoom(view, namespace);
          const created = Math.max(0, Math.min((set.spec.replicas ?? 1) - owned.length, room.left));
          rooms.set(namespace, { ...room, left: room.left - created });
          return creations(view, set, created, now);
        }),
      };
    },
  },
];

/** The ReplicaSets that stay and whose owner references are right, with their active pods. */
function settledSets(view: ClusterView): readonly Readonly<{ set: ReplicaSet; owned: readonly Pod[] }>[] {
  return claimPods(view).flatMap(({ set, claim: { owned, adopted, released } }) =>
    set.metadata.deletionTimestamp !== undefined || adopted.length + released.length > 0 ? [] : [{ set, owned }],
  );
}

function removals(view: ClusterView, set: ReplicaSet, owned: readonly Pod[], now: Instant): readonly ClusterWrite[] {
  const surplus = owned.length - (set.spec.replicas ?? 1);
  if (surplus <= 0) return [];
  return victimsFirst(owned, familyOf(view, set), now)
    .slice(0, surplus)
    .map((pod) => removal(PODS, pod));
}

/** The active pods of all ReplicaSets that have the same controller: they crowd a node together. */
function familyOf(view: ClusterView, set: ReplicaSet): readonly Pod[] {
  const { namespace, uid } = set.metadata;
  const controller = controllerUidOf(set);
  const siblings = listOf(view, REPLICA_SETS, namespace).filter(
    (other) => controller !== undefined && controllerUidOf(other) === controller,
  );
  const uids = new Set([uid, ...siblings.map(({ metadata }) => metadata.uid)]);
  return listOf(view, PODS, namespace).filter((pod) => isActive(pod) && uids.has(controllerUidOf(pod)));
}

function creations(view: ClusterView, set: ReplicaSet, count: number, now: Instant): readonly ClusterWrite[] {
  const generateName = `${set.metadata.name}-`.slice(0, LONGEST_STEM);
  const taken = new Set(listOf(view, PODS, set.metadata.namespace).map(({ metadata }) => metadata.name));
  return Array.from({ length: count }, (_none, index) => {
    const uid = set.metadata.uid ?? '';
    const name = `${generateName}${nameSuffix((suffix) => taken.has(generateName + suffix), uid, now, index)}`;
    taken.add(name);
    const object = podFrom(set.spec.template, {
      name,
      generateName,
      namespace: set.metadata.namespace ?? '',
      ownerReferences: [controllerReference(REPLICA_SETS, set)],
    });
    return { kind: 'Create', resource: PODS, object };
  });
}

/** A pod made from a template, with the labels and annotations of the template beside what is given. */
export function podFrom(
  { metadata, spec }: PodTemplate,
  identity: Pick<Pod['metadata'], 'name' | 'generateName' | 'namespace' | 'ownerReferences'>,
): Pod {
  const { labels = {}, annotations } = metadata ?? {};
  const given = { ...identity, labels, ...(annotations === undefined ? {} : { annotations }) };
  return { apiVersion: 'v1', kind: 'Pod', metadata: given, spec };
}
