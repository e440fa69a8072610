import type { AnalysisRunStatus } from '../api/analysis.ts';
import type { Failure, KubeClient } from '../kube/client.ts';
import type { AnalysisRunAction, ObservedAnalysisRun } from '../plan/analysis/observed-analysis-run.ts';
import type { EventNote } from '../plan/action.ts';
import type { Plan } from '../plan/plan.ts';
import { analysisRunsOf } from './analysis-runs.ts';
import type { Measurements } from './measurements.ts';
import { mergePatchBetween } from './status-patch.ts';

/** What plans of runs are carried out with. */
export type RunApplyParts = Readonly<{
  client: KubeClient;
  measurements: Measurements;
  record(observed: ObservedAnalysisRun, note: EventNote): void;
}>;

/** Carries out the plan of a run: starts measurements, writes the status, deletes what is past its time. */
export async function applyAnalysisRunPlan(
  parts: RunApplyParts,
  observed: ObservedAnalysisRun,
  plan: Plan<AnalysisRunAction, AnalysisRunStatus>,
): Promise<Failure | undefined> {
  const { uid = '', namespace = '', name } = observed.run.metadata;
  const resource = analysisRunsOf(observed.group);
  for (const action of plan.actions) {
    if (action.kind === 'Measure') parts.measurements.start(observed.run, action.metric, action.ordinal);
    else if (action.kind === 'CancelMeasurements') parts.measurements.cancel(uid);
    else {
      const { target } = action;
      const gone = await parts.client.delete({ resource, namespace, name: target.name }, target);
      if (!gone.ok && gone.why !== 'NotFound') return gone;
    }
  }
  const patch = mergePatchBetween(observed.run.status, plan.status);
  if (patch === undefined) return undefined;
  const { resourceVersion } = observed.run.metadata;
  // In the takeover group runs have no status subresource: their status is part of the object (rollout-semantics 0).
  const place = observed.group === 'argoproj.io' ? {} : ({ subresource: 'status' } as const);
  const body = { metadata: { resourceVersion }, status: patch };
  const answer = await parts.client.patch({ resource, namespace, name, ...place }, { kind: 'Merge', body });
  if (!answer.ok) return answer;
  for (const event of plan.events) parts.record(observed, event);
  return undefined;
}
