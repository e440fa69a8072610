import { HASH_LABEL } from '../../api/names.ts';
import type { RolloutStatus } from '../../api/rollout.ts';
import type { LabelSelector } from '../../api/meta.ts';
import type { ObservedReplicaSet } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, selectedHash, serviceNamed, withHash } from './situation.ts';

/** The numbers of pods that a status reports, and what an autoscaler reads. */
export type Counts = Required<
  Pick<
    RolloutStatus,
    'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas' | 'HPAReplicas' | 'selector'
  >
>;

/** Counts pods: of all revisions for a canary; ready and available of the active revision for blue-green. */
export function countPods(situation: Situation): Counts {
  const { observed, current, spec } = situation;
  const sum = (of: (replicaSet: ObservedReplicaSet) => number): number =>
    observed.replicaSets.reduce((total, replicaSet) => total + of(replicaSet), 0);
  const all = sum((replicaSet) => replicaSet.replicas);
  const selector = formatSelector(spec.selector);
  const counted = { replicas: all, updatedReplicas: current?.replicas ?? 0 };
  const blueGreen = blueGreenOf(situation);
  if (blueGreen === undefined) {
    return {
      ...counted,
      readyReplicas: sum((replicaSet) => replicaSet.ready),
      availableReplicas: sum((replicaSet) => replicaSet.available),
      HPAReplicas: all,
      selector,
    };
  }
  const hash = selectedHash(serviceNamed(situation, blueGreen.activeService));
  const active = withHash(situation, hash);
  return {
    ...counted,
    readyReplicas: active?.ready ?? 0,
    availableReplicas: active?.available ?? 0,
    HPAReplicas: active?.replicas ?? 0,
    selector: hash === undefined ? selector : `${selector},${HASH_LABEL}=${hash}`,
  };
}

/** A label selector as text, as the scale subresource needs it. */
export function formatSelector(selector: LabelSelector): string {
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values }) => {
    switch (operator) {
      case 'Exists':
        return key;
      case 'DoesNotExist':
        return `!${key}`;
      default:
        return `${key} ${operator === 'In' ? 'in' : 'notin'} (${(values ?? []).join(',')})`;
    }
  });
  return [...labels, ...expressions].join(',');
}
