import type { RolloutStatus } from '../api/rollout.ts';
import { objectOf, REFUSED, refusalQuestion } from '../apply/apply.ts';
import type { Answers } from '../kube/answers.ts';
import type { Action } from '../plan/action.ts';
import type { Plan, Reason } from '../plan/plan.ts';
import { writeConditions } from '../plan/rollout/conditions.ts';
import type { ObservedRollout, Refusal } from '../plan/rollout/observed-rollout.ts';
import { buildReplicaSet } from '../plan/rollout/replica-set.ts';
import { templateGeneration, withWorkload } from '../plan/rollout/workload.ts';
import { sameJson } from '../units/canonical-json.ts';
import { seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add, earliest } from '../units/instant.ts';

/** Condition of a Rollout of which the server refuses a write; it goes when that write succeeds or is wanted no more. */
export const WRITE_REFUSED = 'WriteRefused';
/** How long a template that was refused stays unasked: a policy may change without the template. */
const ASK_AGAIN_AFTER = seconds(30);

type RolloutPlan = Plan<Action, RolloutStatus>;
type Wanted = Readonly<{ action: Action; refusal: Refusal }>;

/**
 * Says which writes of a plan the server has refused: in the reasons, and in a condition that names the object, who
 * refused it and why. Refusals of what is no longer wanted are forgotten.
 */
export function reportRefusals(
  observed: ObservedRollout,
  plan: RolloutPlan,
  answers: Pick<Answers, 'drop'>,
  now: Instant,
): RolloutPlan {
  const wanted = plan.actions.flatMap((action) => {
    const refusal = observed.refusals.find((one) => one.action === action.kind && one.object === objectOf(action));
    return refusal === undefined ? [] : [{ action, refusal }];
  });
  // A plan that changes what is remembered writes nothing else: what was refused before it may be wanted again after it.
  const paused = plan.actions.length === 0 && plan.status !== observed.rollout.status;
  if (wanted.length === 0 && paused) return plan;
  forgetOthers(observed, wanted, answers);
  const because: readonly Reason[] = wanted.map(({ refusal: { action, object, message } }) => ({
    rule: WRITE_REFUSED,
    message: `${action} of ${object} is refused: ${message}`,
  }));
  return { ...plan, status: withCondition(observed, plan.status, wanted, now), because: [...because, ...plan.because] };
}

function forgetOthers(observed: ObservedRollout, wanted: readonly Wanted[], answers: Pick<Answers, 'drop'>): void {
  for (const refusal of observed.refusals) {
    // A name that is taken is a fact about the name, not a write that waits.
    if (refusal.action === 'collision' || wanted.some((one) => one.refusal === refusal)) continue;
    answers.drop(observed.rollout.metadata.uid ?? '', refusalQuestion(refusal.action, refusal.object));
  }
}

function withCondition(
  observed: ObservedRollout,
  status: RolloutStatus,
  wanted: readonly Wanted[],
  now: Instant,
): RolloutStatus {
  const before = status.conditions ?? [];
  const [first] = wanted;
  const known = before.find(({ type }) => type === WRITE_REFUSED);
  if (first === undefined && known === undefined) return status;
  const message = wanted.map(({ refusal }) => `${refusal.object}: ${refusal.message}`).join('; ');
  const findings =
    first === undefined
      ? []
      : ([
          {
            type: WRITE_REFUSED,
            status: 'True',
            reason: REFUSED[first.action.kind],
            message,
            touch: known !== undefined && known.message !== message,
          },
        ] as const);
  const removed = first === undefined ? [WRITE_REFUSED] : [];
  const { generation = 0 } = observed.rollout.metadata;
  const conditions = writeConditions(before, findings, removed, now, generation);
  return sameJson(conditions, before) ? status : { ...status, conditions };
}

/** Has refused templates asked about again every half a minute, for what refused them may have changed since. */
export class TemplateQuestions {
  readonly #askedAt = new Map<string, Instant>();

  /** The plan, with the question in it when it is due, and a wake-up for when it will be. */
  askAgain(observed: ObservedRollout, plan: RolloutPlan, now: Instant): RolloutPlan {
    const { uid = '' } = observed.rollout.metadata;
    if (!plan.because.some(({ rule }) => rule === 'TemplateRefused')) {
      this.#askedAt.delete(uid);
      return plan;
    }
    const askedAt = this.#askedAt.get(uid) ?? now;
    this.#askedAt.set(uid, askedAt);
    const due = add(askedAt, ASK_AGAIN_AFTER);
    if (now < due) return { ...plan, requeueAt: earliest(plan.requeueAt, due) };
    this.#askedAt.set(uid, now);
    const generation = templateGeneration(observed.rollout, observed.workload);
    const manifest = buildReplicaSet(withWorkload(observed), 'asked', 0);
    const ask: Action = { kind: 'AskTemplate', generation, manifest };
    return { ...plan, actions: [...plan.actions, ask], requeueAt: earliest(plan.requeueAt, add(now, ASK_AGAIN_AFTER)) };
  }

  /** Forgets a Rollout that is gone. */
  forget(uid: string): void {
    this.#askedAt.delete(uid);
  }
}
