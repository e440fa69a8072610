import { HASH_LABEL } from '../../api/names.ts';
import type { Action } from '../action.ts';
import type { ObservedReplicaSet, ObservedService } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, canaryOf, isRouted, selectedHash, serviceNamed, totalWeight, withHash } from './situation.ts';
import { basicTarget, fenceposts } from './basic-target.ts';
import { isBlueGreenSwitchDue, isTakingOver } from './blue-green.ts';
import { canarySide, isIdle, needFor, observedWeight } from './weights.ts';

/** The changes of Service selectors that are due: each Service names one revision, and moves only onto pods. */
export function planServices(situation: Situation): readonly Action[] {
  return situation.spec.strategy.kind === 'Canary' ? planCanaryServices(situation) : planBlueGreenServices(situation);
}

function point(service: ObservedService | undefined, to: ObservedReplicaSet | undefined, because: string): Action[] {
  if (service === undefined || to === undefined || service.selector[HASH_LABEL] === to.hash) return [];
  const target = { name: service.name, uid: service.uid, resourceVersion: service.resourceVersion };
  return [{ kind: 'PointService', target, hash: to.hash, because }];
}

/**
 * True when a Service may be moved onto a revision: one that serves ready pods now only when the revision can take
 * their place (`needed` pods), one that selects pods of every revision only when the revision is whole, one that
 * serves nobody as soon as there is a single pod.
 */
function mayMove(situation: Situation, service: ObservedService, to: ObservedReplicaSet, needed: number): boolean {
  const from = withHash(situation, selectedHash(service));
  const unmanaged = selectedHash(service) === undefined;
  if (unmanaged) return to.settled && to.specReplicas > 0 && to.available >= Math.max(to.specReplicas, needed);
  if (from === undefined || from.available === 0) return to.available >= 1;
  return to.available >= Math.max(1, needed);
}

function planCanaryServices(situation: Situation): readonly Action[] {
  const canary = canaryOf(situation);
  const stableService = serviceNamed(situation, canary?.stableService);
  const canaryService = serviceNamed(situation, canary?.canaryService);
  const { stable } = situation;
  const actions: Action[] = [];
  const frozen = situation.spec.paused && !situation.aborted;
  const wanted = pointsAtCurrent(situation) ? situation.current : stable;
  if (stableService !== undefined && wanted !== undefined && !frozen) {
    if (mayMove(situation, stableService, wanted, podsToMove(situation, wanted))) {
      actions.push(...point(stableService, wanted, wanted === stable ? 'Stable' : 'AllWeight'));
    }
  }
  if (canaryService !== undefined && !frozen) actions.push(...planCanaryService(situation, canaryService));
  return actions;
}

/**
 * True while the pods of a canary without routes are all to be of the new revision: the stable one goes to 0 before the
 * promotion, and whoever comes by its Service would find nobody.
 */
function pointsAtCurrent(situation: Situation): boolean {
  const { aborted, promoted, replicas } = situation;
  return !isRouted(situation) && !aborted && !promoted && replicas > 0 && basicTarget(situation).stable === 0;
}

/** The pods that a revision must have before the stable Service moves onto it. */
function podsToMove(situation: Situation, to: ObservedReplicaSet): number {
  const { replicas } = situation;
  // Where pods are the only weight, no revision need have more than may never be missing.
  if (!isRouted(situation)) return replicas - fenceposts(situation).maxUnavailable;
  return needFor(shareToMove(situation, to), replicas, totalWeight(situation));
}

/**
 * The share that the stable revision has once the stable Service selects it: with the canary's where both Services then
 * name it; none while the stable Service has no weight, for then nothing moves with it.
 */
function shareToMove(situation: Situation, stable: ObservedReplicaSet): number {
  const total = totalWeight(situation);
  const weight = observedWeight(situation);
  if (weight === total) return 0;
  return canarySide(situation) === stable ? total : total - weight;
}

function planCanaryService(situation: Situation, service: ObservedService): readonly Action[] {
  const { current, stable, aborted, promoted } = situation;
  // Without routes the canary's last pods leave as its weight goes to 0, and its Service must not be left with them.
  const empty = !isRouted(situation) && (basicTarget(situation).canary === 0 || hasNoPods(situation, service));
  const pingPong = canaryOf(situation)?.pingPong === true;
  // Between updates the other Service stays where it is: it has no traffic, and the next update takes it.
  if (pingPong && (aborted || promoted)) return [];
  const wanted = aborted || promoted || empty ? stable : current;
  if (wanted === undefined) return [];
  // While the canary backend has weight its requests would follow the selector to pods that were not sized for them.
  const carries = isRouted(situation) && situation.observed.routes.length > 0 && !isIdle(situation);
  if (carries) return [];
  return pingPong || mayMove(situation, service, wanted, 1)
    ? point(service, wanted, aborted ? 'Aborted' : 'Canary')
    : [];
}

/** True while the current revision has no pod, and the Service selects one that is neither current nor stable. */
function hasNoPods({ current, stable }: Situation, service: ObservedService): boolean {
  const selected = selectedHash(service);
  const leaving = selected !== undefined && selected !== current?.hash && selected !== stable?.hash;
  return leaving && (current?.available ?? 0) === 0;
}

function planBlueGreenServices(situation: Situation): readonly Action[] {
  const blueGreen = blueGreenOf(situation);
  if (blueGreen === undefined) return [];
  const active = serviceNamed(situation, blueGreen.activeService);
  const preview = serviceNamed(situation, blueGreen.previewService);
  const { current, stable, aborted, replicas } = situation;
  const actions: Action[] = [];
  if (aborted) {
    // Back to stable whatever becomes of the new revision, as soon as stable has pods to answer with.
    if (active !== undefined && stable !== undefined && selectedHash(active) !== stable.hash) {
      const from = withHash(situation, selectedHash(active));
      // A Service without a revision serves from the pods of all of them.
      const serving = from?.available ?? Object.values(active.readyEndpoints).reduce((sum, count) => sum + count, 0);
      const enough = stable.available >= Math.min(replicas, Math.max(1, serving));
      if (enough) actions.push(...point(active, stable, 'Aborted'));
    }
    return actions;
  }
  if (situation.spec.paused || current === undefined) return actions;
  actions.push(...point(preview, current, 'Preview'));
  if (active !== undefined && selectedHash(active) === undefined && isTakingOver(situation)) {
    const whole = stable !== undefined && stable.available >= replicas;
    return whole ? [...actions, ...point(active, stable, 'Stable')] : actions;
  }
  if (active !== undefined && isBlueGreenSwitchDue(situation, active))
    actions.push(...point(active, current, 'Active'));
  return actions;
}
