import { canonicalJson } from '../units/canonical-json.ts';
import type { AnalysisRun } from '../api/analysis.ts';
import type { WorldState } from './checkers/checker.ts';
import { backendsOf, hashOf, readyPods, selectedBy } from './checkers/revisions.ts';

/**
 * What a world has come to, without what differs from run to run though it means the same: times, versions, counts of
 * attempts. Two worlds that ended alike have equal texts.
 */
export function describeEnd(state: WorldState, runs: readonly AnalysisRun[]): string {
  const { spec, status = {} } = state.rollout ?? { spec: {} };
  const conditions = (status.conditions ?? []).map(({ type, status: is, reason }) => `${type}=${is} ${reason ?? ''}`);
  return canonicalJson({
    phase: status.phase ?? null,
    message: status.message ?? null,
    current: status.currentPodHash ?? null,
    stable: status.stableRS ?? null,
    step: status.currentStepIndex ?? null,
    abort: status.abort === true,
    pauses: (status.pauseConditions ?? []).map(({ reason }) => reason),
    replicas: spec.replicas ?? 1,
    conditions: conditions.toSorted(),
    replicaSets: state.replicaSets.map((replicaSet) => [
      hashOf(replicaSet),
      replicaSet.spec.replicas ?? 1,
      readyPods(state, hashOf(replicaSet)).length,
    ]),
    services: state.services.map((service) => [service.metadata.name, selectedBy(service) ?? null]),
    weights: backendsOf(state).map(({ name, weight }) => [name, weight]),
    runs: runs.map(({ metadata, status: is }) => [metadata.name, is?.phase ?? null]),
  });
}
