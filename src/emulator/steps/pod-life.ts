import type { Instant } from '../../units/instant.ts';
import { earliest, formatInstant } from '../../units/instant.ts';
import { draw } from '../draw.ts';
import type { ClusterStep, ClusterWrite } from '../step.ts';
import { containerAt, isRestarted } from './container-life.ts';
import { listOf, NODES, PODS } from './kinds.ts';
import { podConditions } from './pod-conditions.ts';
import { isFinished } from './pod-facts.ts';
import type { ContainerStatus, Pod, PodStatus } from './pod-shape.ts';
import type { PodTimes } from './pod-times.ts';
import { isAlive } from './scheduling.ts';
import type { Node } from './shapes.ts';
import { goneAt } from './termination.ts';
import { removal, writeStatus } from './writes.ts';

/**
 * The kubelets: starts the containers of every pod that has a live node, probes them, restarts them, reports on them, and
 * takes a deleted pod out of the API once its processes have ended. What containers do, behaviour.ts tells. On a node that is not alive nothing
 * happens: its pods keep the status that they had.
 */
export function podLife(times: PodTimes): ClusterStep {
  return {
    name: 'pod-life',
    watches: [PODS, NODES],
    step(view, now) {
      const nodes = new Map(listOf(view, NODES).map((node) => [node.metadata.name, node]));
      const pods = listOf(view, PODS);
      const addresses = new Set(pods.filter((pod) => !isFinished(pod)).map(({ status }) => status?.podIP ?? ''));
      let wakeAt: Instant | undefined;
      const writes: ClusterWrite[] = [];
      for (const pod of pods) {
        const node = nodes.get(pod.spec.nodeName ?? '');
        if (node === undefined || !isAlive(node)) continue;
        const gone = goneAt(pod, times);
        if (gone !== undefined && gone <= now) {
          writes.push(removal(PODS, pod, 0));
          continue;
        }
        wakeAt = earliest(wakeAt, gone);
        if (isFinished(pod)) continue;
        const { status, next } = statusAt(pod, node, times, addresses, now);
        writes.push(...writeStatus(PODS, pod, status));
        wakeAt = earliest(wakeAt, next);
      }
      return wakeAt === undefined ? { writes } : { writes, wakeAt };
    },
  };
}

type PodLife = Readonly<{ status: PodStatus; next: Instant | undefined }>;

function statusAt(pod: Pod, node: Node, times: PodTimes, addresses: Set<string>, now: Instant): PodLife {
  const startTime = pod.status?.startTime ?? formatInstant(now);
  const begun: Pod = { ...pod, status: { ...pod.status, startTime } };
  const lives = pod.spec.containers.map((container) => containerAt(begun, container, times, now));
  const containerStatuses = lives.map(({ status }) => status);
  const phase = phaseOf(pod, containerStatuses);
  const host = node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
  const podIP = hasSandbox(containerStatuses) ? (pod.status?.podIP ?? freeAddress(pod, addresses)) : undefined;
  const status: PodStatus = {
    ...begun.status,
    phase,
    ...(pod.metadata.generation === undefined ? {} : { observedGeneration: pod.metadata.generation }),
    ...(host === undefined ? {} : { hostIP: host, hostIPs: [{ ip: host }] }),
    ...(podIP === undefined ? {} : { podIP, podIPs: [{ ip: podIP }] }),
    conditions: podConditions(pod, phase, containerStatuses, now),
    containerStatuses,
  };
  return { status, next: earliest(...lives.map(({ next }) => next)) };
}

/** Source: getPhase of k8s.io/kubernetes/pkg/kubelet. */
function phaseOf(pod: Pod, statuses: readonly ContainerStatus[]): NonNullable<PodStatus['phase']> {
  const unstarted = statuses.some(({ state, restartCount }) => state.waiting !== undefined && restartCount === 0);
  if (unstarted) return 'Pending';
  const ends = statuses.map(({ state }) => state.terminated);
  if (ends.some((end) => end === undefined || isRestarted(pod, end.exitCode))) return 'Running';
  return ends.every((end) => end?.exitCode === 0) ? 'Succeeded' : 'Failed';
}

function hasSandbox(statuses: readonly ContainerStatus[]): boolean {
  return statuses.some(({ state }) => state.waiting?.reason !== 'ContainerCreating');
}

/** An address of the pods' network 10.244.0.0/16 that no living pod has; the same for the same pod, while it is free. */
function freeAddress(pod: Pod, addresses: Set<string>): string {
  for (let attempt = 0; ; attempt += 1) {
    const number = Math.floor(draw(attempt, 'address', pod.metadata.uid ?? '') * 256 * 254);
    const address = `10.244.${Math.floor(number / 254)}.${(number % 254) + 1}`;
    if (addresses.has(address)) continue;
    addresses.add(address);
    return address;
  }
}
