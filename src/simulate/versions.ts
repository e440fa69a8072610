import type { WorldState } from './checkers/checker.ts';
import { hashOf } from './checkers/revisions.ts';
import type { VersionDraw, WorldPlan } from './world-plan.ts';

/** The version that a revision is, by its environment; 0 when there is no such revision. */
export function versionOf({ replicaSets }: WorldState, hash: string | undefined): number {
  const found = replicaSets.find((replicaSet) => hashOf(replicaSet) === hash);
  const env = found?.spec.template.spec.containers[0]?.env ?? [];
  return Number(env.find(({ name }) => name === 'VERSION')?.value?.slice(1) ?? 0);
}

/** True when the pods of the stable version stay ready. */
export function stableWorks(plan: WorldPlan, state: WorldState): boolean {
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
export function breaksPods({ crashes, neverReady, flaps, imageMissing }: VersionDraw): boolean {
  return crashes || neverReady || flaps === true || imageMissing === true;
}

/** The versions that people apply in a world. */
export function applied({ happenings }: WorldPlan): readonly VersionDraw[] {
  return happenings.flatMap((each) => (each.kind === 'Apply' ? [each.version] : []));
}
