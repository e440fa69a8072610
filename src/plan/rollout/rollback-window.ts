import { parseInstant } from '../../units/instant.ts';
import type { ObservedReplicaSet } from './observed-rollout.ts';
import type { Facts } from './facts.ts';
import type { Situation } from './situation.ts';
import type { Transition } from './transitions.ts';

/**
 * True while the update under way goes back to a recent revision: one that was made before the stable one, with fewer
 * than spec.rollbackWindow.revisions ReplicaSets of the Rollout made strictly between the two. Steps, pauses and
 * analyses are then skipped; all its pods are still waited for (rollout-semantics 1.7).
 * Worked: with 2 revisions, from 4 back to 2 is fast (only 3 lies between), from 5 to 2 is not.
 */
export function isRollbackInWindow(situation: Situation): boolean {
  return !situation.promoted && liesInWindow(situation, situation.current, situation.stable);
}

/** The same for a revision that is about to become the current one. */
export function liesInWindow(
  { spec, observed }: Situation,
  target: ObservedReplicaSet | undefined,
  stable: ObservedReplicaSet | undefined,
): boolean {
  if (spec.rollbackWindow === 0 || target === undefined || stable === undefined) return false;
  const [from, to] = [madeAt(stable), madeAt(target)];
  if (from === undefined || to === undefined || to >= from) return false;
  const between = observed.replicaSets.filter((set) => {
    const made = madeAt(set);
    return made !== undefined && made > to && made < from;
  });
  return between.length < spec.rollbackWindow;
}

/** The end of steps that are under way when a window is opened, or when the update is tried again. */
export function skipStepsInWindow(situation: Situation, facts: Facts): Transition | undefined {
  const { step, aborted, spec, steps } = situation;
  if (step === undefined || aborted || spec.paused || !isRollbackInWindow(situation)) return undefined;
  const skipped = { currentStepIndex: steps.length, pauseConditions: [], controllerPause: false, keepStepRun: false };
  const note = 'Rollback within window: all steps are skipped';
  return {
    name: 'StepsSkipped',
    facts: { ...facts, ...skipped },
    events: [{ type: 'Normal', reason: 'SkipSteps', note }],
  };
}

function madeAt({ createdAt }: ObservedReplicaSet): number | undefined {
  return parseInstant(createdAt);
}
