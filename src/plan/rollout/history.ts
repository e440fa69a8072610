import type { AnalysisRun } from '../../api/analysis.ts';
import type { Experiment } from '../../api/experiment.ts';
import { HASH_LABEL } from '../../api/names.ts';
import type { Action, Existing } from '../action.ts';
import { isFinal } from '../analysis/metric-result.ts';
import { isFinished } from './runs.ts';
import type { Situation } from './situation.ts';

/**
 * What is no longer worth keeping: old ReplicaSets without pods beyond revisionHistoryLimit, oldest first, and finished
 * runs and experiments beyond their limits or whose revision is gone.
 */
export function planHistory(situation: Situation): readonly Action[] {
  return [...oldReplicaSets(situation), ...oldRuns(situation), ...oldExperiments(situation)];
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
    .toSorted(byAge);
  return beyondLimits(finished, hashes, spec).map(({ child, because }) => ({
    kind: 'DeleteAnalysisRun',
    target: targetOf(child),
    because,
  }));
}

/** An experiment takes its pods with it: one that still has some is kept until they have had their delay. */
function oldExperiments({ observed, spec, status }: Situation): readonly Action[] {
  const hashes = new Set(observed.replicaSets.map((replicaSet) => replicaSet.hash));
  const finished = observed.experiments
    .filter(
      ({ metadata, status: seen }) =>
        isFinal(seen?.phase) &&
        metadata.deletionTimestamp === undefined &&
        metadata.name !== status.canary?.currentExperiment &&
        (seen?.templateStatuses ?? []).every(({ replicas }) => replicas === 0),
    )
    .toSorted(byAge);
  return beyondLimits(finished, hashes, spec).map(({ child, because }) => ({
    kind: 'DeleteExperiment',
    target: targetOf(child),
    because,
  }));
}

type Child = AnalysisRun | Experiment;

const byAge = (a: Child, b: Child): number =>
  (a.metadata.creationTimestamp ?? '') > (b.metadata.creationTimestamp ?? '') ? -1 : 1;

/** Of finished children, newest first: those whose revision is gone, and those beyond the limit of their kind of end. */
function beyondLimits(
  finished: readonly Child[],
  hashes: ReadonlySet<string>,
  limits: Pick<Situation['spec'], 'successfulRunHistoryLimit' | 'unsuccessfulRunHistoryLimit'>,
): readonly Readonly<{ child: Child; because: string }>[] {
  const orphaned = finished.filter((child) => !hashes.has(child.metadata.labels?.[HASH_LABEL] ?? ''));
  const rest = finished.filter((child) => !orphaned.includes(child));
  const good = rest.filter((child) => child.status?.phase === 'Successful').slice(limits.successfulRunHistoryLimit);
  const bad = rest.filter((child) => child.status?.phase !== 'Successful').slice(limits.unsuccessfulRunHistoryLimit);
  return [
    ...orphaned.map((child) => ({ child, because: 'RevisionGone' })),
    ...[...good, ...bad].map((child) => ({ child, because: 'RunHistoryLimit' })),
  ];
}

function targetOf({ metadata: { name, uid = '', resourceVersion = '' } }: Child): Existing {
  return { name, uid, resourceVersion };
}
