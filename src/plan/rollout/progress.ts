import type { RolloutStatus } from '../../api/rollout.ts';

/**
 * Whether the update moved between two statuses: what sets the progress clock back (rollout-semantics 1.1). Ready and
 * available pods count only beyond the most that there were since it last moved otherwise: pods that become ready and
 * fall again, over and over, would else keep a broken version from ever being late.
 */
export function hasProgressed(before: RolloutStatus, next: RolloutStatus): boolean {
  return hasMoved(before, next) || serving(next) > (before.progressMark ?? serving(before));
}

/** The value of status.progressMark that goes with `next`; undefined once no update is under way. */
export function progressMark(before: RolloutStatus, next: RolloutStatus): number | undefined {
  if (next.stableRS === next.currentPodHash) return undefined;
  const now = serving(next);
  return hasMoved(before, next) ? now : Math.max(now, before.progressMark ?? 0);
}

/** What moves whatever becomes of the pods: their numbers, the steps, what is stable, what the Services select. */
function hasMoved(before: RolloutStatus, next: RolloutStatus): boolean {
  const old = (status: RolloutStatus): number => (status.replicas ?? 0) - (status.updatedReplicas ?? 0);
  return (
    next.updatedReplicas !== (before.updatedReplicas ?? 0) ||
    old(next) < old(before) ||
    next.currentStepIndex !== before.currentStepIndex ||
    next.currentStepHash !== before.currentStepHash ||
    next.stableRS !== before.stableRS ||
    next.blueGreen?.activeSelector !== before.blueGreen?.activeSelector ||
    next.blueGreen?.previewSelector !== before.blueGreen?.previewSelector
  );
}

/** Pods that are ready, and once more those that are available: each is a stage of its own. */
function serving({ readyReplicas = 0, availableReplicas = 0 }: RolloutStatus): number {
  return readyReplicas + availableReplicas;
}
