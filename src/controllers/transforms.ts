import type { KubeObject, ObjectMeta } from '../kube/resource.ts';
import { controllerUidOf } from '../kube/resource.ts';
import type { EndpointSlice, PodIdentity } from '../observe/stores.ts';
import { sameJson } from '../units/canonical-json.ts';
import { keptText } from '../units/kept-text.ts';

type Strings = Readonly<Record<string, string>>;

/** What all pods of one ReplicaSet have in common. */
type Shared = Readonly<{ labels: Strings; ownerReferences: NonNullable<ObjectMeta['ownerReferences']> }>;

/** So many ReplicaSets' common parts are remembered; pods beyond them are kept all the same, each with its own. */
const SHARED_MAX = 1024;

/**
 * A pod by what decisions read of it: thousands are watched, and nothing else is kept. What the pods of a ReplicaSet have
 * in common is kept once; long annotations are kept as `keptText` has them.
 */
export function podKeeper(): (object: KubeObject) => PodIdentity {
  const known = new Map<string, Shared>();
  const share = (object: KubeObject): Partial<Shared> => {
    const { labels, ownerReferences } = object.metadata;
    const owner = controllerUidOf(object);
    if (labels === undefined || ownerReferences === undefined || owner === undefined) return commonOf(object);
    const before = known.get(owner);
    if (before !== undefined && sameJson(before, { labels, ownerReferences })) return before;
    const shared = { labels, ownerReferences };
    known.delete(owner);
    known.set(owner, shared);
    const oldest = known.size > SHARED_MAX ? known.keys().next().value : undefined;
    if (oldest !== undefined) known.delete(oldest);
    return shared;
  };
  return (object) => {
    const { name, namespace, uid, resourceVersion, annotations, creationTimestamp, deletionTimestamp } =
      object.metadata;
    const { labels, ownerReferences } = share(object);
    return {
      metadata: {
        name,
        ...(namespace === undefined ? {} : { namespace }),
        ...(uid === undefined ? {} : { uid }),
        ...(resourceVersion === undefined ? {} : { resourceVersion }),
        ...(labels === undefined ? {} : { labels }),
        ...(annotations === undefined ? {} : { annotations: keptTexts(annotations) }),
        ...(ownerReferences === undefined ? {} : { ownerReferences }),
        ...(creationTimestamp === undefined ? {} : { creationTimestamp }),
        ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
      },
      ready: isReady(object),
    };
  };
}

function commonOf({ metadata: { labels, ownerReferences } }: KubeObject): Partial<Shared> {
  return { ...(labels === undefined ? {} : { labels }), ...(ownerReferences === undefined ? {} : { ownerReferences }) };
}

function keptTexts(annotations: Strings): Strings {
  return Object.fromEntries(Object.entries(annotations).map(([key, value]) => [key, keptText(value)]));
}

function isReady(pod: KubeObject): boolean {
  const { status } = pod as Readonly<{ status?: Readonly<{ conditions?: readonly Readonly<Strings>[] }> }>;
  return (status?.conditions ?? []).some(
    (condition) => condition['type'] === 'Ready' && condition['status'] === 'True',
  );
}

/** An EndpointSlice with the readiness and the pod of each endpoint: addresses, ports and hints go. */
export function keepEndpoints(object: KubeObject): EndpointSlice {
  const slice = object as EndpointSlice;
  const { name, namespace, uid, resourceVersion, labels } = slice.metadata;
  return {
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(labels === undefined ? {} : { labels }),
    },
    endpoints: (slice.endpoints ?? []).map(({ conditions, targetRef }) => ({
      conditions: conditions?.ready === undefined ? {} : { ready: conditions.ready },
      ...(targetRef === undefined ? {} : { targetRef: keepReference(targetRef) }),
    })),
  };
}

type TargetRef = NonNullable<NonNullable<EndpointSlice['endpoints']>[number]['targetRef']>;

function keepReference({ kind, name, uid }: TargetRef): TargetRef {
  return {
    ...(kind === undefined ? {} : { kind }),
    ...(name === undefined ? {} : { name }),
    ...(uid === undefined ? {} : { uid }),
  };
}
