import type { Checker } from './checker.ts';
import { canaryShare } from './revisions.ts';

/**
 * S5: after an abort nothing is scaled down before the traffic is back: as long as the stored route gives the canary any
 * weight, no write of ours takes pods from any revision.
 */
export const abortOrder: Checker = {
  id: 'S5',
  judge({ call, before, after, calm }) {
    const { spec, status = {} } = before.rollout ?? { spec: {} };
    const aborted =
      status.abort === true && status.abortedAt !== undefined && status.stableRS !== status.currentPodHash;
    if (!calm || !aborted || call.resource.plural !== 'replicasets' || spec.replicas === 0) return [];
    const share = canaryShare(before);
    if (share === 0 || spec.strategy?.canary?.trafficRouting === undefined) return [];
    return after.replicaSets.flatMap(({ metadata, spec: { replicas = 1 } }) => {
      const was = before.replicaSets.find((replicaSet) => replicaSet.metadata.uid === metadata.uid)?.spec.replicas ?? 0;
      return replicas < was
        ? [`${metadata.name} goes from ${was} to ${replicas} pods after the abort, and the canary still has ${share} %`]
        : [];
    });
  },
};
