import { startsByAnotherClock } from '../process-group.ts';
import type { Instant } from '../../units/instant.ts';
import type { Checker, JudgedWrite, MakeChecker, WorldState } from './checker.ts';
import { canaryShare } from './revisions.ts';

/**
 * S12: a pause with a duration lasts at least that long, counted by the world's own clock from the write that began its
 * step, whatever restarts and stalls come between. A person may end it: then there was no pause left to wait for.
 */
export const pausesLast: MakeChecker = ({ lags, callFaults, happenings }): Checker => {
  const clockMoved = startsByAnotherClock(happenings, callFaults);
  const slowest = callFaults.reduce((most, fault) => (fault.kind === 'Slow' ? Math.max(most, fault.by) : most), 0);
  // It counts from the decision, and the write that records it is on its way for so long.
  const onTheWay = (lags.api + slowest) / 1000;
  let began: Readonly<{ key: string; at: Instant }> | undefined;
  return {
    id: 'S12',
    judge(write) {
      const { before, after, at } = write;
      const wrong = pausedHolds(write);
      const key = stepKey(after);
      const left = began !== undefined && began.key !== key ? began : undefined;
      if (began?.key !== key) began = { key, at };
      if (clockMoved || left === undefined || left.key !== stepKey(before) || !isOnward(write)) return wrong;
      const wanted = pauseOf(before);
      const lasted = (at - left.at) / 1000;
      return wanted !== undefined && lasted < wanted - onTheWay
        ? [...wrong, `a pause of ${wanted} s ended after ${lasted} s`]
        : wrong;
    },
  };
};

function stepKey({ rollout }: JudgedWrite['after']): string {
  const { currentPodHash, currentStepHash, currentStepIndex, attempt, abort } = rollout?.status ?? {};
  return JSON.stringify([currentPodHash, currentStepHash, currentStepIndex, attempt ?? 0, abort === true]);
}

/** The step was completed by ourselves: not aborted, edited, retried, replaced, resumed or promoted by a person. */
function isOnward({ before, after }: JudgedWrite): boolean {
  const was = before.rollout?.status ?? {};
  const is = after.rollout?.status ?? {};
  const sameUpdate = was.currentPodHash === is.currentPodHash && was.currentStepHash === is.currentStepHash;
  const resumed = (was.pauseConditions ?? []).length === 0 && was.controllerPause === true;
  const promoted = was.stableRS !== is.stableRS;
  return sameUpdate && !promoted && !resumed && was.promoteFull !== true && was.abort !== true && is.abort !== true;
}

/** Seconds that the step under way must last; undefined when it is no pause with a duration. */
function pauseOf({ rollout }: JudgedWrite['before']): number | undefined {
  const step = rollout?.spec.strategy?.canary?.steps?.[rollout.status?.currentStepIndex ?? 0];
  const duration: unknown = (step as Readonly<{ pause?: Readonly<{ duration?: unknown }> }> | undefined)?.pause
    ?.duration;
  return typeof duration === 'number' ? duration : undefined;
}

/**
 * A Rollout that a person paused goes nowhere: once we have observed the generation that says so, no step ends, nothing
 * is promoted, and the canary gets no more weight. Aborts are obeyed all the same.
 */
function pausedHolds({ before, after }: JudgedWrite): readonly string[] {
  if (before.rollout?.spec.paused !== true || !isObserved(before)) return [];
  const was = before.rollout.status ?? {};
  const is = after.rollout?.status ?? {};
  const wrong: string[] = [];
  if (was.currentPodHash === is.currentPodHash && (is.currentStepIndex ?? 0) > (was.currentStepIndex ?? 0))
    wrong.push(`step ${was.currentStepIndex} ended while it was paused`);
  if (was.stableRS !== undefined && is.stableRS !== was.stableRS) wrong.push('it was promoted while it was paused');
  const [share, shareBefore] = [canaryShare(after), canaryShare(before)];
  if (share > shareBefore) wrong.push(`the canary got ${share} % after ${shareBefore} % while it was paused`);
  return wrong;
}

function isObserved({ rollout }: WorldState): boolean {
  return Number(rollout?.status?.observedGeneration) === rollout?.metadata.generation;
}
