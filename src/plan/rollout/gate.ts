import { routeKindOf } from '../../api/gateway-api-routes.ts';
import type { ParsedStep, StepPart } from '../../api/parse-canary.ts';
import type { Milliseconds } from '../../units/duration.ts';
import { add, parseInstant } from '../../units/instant.ts';
import type { Instant } from '../../units/instant.ts';
import type { Reason } from '../plan.ts';
import { carriedPods, routedCanaryTarget, sufficientPods } from './canary-scale.ts';
import { chooseManaged, holdsManaged } from './managed-routes.ts';
import type { ObservedReplicaSet } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { canaryOf, isRouted, selectedHash, serviceNamed, totalWeight } from './situation.ts';
import { basicTarget } from './basic-target.ts';
import { weightInForce } from './step.ts';
import { experimentOf } from './experiments.ts';
import { stepRunReport } from './runs.ts';
import { canarySide, carriesProven } from './weights.ts';

/** Whether a gate is open, and if not, what it waits for. `until` is the instant at which time alone opens it. */
export type Gate = Readonly<{ open: true }> | Readonly<{ open: false; reason: Reason; until?: Instant }>;

const OPEN: Gate = { open: true };

const shut = (rule: string, message: string, until?: Instant): Gate => ({
  open: false,
  reason: { rule, message },
  ...(until === undefined ? {} : { until }),
});

/** Whether the step under way is complete: when all its parts are. */
export function stepGate(situation: Situation, step: ParsedStep): Gate {
  for (const part of step.parts) {
    const gate = partGate(situation, part);
    if (!gate.open) return gate;
  }
  return OPEN;
}

function partGate(situation: Situation, part: StepPart): Gate {
  switch (part.kind) {
    case 'SetWeight':
      return weightGate(situation);
    case 'SetCanaryScale':
      return sizeGate(situation, situation.current, scaleWanted(situation));
    case 'Pause':
      return pauseGate(situation, part.duration);
    case 'Analysis':
      return analysisGate(situation);
    case 'Experiment':
      return experimentGate(situation);
    case 'SetRoute':
      return managedGate(situation);
  }
}

function sizeGate(situation: Situation, canary: ObservedReplicaSet | undefined, wanted: number): Gate {
  if (canary === undefined) return shut('ReplicaSetMissing', 'the canary ReplicaSet does not exist yet');
  if (canary.specReplicas !== wanted || !canary.settled) {
    return shut('Scaling', `ReplicaSet ${canary.name} is being scaled to ${wanted}`);
  }
  return podsGate(situation, canary, wanted);
}

/** Whether so many pods are available, or as many as the threshold says. */
function podsGate(situation: Situation, canary: ObservedReplicaSet, wanted: number): Gate {
  const enough = sufficientPods(situation, wanted);
  if (canary.available >= enough) return OPEN;
  return shut('PodsNotAvailable', `${canary.available} of ${enough} pods of ReplicaSet ${canary.name} are available`);
}

/** The size that a declared one comes to: no smaller than what the canary's weight and its managed routes need. */
function scaleWanted(situation: Situation): number {
  const { current } = situation;
  return Math.max(routedCanaryTarget(situation), current === undefined ? 0 : carriedPods(situation, current));
}

function weightGate(situation: Situation): Gate {
  const { current, stable, others } = situation;
  if (isRouted(situation)) {
    const size = sizeGate(situation, current, Math.max(routedCanaryTarget(situation), current?.specReplicas ?? 0));
    return size.open ? stepWeightGate(situation) : size;
  }
  const target = basicTarget(situation);
  const size = sizeGate(situation, current, target.canary);
  if (!size.open) return size;
  if (stable !== undefined && stable.specReplicas !== target.stable) {
    return shut('Scaling', `ReplicaSet ${stable.name} is being scaled to ${target.stable}`);
  }
  const left = others.find((other) => other.available > 0);
  return left === undefined ? OPEN : shut('OldPodsLeft', `ReplicaSet ${left.name} still has pods`);
}

/** Whether the weight of the step under way is in force. Without any pods asked for nobody can have weight. */
function stepWeightGate(situation: Situation): Gate {
  const weight = weightInForce(situation.steps, situation.stepIndex, totalWeight(situation));
  return provenGate(situation, situation.replicas === 0 ? 0 : weight);
}

/** Whether a canary weight is in force: on every route, and behind the Service of the current revision. */
export function provenGate(situation: Situation, weight: number): Gate {
  const { current, observed } = situation;
  if (observed.routes.length === 0) return OPEN;
  const service = serviceNamed(situation, canaryOf(situation)?.canaryService);
  if (weight > 0 && selectedHash(service) !== current?.hash) {
    return shut('ServiceNotSwitched', `Service ${service?.name ?? ''} does not select the canary yet`);
  }
  const open = observed.routes.find((route) => !carriesProven(route, weight));
  if (open === undefined) return OPEN;
  const why =
    open.split?.canary === weight && open.uniform
      ? (open.problem ?? 'not accepted yet')
      : 'its weight is not written yet';
  return shut('WeightNotProven', `${routeKindOf(open.route.resource)} ${open.route.name} at weight ${weight}: ${why}`);
}

/**
 * Whether the managed routes of the steps so far are in force. Where the canary has no pods yet nobody can be sent to
 * them, and the step is over at once: they are made when pods are there.
 */
function managedGate(situation: Situation): Gate {
  const { current, observed } = situation;
  if (observed.routes.length === 0 || current === undefined || current.available === 0) return OPEN;
  if (canarySide(situation) !== current) return shut('ServiceNotSwitched', 'the canary Service does not select it yet');
  const managed = chooseManaged(situation);
  if (managed === 'Hold') return shut('ManagedRoutesHeld', 'the canary Service does not send to the canary alone yet');
  const open = observed.routes.find((route) => !holdsManaged(route, managed) || !route.accepted);
  if (open === undefined) return OPEN;
  const why = holdsManaged(open, managed) ? (open.problem ?? 'not accepted yet') : 'not written yet';
  return shut('ManagedRoutesNotProven', `${routeKindOf(open.route.resource)} ${open.route.name}: ${why}`);
}

function pauseGate(situation: Situation, duration: Milliseconds | undefined): Gate {
  if (situation.resumed) return OPEN;
  const condition = (situation.status.pauseConditions ?? []).find(({ reason }) => reason === 'CanaryPauseStep');
  if (condition === undefined) return shut('PauseBegins', 'the pause is about to be recorded');
  const started = parseInstant(condition.startTime);
  if (duration === undefined) {
    return shut('Paused', 'the step waits until somebody promotes');
  }
  // A start that cannot be read would wait for ever: the pause is then over at once, as one of no length.
  const until = started === undefined ? situation.now : add(started, duration);
  return situation.now >= until ? OPEN : shut('Paused', `the pause of ${duration / 1000}s is not over`, until);
}

function analysisGate(situation: Situation): Gate {
  const run = stepRunReport(situation);
  // A verdict is about the weight of its step: one that has left the route since was not judged to its end.
  if (run?.status === 'Successful') return isRouted(situation) ? stepWeightGate(situation) : OPEN;
  return shut(
    'AnalysisRunning',
    run === undefined ? 'the analysis is about to begin' : `AnalysisRun ${run.name} is ${run.status}`,
  );
}

function experimentGate(situation: Situation): Gate {
  const experiment = experimentOf(situation);
  if (experiment === undefined) return shut('ExperimentRunning', 'the experiment is about to begin');
  const { phase = 'Pending', message } = experiment.status ?? {};
  if (phase === 'Successful') return isRouted(situation) ? stepWeightGate(situation) : OPEN;
  const why = message === undefined ? '' : `: ${message}`;
  return shut('ExperimentRunning', `Experiment ${experiment.metadata.name} is ${phase}${why}`);
}

/** Whether the current revision of a canary may become the stable one. */
export function canaryPromotionGate(situation: Situation): Gate {
  const { current, replicas, promoteFull, steps, stepIndex } = situation;
  if (!promoteFull && stepIndex < steps.length) return shut('StepsLeft', `step ${stepIndex + 1} of ${steps.length}`);
  if (current === undefined) return shut('ReplicaSetMissing', 'the canary ReplicaSet does not exist yet');
  const pods = podsGate(situation, current, replicas);
  if (!pods.open) return pods;
  if (isRouted(situation) && (steps.length > 0 || promoteFull)) {
    return provenGate(situation, replicas === 0 ? 0 : totalWeight(situation));
  }
  return OPEN;
}
