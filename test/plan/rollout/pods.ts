import type { ObservedPod, ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';

/** The world with a pod for each one that its ReplicaSets count; they are as their templates say unless told otherwise. */
export function withPods(observed: ObservedRollout, more: Partial<ObservedPod> = {}): ObservedRollout {
  const pods = observed.replicaSets.flatMap((set) =>
    Array.from({ length: set.replicas }, (_, index): ObservedPod => {
      const { metadata = {} } = (set.template ?? {}) as {
        metadata?: Partial<Pick<ObservedPod, 'labels' | 'annotations'>>;
      };
      return {
        name: `${set.name}-${index + 1}`,
        uid: `pod-${set.hash}-${index + 1}`,
        owner: set.uid,
        createdAt: '2026-11-24T08:00:00Z',
        leaving: false,
        ready: index < set.ready,
        labels: { ...metadata.labels },
        annotations: { ...metadata.annotations },
        ...more,
      };
    }),
  );
  return { ...observed, pods };
}

/** The world with one ReplicaSet changed. */
export function withSet(
  observed: ObservedRollout,
  hash: string,
  change: Partial<ObservedRollout['replicaSets'][number]>,
): ObservedRollout {
  const replicaSets = observed.replicaSets.map((set) => (set.hash === hash ? { ...set, ...change } : set));
  return { ...observed, replicaSets };
}
