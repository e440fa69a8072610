import type { StreamReport } from '../emulator/proxies/outcomes.ts';
import type { WorldState } from './checkers/checker.ts';
import { backendsOf, hashOf, readyPods, selectedBy } from './checkers/revisions.ts';
import { PLACE } from './manifests.ts';
import type { VersionDraw, WorldPlan } from './world-plan.ts';

/** What is wrong at the end of a world whose faults have stopped: rules L2, L3, S11, and the users' own count. */
export function judgeEnd(plan: WorldPlan, state: WorldState, users: StreamReport): readonly string[] {
  return [
    ...atRest(plan, state),
    ...trafficAtRest(plan, state),
    ...badPromoted(plan, state),
    ...requestsLost(plan, users),
  ];
}

/** L2 and L3: Healthy, Paused with its reason, or Degraded. */
function atRest(plan: WorldPlan, state: WorldState): readonly string[] {
  const { rollout } = state;
  const { phase, message, pauseConditions = [], observedGeneration, conditions = [] } = rollout?.status ?? {};
  if (Number(observedGeneration) !== rollout?.metadata.generation) return ['L2: the last edit was not observed'];
  const late = conditions.some(({ reason }) => reason === 'ProgressDeadlineExceeded');
  if (phase === 'Paused' && pauseConditions.length === 0 && rollout?.spec.paused !== true) {
    return ['L3: it is Paused and does not say for what'];
  }
  // Pods that crash for ever are ready for a moment now and then: their Rollout goes to and fro with them.
  if (phase === 'Progressing' && !late && !hasCrashingPods(plan, state))
    return [`L2: it did not come to rest: ${message ?? ''}`];
  return [];
}

/** An update that is over, one way or the other, leaves all traffic on the stable revision and its pods. */
function trafficAtRest(plan: WorldPlan, state: WorldState): readonly string[] {
  const { spec, status = {} } = state.rollout ?? { spec: {} };
  const over = status.phase === 'Healthy' || status.abort === true;
  if (!over || spec.replicas === 0 || spec.paused === true) return [];
  const wrong: string[] = [];
  const works = stableWorks(plan, state);
  // A version judged bad keeps what a stable one that does not work cannot carry (F-T2).
  if (plan.rollout.strategy === 'Routed' && works) {
    const off = backendsOf(state).filter(({ weight, hash }) => weight > 0 && hash !== status.stableRS);
    wrong.push(...off.map(({ name, weight }) => `L2: ${name} has weight ${weight} and not the stable revision`));
  }
  if (plan.rollout.strategy === 'BlueGreen' && works) {
    const active = state.services.find(({ metadata }) => metadata.name === `${PLACE.name}-active`);
    if (selectedBy(active) !== status.stableRS)
      wrong.push('L2: the active Service does not select the stable revision');
  }
  if (works && readyPods(state, status.stableRS).length < (spec.replicas ?? 1)) {
    wrong.push('L2: the stable revision does not have its pods');
  }
  return wrong;
}

/** The version that a revision is, by its environment; 0 when there is no such revision. */
export function versionOf({ replicaSets }: WorldState, hash: string | undefined): number {
  const found = replicaSets.find((replicaSet) => hashOf(replicaSet) === hash);
  const env = found?.spec.template.spec.containers[0]?.env ?? [];
  return Number(env.find(({ name }) => name === 'VERSION')?.value?.slice(1) ?? 0);
}

function stableWorks(plan: WorldPlan, state: WorldState): boolean {
  const version = versionOf(state, state.rollout?.status?.stableRS);
  return !applied(plan).some((each) => each.version === version && breaksPods(each));
}

/** True when a version that crashes at each start, or is not ready in turns, has pods. */
export function hasCrashingPods(plan: WorldPlan, state: WorldState): boolean {
  const crashing = new Set(
    applied(plan).flatMap(({ version, crashes, flaps }) => (crashes || flaps === true ? [version] : [])),
  );
  return state.replicaSets.some(
    (replicaSet) => (replicaSet.spec.replicas ?? 1) > 0 && crashing.has(versionOf(state, hashOf(replicaSet))),
  );
}

/** True for a version whose pods do not stay ready. */
function breaksPods({ crashes, neverReady, flaps, imageMissing }: VersionDraw): boolean {
  return crashes || neverReady || flaps === true || imageMissing === true;
}

function applied({ happenings }: WorldPlan): readonly VersionDraw[] {
  return happenings.flatMap((each) => (each.kind === 'Apply' ? [each.version] : []));
}

/**
 * S11: a version with 30 % errors does not pass an analysis that had enough requests to see them, whatever the metrics
 * store says, unless a person took it past.
 */
function badPromoted(plan: WorldPlan, state: WorldState): readonly string[] {
  const skipped = plan.happenings.some(({ kind }) =>
    /^(Promote|PromoteFull|EditSteps|EditWeight|EditSelector|EditStatus|DeleteReplicaSet|Scale|DeleteRollout|GitOps|Load|Rival)$/.test(
      kind,
    ),
  );
  const { steps, strategy, replicas } = plan.rollout;
  const judged = steps.findIndex(({ kind }) => kind === 'Analysis');
  const weight = steps.slice(0, Math.max(0, judged)).findLast((step) => step.kind === 'Weight');
  if (skipped || strategy !== 'Routed' || judged < 0 || weight?.kind !== 'Weight') return [];
  if (weight.weight < 20 || plan.requestsPerSecond < 50 || replicas === 0) return [];
  // The version that was applied before our process had seen another is the first deployment: it is not analysed.
  if (!state.replicaSets.some((replicaSet) => versionOf(state, hashOf(replicaSet)) === 1)) return [];
  const version = versionOf(state, state.rollout?.status?.stableRS);
  const drawn = applied(plan).filter((each) => each.version === version);
  const bad = drawn.length > 0 && drawn.every(({ errorRate }) => errorRate > 0);
  return bad ? [`S11: v${version} with 30 % errors was promoted`] : [];
}

/** Who takes pods, weights or sizes away beside us. */
const OTHERS =
  /^(KillPods|ScaleReplicaSet|DeleteReplicaSet|EditWeight|EditSelector|Scale|PromoteFull|Evict|DrainNode|LoseNode|DeleteRollout|DeleteService|DeleteRoute|GitOps|Quota|Rival)$/;

/** Requests that nobody but us can have lost: in worlds where neither people nor chance take pods, weights or sizes away. */
function requestsLost(plan: WorldPlan, users: StreamReport): readonly string[] {
  const others = plan.happenings.some(
    (each) => OTHERS.test(each.kind) || (each.kind === 'Apply' && breaksPods(each.version)),
  );
  return others || users.lost === 0 ? [] : [`users lost ${users.lost} of ${users.ended} requests`];
}
