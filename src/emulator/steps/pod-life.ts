import type { Instant } from '../../units/instant.ts';
import { earliest, formatInstant } from '../../units/instant.ts';
import { draw } from '../draw.ts';
import type { ClusterStep, ClusterView } from '../step.ts';
import { containerAt, containerAtEnd, isRestarted } from './container-life.ts';
import { listOf, NODES, PODS } from './kinds.ts';
import { podConditions } from './pod-conditions.ts';
import { isFinished } from './pod-facts.ts';
import type { ContainerStatus, Pod, PodStatus } from './pod-shape.ts';
import type { PodTimes } from './pod-times.ts';
import { isAlive } from './scheduling.ts';
import type { Node } from './shapes.ts';
import { endOfPod } from './termination.ts';
import { removal, writeStatus } from './writes.ts';

/**
 * The kubelets: start the containers of every pod that has a live node, probe them, restart them, end them when the pod is
 * deleted, and report all that. What containers do, behaviour.ts tells. On a node that is not alive nothing happens: its
 * pods keep the status that they had.
 */
export function podLife(times: PodTimes): ClusterStep {
  const quiet = new WeakMap<Pod, Quiet>();
  return {
    name: 'pod-life',
    watches: [PODS, NODES],
    step(view, now) {
      const nodes = liveNodes(view);
      const pods = listOf(view, PODS).filter((pod) => !isFinished(pod));
      const addresses = new Set(pods.map(({ status }) => status?.podIP ?? ''));
      let wakeAt: Instant | undefined;
      const writes = pods.flatMap((pod) => {
        const node = nodes.get(pod.spec.nodeName ?? '');
        if (node === undefined) return [];
        const known = quiet.get(pod);
        if (known?.node === node && known.from <= now && now < (known.until ?? Number.POSITIVE_INFINITY)) {
          wakeAt = earliest(wakeAt, known.until);
          return [];
        }
        const end = endOfPod(pod, times);
        if (end !== undefined && end.at <= now) return writeStatus(PODS, pod, statusAtEnd(pod, end.exitCode, now));
        const { status, next } = statusAt(pod, node, times, addresses, now);
        const until = earliest(next, end?.at);
        wakeAt = earliest(wakeAt, until);
        const report = writeStatus(PODS, pod, status);
        if (report.length === 0) quiet.set(pod, { node, from: now, until });
        return report;
      });
      return wakeAt === undefined ? { writes } : { writes, wakeAt };
    },
  };
}

/**
 * A stored pod on a stored node about which there is nothing to report from one instant to another: remembered, not
 * decided anew, as most pods are quiet most of the time. Stored objects never change, so this is no state.
 */
type Quiet = Readonly<{ node: Node; from: Instant; until: Instant | undefined }>;

/** The kubelets take a deleted pod out of the API once they have reported its end. */
export const podRemoval: ClusterStep = {
  name: 'pod-removal',
  watches: [PODS, NODES],
  step(view) {
    const nodes = liveNodes(view);
    const ended = listOf(view, PODS).filter(
      (pod) => isFinished(pod) && isGoing(pod) && nodes.has(pod.spec.nodeName ?? ''),
    );
    return { writes: ended.map((pod) => removal(PODS, pod, 0)) };
  },
};

/** True for a deleted pod that nobody has taken out yet; a finalizer may hold one whose grace was set to 0 by that. */
function isGoing({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined && (metadata.deletionGracePeriodSeconds ?? 0) > 0;
}

function liveNodes(view: ClusterView): ReadonlyMap<string, Node> {
  return new Map(listOf(view, NODES).flatMap((node) => (isAlive(node) ? [[node.metadata.name, node]] : [])));
}

function statusAtEnd(pod: Pod, exitCode: number, now: Instant): PodStatus {
  const containerStatuses = pod.spec.containers.map((container) => containerAtEnd(pod, container, exitCode, now));
  const phase = phaseOf(pod, containerStatuses);
  return { ...pod.status, phase, conditions: podConditions(pod, phase, containerStatuses, now), containerStatuses };
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
