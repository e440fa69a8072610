import type { WorldPlan } from '../world-plan.ts';
import { abortOrder } from './abort-order.ts';
import { capacityCoversWeight } from './capacity-covers-weight.ts';
import type { Checker, MakeChecker } from './checker.ts';
import { drainedBeforeRemoved } from './drained-before-removed.ts';
import { guardedWrites } from './guarded-writes.ts';
import { neverRemove } from './never-remove.ts';
import { noSecrets } from './no-secrets.ts';
import { oneRunAnAnalysis } from './one-run-an-analysis.ts';
import { ownWritesSeen } from './own-writes-seen.ts';
import { pausedHolds } from './paused-holds.ts';
import { pausesLast } from './pauses-last.ts';
import { podBudget } from './pod-budget.ts';
import { provenBeforeNext } from './proven-before-next.ts';
import { statusMonotone } from './status-monotone.ts';
import { trafficToSomebody } from './traffic-to-somebody.ts';
import { wayBack } from './way-back.ts';
import { weightsSum } from './weights-sum.ts';
import { writesWithinLease } from './writes-within-lease.ts';

const STATELESS: readonly Checker[] = [
  trafficToSomebody,
  capacityCoversWeight,
  weightsSum,
  drainedBeforeRemoved,
  provenBeforeNext,
  abortOrder,
  neverRemove,
  noSecrets,
  guardedWrites,
  statusMonotone,
  pausedHolds,
  podBudget,
];

const REMEMBERING: readonly MakeChecker[] = [writesWithinLease, ownWritesSeen, pausesLast, wayBack, oneRunAnAnalysis];

/** The rules that are held against each write of our processes in one world. */
export function openCheckers(plan: WorldPlan): readonly Checker[] {
  return [...STATELESS, ...REMEMBERING.map((make) => make(plan))];
}
