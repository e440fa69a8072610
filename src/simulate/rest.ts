import { isProcessTrouble } from './process-group.ts';
import type { WorldState } from './checkers/checker.ts';
import type { WorldPlan } from './world-plan.ts';
import { seconds } from '../units/duration.ts';

/** After the last fault the world may go on for so long, beside what the Rollout itself waits for. */
export const TO_REST = seconds(30 * 60);
/** Without a write of ours for so long it is at rest. */
export const QUIET = seconds(150);
/** At rest it must stay without a single write for so long. */
export const STAYS = seconds(300);

/** The longest time, in milliseconds, for which a Rollout may wait without a write: pauses, delays, deadlines. */
export function ownWait({ rollout, happenings, autoscaler }: WorldPlan, state: WorldState): number {
  const { scaleDownDelay, abortScaleDownDelay, progressDeadline } = rollout;
  const progressing = state.rollout?.status?.phase === 'Progressing';
  const longest = Math.max(60, scaleDownDelay, abortScaleDownDelay, progressing ? progressDeadline : 0);
  // Who begins anew with a clock that was set back waits for what others wrote until it is that late again.
  const setBack = happenings.reduce((sum, each) => sum + (each.kind === 'SetClock' ? Math.max(0, -each.by) : 0), 0);
  const contested = state.rollout?.status?.conditions?.some(({ type }) => type === 'WeightContested') === true;
  return 1000 * (longest + (autoscaler?.window ?? 0) + (contested ? 600 : 0)) + setBack;
}

/** What our process saw may be older than this only by faults that end with it: lags, a lost answer, a watch that died. */
const CALM_AFTER = seconds(40);

/** How long after a disturbance what our process sees is the truth again; at once, but for its lags, in a scenario itself. */
export function calmAfter({ lasting, lags, callFaults, watchFaults, happenings }: WorldPlan): number {
  const faults = callFaults.length + watchFaults.length > 0;
  const troubled = faults || happenings.some(isProcessTrouble);
  return lasting === true && !troubled ? 1_000 + 4 * lags.api + 2 * lags.watch : CALM_AFTER;
}

/** True where a restart of all pods waits for a budget that never has anything left: it is asked again for ever. */
export function waitsForBudget({ budget }: WorldPlan, { rollout }: WorldState): boolean {
  const { restartAt } = rollout?.spec ?? {};
  // An aborted update has another message, and its pods are made anew all the same.
  return budget !== undefined && restartAt !== undefined && rollout?.status?.restartedAt !== restartAt;
}
