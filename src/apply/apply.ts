import { API_VERSION } from '../api/names.ts';
import type { ApiGroup } from '../api/names.ts';
import type { RolloutStatus } from '../api/rollout.ts';
import type { Json } from '../units/canonical-json.ts';
import { sameJson } from '../units/canonical-json.ts';
import type { Answers } from '../kube/answers.ts';
import type { Failure, KubeClient } from '../kube/client.ts';
import { REPLICA_SETS } from '../kube/kinds.ts';
import type { Resource } from '../kube/resource.ts';
import { REFUSAL_PREFIX, TEMPLATE_QUESTION } from '../observe/observe-rollout.ts';
import type { Action, EventNote, Manifest } from '../plan/action.ts';
import type { Plan } from '../plan/plan.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import { analysisRunsOf } from './analysis-runs.ts';
import { createChild, deleteChild, endChild } from './children.ts';
import { experimentsOf } from './experiments.ts';
import type { Outcome } from './outcome.ts';
import { DONE, told, worstOf } from './outcome.ts';
import type { Owner } from './owner.ts';
import { changePodMetadata, evictPod } from './pods.ts';
import { asObject, changeReplicaSet, createReplicaSet, deleteReplicaSet } from './replica-sets.ts';
import { changeRollout, scaleDeployment } from './workload.ts';
import { writeStatus } from './write-status.ts';
import type { RouteReader } from './traffic.ts';
import { pointService, releaseRoute, releaseService, setSplit } from './traffic.ts';

/** What plans are carried out with. */
export type ApplyParts = Readonly<{
  client: KubeClient;
  answers: Answers;
  readRoute: RouteReader;
  /** Records an event on the Rollout; never waits. */
  record(observed: ObservedRollout, note: EventNote): void;
  /** Told how each action went, for the log; must not throw. */
  carriedOut?: (observed: ObservedRollout, action: Action, outcome: Outcome) => void;
}>;

/** The resource of Rollouts in a group. */
export function rolloutsOf(group: ApiGroup): Resource {
  return { group, version: API_VERSION, plural: 'rollouts', kind: 'Rollout', namespaced: true };
}

/**
 * Carries a plan out: its actions side by side, for they commute, then the status, then the events. Answers the first
 * failure that a later look must make good, or undefined. A refused write becomes an answer that the next plan sees.
 */
export async function applyRolloutPlan(
  parts: ApplyParts,
  observed: ObservedRollout,
  plan: Plan<Action, RolloutStatus>,
): Promise<Failure | undefined> {
  const outcomes = await Promise.all(plan.actions.map((action) => carryOut(parts, observed, action)));
  const failures: Failure[] = [];
  outcomes.forEach((outcome, index) => {
    const action = plan.actions[index];
    if (action !== undefined) parts.carriedOut?.(observed, action, outcome);
    if (outcome.ok) {
      if (action !== undefined)
        parts.answers.drop(subjectOf(observed).uid, refusalQuestion(action.kind, objectOf(action)));
      if (outcome.event !== undefined) parts.record(observed, outcome.event);
      return;
    }
    // A budget that forbids an eviction is no failure: the plan has a time at which it asks again.
    const forbidden = action?.kind === 'EvictPod' && outcome.why === 'TooMany';
    if (action !== undefined && (forbidden || REFUSALS.has(outcome.why))) remember(parts, observed, action, outcome);
    if (!forbidden) failures.push(outcome);
  });
  const status = await writeStatus(parts.client, rolloutsOf(observed.group), observed.rollout, plan.status);
  if (status.ok) for (const event of plan.events) parts.record(observed, event);
  else failures.push(status);
  return worstOf(failures);
}

async function carryOut(parts: ApplyParts, observed: ObservedRollout, action: Action): Promise<Outcome> {
  const { client } = parts;
  const owner: Owner = { group: observed.group, kind: 'Rollout', metadata: observed.rollout.metadata };
  switch (action.kind) {
    case 'AskTemplate':
      return askTemplate(parts, observed, action);
    case 'CreateReplicaSet':
      return createReplicaSet(client, owner, action);
    case 'ChangeReplicaSet':
      return changeReplicaSet(
        client,
        owner,
        observed.replicaSets.find(({ uid }) => uid === action.uid),
        action,
      );
    case 'DeleteReplicaSet':
      return deleteReplicaSet(client, owner, action);
    case 'ChangePodMetadata':
      return changePodMetadata(client, observed, action);
    case 'EvictPod':
      return evictPod(client, observed, action);
    case 'PointService':
      return pointService(client, observed, action);
    case 'SetSplit':
      return setSplit(client, observed, action, parts.readRoute);
    case 'ChangeRollout':
      return changeRollout(client, rolloutsOf(observed.group), observed, action);
    case 'ScaleDeployment':
      return scaleDeployment(client, observed, action);
    case 'ReleaseService':
      return releaseService(client, observed, action);
    case 'ReleaseRoute':
      return releaseRoute(client, observed, action, parts.readRoute);
    case 'CreateAnalysisRun':
      return createChild(client, owner, analysisRunsOf(observed.group), action.manifest);
    case 'EndAnalysisRun':
      return endChild(client, owner, analysisRunsOf(observed.group), action.target, 'true');
    case 'DeleteAnalysisRun':
      return deleteChild(client, owner, analysisRunsOf(observed.group), action.target);
    case 'CreateExperiment':
      return createExperiment(client, owner, action.manifest);
    case 'EndExperiment':
      return endChild(client, owner, experimentsOf(observed.group), action.target, 'true');
    case 'DeleteExperiment':
      return deleteChild(client, owner, experimentsOf(observed.group), action.target);
  }
}

async function createExperiment(client: KubeClient, owner: Owner, manifest: Manifest): Promise<Outcome> {
  const outcome = await createChild(client, owner, experimentsOf(owner.group), manifest);
  return outcome.ok ? told('ExperimentCreated', `Created Experiment ${manifest.metadata.name}`) : outcome;
}

async function askTemplate(
  parts: ApplyParts,
  observed: ObservedRollout,
  { manifest, generation }: Extract<Action, { kind: 'AskTemplate' }>,
): Promise<Outcome> {
  const answer = await parts.client.create(REPLICA_SETS, asObject(manifest), { dryRun: true });
  const take = (value: Json): Outcome => {
    parts.answers.set(subjectOf(observed), TEMPLATE_QUESTION, generation, value);
    return DONE;
  };
  if (answer.ok) {
    const { spec } = answer.value as Readonly<{ spec?: Readonly<{ template?: Json }> }>;
    return take({ generation, accepted: true, template: spec?.template ?? null });
  }
  // What an admission policy objects to, whoever wrote the template must mend; a quota and our own rights, somebody else.
  const objected = answer.why === 'Invalid' || answer.why === 'Denied';
  return objected ? take({ generation, accepted: false, message: answer.message }) : answer;
}

function subjectOf({ rollout }: ObservedRollout): Readonly<{ uid: string; key: string }> {
  const { namespace = '', name, uid = '' } = rollout.metadata;
  return { uid, key: `${namespace}/${name}` };
}

const REFUSALS: ReadonlySet<Failure['why']> = new Set(['Invalid', 'Forbidden', 'Denied', 'Exhausted', 'AlreadyExists']);

/** The reasons that Argo's users know for a write that was refused (rollout-semantics 2.5). */
export const REFUSED: Readonly<Record<Action['kind'], string>> = {
  AskTemplate: 'ReconciliationError',
  CreateReplicaSet: 'ReplicaSetCreateError',
  ChangeReplicaSet: 'ReplicaSetUpdateError',
  DeleteReplicaSet: 'ReplicaSetUpdateError',
  ChangePodMetadata: 'ReconciliationError',
  EvictPod: 'PodEvictionRefused',
  PointService: 'ReconciliationError',
  SetSplit: 'TrafficRoutingError',
  ChangeRollout: 'ReconciliationError',
  ScaleDeployment: 'ReconciliationError',
  ReleaseService: 'ReconciliationError',
  ReleaseRoute: 'TrafficRoutingError',
  CreateAnalysisRun: 'ReconciliationError',
  EndAnalysisRun: 'ReconciliationError',
  DeleteAnalysisRun: 'ReconciliationError',
  CreateExperiment: 'ReconciliationError',
  EndExperiment: 'ReconciliationError',
  DeleteExperiment: 'ReconciliationError',
};

/** The question under which a refused write of that kind to that object is remembered. */
export function refusalQuestion(kind: string, object: string): string {
  return `${REFUSAL_PREFIX}${kind}/${object}`;
}

/** The name of the object that an action writes. */
export function objectOf(action: Action): string {
  return 'manifest' in action ? action.manifest.metadata.name : 'target' in action ? action.target.name : action.name;
}

function remember(parts: ApplyParts, observed: ObservedRollout, action: Action, failure: Failure): void {
  const object = objectOf(action);
  const { generation = 0 } = observed.rollout.metadata;
  const taken = action.kind === 'CreateReplicaSet' && failure.why === 'AlreadyExists';
  const kind = taken ? 'collision' : action.kind;
  const answer = { action: kind, object, message: failure.message, generation };
  const question = refusalQuestion(kind, object);
  const { uid } = subjectOf(observed);
  // Told once: a refusal is tried again for as long as it lasts, and would use up the events that the Rollout may have.
  const known = sameJson(parts.answers.get(uid, question, generation) ?? null, answer);
  parts.answers.set(subjectOf(observed), question, generation, answer);
  if (known) return;
  parts.record(observed, { type: 'Warning', reason: REFUSED[action.kind], note: `${object}: ${failure.message}` });
}
