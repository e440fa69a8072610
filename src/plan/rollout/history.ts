import type { AnalysisRun } from '../../api/analysis.ts';
import { HASH_LABEL } from '../../api/names.ts';
import type { Action } from '../action.ts';
import { isFinished } from './runs.ts';
import type { Situation } from './situation.ts';

/**
 * What is no longer worth keeping: old ReplicaSets without pods beyond revisionHistoryLimit, oldest first, and finished
 * runs beyond their limits or whose revision is gone.
 */
export function planHistory(situation: Situation): readonly Action[] {
  return [...oldReplicaSets(situation), ...oldRuns(situation)];
}

function oldReplicaSets(situation: Situation): readonly Action[] {
  const empty = situation.others.filter((other) => other.specReplicas === 0 && other.replicas === 0 && other.settled);
  const kept = Math.max(0, situation.spec.revisionHistoryLimit - (situation.others.length - empty.length));
  return empty.slice(kept).map(({ name, uid, resourceVersion }) => ({
    kind: 'DeleteReplicaSet',
    target: { name, uid, resourceVersion },
    because: 'RevisionHistoryLimit',
  }));
}

function oldRuns(situation: Situation): readonly Action[] {
  const { observed, spec, status } = situation;
  const hashes = new Set(observed.replicaSets.map((replicaSet) => replicaSet.hash));
  const named = new Set(
    [
      status.canary?.currentStepAnalysisRunStatus,
      status.canary?.currentBackgroundAnalysisRunStatus,
      status.blueGreen?.prePromotionAnalysisRunStatus,
      status.blueGreen?.postPromotionAnalysisRunStatus,
    ].map((run) => run?.name),
  );
  const finished = observed.analysisRuns
    .filter((run) => isFinished(run) && !named.has(run.metadata.name) && run.metadata.deletionTimestamp === undefined)
    .toSorted((a, b) => ((a.metadata.creationTimestamp ?? '') > (b.metadata.creationTimestamp ?? '') ? -1 : 1));
  const orphaned = finished.filter((run) => !hashes.has(run.metadata.labels?.[HASH_LABEL] ?? ''));
  const rest = finished.filter((run) => !orphaned.includes(run));
  const good = rest.filter((run) => run.status?.phase === 'Successful').slice(spec.successfulRunHistoryLimit);
  const bad = rest.filter((run) => run.status?.phase !== 'Successful').slice(spec.unsuccessfulRunHistoryLimit);
  return [
    ...orphaned.map((run) => remove(run, 'RevisionGone')),
    ...[...good, ...bad].map((run) => remove(run, 'RunHistoryLimit')),
  ];
}

function remove(run: AnalysisRun, because: string): Action {
  const { name, uid, resourceVersion } = run.metadata;
  return {
    kind: 'DeleteAnalysisRun',
    target: { name, uid: uid ?? '', resourceVersion: resourceVersion ?? '' },
    because,
  };
}
