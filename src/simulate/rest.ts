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
export function ownWait({ rollout }: WorldPlan, state: WorldState): number {
  const { scaleDownDelay, abortScaleDownDelay, progressDeadline } = rollout;
  const progressing = state.rollout?.status?.phase === 'Progressing';
  return 1000 * Math.max(60, scaleDownDelay, abortScaleDownDelay, progressing ? progressDeadline : 0);
}
