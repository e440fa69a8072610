import type { PingPongSide } from '../../api/split-services.ts';
import { stableSideOf } from '../../api/split-services.ts';
import type { PauseCondition, RolloutStatus } from '../../api/rollout.ts';

/**
 * The few facts that a Rollout's status remembers between looks, apart from what is observed afresh each time. A
 * transition replaces all of them at once.
 */
export type Facts = Readonly<{
  currentPodHash: string | undefined;
  stableRS: string | undefined;
  currentStepIndex: number | undefined;
  currentStepHash: string | undefined;
  collisionCount: number | undefined;
  attempt: number;
  pauseConditions: readonly PauseCondition[];
  controllerPause: boolean;
  abort: boolean;
  abortedAt: string | undefined;
  promoteFull: boolean;
  /** The last spec.restartAt that is done with. */
  restartedAt: string | undefined;
  previewCheckPoint: boolean;
  /** Which of the two Services of pingPong is the stable one. */
  stablePingPong: PingPongSide;
  /** Whether the runs named in the status still speak of the step and update under way. */
  keepStepRun: boolean;
  keepOtherRuns: boolean;
}>;

/** The facts as the status tells them. */
export function readFacts(status: RolloutStatus): Facts {
  return {
    currentPodHash: status.currentPodHash,
    stableRS: status.stableRS,
    currentStepIndex: status.currentStepIndex,
    currentStepHash: status.currentStepHash,
    collisionCount: status.collisionCount,
    attempt: status.attempt ?? 0,
    pauseConditions: status.pauseConditions ?? [],
    controllerPause: status.controllerPause === true,
    abort: status.abort === true,
    abortedAt: status.abortedAt,
    promoteFull: status.promoteFull === true,
    restartedAt: status.restartedAt,
    previewCheckPoint: status.blueGreen?.scaleUpPreviewCheckPoint === true,
    stablePingPong: stableSideOf({ status }),
    keepStepRun: true,
    keepOtherRuns: true,
  };
}

/** The facts at the beginning of an attempt: no pause, no runs, nothing asked for. */
export function newAttempt(facts: Facts): Facts {
  return {
    ...facts,
    attempt: facts.attempt + 1,
    pauseConditions: [],
    controllerPause: false,
    previewCheckPoint: false,
    keepStepRun: false,
    keepOtherRuns: false,
  };
}
