import type { AnalysisRun } from '../api/analysis.ts';
import { HASH_LABEL, ROLLOUT_TYPE_LABEL, type RolloutType, STEP_INDEX_LABEL } from '../api/names.ts';
import type { RolloutStatus } from '../api/rollout.ts';
import type { Action } from '../plan/action.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { Breach } from './breach.ts';
import { selectedHash } from './situation.ts';
import { isRecentRollback, isStableGone, newHash, stableHash, stableServiceName, wantedReplicas } from './strategy.ts';

/**
 * S11, as far as a Rollout's plan shows it: only a run that is Successful lets an update past a step of analysis, past
 * the analysis before promotion, or past the one after it. No run, and a run without verdict, never do.
 */
export function verdictsWithoutRun(
  observed: ObservedRollout,
  actions: readonly Action[],
  status: RolloutStatus,
): readonly Breach[] {
  const seen = observed.rollout.status ?? {};
  const sameUpdate = seen.currentPodHash === status.currentPodHash && seen.currentStepHash === status.currentStepHash;
  if (!sameUpdate || seen.promoteFull === true || stableHash(observed) === '') return [];
  // Nobody waits for a verdict between a version and none.
  if (status.stableRS === newHash(observed) && isStableGone(observed)) return [];
  if (isRecentRollback(observed, seen) || newHash(observed) === stableHash(observed)) return [];
  return [...passedSteps(observed, status), ...cutOver(observed, actions), ...recordedStable(observed, status)];
}

function passedSteps(observed: ObservedRollout, status: RolloutStatus): Breach[] {
  const from = observed.rollout.status?.currentStepIndex;
  const to = status.currentStepIndex;
  if (from === undefined || to === undefined) return [];
  const broken: Breach[] = [];
  const steps = observed.rollout.spec.strategy?.canary?.steps ?? [];
  for (const [index, step] of steps.entries()) {
    if (index < from || index >= to) continue;
    if (step.experiment !== undefined && !experimentSucceeded(observed, index)) {
      broken.push({ rule: 'S11', message: `step ${index} is passed without a successful experiment` });
    }
    if (step.analysis !== undefined && !successful(observed, 'Step', index)) {
      broken.push({ rule: 'S11', message: `step ${index} is passed without a successful run` });
    }
  }
  return broken;
}

function experimentSucceeded(observed: ObservedRollout, index: number): boolean {
  return observed.experiments.some(({ metadata: { labels, name }, status }) => {
    // Argo leaves no label of the step on an experiment; its name has the index behind the revision.
    const step = labels?.[STEP_INDEX_LABEL] ?? /-\d+-(\d+)(?:-\d+)?$/.exec(name)?.[1];
    return status?.phase === 'Successful' && labels?.[HASH_LABEL] === newHash(observed) && step === String(index);
  });
}

function cutOver(observed: ObservedRollout, actions: readonly Action[]): Breach[] {
  const blueGreen = observed.rollout.spec.strategy?.blueGreen;
  if (blueGreen?.prePromotionAnalysis === undefined || isAdopting(observed) || isStableGone(observed)) return [];
  const cut = actions.find(
    (action) =>
      action.kind === 'PointService' &&
      action.target.name === blueGreen.activeService &&
      action.hash === newHash(observed),
  );
  if (cut === undefined || wantedReplicas(observed) === 0 || hasDelayLeft(observed)) return [];
  if (successful(observed, 'PrePromotion', undefined)) return [];
  return [{ rule: 'S11', message: 'the active Service moves without a successful run before promotion', action: cut }];
}

function recordedStable(observed: ObservedRollout, status: RolloutStatus): Breach[] {
  const required = observed.rollout.spec.strategy?.blueGreen?.postPromotionAnalysis !== undefined;
  if (!required || status.stableRS === stableHash(observed) || hasDelayLeft(observed)) return [];
  if (wantedReplicas(observed) === 0 || successful(observed, 'PostPromotion', undefined)) return [];
  return [{ rule: 'S11', message: 'the new revision becomes stable without a successful run after promotion' }];
}

/** An active Service without a revision, or with the new one, is on the fast track (rollout-semantics 1.6). */
function isAdopting(observed: ObservedRollout): boolean {
  const active = observed.services.find(({ name }) => name === stableServiceName(observed));
  return active !== undefined && ['', newHash(observed)].includes(selectedHash(active));
}

/** Going back to a revision that still has its scale-down delay is on the fast track too. */
function hasDelayLeft(observed: ObservedRollout): boolean {
  const set = observed.replicaSets.find(({ hash }) => hash === newHash(observed));
  return set?.annotations['scale-down-deadline'] !== undefined;
}

function successful(observed: ObservedRollout, type: RolloutType, index: number | undefined): boolean {
  return observed.analysisRuns.some(
    (run) => run.status?.phase === 'Successful' && isRunOf(run, newHash(observed), type, index),
  );
}

function isRunOf(run: AnalysisRun, hash: string, type: RolloutType, index: number | undefined): boolean {
  const labels = run.metadata.labels ?? {};
  const step = index === undefined || labels[STEP_INDEX_LABEL] === String(index);
  return labels[HASH_LABEL] === hash && labels[ROLLOUT_TYPE_LABEL] === type && step;
}
