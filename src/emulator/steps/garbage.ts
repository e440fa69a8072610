import type { KubeObject, OwnerReference, Resource } from '../../kube/resource.ts';
import type { ClusterStep, ClusterView, ClusterWrite } from '../step.ts';
import { findOwner, isWaitedFor, ownersOf, withFinalizers, withoutOwners } from './ownership.ts';
import { removal } from './writes.ts';

/** On an owner that is to go after the dependents that block it. */
const FOREGROUND = 'foregroundDeletion';
/** On an owner whose dependents are to stay. */
const ORPHAN = 'orphan';

/**
 * The garbage collector, over the given resources. Each of its steps does one thing, in the order that the API demands:
 * dependents of an owner that is going in the foreground get the same finalizer before they are deleted
 * (garbage-foreground), what has lost its last owner is deleted (garbage), and an owner loses its finalizer once no
 * dependent stands in its way (garbage-finalizers). A run takes one generation of owners: what goes in it may leave more to do. An owner of an unknown kind counts as being there.
 * Source: attemptToDeleteItem of k8s.io/kubernetes/pkg/controller/garbagecollector.
 */
export function garbage(resources: readonly Resource[]): readonly ClusterStep[] {
  const stepOf = (name: string, step: (view: ClusterView) => readonly ClusterWrite[]): ClusterStep => ({
    name,
    watches: resources,
    step: (view) => ({ writes: step(view) }),
  });
  return [
    stepOf('garbage-foreground', (view) => passOnForeground(view, resources)),
    stepOf('garbage', (view) => collect(view, resources)),
    stepOf('garbage-finalizers', (view) => finish(view, resources)),
  ];
}

/** The owner references of an object by what became of the owner. */
type Owners = Readonly<{
  /** Owners that are there and stay. */
  solid: readonly OwnerReference[];
  /** Owners that wait for this object to go first. */
  waiting: readonly OwnerReference[];
  /** Owners that want to leave this object behind. */
  orphaning: readonly OwnerReference[];
  /** Owners that are gone. */
  dangling: readonly OwnerReference[];
}>;

function classify(view: ClusterView, resources: readonly Resource[], object: KubeObject): Owners {
  const kinds = Object.groupBy(object.metadata.ownerReferences ?? [], (reference) => {
    const owner = findOwner(view, resources, object, reference);
    if (owner === 'Unknown') return 'solid';
    if (owner === undefined) return 'dangling';
    if (isWaitedFor(owner, ORPHAN)) return 'orphaning';
    return isWaitedFor(owner, FOREGROUND) ? 'waiting' : 'solid';
  });
  return { solid: [], waiting: [], orphaning: [], dangling: [], ...kinds };
}

function* dependents(
  view: ClusterView,
  resources: readonly Resource[],
): Generator<Readonly<{ resource: Resource; object: KubeObject; owners: Owners }>> {
  for (const resource of resources) {
    for (const object of view.list(resource)) {
      if ((object.metadata.ownerReferences ?? []).length === 0) continue;
      yield { resource, object, owners: classify(view, resources, object) };
    }
  }
}

function collect(view: ClusterView, resources: readonly Resource[]): readonly ClusterWrite[] {
  const owned = ownersOf(view, resources);
  return [...dependents(view, resources)].flatMap(({ resource, object, owners }): readonly ClusterWrite[] => {
    const { solid, waiting, orphaning, dangling } = owners;
    const lost = [...orphaning, ...(solid.length > 0 ? [...waiting, ...dangling] : [])];
    if (lost.length > 0) return [{ kind: 'Replace', resource, object: withoutOwners(object, lost) }];
    if (solid.length > 0 || object.metadata.deletionTimestamp !== undefined) return [];
    if (waiting.length > 0 && owned.has(object.metadata.uid ?? '') && !hasFinalizer(object, FOREGROUND)) return [];
    return [removal(resource, object)];
  });
}

function passOnForeground(view: ClusterView, resources: readonly Resource[]): readonly ClusterWrite[] {
  const owned = ownersOf(view, resources);
  return [...dependents(view, resources)].flatMap(({ resource, object, owners }): readonly ClusterWrite[] => {
    const follows = owners.waiting.length > 0 && owners.solid.length === 0 && owners.orphaning.length === 0;
    if (!follows || object.metadata.deletionTimestamp !== undefined || hasFinalizer(object, FOREGROUND)) return [];
    if (!owned.has(object.metadata.uid ?? '')) return [];
    const finalizers = [...(object.metadata.finalizers ?? []), FOREGROUND];
    return [{ kind: 'Replace', resource, object: withFinalizers(object, finalizers) }];
  });
}

function finish(view: ClusterView, resources: readonly Resource[]): readonly ClusterWrite[] {
  const owned = ownersOf(view, resources);
  return resources.flatMap((resource) =>
    view.list(resource).flatMap((object): readonly ClusterWrite[] => {
      const standing = owned.get(object.metadata.uid ?? '');
      const done = [
        ...(isWaitedFor(object, FOREGROUND) && standing?.blocking !== true ? [FOREGROUND] : []),
        ...(isWaitedFor(object, ORPHAN) && standing === undefined ? [ORPHAN] : []),
      ];
      if (done.length === 0) return [];
      const finalizers = (object.metadata.finalizers ?? []).filter((one) => !done.includes(one));
      return [{ kind: 'Replace', resource, object: withFinalizers(object, finalizers) }];
    }),
  );
}

function hasFinalizer({ metadata }: KubeObject, finalizer: string): boolean {
  return metadata.finalizers?.includes(finalizer) === true;
}
