import type { AnalysisPhase } from '../api/analysis.ts';
import { applyAnalysisRunPlan } from '../apply/analysis-run-plan.ts';
import type { Fetcher } from '../apply/fetcher.ts';
import type { MeasurementParts } from '../apply/measurements.ts';
import { createMeasurements } from '../apply/measurements.ts';
import type { PassResult } from '../kube/controller.ts';
import { keyOf } from '../kube/resource.ts';
import { observeAnalysisRun } from '../observe/observe-analysis-run.ts';
import { planAnalysisRun } from '../plan/plan-analysis-run.ts';
import type { ProviderSettings } from '../providers/provider.ts';
import { expectingClient } from './expecting-client.ts';
import type { KindParts, MakeReconciler, Reconciler } from './kind-controller.ts';

/** What measurements need beside what every reconciler has. */
export type MeasuringParts = Readonly<{
  fetcher: Fetcher;
  settings: ProviderSettings;
  onMeasured?: NonNullable<MeasurementParts['onMeasured']>;
}>;

/** Makes what brings AnalysisRuns to their verdict: measurements run beside the passes, which only read what came. */
export function analysisRunReconciler(measuring: MeasuringParts): MakeReconciler {
  return (parts) => createReconciler(measuring, parts);
}

function createReconciler(measuring: MeasuringParts, parts: KindParts): Reconciler {
  const { group, answers, clock, expectations, lookup, stores, log } = parts;
  const measurements = createMeasurements({ ...measuring, answers, clock });
  const around = (uid: string) => ({ group, answers, inFlight: measurements.inFlight(uid) });

  const reconcile = async (key: string): Promise<PassResult> => {
    const waiter = `run ${key}`;
    const unseen = expectations.waitsUntil(waiter, lookup);
    if (unseen !== undefined) return { requeueAt: unseen };
    const [namespace = '', name = ''] = key.split('/');
    const observed = observeAnalysisRun(stores.analysisRuns, around, namespace, name);
    if (observed === undefined) return {};
    const plan = planAnalysisRun(observed, clock.now());
    const client = expectingClient(parts.client, expectations, waiter);
    const record = parts.record;
    const failure = await applyAnalysisRunPlan(
      { client, measurements, record: ({ run }, note) => record(run, note) },
      observed,
      plan,
    );
    if (failure !== undefined) return failure;
    logPhase(parts, key, observed.run.status?.phase, plan.status.phase, plan.status.message);
    return { requeueAt: plan.requeueAt };
  };

  return {
    reconcile,
    gone({ metadata }) {
      const { uid = '', namespace = '', name } = metadata;
      measurements.cancel(uid);
      answers.forget(uid);
      expectations.forget(`run ${keyOf(metadata)}`);
      log.debug({ namespace, run: name }, 'run gone');
    },
    stop: () => measurements.stop(),
  };
}

function logPhase(
  { log }: KindParts,
  key: string,
  from: AnalysisPhase | undefined,
  to: AnalysisPhase | undefined,
  message: string | undefined,
): void {
  if (from === to) return;
  const [namespace, run] = key.split('/');
  log.info({ namespace, run, from, to, reason: message }, 'run phase changed');
}
