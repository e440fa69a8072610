import type { EventNote } from '../action.ts';
import { newAttempt, readFacts } from './facts.ts';
import type { Identity } from './revision.ts';
import { isRollbackInWindow, liesInWindow } from './rollback-window.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, canaryOf, revisionOf, selectedHash, serviceNamed, withHash } from './situation.ts';
import { stepHash } from './step-hash.ts';
import type { Transition } from './transitions.ts';

const normal = (reason: string, note: string): EventNote => ({ type: 'Normal', reason, note });

/** The hash of the steps in force; empty for blue-green. */
function currentStepHash(situation: Situation): string {
  return canaryOf(situation) === undefined ? '' : stepHash(situation.observed.rollout.spec.strategy?.canary?.steps);
}

/**
 * The stable revision of a Rollout whose status does not tell, or tells one that was never made: the one that its serving
 * Service selects, if that has pods; else the new revision itself, as at a first deployment.
 */
export function recoverStable(situation: Situation, hash: string): string {
  const known = knownStable(situation);
  if (known !== undefined) return known;
  const name = canaryOf(situation)?.stableService ?? blueGreenOf(situation)?.activeService;
  const serving = withHash(situation, selectedHash(serviceNamed(situation, name)));
  return serving !== undefined && serving.available > 0 ? serving.hash : hash;
}

/**
 * The stable revision that the status tells. A ReplicaSet that is not there, where the status itself says that no version
 * has a pod, is one to which nothing can go back: it could not be created, and its template is gone from the spec.
 */
function knownStable({ status, observed }: Situation): string | undefined {
  const { stableRS = '', replicas = 0 } = status;
  if (stableRS === '') return undefined;
  const exists = observed.replicaSets.some((replicaSet) => replicaSet.hash === stableRS);
  return exists || replicas > 0 ? stableRS : undefined;
}

/** A new template: the update begins at its first step; going back to the stable revision skips them all. */
export function beginRevision(
  situation: Situation,
  identity: Extract<Identity, { kind: 'Known' | 'New' }>,
): Transition {
  const hash = identity.kind === 'Known' ? identity.replicaSet.hash : identity.hash;
  const highest = Math.max(0, ...situation.observed.replicaSets.map(revisionOf));
  const already = identity.kind === 'Known' && revisionOf(identity.replicaSet) === highest;
  const number = already ? highest : highest + 1;
  const facts = readFacts(situation.status);
  const stableRS = recoverStable(situation, hash);
  const back = stableRS === hash;
  const first = back && facts.stableRS !== hash;
  const target = withHash(situation, hash);
  const recent = !back && liesInWindow(situation, target, withHash(situation, stableRS));
  const events = [normal('RolloutUpdated', `Rollout updated to revision ${number}`)];
  if (first)
    events.push(normal('RolloutCompleted', `Rollout completed update to revision ${number} (${hash}): Initial deploy`));
  else if (back) {
    const done = `Rollout completed update to revision ${number} (${hash}): Fast rollback`;
    events.push(normal('SkipSteps', `Rollback to stable: all steps are skipped`), normal('RolloutCompleted', done));
  } else if (recent) events.push(normal('SkipSteps', 'Rollback within window: all steps are skipped'));
  else
    events.push(normal('RolloutNotCompleted', `Rollout not completed, started update to revision ${number} (${hash})`));
  return {
    name: 'NewRevision',
    facts: {
      ...newAttempt(facts),
      currentPodHash: hash,
      stableRS,
      collisionCount: identity.kind === 'New' && identity.collisions > 0 ? identity.collisions : facts.collisionCount,
      currentStepIndex: back || recent ? situation.steps.length : 0,
      currentStepHash: currentStepHash(situation),
      abort: false,
      abortedAt: undefined,
      promoteFull: false,
      // Its pods are new anyhow.
      restartedAt: situation.observed.rollout.spec.restartAt ?? facts.restartedAt,
    },
    events,
    progressing: {
      status: 'True',
      reason: identity.kind === 'New' ? 'NewReplicaSetCreated' : 'FoundNewReplicaSet',
      message: `${identity.kind === 'New' ? 'Created' : 'Found'} ReplicaSet "${situation.spec.name}-${hash}"`,
    },
  };
}

/** Edited steps begin anew at the first one; an abort stays (fix F-C4). */
export function changeSteps(situation: Situation): Transition | undefined {
  const facts = readFacts(situation.status);
  const hash = currentStepHash(situation);
  // Argo leaves the hash out where there are no steps, as for blue-green: that is no change, and must end no pause.
  if ((facts.currentStepHash ?? '') === hash) return undefined;
  const index = situation.promoted || isRollbackInWindow(situation) ? situation.steps.length : 0;
  return {
    name: 'StepsChanged',
    facts: {
      ...newAttempt(facts),
      currentStepIndex: canaryOf(situation) === undefined ? undefined : index,
      currentStepHash: hash,
    },
    events: [],
  };
}
