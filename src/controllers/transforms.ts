import type { KubeObject } from '../kube/resource.ts';
import type { EndpointSlice, PodIdentity } from '../observe/stores.ts';

/** A pod by its identity alone: thousands of pods are watched, and nothing else of them is read. */
export function keepPodIdentity(object: KubeObject): PodIdentity {
  const { name, namespace, uid, resourceVersion, labels, ownerReferences, deletionTimestamp } = object.metadata;
  return {
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(uid === undefined ? {} : { uid }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
      ...(labels === undefined ? {} : { labels }),
      ...(ownerReferences === undefined ? {} : { ownerReferences }),
      ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }),
    },
  };
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
