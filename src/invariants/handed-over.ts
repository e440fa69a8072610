import { WORKLOAD_FINALIZER } from '../api/names.ts';
import type { Action } from '../plan/action.ts';
import type { ObservedDeployment, ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { Breach } from './breach.ts';
import { wantedReplicas } from './strategy.ts';

/**
 * S6 for the Deployment that a workloadRef names: it gets smaller only by pods that the Rollout has ready, only with its
 * size noted on it, and, where a finalizer may stand, only once somebody is bound to give it back (fix F-B4).
 */
export function deploymentsTaken(observed: ObservedRollout, actions: readonly Action[]): readonly Breach[] {
  const ready = observed.replicaSets.reduce(
    (sum, set) => sum + (set.deleting ? 0 : Math.min(set.ready, set.specReplicas)),
    0,
  );
  const broken: Breach[] = [];
  for (const action of actions) {
    if (action.kind !== 'ScaleDeployment' || action.replicas >= action.seenReplicas) continue;
    const { name, replicas } = action;
    if (replicas + ready < wantedReplicas(observed)) {
      broken.push({
        rule: 'S6',
        message: `Deployment ${name} shrinks to ${replicas} beside ${ready} ready pods`,
        action,
      });
    }
    const before = deploymentsOf(observed).find(({ uid }) => uid === action.uid)?.annotations ?? {};
    if ({ ...before, ...action.annotations }['sluice.dev/scaled-down-from'] === undefined) {
      broken.push({ rule: 'S6', message: `Deployment ${name} shrinks without a note of its size`, action });
    }
    const held = (observed.rollout.metadata.finalizers ?? []).includes(WORKLOAD_FINALIZER);
    if (observed.group !== 'argoproj.io' && !held) {
      broken.push({ rule: 'S6', message: `Deployment ${name} shrinks, and a deletion would not give it back`, action });
    }
  }
  return broken;
}

/** The Deployments that an observation tells of. */
export function deploymentsOf({ workload, scaledDown = [] }: ObservedRollout): readonly ObservedDeployment[] {
  const referenced = workload?.kind === 'Found' ? workload.deployment : undefined;
  return referenced === undefined ? scaledDown : [...scaledDown, referenced];
}
