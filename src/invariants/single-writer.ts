import type { Action, Existing } from '../plan/action.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import { unreachable } from '../units/assert.ts';
import type { Breach } from './breach.ts';
import { deploymentsOf } from './handed-over.ts';

/**
 * S8, as far as a plan shows it: every change names the UID and the version (for a ReplicaSet the size) of the state
 * that the decision saw, creates make only what is not there, and no object is written twice.
 */
export function unguardedWrites(observed: ObservedRollout, actions: readonly Action[]): readonly Breach[] {
  const broken: Breach[] = [];
  const written = new Set<string>();
  for (const action of actions) {
    const problem = problemOf(observed, action);
    if (problem !== undefined) broken.push({ rule: 'S8', message: problem, action });
    const object = objectOf(action);
    if (object !== undefined && written.has(object)) {
      broken.push({ rule: 'S8', message: `${object} is written twice`, action });
    }
    if (object !== undefined) written.add(object);
  }
  return broken;
}

function problemOf(observed: ObservedRollout, action: Action): string | undefined {
  switch (action.kind) {
    case 'AskTemplate':
      return undefined;
    case 'CreateReplicaSet':
      return observed.replicaSets.some(({ name }) => name === action.manifest.metadata.name)
        ? `ReplicaSet ${action.manifest.metadata.name} exists`
        : undefined;
    case 'CreateAnalysisRun':
      return observed.analysisRuns.some(({ metadata }) => metadata.name === action.manifest.metadata.name)
        ? `AnalysisRun ${action.manifest.metadata.name} exists`
        : undefined;
    case 'ChangeReplicaSet':
      return sizeProblem('ReplicaSet', action, observed.replicaSets);
    case 'ChangePodMetadata':
    case 'EvictPod':
      return observed.pods.some(({ name, uid }) => name === action.name && uid === action.uid)
        ? undefined
        : `no pod ${action.name} with this UID was seen`;
    case 'DeleteReplicaSet':
      return guardProblem('ReplicaSet', action.target, observed.replicaSets);
    case 'PointService':
      return guardProblem(
        'Service',
        action.target,
        [...observed.services, ...observed.leftServices].filter(({ exists }) => exists),
      );
    case 'ChangeRollout':
      return guardProblem('Rollout', action.target, [observed.rollout.metadata]);
    case 'ScaleDeployment':
      return sizeProblem('Deployment', action, deploymentsOf(observed));
    case 'ReleaseService':
      return guardProblem('Service', action.target, observed.leftServices);
    case 'ReleaseRoute':
      return guardProblem(
        'route',
        action.target,
        observed.leftRoutes.map(({ route, ...rest }) => ({ ...rest, name: route.name })),
      );
    case 'SetSplit':
      return guardProblem(
        'route',
        action.target,
        observed.routes.filter(({ exists }) => exists).map(({ route, ...rest }) => ({ ...rest, name: route.name })),
      );
    case 'EndAnalysisRun':
    case 'DeleteAnalysisRun':
      return guardProblem(
        'AnalysisRun',
        action.target,
        observed.analysisRuns.map(({ metadata }) => metadata),
      );
    case 'CreateExperiment':
      return observed.experiments.some(({ metadata }) => metadata.name === action.manifest.metadata.name)
        ? `Experiment ${action.manifest.metadata.name} exists`
        : undefined;
    case 'EndExperiment':
    case 'DeleteExperiment':
      return guardProblem(
        'Experiment',
        action.target,
        observed.experiments.map(({ metadata }) => metadata),
      );
    default:
      return unreachable(action);
  }
}

function sizeProblem(
  kind: string,
  { uid, name, seenReplicas, replicas }: Extract<Action, { kind: 'ChangeReplicaSet' | 'ScaleDeployment' }>,
  sets: readonly Readonly<{ uid: string; name: string; specReplicas: number }>[],
): string | undefined {
  const seen = sets.find((one) => one.uid === uid);
  if (seen === undefined || seen.name !== name) return `no ${kind} ${name} with this UID was seen`;
  if (seen.specReplicas !== seenReplicas) return `${kind} ${name} was seen at another size`;
  const odd = replicas !== undefined && (!Number.isInteger(replicas) || replicas < 0);
  return odd ? `${kind} ${name} cannot have ${replicas} replicas` : undefined;
}

/** What is known of an object that a guard may name. */
type Seen = Readonly<{ name?: string | undefined; uid?: string | undefined; resourceVersion?: string | undefined }>;

function guardProblem(kind: string, target: Existing, seen: readonly Seen[]): string | undefined {
  const same = seen.find(({ uid }) => uid === target.uid);
  if (same === undefined || same.name !== target.name) return `no ${kind} ${target.name} with this UID was seen`;
  return same.resourceVersion === target.resourceVersion
    ? undefined
    : `${kind} ${target.name} was seen at another version`;
}

/** Names the object that an action writes; undefined for a question, which writes none. */
function objectOf(action: Action): string | undefined {
  switch (action.kind) {
    case 'AskTemplate':
      return undefined;
    case 'CreateReplicaSet':
      return `ReplicaSet ${action.manifest.metadata.name}`;
    case 'ChangeReplicaSet':
      return `ReplicaSet ${action.name}`;
    case 'ChangePodMetadata':
    case 'EvictPod':
      return `pod ${action.name}`;
    case 'DeleteReplicaSet':
      return `ReplicaSet ${action.target.name}`;
    case 'ChangeRollout':
      return `Rollout ${action.target.name}`;
    case 'ScaleDeployment':
      return `Deployment ${action.name}`;
    case 'PointService':
    case 'ReleaseService':
      return `Service ${action.target.name}`;
    case 'SetSplit':
    case 'ReleaseRoute':
      return `route ${action.route.namespace}/${action.route.name}`;
    case 'CreateAnalysisRun':
      return `AnalysisRun ${action.manifest.metadata.name}`;
    case 'EndAnalysisRun':
    case 'DeleteAnalysisRun':
      return `AnalysisRun ${action.target.name}`;
    case 'CreateExperiment':
      return `Experiment ${action.manifest.metadata.name}`;
    case 'EndExperiment':
    case 'DeleteExperiment':
      return `Experiment ${action.target.name}`;
    default:
      return unreachable(action);
  }
}
