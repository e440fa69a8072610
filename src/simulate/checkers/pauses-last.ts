import type { Instant } from '../../units/instant.ts';
import type { Checker, JudgedWrite, MakeChecker } from './checker.ts';

/**
 * S12: a pause with a duration lasts at least that long, counted by the world's own clock from the write that began its
 * step, whatever restarts and stalls come between. A person may end it: then there was no pause left to wait for.
 */
export const pausesLast: MakeChecker = ({ lags, callFaults }): Checker => {
  const slowest = callFaults.reduce((most, fault) => (fault.kind === 'Slow' ? Math.max(most, fault.by) : most), 0);
  // It counts from the decision, and the write that records it is on its way for so long.
  const onTheWay = (lags.api + slowest) / 1000;
  let began: Readonly<{ key: string; at: Instant }> | undefined;
  return {
    id: 'S12',
    judge(write) {
      const { before, after, at } = write;
      const key = stepKey(after);
      const left = began !== undefined && began.key !== key ? began : undefined;
      if (began?.key !== key) began = { key, at };
      if (left === undefined || left.key !== stepKey(before) || !isOnward(write)) return [];
      const wanted = pauseOf(before);
      const lasted = (at - left.at) / 1000;
      return wanted !== undefined && lasted < wanted - onTheWay
        ? [`a pause of ${wanted} s ended after ${lasted} s`]
        : [];
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
  return sameUpdate && !resumed && was.promoteFull !== true && was.abort !== true && is.abort !== true;
}

/** Seconds that the step under way must last; undefined when it is no pause with a duration. */
function pauseOf({ rollout }: JudgedWrite['before']): number | undefined {
  const step = rollout?.spec.strategy?.canary?.steps?.[rollout.status?.currentStepIndex ?? 0];
  const duration: unknown = (step as Readonly<{ pause?: Readonly<{ duration?: unknown }> }> | undefined)?.pause
    ?.duration;
  return typeof duration === 'number' ? duration : undefined;
}
