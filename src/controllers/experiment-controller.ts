import type { ExperimentStatus } from '../api/experiment.ts';
import { applyExperimentPlan } from '../apply/experiments.ts';
import { experimentBreaches } from '../invariants/experiment.ts';
import { keyOf } from '../kube/resource.ts';
import { observeExperiment } from '../observe/observe-experiment.ts';
import type { ExperimentAction, ObservedExperiment } from '../plan/experiment/observed-experiment.ts';
import { planExperiment } from '../plan/plan-experiment.ts';
import type { Plan } from '../plan/plan.ts';
import type { Instant } from '../units/instant.ts';
import { tellRefused } from './breach-report.ts';
import { expectingClient } from './expecting-client.ts';
import type { KindParts, Reconciler } from './kind-controller.ts';

/** Brings Experiments to their end. */
export function createExperimentReconciler(parts: KindParts): Reconciler {
  const { group, instanceId, stores, lookup, answers, expectations, clock, log, metrics, record } = parts;
  return {
    async reconcile(key) {
      // Kinds may share a name: each waits for its own writes only.
      const waiter = `experiment/${key}`;
      const unseen = expectations.waitsUntil(waiter, lookup);
      if (unseen !== undefined) return { requeueAt: unseen };
      const [namespace = '', name = ''] = key.split('/');
      const observed = observeExperiment(stores, { group, instanceId, answers }, namespace, name);
      if (observed === undefined) return {};
      const plan = lawful(parts, observed, clock.now());
      metrics.experiment(namespace, name, plan.status.phase ?? 'Pending');
      const failure = await applyExperimentPlan(
        {
          client: expectingClient(parts.client, expectations, waiter),
          answers,
          record: ({ experiment }, note) => record(experiment, note),
          carriedOut: (_observed, action, outcome) => {
            const { kind, ...rest } = action;
            const what = 'manifest' in rest ? { name: rest.manifest.metadata.name } : rest;
            const fields = { namespace, experiment: name, action: kind, ...what };
            if (outcome.ok) log.info(fields, 'written');
            else if (outcome.why === 'Conflict') log.debug({ ...fields, why: outcome.why }, 'write lost');
            else log.warn({ ...fields, why: outcome.why, error: outcome.message }, 'write failed');
          },
        },
        observed,
        plan,
      );
      const before = observed.experiment.status?.phase;
      const { phase, message } = plan.status;
      if (failure === undefined && phase !== before) {
        log.info({ namespace, experiment: name, from: before, to: phase, message }, 'experiment phase changed');
      }
      return failure ?? { requeueAt: plan.requeueAt };
    },
    gone(object) {
      const { uid = '', namespace = '', name } = object.metadata;
      answers.forget(uid);
      expectations.forget(`experiment/${keyOf(object.metadata)}`);
      metrics.experimentGone(namespace, name);
    },
  };
}

type ExperimentPlan = Plan<ExperimentAction, ExperimentStatus>;

/** The plan, if it keeps every rule of safety; else nothing is done, and the log says why. */
function lawful(parts: KindParts, observed: ObservedExperiment, now: Instant): ExperimentPlan {
  const plan = planExperiment(observed, now);
  const broken = experimentBreaches(observed, plan);
  if (broken.length === 0) return plan;
  const { namespace, name } = observed.experiment.metadata;
  tellRefused(parts, { namespace, experiment: name }, broken);
  return { ...plan, actions: [], status: observed.experiment.status ?? {}, events: [] };
}
