import type { RolloutStatus } from '../api/rollout.ts';
import type { Action } from '../plan/action.ts';
import type { Plan } from '../plan/plan.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import { abortOutOfOrder } from './abort-order.ts';
import type { Breach } from './breach.ts';
import { capacityBelowWeight } from './capacity-covers-weight.ts';
import { judgedBy } from './earlier.ts';
import { podsBeforeTemplate, restartsOverBudget } from './live-pods.ts';
import { deploymentsTaken } from './handed-over.ts';
import { removals } from './never-remove.ts';
import { verdictsWithoutRun } from './no-evidence-no-verdict.ts';
import { trafficToNobody } from './no-traffic-to-nobody.ts';
import { foreignServices } from './one-owner.ts';
import { ordersSkipped } from './order.ts';
import { podsOverBudget } from './pod-budget.ts';
import { unguardedWrites } from './single-writer.ts';
import { statusGoesBack } from './status-monotone.ts';
import { weightsOffTotal } from './weights-sum.ts';

/**
 * The rules of safety that a plan would break or worsen by itself, in any order and any prefix of its actions; never
 * what the world broke (reliability.md 2, charge rule). It reads the observation alone and nothing of how the plan was
 * made. Empty for a plan that may be applied.
 */
export function breaches(seen: ObservedRollout, plan: Plan<Action, RolloutStatus>): readonly Breach[] {
  const { actions, status } = plan;
  const observed = judgedBy(seen, actions);
  return [
    ...trafficToNobody(observed, actions),
    ...capacityBelowWeight(observed, actions),
    ...weightsOffTotal(observed, actions),
    ...ordersSkipped(observed, actions, status),
    ...abortOutOfOrder(observed, actions, status),
    ...removals(observed, actions),
    ...deploymentsTaken(observed, actions),
    ...unguardedWrites(observed, actions),
    ...statusGoesBack(observed, status),
    ...verdictsWithoutRun(observed, actions, status),
    ...foreignServices(observed, actions),
    ...podsOverBudget(observed, actions),
    ...restartsOverBudget(observed, actions),
    ...podsBeforeTemplate(observed, actions),
  ];
}
