import type { ObservedReplicaSet, ObservedService } from './observed-rollout.ts';
import { isRollbackInWindow } from './rollback-window.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, desiredReplicasOf, endpointsAre, selectedHash, serviceNamed } from './situation.ts';
import { parseInstant } from '../../units/instant.ts';
import { SCALE_DOWN_DEADLINE } from '../../api/names.ts';

/** True when a ReplicaSet has all the pods of the Rollout, and was sized for the present number of them. */
export function isSaturated(situation: Situation, replicaSet: ObservedReplicaSet | undefined): boolean {
  return (
    replicaSet !== undefined &&
    replicaSet.settled &&
    replicaSet.specReplicas === situation.replicas &&
    replicaSet.available >= situation.replicas &&
    // Without any pods asked for there is nothing that could have been sized for another number.
    (situation.replicas === 0 || (desiredReplicasOf(replicaSet) ?? situation.replicas) === situation.replicas)
  );
}

/** True when the active Service names the current revision and its ready endpoints are that revision's alone. */
export function isActiveSwitched(situation: Situation): boolean {
  const { current, replicas } = situation;
  const active = serviceNamed(situation, blueGreenOf(situation)?.activeService);
  if (current === undefined || selectedHash(active) !== current.hash) return false;
  return replicas === 0 || endpointsAre(active, current.hash, Math.min(replicas, Math.max(1, current.available)));
}

/** How many pods the preview gets now: previewReplicaCount until its check point, then all. */
export function previewSize(situation: Situation): number {
  const blueGreen = blueGreenOf(situation);
  const { replicas, promoted, promoteFull, status, current } = situation;
  const count = blueGreen?.previewReplicaCount;
  const active = serviceNamed(situation, blueGreen?.activeService);
  const switched = current !== undefined && selectedHash(active) === current.hash;
  if (count === undefined || promoted || promoteFull || switched || isFastTrack(situation)) return replicas;
  return status.blueGreen?.scaleUpPreviewCheckPoint === true ? replicas : Math.min(count, replicas);
}

/** True when the preview has all the pods that it gets before the switch. */
export function isPreviewFull(situation: Situation): boolean {
  const { current } = situation;
  const size = previewSize(situation);
  return current !== undefined && current.settled && current.specReplicas === size && current.available >= size;
}

/**
 * True when pause and pre-promotion analysis are skipped: a full promotion, the way back to the stable revision, an older
 * one that still waits in its scale-down delay with its pods, one within the rollback window, or an active Service that names no revision or already
 * this one.
 */
export function isFastTrack(situation: Situation): boolean {
  const { current, promoteFull, promoted, stable } = situation;
  if (promoteFull || promoted || stable === undefined || isRollbackInWindow(situation)) return true;
  const selected = selectedHash(serviceNamed(situation, blueGreenOf(situation)?.activeService));
  if (selected === undefined) return !isTakingOver(situation);
  return selected === current?.hash || isRevival(situation);
}

/**
 * True while another strategy's Services still serve the update under way: a new active Service then begins with the
 * stable version, for nobody has let the new one pass yet.
 */
export function isTakingOver({ observed, stable, current, aborted }: Situation): boolean {
  return observed.leftServices.length > 0 && !aborted && stable !== current && (stable?.available ?? 0) > 0;
}

/** True for an update to a version that still waits in its scale-down delay with its pods, before the switch to it. */
export function isRevival(situation: Situation): boolean {
  const { current, promoted, now } = situation;
  const active = serviceNamed(situation, blueGreenOf(situation)?.activeService);
  if (current === undefined || active === undefined || promoted || selectedHash(active) === current.hash) return false;
  const deadline = parseInstant(current.annotations[SCALE_DOWN_DEADLINE]);
  return deadline !== undefined && deadline > now && current.specReplicas > 0;
}

/** True when the update must wait for a person or for time before the switch. */
export function hasPromotionPause(situation: Situation): boolean {
  const blueGreen = blueGreenOf(situation);
  if (blueGreen === undefined || isFastTrack(situation)) return false;
  return blueGreen.promotion.kind !== 'AtOnce';
}

/** True when the pre-promotion analysis has been passed, or there is none to pass. */
export function isPrePromotionPassed(situation: Situation): boolean {
  const blueGreen = blueGreenOf(situation);
  if (blueGreen?.prePromotionAnalysis === undefined || isFastTrack(situation)) return true;
  return situation.status.blueGreen?.prePromotionAnalysisRunStatus?.status === 'Successful';
}

/** True when the post-promotion analysis has been passed, or there is none to pass. */
export function isPostPromotionPassed(situation: Situation): boolean {
  const blueGreen = blueGreenOf(situation);
  if (blueGreen?.postPromotionAnalysis === undefined || situation.promoteFull) return true;
  if (isRollbackInWindow(situation)) return true;
  return situation.status.blueGreen?.postPromotionAnalysisRunStatus?.status === 'Successful';
}

/** True when the pause before the switch is over, or there is none. */
export function isPromotionPauseOver(situation: Situation): boolean {
  return !hasPromotionPause(situation) || situation.resumed;
}

/** True when all that comes before the check point of previewReplicaCount is done. */
export function isCheckPointDue(situation: Situation): boolean {
  const blueGreen = blueGreenOf(situation);
  if (blueGreen?.previewReplicaCount === undefined) return false;
  if (situation.status.blueGreen?.scaleUpPreviewCheckPoint === true || situation.promoted) return false;
  return isPreviewFull(situation) && isPrePromotionPassed(situation) && isPromotionPauseOver(situation);
}

/** True when the active Service may be switched to the current revision now. */
export function isBlueGreenSwitchDue(situation: Situation, active: ObservedService): boolean {
  const { current, replicas } = situation;
  if (current === undefined || selectedHash(active) === current.hash || situation.waiting) return false;
  if (replicas === 0) return current.settled && current.specReplicas === 0;
  if (!isSaturated(situation, current)) return false;
  return isPrePromotionPassed(situation) && isPromotionPauseOver(situation);
}

/** True when the switch was seen and judged, so that the current revision becomes the stable one. */
export function isBlueGreenPromotionDue(situation: Situation): boolean {
  if (situation.promoted || situation.aborted || situation.spec.paused) return false;
  return isActiveSwitched(situation) && isSaturated(situation, situation.current) && isPostPromotionPassed(situation);
}
