import type { RolloutStatus } from '../api/rollout.ts';
import type { ApplyParts } from '../apply/apply.ts';
import { applyRolloutPlan } from '../apply/apply.ts';
import type { Clock } from '../clock/clock.ts';
import { breaches } from '../invariants/breaches.ts';
import type { KubeClient } from '../kube/client.ts';
import type { PassResult } from '../kube/controller.ts';
import type { Expectations, StoreLookup } from '../kube/expectations.ts';
import type { Surroundings } from '../observe/observe-rollout.ts';
import { observeRollout } from '../observe/observe-rollout.ts';
import { routesOfKind } from '../observe/routes.ts';
import type { Stores } from '../observe/stores.ts';
import type { Action } from '../plan/action.ts';
import { planRollout } from '../plan/plan-rollout.ts';
import type { Plan } from '../plan/plan.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { Instant } from '../units/instant.ts';
import { gaugesOf } from './rollout-gauges.ts';
import { reportBreach, tellRefused, withoutBreach } from './breach-report.ts';
import { expectingClient } from './expecting-client.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { PassJournal } from './pass-journal.ts';
import type { TemplateQuestions } from './refusal-report.ts';
import { reportRefusals } from './refusal-report.ts';
import type { StatusPace } from './status-pace.ts';

/** What a pass over a Rollout is made with. */
export type RolloutPassParts = Readonly<{
  stores: Stores;
  surroundings: Surroundings;
  lookup: StoreLookup;
  expectations: Expectations;
  client: KubeClient;
  apply: Omit<ApplyParts, 'client' | 'readRoute' | 'carriedOut'>;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  journal: PassJournal;
  questions: TemplateQuestions;
  pace: StatusPace;
}>;

/** One pass over one Rollout, by its key `namespace/name`: observe, plan, apply, requeue. */
export async function reconcileRollout(parts: RolloutPassParts, key: string): Promise<PassResult> {
  const unseen = parts.expectations.waitsUntil(key, parts.lookup);
  if (unseen !== undefined) return { requeueAt: unseen };
  const [namespace = '', name = ''] = key.split('/');
  const observed = observeRollout(parts.stores, parts.surroundings, namespace, name);
  if (observed === undefined) return {};
  const now = parts.clock.now();
  const chosen = reportRefusals(observed, choosePlan(parts, observed, now), parts.apply.answers, now);
  const plan = parts.pace.paced(key, observed, parts.questions.askAgain(observed, chosen, now), now);
  parts.journal.looked(observed, plan);
  parts.metrics.rollout(gaugesOf(observed, plan.status));
  const failure = await applyRolloutPlan(applyParts(parts, key), observed, plan);
  return failure ?? { requeueAt: plan.requeueAt };
}

/** The plan, if it keeps every rule of safety; else the report that it does not. */
function choosePlan(parts: RolloutPassParts, observed: ObservedRollout, now: Instant): Plan<Action, RolloutStatus> {
  const plan = withoutBreach(planRollout(observed, now));
  const broken = breaches(observed, plan);
  if (broken.length === 0) return plan;
  const { namespace = '', name } = observed.rollout.metadata;
  tellRefused(parts, { namespace, rollout: name }, broken);
  return reportBreach(observed, broken, now);
}

function applyParts(parts: RolloutPassParts, key: string): ApplyParts {
  return {
    ...parts.apply,
    client: expectingClient(parts.client, parts.expectations, key),
    readRoute: (resource, namespace, name) => routesOfKind(parts.stores, resource).get(namespace, name),
    carriedOut: (observed, action, outcome) => parts.journal.carriedOut(observed, action, outcome),
  };
}
