import type { AnalysisRunStatus } from '../api/analysis.ts';
import type { Failure, KubeClient } from '../kube/client.ts';
import type { AnalysisRunAction, ObservedAnalysisRun } from '../plan/analysis/observed-analysis-run.ts';
import type { EventNote } from '../plan/action.ts';
import type { Plan } from '../plan/plan.ts';
import { analysisRunsOf } from './analysis-runs.ts';
import type { Measurements } from './measurements.ts';
import { writeStatus } from './write-status.ts';

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
  const { uid = '', namespace = '' } = observed.run.metadata;
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
  const written = await writeStatus(parts.client, resource, observed.run, plan.status);
  if (!written.ok) return written;
  for (const event of plan.events) parts.record(observed, event);
  return undefined;
}
