import type { WorldPlan } from '../world-plan.ts';
import { abortInTime } from './abort-in-time.ts';
import { abortOrder } from './abort-order.ts';
import { capacityCoversWeight } from './capacity-covers-weight.ts';
import type { Checker, MakeChecker } from './checker.ts';
import { comesToRest } from './comes-to-rest.ts';
import { deadWatch } from './dead-watch.ts';
import { idempotent } from './idempotent.ts';
import { longWaits } from './long-waits.ts';
import { manualEdits } from './manual-edits.ts';
import { neverRemove } from './never-remove.ts';
import { noEvidenceNoVerdict } from './no-evidence-no-verdict.ts';
import { noSecrets } from './no-secrets.ts';
import { oneOwner } from './one-owner.ts';
import { order } from './order.ts';
import { pausesLast } from './pauses-last.ts';
import { podBudget } from './pod-budget.ts';
import { requestsKept } from './requests-kept.ts';
import { singleWriter } from './single-writer.ts';
import { statusMonotone } from './status-monotone.ts';
import { trafficToSomebody } from './traffic-to-somebody.ts';
import { wayBack } from './way-back.ts';
import { weightsSum } from './weights-sum.ts';

/** The rules that remember nothing from one write to the next. */
const STATELESS: readonly Checker[] = [
  trafficToSomebody,
  capacityCoversWeight,
  weightsSum,
  order,
  abortOrder,
  neverRemove,
  statusMonotone,
  podBudget,
  noSecrets,
  comesToRest,
  deadWatch,
  requestsKept,
];

const REMEMBERING: readonly MakeChecker[] = [
  wayBack,
  singleWriter,
  idempotent,
  noEvidenceNoVerdict,
  pausesLast,
  oneOwner,
  manualEdits,
  abortInTime,
  longWaits,
];

/** The rules that are held against one world: one for each of S1 to S16 and L1 to L4, and the users' own count. */
export function openCheckers(plan: WorldPlan): readonly Checker[] {
  return [...STATELESS, ...REMEMBERING.map((make) => make(plan))];
}
