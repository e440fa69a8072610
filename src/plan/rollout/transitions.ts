import type { PauseCondition } from '../../api/rollout.ts';
import { milliseconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, formatInstant, parseInstant } from '../../units/instant.ts';
import type { EventNote } from '../action.ts';
import { abortCause, isRetry } from './abort.ts';
import {
  hasPromotionPause,
  isActiveSwitched,
  isBlueGreenPromotionDue,
  isCheckPointDue,
  isPrePromotionPassed,
  isPreviewFull,
} from './blue-green.ts';
import type { Finding } from './conditions.ts';
import type { Facts } from './facts.ts';
import { newAttempt, readFacts } from './facts.ts';
import { canaryPromotionGate, stepGate } from './gate.ts';
import { leaveStep } from './left-step.ts';
import { findInconclusive } from './inconclusive.ts';
import { isRollbackInWindow, skipStepsInWindow } from './rollback-window.ts';
import { sideAfterPromotion } from './ping-pong.ts';
import { finishRestart } from './restart.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, canaryOf, revisionOf } from './situation.ts';
import { replaceGoneStable } from './stable-gone.ts';
import { describeStep, partOf } from './step.ts';

/** A change of what the status remembers: at most one a plan, recorded before anything relies on it. */
export type Transition = Readonly<{
  name: string;
  facts: Facts;
  events: readonly EventNote[];
  /** What condition Progressing says because of it. */
  progressing?: Pick<Finding, 'status' | 'reason' | 'message'>;
}>;

type Rule = (situation: Situation, facts: Facts) => Transition | undefined;

const normal = (reason: string, note: string): EventNote => ({ type: 'Normal', reason, note });

/** The number and hash of the newest revision, as events tell them. */
export function describeRevision(situation: Situation): string {
  const { current, status } = situation;
  return `revision ${current === undefined ? '?' : revisionOf(current)} (${status.currentPodHash ?? ''})`;
}

const takeBackAbort: Rule = (s, facts) =>
  s.promoted && (facts.abort || facts.abortedAt !== undefined)
    ? { name: 'AbortTakenBack', facts: { ...facts, abort: false, abortedAt: undefined }, events: [] }
    : undefined;

/** Only of an abort that was acted on, which takes a full promotion back: one asked for during a promotion is the later word. */
const promoteFullEndsAbort: Rule = (s, facts) =>
  facts.promoteFull && !s.promoted && facts.abortedAt !== undefined
    ? {
        name: 'FullPromotionOfAborted',
        facts: { ...newAttempt(facts), promoteFull: true, abort: false, abortedAt: undefined },
        events: [],
        progressing: { status: 'Unknown', reason: 'RolloutRetry', message: 'Full promotion of an aborted update' },
      }
    : undefined;

const acceptAbort: Rule = (s, facts) =>
  facts.abort && facts.abortedAt === undefined ? abortTransition(s, facts, undefined) : undefined;

const abortByOurselves: Rule = (s, facts) => {
  const cause = abortCause(s);
  return cause === undefined ? undefined : abortTransition(s, facts, cause);
};

function abortTransition(s: Situation, facts: Facts, cause: string | undefined): Transition {
  const revision = s.current === undefined ? '?' : String(revisionOf(s.current));
  const message = `Rollout aborted update to revision ${revision}${cause === undefined ? '' : `: ${cause}`}`;
  return {
    name: 'Aborted',
    facts: {
      ...facts,
      abort: true,
      abortedAt: formatInstant(s.now),
      currentStepIndex: canaryOf(s) === undefined || s.steps.length === 0 ? facts.currentStepIndex : 0,
      promoteFull: false,
      pauseConditions: [],
      controllerPause: false,
    },
    events: [{ type: 'Warning', reason: 'RolloutAborted', note: message }],
    progressing: { status: 'False', reason: 'RolloutAborted', message },
  };
}

const retry: Rule = (s, facts) =>
  isRetry(s.status)
    ? {
        name: 'Retried',
        facts: {
          ...newAttempt(facts),
          abortedAt: undefined,
          currentStepIndex: s.steps.length === 0 ? facts.currentStepIndex : 0,
        },
        events: [normal('RolloutRetry', `Retrying the update to ${describeRevision(s)}`)],
        progressing: {
          status: 'Unknown',
          reason: 'RolloutRetry',
          message: `Retrying the update to ${describeRevision(s)}`,
        },
      }
    : undefined;

const clearPromoteFull: Rule = (s, facts) =>
  facts.promoteFull && s.promoted
    ? { name: 'NothingToPromote', facts: { ...facts, promoteFull: false }, events: [] }
    : undefined;

const promoteFullEndsPause: Rule = (_s, facts) =>
  facts.promoteFull && (facts.pauseConditions.length > 0 || facts.controllerPause)
    ? { name: 'FullPromotionEndsPause', facts: { ...facts, pauseConditions: [], controllerPause: false }, events: [] }
    : undefined;

/** A run or experiment without a verdict pauses the update once; a person then decides. */
const pauseInconclusive: Rule = (s, facts) => {
  if (s.promoted || s.aborted || s.promoteFull || s.waiting || s.resumed) return undefined;
  const { reason } = findInconclusive(s);
  return reason === undefined ? undefined : pauseTransition(s, facts, reason);
};

/** A start cut to the second that it falls into would end the pause up to a second too early. */
function roundUp(now: Instant): Instant {
  return add(now, milliseconds(999));
}

function pauseTransition(s: Situation, facts: Facts, reason: PauseCondition['reason']): Transition {
  return {
    name: 'Paused',
    facts: { ...facts, pauseConditions: [{ reason, startTime: formatInstant(roundUp(s.now)) }], controllerPause: true },
    events: [normal('RolloutPaused', `Rollout is paused (${reason})`)],
    progressing: { status: 'Unknown', reason: 'RolloutPaused', message: 'Rollout is paused' },
  };
}

/** After an inconclusive run or experiment somebody resumed: the same step is judged anew. */
const resumeInconclusive: Rule = (s, facts) => {
  if (!s.resumed || s.promoted) return undefined;
  const { step, other } = findInconclusive(s);
  if (!step && !other) return undefined;
  return {
    name: 'Resumed',
    facts: { ...facts, attempt: facts.attempt + 1, controllerPause: false, keepStepRun: !step, keepOtherRuns: !other },
    events: [normal('RolloutResumed', 'Rollout is resumed')],
    progressing: { status: 'Unknown', reason: 'RolloutResumed', message: 'Rollout is resumed' },
  };
};

const recordPromotion: Rule = (s, facts) => {
  if (s.promoted || s.aborted || s.spec.paused || s.current === undefined) return undefined;
  if (s.waiting && !s.promoteFull) return undefined;
  const due = canaryOf(s) === undefined ? isBlueGreenPromotionDue(s) : canaryPromotionGate(s).open;
  if (!due) return undefined;
  const how = s.promoteFull ? 'Full promotion requested' : completionOf(s);
  return {
    name: 'Promoted',
    facts: {
      ...facts,
      stableRS: facts.currentPodHash,
      currentStepIndex: canaryOf(s) === undefined ? undefined : s.steps.length,
      pauseConditions: [],
      controllerPause: false,
      promoteFull: false,
      previewCheckPoint: false,
      stablePingPong: sideAfterPromotion(s, facts.stablePingPong),
      keepStepRun: false,
    },
    events: [normal('RolloutCompleted', `Rollout completed update to ${describeRevision(s)}: ${how}`)],
  };
};

function completionOf(s: Situation): string {
  if (isRollbackInWindow(s)) return 'Rollback within window';
  return canaryOf(s) === undefined ? 'Completed blue-green update' : `Completed all ${s.steps.length} canary steps`;
}

const advanceStep: Rule = (s, facts) => {
  if (s.step === undefined || s.promoted || s.aborted || s.promoteFull || s.spec.paused) return undefined;
  if (blocksSteps(facts) || !stepGate(s, s.step).open) return undefined;
  const next = s.stepIndex + 1;
  const advanced: Facts = {
    ...facts,
    currentStepIndex: next,
    pauseConditions: [],
    controllerPause: false,
    keepStepRun: false,
  };
  const wasPaused = facts.controllerPause;
  const done = normal(
    'RolloutStepCompleted',
    `Rollout step ${s.stepIndex + 1}/${s.steps.length} completed (${describeStep(s.step)})`,
  );
  const resumed = wasPaused ? [normal('RolloutResumed', 'Rollout is resumed')] : [];
  const onward: Transition = { name: 'StepCompleted', facts: advanced, events: [done, ...resumed] };
  if (partOf(s.steps[next], 'Pause') === undefined) {
    return wasPaused
      ? { ...onward, progressing: { status: 'Unknown', reason: 'RolloutResumed', message: 'Rollout is resumed' } }
      : onward;
  }
  const paused = pauseTransition(s, advanced, 'CanaryPauseStep');
  return { ...paused, name: 'StepCompleted', events: [done, ...paused.events] };
};

/** An inconclusive run is a matter for a person: no step may end meanwhile. */
function blocksSteps(facts: Facts): boolean {
  return facts.pauseConditions.some(({ reason }) => reason.startsWith('Inconclusive'));
}

const beginStepPause: Rule = (s, facts) => {
  if (s.promoted || s.aborted || s.promoteFull || s.spec.paused || facts.controllerPause || s.waiting) return undefined;
  return partOf(s.step, 'Pause') === undefined ? undefined : pauseTransition(s, facts, 'CanaryPauseStep');
};

const beginPromotionPause: Rule = (s, facts) => {
  if (blueGreenOf(s) === undefined || s.promoted || s.aborted || s.spec.paused || s.waiting || s.resumed)
    return undefined;
  if (!hasPromotionPause(s) || !isPreviewFull(s) || !isPrePromotionPassed(s) || isActiveSwitched(s)) return undefined;
  return pauseTransition(s, facts, 'BlueGreenPause');
};

/** autoPromotionSeconds is over: as if a person had resumed. */
const endPromotionPause: Rule = (s, facts) => {
  const blueGreen = blueGreenOf(s);
  const pause = facts.pauseConditions.find(({ reason }) => reason === 'BlueGreenPause');
  if (blueGreen?.promotion.kind !== 'After' || pause === undefined) return undefined;
  const started = parseInstant(pause.startTime) ?? s.now;
  if (s.now < add(started, blueGreen.promotion.delay)) return undefined;
  return {
    name: 'PromotionPauseOver',
    facts: { ...facts, pauseConditions: [], controllerPause: true },
    events: [normal('RolloutResumed', 'Rollout is resumed')],
    progressing: { status: 'Unknown', reason: 'RolloutResumed', message: 'Rollout is resumed' },
  };
};

/** The switch was seen: the memory that the pause is over has served. */
const forgetPromotionPause: Rule = (s, facts) =>
  blueGreenOf(s) !== undefined && s.resumed && isActiveSwitched(s)
    ? { name: 'PauseForgotten', facts: { ...facts, controllerPause: false }, events: [] }
    : undefined;

/** A pause flag that nothing explains: the update it belonged to is over. */
const forgetStrayPause: Rule = (s, facts) =>
  s.promoted && (facts.controllerPause || facts.pauseConditions.length > 0)
    ? { name: 'PauseForgotten', facts: { ...facts, controllerPause: false, pauseConditions: [] }, events: [] }
    : undefined;

const passCheckPoint: Rule = (s, facts) =>
  isCheckPointDue(s)
    ? { name: 'PreviewCheckPoint', facts: { ...facts, previewCheckPoint: true }, events: [] }
    : undefined;

/** In order of urgency: aborts before all else, what people asked for before what the update does by itself. */
const rules: readonly Rule[] = [
  takeBackAbort,
  promoteFullEndsAbort,
  acceptAbort,
  retry,
  clearPromoteFull,
  abortByOurselves,
  promoteFullEndsPause,
  leaveStep,
  forgetStrayPause,
  pauseInconclusive,
  resumeInconclusive,
  skipStepsInWindow,
  replaceGoneStable,
  recordPromotion,
  advanceStep,
  beginStepPause,
  passCheckPoint,
  endPromotionPause,
  forgetPromotionPause,
  beginPromotionPause,
  finishRestart,
];

/** Rules that go on while the spec refers to something that is missing: they only ever make things safer. */
const rulesWhileInvalid: readonly Rule[] = [takeBackAbort, acceptAbort, retry, abortByOurselves];

/** The change of what is remembered that this observation calls for, if any: the first rule that applies. */
export function chooseTransition(situation: Situation, invalid: boolean): Transition | undefined {
  const facts = readFacts(situation.status);
  for (const rule of invalid ? rulesWhileInvalid : rules) {
    const transition = rule(situation, facts);
    if (transition !== undefined) return transition;
  }
  return undefined;
}
