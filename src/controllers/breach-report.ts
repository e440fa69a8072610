import type { RolloutStatus } from '../api/rollout.ts';
import type { Breach } from '../invariants/breach.ts';
import type { Action } from '../plan/action.ts';
import type { Plan } from '../plan/plan.ts';
import { writeConditions } from '../plan/rollout/conditions.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { Fields, Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { Instant } from '../units/instant.ts';
import { sameJson } from '../units/canonical-json.ts';

/** Condition of a Rollout whose plan was refused by the rules of safety; it goes with the first plan that is safe. */
export const INVARIANT_BROKEN = 'InvariantBroken';

type RolloutPlan = Plan<Action, RolloutStatus>;

/**
 * What is done in place of a plan that would break a rule of safety: nothing but a condition that names the rules, and
 * an event when it is new. The status is otherwise left as it was observed.
 */
export function reportBreach(observed: ObservedRollout, broken: readonly Breach[], now: Instant): RolloutPlan {
  const before: RolloutStatus = observed.rollout.status ?? {};
  const message = broken.map(({ rule, message: text }) => `${rule}: ${text}`).join('; ');
  const finding = { type: INVARIANT_BROKEN, status: 'True', reason: 'PlanRefused', message } as const;
  const { generation = 0 } = observed.rollout.metadata;
  const known = before.conditions?.find(({ type }) => type === INVARIANT_BROKEN);
  const conditions = writeConditions(
    before.conditions ?? [],
    [{ ...finding, touch: known !== undefined && known.message !== message }],
    [],
    now,
    generation,
  );
  const status = sameJson(conditions, before.conditions ?? []) ? before : { ...before, conditions };
  const note = `the controller refused its own plan and left everything as it is: ${message}`;
  return {
    actions: [],
    status,
    events: known === undefined ? [{ type: 'Warning', reason: INVARIANT_BROKEN, note }] : [],
    requeueAt: undefined,
    because: broken.map(({ rule, message: text }) => ({ rule, message: text })),
  };
}

/** Tells log and metrics that a plan was refused. `fields` name the object that it is for. */
export function tellRefused(
  { log, metrics }: Readonly<{ log: Logger; metrics: Pick<Metrics, 'breach'> }>,
  fields: Fields,
  broken: readonly Readonly<{ rule: string; message: string }>[],
): void {
  log.error({ ...fields, broken: broken.map(({ rule, message }) => `${rule}: ${message}`) }, 'plan refused');
  for (const { rule } of broken) metrics.breach(rule);
}

/** A safe plan, whose status no longer says that one was refused. */
export function withoutBreach(plan: RolloutPlan): RolloutPlan {
  const { conditions } = plan.status;
  if (conditions?.some(({ type }) => type === INVARIANT_BROKEN) !== true) return plan;
  const kept = conditions.filter(({ type }) => type !== INVARIANT_BROKEN);
  return { ...plan, status: { ...plan.status, conditions: kept } };
}
