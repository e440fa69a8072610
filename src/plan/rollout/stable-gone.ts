import { seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, parseInstant } from '../../units/instant.ts';
import type { Finding } from './conditions.ts';
import { findCondition } from './conditions.ts';
import type { Facts } from './facts.ts';
import type { Situation } from './situation.ts';
import type { Transition } from './transitions.ts';

/** Condition of an update whose stable revision has no ReplicaSet any more: there is nothing to go back to. */
export const STABLE_MISSING = 'StableMissing';
/** Longer than any watch is behind another: until then the ReplicaSet may only not have been seen yet. */
const CERTAIN_AFTER = seconds(10);

/** True when the status names a stable revision that no ReplicaSet, not even one that is being deleted, is. */
function isMissing({ promoted, status, observed }: Situation): boolean {
  const { stableRS = '' } = status;
  return !promoted && stableRS !== '' && !observed.replicaSets.some(({ hash }) => hash === stableRS);
}

/** Condition StableMissing, while it is so. */
export function findStableMissing(situation: Situation): Finding | undefined {
  if (!isMissing(situation)) return undefined;
  const { stableRS = '' } = situation.status;
  const message =
    `ReplicaSet ${situation.spec.name}-${stableRS} of the stable revision is gone: nothing can be rolled back to. ` +
    (situation.aborted
      ? 'Retry the update, or apply a template that works'
      : 'The new revision takes its place as soon as it has pods');
  return { type: STABLE_MISSING, status: 'True', reason: 'ReplicaSetGone', message };
}

/** When the absence is certain; undefined while it is not on record. */
export function certainAt(situation: Situation): Instant | undefined {
  if (!isMissing(situation) || situation.aborted || situation.spec.paused) return undefined;
  const noted = parseInstant(findCondition(situation.status, STABLE_MISSING)?.lastTransitionTime);
  return noted === undefined ? undefined : add(noted, CERTAIN_AFTER);
}

/**
 * Somebody deleted the stable ReplicaSet in mid-update, and its template went with it. Its share of the traffic reaches
 * nobody, and no step brings it back: the new revision becomes the stable one, as at a first deployment, once it has a pod.
 */
export function replaceGoneStable(situation: Situation, facts: Facts): Transition | undefined {
  const certain = certainAt(situation);
  const { current, now, steps } = situation;
  if (certain === undefined || certain > now || current === undefined || current.available === 0) return undefined;
  const note = `The stable ReplicaSet ${situation.spec.name}-${facts.stableRS ?? ''} is gone: ${current.name} takes its place`;
  return {
    name: 'StableReplaced',
    facts: {
      ...facts,
      stableRS: facts.currentPodHash,
      currentStepIndex: situation.spec.strategy.kind === 'Canary' ? steps.length : undefined,
      pauseConditions: [],
      controllerPause: false,
      promoteFull: false,
      previewCheckPoint: false,
      keepStepRun: false,
    },
    events: [{ type: 'Warning', reason: STABLE_MISSING, note }],
  };
}
