import type { RolloutStatus } from '../../api/rollout.ts';
import { seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, formatInstant, parseInstant } from '../../units/instant.ts';
import type { Reason } from '../plan.ts';
import { isActiveSwitched, isPostPromotionPassed, isPrePromotionPassed, previewSize } from './blue-green.ts';
import type { Finding } from './conditions.ts';
import { findCondition } from './conditions.ts';
import { chooseDrains } from './drain.ts';
import { canaryPromotionGate, stepGate } from './gate.ts';
import { explainLeft } from './left.ts';
import type { ObservedReplicaSet } from './observed-rollout.ts';
import { restartWait } from './restart.ts';
import type { RunReport } from './runs.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, canaryOf, isRouted } from './situation.ts';
import { chooseSplit } from './split.ts';
import { observedWeight } from './weights.ts';

/** Condition of a Rollout in which nothing has moved for WAITS_LONG: what it waits for, and since when (L3). */
export const WAITING = 'Waiting';
/** From then on a wait is worth a condition: longer than pods and routes usually take. */
const WAITS_LONG = seconds(10);
/** What pauseConditions and condition Paused tell already. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['Paused', 'PauseBegins']);

/** What the update waits for; undefined when nothing holds it, or none is under way. */
export function updateWait(situation: Situation): Reason | undefined {
  if (situation.promoted || situation.aborted) return undefined;
  if (canaryOf(situation) === undefined) return blueGreenWait(situation);
  const gate = situation.step === undefined ? canaryPromotionGate(situation) : stepGate(situation, situation.step);
  return gate.open ? undefined : gate.reason;
}

function blueGreenWait(situation: Situation): Reason | undefined {
  const { current, status, waiting } = situation;
  const { activeService = '' } = blueGreenOf(situation) ?? {};
  if (current === undefined) return { rule: 'ReplicaSetMissing', message: 'the new ReplicaSet does not exist yet' };
  const size = previewSize(situation);
  if (current.available < size) return podsMissing(current, size);
  if (waiting) return { rule: 'Paused', message: 'the switch waits until somebody promotes' };
  const { prePromotionAnalysisRunStatus: before, postPromotionAnalysisRunStatus: after } = status.blueGreen ?? {};
  if (!isActiveSwitched(situation)) {
    if (!isPrePromotionPassed(situation)) return runningAnalysis(before);
    return { rule: 'ServiceNotSwitched', message: `Service ${activeService} does not serve ${current.name} alone yet` };
  }
  return isPostPromotionPassed(situation) ? undefined : runningAnalysis(after);
}

function podsMissing({ name, available }: ObservedReplicaSet, wanted: number): Reason {
  return { rule: 'PodsNotAvailable', message: `${available} of ${wanted} pods of ReplicaSet ${name} are available` };
}

/** An analysis that has no verdict yet. */
function runningAnalysis(run: RunReport | undefined): Reason {
  const message = run === undefined ? 'the analysis is about to begin' : `AnalysisRun ${run.name} is ${run.status}`;
  return { rule: 'AnalysisRunning', message };
}

/** Pods that are missing, or traffic and pods that stay where they are, although the update, or its abort, is over. */
function leftovers(situation: Situation): Reason | undefined {
  const { stable, replicas, aborted, promoted } = situation;
  if (!aborted && !promoted) return undefined;
  if (stable !== undefined && stable.available < replicas) return podsMissing(stable, replicas);
  if (isRouted(situation)) {
    const { canary, reason } = chooseSplit(situation);
    const weight = observedWeight(situation);
    const names = situation.observed.routes.map(({ route }) => route.name).join(', ');
    const message = `HTTPRoute ${names} keeps weight ${weight} on Service ${canaryOf(situation)?.canaryService ?? ''}`;
    if (weight > 0 && canary === weight) return { rule: reason, message };
  }
  const kept = chooseDrains(situation).find((drain) => drain.kind === 'InUse');
  if (kept?.kind !== 'InUse') return explainLeft(situation)[0];
  return { rule: 'InUse', message: `ReplicaSet ${kept.name} keeps its pods: ${kept.because}` };
}

/** What it waits for, if no other field tells, and since when nothing has moved; undefined when that is not known yet. */
function wait(situation: Situation, status: RolloutStatus): Readonly<{ reason: Reason; since: Instant }> | undefined {
  const reason = updateWait(situation) ?? restartWait(situation) ?? leftovers(situation);
  const since = parseInstant(findCondition(status, 'Progressing')?.lastUpdateTime);
  const idle = situation.spec.paused || reason === undefined || TOLD_ELSEWHERE.has(reason.rule);
  return idle || since === undefined ? undefined : { reason, since };
}

/** Condition Waiting, when it is due; `next` has the condition Progressing as it is about to be written. */
export function findWaiting(situation: Situation, next: RolloutStatus): Finding | undefined {
  const found = wait(situation, next);
  if (found === undefined || situation.now < add(found.since, WAITS_LONG)) return undefined;
  const { rule, message } = found.reason;
  const text = `${message}; nothing has moved since ${formatInstant(found.since)}`;
  return { type: WAITING, status: 'True', reason: rule, message: text };
}

/** When a wait becomes a long one. */
export function waitsLongAt(situation: Situation): Instant | undefined {
  const found = wait(situation, situation.status);
  return found === undefined ? undefined : add(found.since, WAITS_LONG);
}
