import type { CanaryScale } from '../../api/parse-canary.ts';
import type { Sizes } from './basic-capacity.ts';

/** What the sizes of a canary with traffic routing depend on: `weight` of `total` of `replicas` pods. */
export type RoutedInput = Readonly<{
  replicas: number;
  weight: number;
  total: number;
  /** The setCanaryScale in force: it sizes the canary in place of the weight. */
  scale?: CanaryScale | undefined;
  /** minPodsPerReplicaSet: a size that is not 0 is at least this, but never more than `replicas` for its sake. */
  minPods?: number | undefined;
  /** dynamicStableScale: the weights as observed, which each side must still carry. Absent: stable stays whole. */
  dynamic?: Readonly<{ observedStable: number; observedCanary: number; aborted: boolean }> | undefined;
}>;

/** Pods of a share of the traffic: the ceiling, so that one and a half pods of load never meet one pod. */
export function podsOfShare(weight: number, replicas: number, total: number): number {
  return Math.ceil((replicas * weight) / total);
}

/** The size that a setCanaryScale asks for. */
export function podsOfScale(scale: CanaryScale, replicas: number, total: number): number {
  return scale.kind === 'Replicas' ? scale.replicas : podsOfShare(scale.weight, replicas, total);
}

/** A size with minPodsPerReplicaSet seen to: 0 stays 0. */
export function atLeastMinPods(count: number, minPods: number | undefined, replicas: number): number {
  return count === 0 ? 0 : Math.max(count, Math.min(minPods ?? 1, replicas));
}

/**
 * The sizes of a canary with traffic routing. Source: rollout-semantics 1.4, "With TR".
 * Worked, dynamic: 4 pods from 25 % to 75 %, 75 % of the traffic still on stable: 3/3; once 25 % are observed: 3/1.
 */
export function chooseRoutedTarget(input: RoutedInput): Sizes {
  const { replicas, weight, total, scale, minPods, dynamic } = input;
  const share = (of: number): number => podsOfShare(of, replicas, total);
  const scaled = scale === undefined ? share(weight) : podsOfScale(scale, replicas, total);
  if (dynamic === undefined) {
    const canary = scale?.kind === 'Replicas' ? scaled : atLeastMinPods(scaled, minPods, replicas);
    return { canary, stable: replicas };
  }
  // A size in pods says nothing about the traffic, so stable stays whole beside it.
  const asked = scale === undefined ? weight : scale.kind === 'Weight' ? scale.weight : 0;
  const stable = Math.max(share(Math.max(0, total - asked)), share(dynamic.observedStable));
  const canary = dynamic.aborted ? Math.max(scaled, share(dynamic.observedCanary)) : scaled;
  return {
    canary: atLeastMinPods(canary, minPods, replicas),
    stable: atLeastMinPods(Math.min(stable, replicas), minPods, replicas),
  };
}
