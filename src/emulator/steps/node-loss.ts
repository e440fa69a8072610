import { milliseconds, seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, earliest, parseInstant } from '../../units/instant.ts';
import type { ClusterStep, ClusterView } from '../step.ts';
import { listOf, NODES, PODS } from './kinds.ts';
import { conditionOf, isFinished, isReady } from './pod-facts.ts';
import type { Pod } from './pod-shape.ts';
import { CUT } from './pod-times.ts';
import { isAlive } from './scheduling.ts';
import type { Node } from './shapes.ts';
import { removal, withCondition, writeStatus } from './writes.ts';

/** What the admission of the API server gives a pod that says nothing. */
const TOLERATED_SECONDS = 300;

/**
 * After how long a silent node is taken for lost: the node-monitor-grace-period of a real cluster. In this one a node's
 * Ready condition says when its kubelet and its pods stopped, not when the control plane noticed.
 */
const SILENCE = seconds(40);

/** Pods of a node that is taken for lost are not ready any more. Source: MarkPodsNotReady of k8s.io/kubernetes. */
export const nodeLoss: ClusterStep = {
  name: 'node-loss',
  watches: [NODES, PODS],
  step(view, now) {
    let wakeAt: Instant | undefined;
    const writes = stranded(view)
      .filter(({ pod }) => isReady(pod))
      .flatMap(({ pod, lostFrom }) => {
        if (lostFrom > now) {
          wakeAt = earliest(wakeAt, lostFrom);
          return [];
        }
        const conditions = withCondition(
          pod.status?.conditions,
          { type: 'Ready', status: 'False', lastProbeTime: null },
          now,
        );
        return writeStatus(PODS, pod, { ...pod.status, conditions });
      });
    return wakeAt === undefined ? { writes } : { writes, wakeAt };
  },
};

/**
 * Deletes the pods of a node that is lost for as long as they tolerate it, 5 minutes by default. They stay as
 * terminating until the node reports again: nobody else can say that their processes have ended.
 */
export const podEviction: ClusterStep = {
  name: 'pod-eviction',
  watches: [NODES, PODS],
  step(view, now) {
    let wakeAt: Instant | undefined;
    const writes = stranded(view).flatMap((one) => {
      const { pod } = one;
      if (pod.metadata.deletionTimestamp !== undefined) return [];
      const due = evictionDue(one);
      if (due !== undefined && due <= now) return [removal(PODS, pod)];
      wakeAt = earliest(wakeAt, due);
      return [];
    });
    return wakeAt === undefined ? { writes } : { writes, wakeAt };
  },
};

/** Takes pods out of the API whose node is no longer there. Source: gcOrphaned of the pod garbage collector. */
export const lostPods: ClusterStep = {
  name: 'lost-pods',
  watches: [NODES, PODS],
  step(view) {
    const names = new Set(listOf(view, NODES).map(({ metadata }) => metadata.name));
    const isLost = ({ spec }: Pod): boolean => (spec.nodeName ?? '') !== '' && !names.has(spec.nodeName ?? '');
    const lost = listOf(view, PODS).filter((pod) => isLost(pod) && !isTakenOut(pod));
    return { writes: lost.map((pod) => removal(PODS, pod, 0)) };
  },
};

/** A finalizer may hold a pod that was taken out. */
function isTakenOut({ metadata }: Pod): boolean {
  return metadata.deletionTimestamp !== undefined && metadata.deletionGracePeriodSeconds === 0;
}

type Stranded = Readonly<{ pod: Pod; node: Node; lostFrom: Instant }>;

/** The pods on nodes that do not report, and from when on such a node is taken for lost. */
function stranded(view: ClusterView): readonly Stranded[] {
  const silent = new Map(listOf(view, NODES).flatMap((node) => (isAlive(node) ? [] : [[node.metadata.name, node]])));
  return listOf(view, PODS).flatMap((pod) => {
    const node = silent.get(pod.spec.nodeName ?? '');
    if (node === undefined || isFinished(pod)) return [];
    const since = conditionOf(node, 'Ready')?.lastTransitionTime ?? node.metadata.creationTimestamp;
    const silentFrom = parseInstant(since);
    return silentFrom === undefined ? [] : [{ pod, node, lostFrom: add(silentFrom, milliseconds(CUT + SILENCE)) }];
  });
}

function evictionDue({ pod, node, lostFrom }: Stranded): Instant | undefined {
  const taint = `node.kubernetes.io/${conditionOf(node, 'Ready')?.status === 'False' ? 'not-ready' : 'unreachable'}`;
  const toleration = (pod.spec.tolerations ?? []).find(
    ({ key = taint, effect = 'NoExecute' }) => key === taint && effect === 'NoExecute',
  );
  // A toleration without a time is for ever.
  if (toleration !== undefined && toleration.tolerationSeconds === undefined) return undefined;
  return add(lostFrom, seconds(toleration?.tolerationSeconds ?? TOLERATED_SECONDS));
}
