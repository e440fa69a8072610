import type { Instant } from '../../units/instant.ts';
import { add, parseInstant } from '../../units/instant.ts';
import type { RolloutType } from '../../api/names.ts';
import type { RolloutStatus } from '../../api/rollout.ts';
import { findCondition } from './conditions.ts';
import { countPods } from './counts.ts';
import { experimentOf } from './experiments.ts';
import { hasProgressed } from './progress.ts';
import { reportNow } from './runs.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf } from './situation.ts';
import { isActiveSwitched } from './blue-green.ts';

/** Why an update must be aborted by us, in the words of the abort message; undefined when nothing asks for it. */
export function abortCause(situation: Situation): string | undefined {
  if (situation.promoted || situation.aborted) return undefined;
  return (
    failed(situation, 'Step', 'Step-based analysis') ??
    failed(situation, 'Background', 'Background analysis') ??
    failed(situation, 'PrePromotion', 'Blue/green pre-promotion analysis') ??
    failed(situation, 'PostPromotion', 'Blue/green post-promotion analysis') ??
    experimentFailed(situation) ??
    deadlineCause(situation)
  );
}

function experimentFailed(situation: Situation): string | undefined {
  const experiment = experimentOf(situation);
  const { phase, message } = experiment?.status ?? {};
  if (phase !== 'Failed' && phase !== 'Error') return undefined;
  const why = message ?? `Experiment ${experiment?.metadata.name ?? ''} is ${phase}`;
  return `Experiment analysis phase is error/failed: ${why}`;
}

/** By the run as it is now: to wait until its verdict stands in the status would cost a bad version one more pass. */
function failed(situation: Situation, type: RolloutType, what: string): string | undefined {
  const run = reportNow(situation, type);
  if (run === undefined || (run.status !== 'Failed' && run.status !== 'Error')) return undefined;
  return `${what} phase error/failed: ${run.message ?? `AnalysisRun ${run.name} is ${run.status}`}`;
}

function deadlineCause(situation: Situation): string | undefined {
  const until = progressDeadline(situation);
  if (!situation.spec.progressDeadlineAbort || until === undefined || until > situation.now) return undefined;
  // What moved while nobody looked, as when this process was down, was in time.
  if (hasProgressed(situation.status, { ...situation.status, ...countPods(situation) })) return undefined;
  return `ReplicaSet "${situation.current?.name ?? ''}" has timed out progressing.`;
}

/** True while the progress clock stands: rollout-semantics 1.1, progressDeadlineSeconds, and fix F-B1. */
function standsStill(situation: Situation): boolean {
  const { promoted, aborted, waiting, spec, step, status } = situation;
  // Without a revision of its own an update has not begun: nobody is late but ourselves.
  if (aborted || waiting || spec.paused || status.currentPodHash === undefined) return true;
  // An invalid spec holds the update where it is: it is for whoever mends it to come, in their own time.
  if (findCondition(status, 'InvalidSpec')?.status === 'True') return true;
  if (promoted) return hasArrived(situation);
  if (findCondition(status, 'Paused')?.status === 'True') return true;
  const waits = ['Pause', 'Analysis', 'Experiment'];
  if (step?.parts.some(({ kind }) => waits.includes(kind)) === true) return true;
  const blueGreen = blueGreenOf(situation);
  // While a pre- or post-promotion analysis runs its own limits decide.
  return (
    blueGreen !== undefined &&
    (isActiveSwitched(situation) || status.blueGreen?.prePromotionAnalysisRunStatus?.status === 'Running')
  );
}

/**
 * True once the stable revision had all its pods: what it loses later is no matter of progress. A first deployment, which
 * is stable from the beginning, and a way back to a stable revision whose pods are gone, can be late as well.
 */
function hasArrived({ current, replicas, status }: Situation): boolean {
  const reason = findCondition(status, 'Progressing')?.reason;
  const before = reason === 'NewReplicaSetAvailable' || reason === 'ReplicaSetNotAvailable';
  return before || (current?.available ?? 0) >= replicas;
}

/** When the update counts as stuck, if nothing moves until then; undefined while the clock stands still. */
export function progressDeadline(situation: Situation): Instant | undefined {
  if (standsStill(situation)) return undefined;
  const since = parseInstant(findCondition(situation.status, 'Progressing')?.lastUpdateTime);
  return since === undefined ? undefined : add(since, situation.spec.progressDeadline);
}

/** True when the status was written without an abort that we had acted on: a retry. */
export function isRetry(status: RolloutStatus): boolean {
  return status.abort !== true && status.abortedAt !== undefined;
}
