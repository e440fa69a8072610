import type { RolloutStatus } from '../api/rollout.ts';
import type { Action } from '../plan/action.ts';
import type { Plan } from '../plan/plan.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import { isRoutineNews } from '../plan/rollout/routine-status.ts';
import { sameJson } from '../units/canonical-json.ts';
import { milliseconds, seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add, earliest } from '../units/instant.ts';

/** Counts alone are written so often at most; a pod a second would otherwise be a write a second for each Rollout. */
const ROUTINE_EVERY = seconds(10);
/** Progress is told by counts: where little time is given for it, they are told in time. */
const SHARE_OF_DEADLINE = 20;
const USUAL_DEADLINE = 600;

type RolloutPlan = Plan<Action, RolloutStatus>;

/** Holds back news of a status that differs in counts only, when the last status of that Rollout was written a moment ago. */
export class StatusPace {
  /** By key of the Rollout. */
  readonly #writtenAt = new Map<string, Instant>();

  /** The plan as it is to be carried out now: with its status, or with the one that is there and a look when it is due. */
  paced(key: string, observed: ObservedRollout, plan: RolloutPlan, now: Instant): RolloutPlan {
    const before = observed.rollout.status ?? {};
    if (sameJson(before, plan.status)) return plan;
    const last = this.#writtenAt.get(key);
    const due = last === undefined ? now : add(last, paceOf(observed));
    if (due <= now || plan.events.length > 0 || !isRoutineNews(before, plan.status)) {
      this.#writtenAt.set(key, now);
      return plan;
    }
    return { ...plan, status: before, requeueAt: earliest(plan.requeueAt, due) };
  }

  forget(key: string): void {
    this.#writtenAt.delete(key);
  }
}

function paceOf({ rollout }: ObservedRollout): typeof ROUTINE_EVERY {
  const deadline = rollout.spec.progressDeadlineSeconds ?? USUAL_DEADLINE;
  return milliseconds(Math.min(ROUTINE_EVERY, (deadline * 1000) / SHARE_OF_DEADLINE));
}
