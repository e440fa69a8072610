import type { Instant } from '../../units/instant.ts';
import { add, earliest, parseInstant } from '../../units/instant.ts';
import type { ClusterStep, ClusterWrite } from '../step.ts';
import { listOf, NODES, PODS } from './kinds.ts';
import { hasLabels } from './labels.ts';
import { conditionOf, isFinished } from './pod-facts.ts';
import type { Pod } from './pod-shape.ts';
import type { PodTimes } from './pod-times.ts';
import { timeOf } from './pod-times.ts';
import type { Node } from './shapes.ts';
import { withCondition, writeStatus } from './writes.ts';

/** What one node takes where it does not say so: the kubelet's own default. */
const USUAL_PODS = 110;

/** True when the node's kubelet reports. */
export function isAlive(node: Node): boolean {
  return conditionOf(node, 'Ready')?.status === 'True';
}

/**
 * Chooses a node for every pod without one, some time after its creation: a live, schedulable one that its nodeSelector
 * admits, with the fewest pods. A pod that fits nowhere stays Pending and says so.
 */
export function scheduling(times: PodTimes): ClusterStep {
  return {
    name: 'scheduling',
    watches: [PODS, NODES],
    step(view, now) {
      const pods = listOf(view, PODS);
      const nodes = listOf(view, NODES).filter((node) => isAlive(node) && node.spec?.unschedulable !== true);
      const load = loadOf(pods);
      let wakeAt: Instant | undefined;
      const writes: ClusterWrite[] = [];
      for (const pod of pods.filter(isWaiting)) {
        const due = add(parseInstant(pod.metadata.creationTimestamp) ?? now, timeOf(times, 'scheduling', pod));
        if (due > now) {
          wakeAt = earliest(wakeAt, due);
          continue;
        }
        const node = leastLoaded(
          nodes.filter((one) => fits(pod, one, load)),
          load,
        );
        writes.push(...(node === undefined ? reportUnschedulable(pod, nodes.length, now) : [bind(pod, node)]));
        if (node !== undefined) load.set(node.metadata.name, (load.get(node.metadata.name) ?? 0) + 1);
      }
      return wakeAt === undefined ? { writes } : { writes, wakeAt };
    },
  };
}

function isWaiting(pod: Pod): boolean {
  return (pod.spec.nodeName ?? '') === '' && pod.metadata.deletionTimestamp === undefined && !isFinished(pod);
}

function loadOf(pods: readonly Pod[]): Map<string, number> {
  const load = new Map<string, number>();
  for (const pod of pods) {
    const name = pod.spec.nodeName ?? '';
    if (name !== '' && !isFinished(pod)) load.set(name, (load.get(name) ?? 0) + 1);
  }
  return load;
}

function fits(pod: Pod, { metadata, status }: Node, load: ReadonlyMap<string, number>): boolean {
  const most = Number(status?.allocatable?.['pods'] ?? USUAL_PODS);
  return (load.get(metadata.name) ?? 0) < most && hasLabels(pod.spec.nodeSelector ?? {}, metadata.labels);
}

function leastLoaded(nodes: readonly Node[], load: ReadonlyMap<string, number>): Node | undefined {
  const loadOn = (node: Node): number => load.get(node.metadata.name) ?? 0;
  return nodes.toSorted((a, b) => loadOn(a) - loadOn(b))[0];
}

function bind(pod: Pod, node: Node): ClusterWrite {
  return {
    kind: 'Replace',
    resource: PODS,
    object: { ...pod, spec: { ...pod.spec, nodeName: node.metadata.name } } as Pod,
  };
}

function reportUnschedulable(pod: Pod, nodes: number, now: Instant): readonly ClusterWrite[] {
  const message = `0/${nodes} nodes are available to this pod.`;
  const condition = {
    type: 'PodScheduled',
    status: 'False',
    reason: 'Unschedulable',
    message,
    lastProbeTime: null,
  } as const;
  const conditions = withCondition(pod.status?.conditions, condition, now);
  return writeStatus(PODS, pod, { ...pod.status, phase: 'Pending', conditions });
}
