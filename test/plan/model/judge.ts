import { breaches } from '../../../src/invariants/breaches.ts';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import type { Action } from '../../../src/plan/action.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { planRollout } from '../../../src/plan/plan-rollout.ts';
import type { ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import type { Instant } from '../../../src/units/instant.ts';
import { carryOut, writeStatus } from './carry-out.ts';
import { brokenBy } from './state-checks.ts';

type RolloutPlan = Plan<Action, RolloutStatus>;

/** More actions than this are tried one by one and all together only. */
const LATTICE_MAX = 6;
/** In an unchanged world the status stands still after so many passes. */
const PASSES_MAX = 10;

/** What is wrong with the plan of one world, in words; empty when every rule holds. */
export function judge(observed: ObservedRollout, now: Instant): readonly string[] {
  const seen = JSON.stringify(observed);
  const plan = planRollout(observed, now);
  const wrong: string[] = [];
  if (JSON.stringify(observed) !== seen) wrong.push('the plan changed what it was given');
  wrong.push(...judgePlan(observed, plan, now), ...judgeRest(observed, plan, now));
  return wrong;
}

/** What one plan breaks: by the production invariants, by its states in any order and prefix, by its wake-up. */
export function judgePlan(observed: ObservedRollout, plan: RolloutPlan, now: Instant): readonly string[] {
  const wrong = breaches(observed, plan).map(({ rule, message }) => `${rule}: ${message}`);
  if (plan.requeueAt !== undefined && !(plan.requeueAt > now)) wrong.push('S12: the wake-up is not in the future');
  return [...wrong, ...judgeStates(observed, plan.actions)];
}

/**
 * Carries out the actions in every order: each state that a prefix of an order leads to is the state of a subset, as
 * every action writes an object of its own, so each pair of (subset, next action) is looked at once.
 */
function judgeStates(observed: ObservedRollout, actions: readonly Action[]): readonly string[] {
  if (actions.length > LATTICE_MAX) return judgeEach(observed, actions);
  const wrong = new Set<string>();
  const states: ObservedRollout[] = [observed];
  for (let subset = 1; subset < 1 << actions.length; subset++) {
    let state: ObservedRollout | undefined;
    for (const [index, action] of actions.entries()) {
      if ((subset & (1 << index)) === 0) continue;
      const before = states[subset & ~(1 << index)];
      if (before === undefined) continue;
      const after = carryOut(before, action);
      for (const problem of brokenBy(before, after)) wrong.add(`${problem} by ${brief(action)}`);
      if (before === after) wrong.add(`a write was dropped: ${brief(action)}`);
      state ??= after;
    }
    if (state !== undefined) states[subset] = state;
  }
  return [...wrong];
}

function judgeEach(observed: ObservedRollout, actions: readonly Action[]): readonly string[] {
  let state = observed;
  const wrong: string[] = [];
  for (const action of actions) {
    wrong.push(...brokenBy(observed, carryOut(observed, action)));
    const after = carryOut(state, action);
    wrong.push(...brokenBy(state, after));
    state = after;
  }
  return wrong;
}

/** In an unchanged world the status comes to rest, and a plan at rest repeats itself and nothing else. */
function judgeRest(observed: ObservedRollout, first: RolloutPlan, now: Instant): readonly string[] {
  let state = observed;
  for (let pass = 0; pass < PASSES_MAX; pass++) {
    const plan = planRollout(state, now);
    if (pass === 0 && JSON.stringify(plan) !== JSON.stringify(first)) return ['the plan is not deterministic'];
    const next = writeStatus(state, plan.status);
    if (next === state) return plan.events.length > 0 ? ['S10: a plan that changes no status records events'] : [];
    if (JSON.stringify(plan.status) === JSON.stringify(state.rollout.status)) {
      return ['S10: the status is written again though it says the same'];
    }
    state = next;
  }
  const { canary, ...rest } = state.rollout.status ?? {};
  return [`S10: the status never comes to rest: ${JSON.stringify({ canary, ...rest, conditions: undefined })}`];
}

/** An action in few words. */
export function brief(action: Action): string {
  switch (action.kind) {
    case 'ChangeReplicaSet':
      return `${action.name}: ${action.seenReplicas} → ${action.replicas ?? 'same'} (${action.because})`;
    case 'ScaleDeployment':
      return `Deployment ${action.name}: ${action.seenReplicas} → ${action.replicas} (${action.because})`;
    case 'PointService':
      return `${action.target.name} := ${action.hash}`;
    case 'SetSplit':
      return `split ${action.split.canary}/${action.split.stable} (${action.because})`;
    case 'ReleaseRoute':
      return `release route ${action.route.name}`;
    case 'CreateReplicaSet':
    case 'CreateAnalysisRun':
    case 'CreateExperiment':
      return `create ${action.manifest.metadata.name}`;
    case 'DeleteReplicaSet':
    case 'ChangeRollout':
    case 'ReleaseService':
    case 'EndAnalysisRun':
    case 'DeleteAnalysisRun':
    case 'EndExperiment':
    case 'DeleteExperiment':
      return `${action.kind} ${action.target.name}`;
    case 'ChangePodMetadata':
    case 'EvictPod':
      return `${action.kind} ${action.name}`;
    case 'AskTemplate':
      return action.kind;
  }
}
