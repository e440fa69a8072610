import { PLACE } from '../manifests.ts';
import { waitsForBudget } from '../rest.ts';
import { hasCrashingPods, stableWorks } from '../versions.ts';
import type { WorldPlan } from '../world-plan.ts';
import type { Checker, WorldState } from './checker.ts';
import { backendsOf, hashOf, readyPods, selectedBy } from './revisions.ts';

/**
 * L2: once faults and edits stop, the world comes to rest: Healthy, Paused with its reason, or Degraded with all traffic on
 * the stable revision.
 */
export const comesToRest: Checker = {
  id: 'L2',
  ended: ({ plan, state }) => [...atRest(plan, state), ...trafficAtRest(plan, state)],
};

/** Healthy, Paused with its reason, or Degraded. */
function atRest(plan: WorldPlan, state: WorldState): readonly string[] {
  const { rollout } = state;
  const { phase, message, pauseConditions = [], observedGeneration, conditions = [] } = rollout?.status ?? {};
  if (Number(observedGeneration) !== rollout?.metadata.generation) return ['the last edit was not observed'];
  const late = conditions.some(({ reason }) => reason === 'ProgressDeadlineExceeded');
  if (phase === 'Paused' && pauseConditions.length === 0 && rollout?.spec.paused !== true) {
    return ['it is Paused and does not say for what'];
  }
  // Pods that crash for ever are ready for a moment now and then: their Rollout goes to and fro with them.
  if (phase === 'Progressing' && !late && !hasCrashingPods(plan, state) && !waitsForBudget(plan, state))
    return [`it did not come to rest: ${message ?? ''}`];
  return [];
}

/** An update that is over, one way or the other, leaves all traffic on the stable revision and its pods. */
function trafficAtRest(plan: WorldPlan, state: WorldState): readonly string[] {
  const { spec, status = {} } = state.rollout ?? { spec: {} };
  const over = status.phase === 'Healthy' || status.abort === true;
  if (!over || spec.replicas === 0 || spec.paused === true) return [];
  const wrong: string[] = [];
  // Somebody deleted the stable revision of an aborted update: there is nothing to go back to.
  if (status.abort === true && !state.replicaSets.some((each) => hashOf(each) === status.stableRS)) return [];
  const works = stableWorks(plan, state);
  // A version judged bad keeps what a stable one that does not work cannot carry (F-T2).
  if (spec.strategy?.canary?.trafficRouting !== undefined && works) {
    const off = backendsOf(state).filter(({ weight, hash }) => weight > 0 && hash !== status.stableRS);
    wrong.push(...off.map(({ name, weight }) => `${name} has weight ${weight} and not the stable revision`));
  }
  if (spec.strategy?.blueGreen !== undefined && works) {
    const active = state.services.find(({ metadata }) => metadata.name === `${PLACE.name}-active`);
    if (selectedBy(active) !== status.stableRS) wrong.push('the active Service does not select the stable revision');
  }
  if (works && readyPods(state, status.stableRS).length < (spec.replicas ?? 1)) {
    wrong.push('the stable revision does not have its pods');
  }
  return wrong;
}
