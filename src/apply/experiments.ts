import type { ExperimentStatus } from '../api/experiment.ts';
import type { ApiGroup } from '../api/names.ts';
import { API_VERSION } from '../api/names.ts';
import { sameJson } from '../units/canonical-json.ts';
import type { Answers } from '../kube/answers.ts';
import type { Failure, KubeClient } from '../kube/client.ts';
import { SERVICES } from '../kube/kinds.ts';
import type { Resource } from '../kube/resource.ts';
import { keyOf } from '../kube/resource.ts';
import { REFUSAL_PREFIX } from '../observe/observe-rollout.ts';
import type { EventNote } from '../plan/action.ts';
import type { ExperimentAction, ObservedExperiment } from '../plan/experiment/observed-experiment.ts';
import type { Plan } from '../plan/plan.ts';
import { analysisRunsOf } from './analysis-runs.ts';
import { createChild, deleteChild, endChild } from './children.ts';
import type { Outcome } from './outcome.ts';
import { told, worstOf } from './outcome.ts';
import type { Owner } from './owner.ts';
import { changeReplicaSet, createReplicaSet } from './replica-sets.ts';
import { writeStatus } from './write-status.ts';

/** The resource of Experiments in a group. */
export function experimentsOf(group: ApiGroup): Resource {
  return { group, version: API_VERSION, plural: 'experiments', kind: 'Experiment', namespaced: true };
}

/** What plans of Experiments are carried out with. */
export type ExperimentApplyParts = Readonly<{
  client: KubeClient;
  answers: Answers;
  /** Records an event on the Experiment; never waits. */
  record(observed: ObservedExperiment, note: EventNote): void;
  /** Told how each action went, for the log; must not throw. */
  carriedOut?: (observed: ObservedExperiment, action: ExperimentAction, outcome: Outcome) => void;
}>;

/** Carries out the plan of an Experiment: its actions side by side, for they commute, then the status, then the events. */
export async function applyExperimentPlan(
  parts: ExperimentApplyParts,
  observed: ObservedExperiment,
  plan: Plan<ExperimentAction, ExperimentStatus>,
): Promise<Failure | undefined> {
  const failures: Failure[] = [];
  await Promise.all(
    plan.actions.map(async (action) => {
      const outcome = await carryOut(parts.client, observed, action);
      parts.carriedOut?.(observed, action, outcome);
      if (outcome.ok) {
        if (outcome.event !== undefined) parts.record(observed, outcome.event);
        parts.answers.drop(observed.experiment.metadata.uid ?? '', questionOf(action.kind, action));
      } else {
        remember(parts, observed, action, outcome);
        failures.push(outcome);
      }
    }),
  );
  const status = await writeStatus(parts.client, experimentsOf(observed.group), observed.experiment, plan.status);
  if (status.ok) for (const event of plan.events) parts.record(observed, event);
  else failures.push(status);
  return worstOf(failures);
}

function carryOut(client: KubeClient, observed: ObservedExperiment, action: ExperimentAction): Promise<Outcome> {
  const { group, experiment, replicaSets } = observed;
  const owner: Owner = { group, kind: 'Experiment', metadata: experiment.metadata };
  switch (action.kind) {
    case 'CreateReplicaSet':
      return createReplicaSet(client, owner, action);
    case 'ChangeReplicaSet':
      return changeReplicaSet(
        client,
        owner,
        replicaSets.find(({ uid }) => uid === action.uid),
        action,
      );
    case 'CreateService':
      return createChild(client, owner, SERVICES, action.manifest);
    case 'DeleteService':
      return deleteChild(client, owner, SERVICES, action.target);
    case 'CreateAnalysisRun':
      return createChild(client, owner, analysisRunsOf(group), action.manifest);
    case 'EndAnalysisRun':
      return endRun(client, owner, action);
  }
}

type Of<Kind extends ExperimentAction['kind']> = Extract<ExperimentAction, { kind: Kind }>;

async function endRun(client: KubeClient, owner: Owner, { target, by }: Of<'EndAnalysisRun'>): Promise<Outcome> {
  const runs = analysisRunsOf(owner.group);
  const outcome = await endChild(client, owner, runs, target, by === 'Experiment' ? 'experiment' : undefined);
  return outcome.ok ? told('AnalysisRunTerminating', `Terminating ${target.name}`) : outcome;
}

const REFUSALS: ReadonlySet<Failure['why']> = new Set(['Invalid', 'Forbidden', 'Denied', 'Exhausted', 'AlreadyExists']);

const nameOf = (action: ExperimentAction): string =>
  'manifest' in action ? action.manifest.metadata.name : 'target' in action ? action.target.name : action.name;

const questionOf = (kind: string, action: ExperimentAction): string => `${REFUSAL_PREFIX}${kind}/${nameOf(action)}`;

/** A refusal is an answer that the next plan sees; it is told once. */
function remember(
  parts: ExperimentApplyParts,
  observed: ObservedExperiment,
  action: ExperimentAction,
  failure: Failure,
): void {
  if (!REFUSALS.has(failure.why)) return;
  const { metadata } = observed.experiment;
  const named = action.kind === 'CreateReplicaSet' || action.kind === 'CreateAnalysisRun';
  const kind = named && failure.why === 'AlreadyExists' ? 'collision' : action.kind;
  const answer = { action: kind, object: nameOf(action), message: failure.message, generation: 0 };
  const question = questionOf(kind, action);
  const subject = { uid: metadata.uid ?? '', key: keyOf(metadata) };
  // Not by generation: where there is no status subresource, each status that is written is a new one.
  const known = sameJson(parts.answers.get(subject.uid, question, 0) ?? null, answer);
  parts.answers.set(subject, question, 0, answer);
  if (known) return;
  const reason = action.kind === 'CreateReplicaSet' ? 'ReplicaSetCreateError' : 'ReconciliationError';
  parts.record(observed, { type: 'Warning', reason, note: `${nameOf(action)}: ${failure.message}` });
}
