import type { Instant } from '../../units/instant.ts';
import { conditionOf } from './pod-facts.ts';
import type { ContainerStatus, Pod, PodStatus } from './pod-shape.ts';
import type { Condition } from './shapes.ts';
import { withCondition } from './writes.ts';

type Wanted = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/**
 * The conditions that the kubelet keeps on a pod, beside foreign ones such as readiness gates, which it minds for Ready.
 * Source: GenerateContainersReadyCondition and GeneratePodReadyCondition of k8s.io/kubernetes/pkg/kubelet/status.
 */
export function podConditions(
  pod: Pod,
  phase: NonNullable<PodStatus['phase']>,
  statuses: readonly ContainerStatus[],
  now: Instant,
): readonly Condition[] {
  const containers = containersReady(phase, statuses);
  const sandbox = statuses.some(({ state }) => state.waiting?.reason !== 'ContainerCreating');
  const wanted: readonly Wanted[] = [
    { type: 'PodReadyToStartContainers', status: sandbox ? 'True' : 'False' },
    { type: 'Initialized', status: 'True' },
    { ...(gated(pod, containers) ?? containers), type: 'Ready' },
    containers,
    { type: 'PodScheduled', status: 'True' },
  ];
  let conditions = pod.status?.conditions ?? [];
  for (const condition of wanted) conditions = withCondition(conditions, { ...condition, lastProbeTime: null }, now);
  return conditions;
}

function containersReady(phase: NonNullable<PodStatus['phase']>, statuses: readonly ContainerStatus[]): Wanted {
  const type = 'ContainersReady';
  if (phase === 'Succeeded') return { type, status: 'False', reason: 'PodCompleted' };
  if (phase === 'Failed') return { type, status: 'False', reason: 'PodFailed' };
  const unready = statuses.filter(({ ready }) => !ready).map(({ name }) => name);
  if (unready.length === 0) return { type, status: 'True' };
  const message = `containers with unready status: [${unready.join(' ')}]`;
  return { type, status: 'False', reason: 'ContainersNotReady', message };
}

function gated(pod: Pod, containers: Wanted): Wanted | undefined {
  if (containers.status !== 'True') return undefined;
  const closed = (pod.spec.readinessGates ?? []).find(
    ({ conditionType }) => conditionOf(pod, conditionType)?.status !== 'True',
  );
  if (closed === undefined) return undefined;
  const message = `corresponding condition of pod readiness gate "${closed.conditionType}" does not exist or is not True.`;
  return { type: 'Ready', status: 'False', reason: 'ReadinessGatesNotReady', message };
}
