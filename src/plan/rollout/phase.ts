import type { Condition, RolloutPhase, RolloutStatus } from '../../api/rollout.ts';
import { isRestartWanted } from './restart.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, isRouted } from './situation.ts';

/** Phase and message as people and CD tools read them. */
export type Verdict = Readonly<{ phase: RolloutPhase; message: string }>;

/** The status as it is about to be written, before its phase. */
type Unphased = RolloutStatus;

const progressing = (message: string): Verdict => ({ phase: 'Progressing', message });

function badCondition(conditions: readonly Condition[]): Verdict | undefined {
  const invalid = conditions.find(({ type, status }) => type === 'InvalidSpec' && status === 'True');
  if (invalid !== undefined) return { phase: 'Degraded', message: `InvalidSpec: ${invalid.message ?? ''}` };
  const bad = conditions.find(({ reason }) => reason === 'RolloutAborted' || reason === 'ProgressDeadlineExceeded');
  return bad === undefined ? undefined : { phase: 'Degraded', message: `${bad.reason}: ${bad.message ?? ''}` };
}

/** The phase, first match of rollout-semantics 2.2. `situation` is undefined when the spec could not be read. */
export function choosePhase(situation: Situation | undefined, status: Unphased): Verdict {
  const bad = badCondition(status.conditions ?? []);
  if (bad !== undefined) return bad;
  if (situation === undefined) return progressing('the spec is being checked');
  if (situation.spec.paused) return { phase: 'Paused', message: 'manually paused' };
  const pause = status.pauseConditions?.[0];
  if (pause !== undefined) return { phase: 'Paused', message: pause.reason };
  if (isRestartWanted(situation, status)) return progressing('rollout is restarting');
  const { replicas } = situation;
  const { updatedReplicas = 0, availableReplicas = 0 } = status;
  if (updatedReplicas < replicas) return progressing('more replicas need to be updated');
  if (availableReplicas < updatedReplicas) return progressing('updated replicas are still becoming available');
  const promoted = status.stableRS === status.currentPodHash;
  if (blueGreenOf(situation) !== undefined) return blueGreenPhase(situation, status, promoted);
  if (!isRouted(situation) && (status.replicas ?? 0) > updatedReplicas) {
    return progressing('old replicas are pending termination');
  }
  return promoted ? { phase: 'Healthy', message: '' } : progressing('waiting for all steps to complete');
}

function blueGreenPhase(situation: Situation, status: Unphased, promoted: boolean): Verdict {
  if (status.blueGreen?.activeSelector !== status.currentPodHash) return progressing('active service cutover pending');
  if (promoted) return { phase: 'Healthy', message: '' };
  const analysing = blueGreenOf(situation)?.postPromotionAnalysis !== undefined;
  return progressing(
    analysing ? 'waiting for analysis to complete' : 'waiting for post-promotion verification to complete',
  );
}
