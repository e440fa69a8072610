import { applyAnalysisRunPlan } from '../apply/analysis-run-plan.ts';
import type { AddressPolicy } from '../apply/address-policy.ts';
import { createFetcher } from '../apply/fetcher.ts';
import { createMeasurements } from '../apply/measurements.ts';
import { keyOf } from '../kube/resource.ts';
import { observeAnalysisRun } from '../observe/observe-analysis-run.ts';
import { planAnalysisRun } from '../plan/plan-analysis-run.ts';
import type { ProviderSettings } from '../providers/provider.ts';
import { expectingClient } from './expecting-client.ts';
import type { KindParts, MakeReconciler, Reconciler } from './kind-controller.ts';

/** What runs are measured with; policy and defaults are asked for at each measurement, for they may change. */
export type AnalysisSettings = Readonly<{
  policy: () => AddressPolicy;
  provider: () => ProviderSettings;
  /** Where the Secrets of providers are that belong to the operator; sluice-system by default. */
  controllerNamespace?: string;
  /** Whether metrics may run Jobs; not by default. */
  jobs?: () => boolean;
  /** Makes what sends the requests; createFetcher by default. A simulated world answers them itself. */
  fetcher?: typeof createFetcher;
  /** Told how each measurement went, and how long it took in milliseconds. */
  onMeasured?: (outcome: 'Value' | 'NoEvidence', took: number) => void;
  /** Told of each call that a policy would refuse if it were enforced. */
  onPolicyWarning?: (policy: 'address') => void;
}>;

/** Where the chart installs us. */
const DEFAULT_NAMESPACE = 'sluice-system';

/** Makes what brings AnalysisRuns to their verdict. */
export function analysisRunReconciler(settings: AnalysisSettings): MakeReconciler {
  return (parts) => createReconciler(settings, parts);
}

function createReconciler(settings: AnalysisSettings, parts: KindParts): Reconciler {
  const { group, stores, lookup, answers, expectations, clock, log, record } = parts;
  const fetcher = (settings.fetcher ?? createFetcher)(settings.policy, clock);
  const { onMeasured, onPolicyWarning } = settings;
  const measurements = createMeasurements({
    fetcher,
    answers,
    clock,
    settings: settings.provider,
    client: parts.client,
    controllerNamespace: settings.controllerNamespace ?? DEFAULT_NAMESPACE,
    jobs: { client: parts.client, clock, group, enabled: settings.jobs ?? (() => false) },
    ...(onMeasured === undefined ? {} : { onMeasured }),
    ...(onPolicyWarning === undefined ? {} : { onPolicyWarning }),
  });
  const around = (uid: string) => ({ group, answers, inFlight: measurements.inFlight(uid) });
  return {
    async reconcile(key) {
      // Runs and Rollouts may share a name: each kind waits for its own writes only.
      const waiter = `analysisrun/${key}`;
      const unseen = expectations.waitsUntil(waiter, lookup);
      if (unseen !== undefined) return { requeueAt: unseen };
      const [namespace = '', name = ''] = key.split('/');
      const observed = observeAnalysisRun(stores.analysisRuns, around, namespace, name);
      if (observed === undefined) return {};
      const plan = planAnalysisRun(observed, clock.now());
      const client = expectingClient(parts.client, expectations, waiter);
      const written = await applyAnalysisRunPlan(
        { client, measurements, record: (run, note) => record(run.run, note) },
        observed,
        plan,
      );
      if (written === undefined && plan.status.phase !== observed.run.status?.phase) {
        const { phase, message } = plan.status;
        log.info(
          { namespace, analysisRun: name, from: observed.run.status?.phase, to: phase, message },
          'run phase changed',
        );
      }
      return written ?? { requeueAt: plan.requeueAt };
    },
    gone(object) {
      const { uid = '' } = object.metadata;
      measurements.cancel(uid);
      answers.forget(uid);
      expectations.forget(`analysisrun/${keyOf(object.metadata)}`);
    },
    stop() {
      measurements.stop();
      fetcher.close();
    },
  };
}
