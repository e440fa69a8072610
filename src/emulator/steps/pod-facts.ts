import { seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, parseInstant } from '../../units/instant.ts';
import type { Pod } from './pod-shape.ts';
import type { Condition } from './shapes.ts';

/** The condition of that type, if the object has it. */
export function conditionOf(
  object: Readonly<{ status?: Readonly<{ conditions?: readonly Condition[] }> }>,
  type: string,
): Condition | undefined {
  return object.status?.conditions?.find((condition) => condition.type === type);
}

/** True while the pod is neither finished nor on its way out. Source: IsPodActive of k8s.io/kubernetes/pkg/controller. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}

/** True when all containers have ended for good. */
export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}

/** True when the pod says that it is ready, terminating or not. */
export function isReady(pod: Pod): boolean {
  return conditionOf(pod, 'Ready')?.status === 'True';
}

/** Since when the pod is ready; undefined when it is not. */
export function readySince(pod: Pod): Instant | undefined {
  const ready = conditionOf(pod, 'Ready');
  return ready?.status === 'True' ? parseInstant(ready.lastTransitionTime) : undefined;
}

/**
 * From when on a ready pod counts as available; undefined when it is not ready.
 * Source: IsPodAvailable of k8s.io/kubernetes/pkg/api/v1/pod.
 */
export function availableFrom(pod: Pod, minReadySeconds: number): Instant | undefined {
  const since = readySince(pod);
  return since === undefined ? undefined : add(since, seconds(minReadySeconds));
}
