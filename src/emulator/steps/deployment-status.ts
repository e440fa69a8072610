import { seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, earliest, formatInstant, parseInstant } from '../../units/instant.ts';
import type { ClusterStep } from '../step.ts';
import type { Family } from './deployment-family.ts';
import { countOf, deploymentFamilies, sizeOfAll } from './deployment-family.ts';
import { DEPLOYMENTS, REPLICA_SETS } from './kinds.ts';
import { conditionOf } from './pod-facts.ts';
import { CUT } from './pod-times.ts';
import type { Condition, Deployment, DeploymentStatus } from './shapes.ts';
import { counted, writeStatus } from './writes.ts';

/**
 * Reports a Deployment by the status of its ReplicaSets, with the conditions that `kubectl rollout status` reads.
 * Source: calculateStatus and syncRolloutStatus of k8s.io/kubernetes/pkg/controller/deployment.
 */
export const deploymentStatus: ClusterStep = {
  name: 'deployment-status',
  watches: [DEPLOYMENTS, REPLICA_SETS],
  step(view, now) {
    let wakeAt: Instant | undefined;
    const writes = deploymentFamilies(view).flatMap((family) => {
      const status = statusOf(family, now);
      wakeAt = earliest(wakeAt, lateFrom({ ...family.deployment, status }, now));
      return writeStatus(DEPLOYMENTS, family.deployment, status);
    });
    return wakeAt === undefined ? { writes } : { writes, wakeAt };
  },
};

/** True when the update is over: every pod is new and available. Source: DeploymentComplete. */
export function isComplete({ metadata, spec }: Deployment, status: DeploymentStatus): boolean {
  const replicas = spec.replicas ?? 1;
  return (
    (status.updatedReplicas ?? 0) === replicas &&
    (status.replicas ?? 0) === replicas &&
    (status.availableReplicas ?? 0) === replicas &&
    (status.observedGeneration ?? 0) >= (metadata.generation ?? 0)
  );
}

function statusOf(family: Family, now: Instant): DeploymentStatus {
  const { deployment, newest, all } = family;
  const { generation } = deployment.metadata;
  const available = countOf(all, 'availableReplicas');
  const counts = {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...counted({
      replicas: countOf(all, 'replicas'),
      updatedReplicas: newest === undefined ? 0 : countOf([newest], 'replicas'),
      readyReplicas: countOf(all, 'readyReplicas'),
      availableReplicas: available,
      unavailableReplicas: Math.max(0, sizeOfAll(all) - available),
    }),
    terminatingReplicas: countOf(all, 'terminatingReplicas'),
  };
  const told = withUpdate(deployment.status?.conditions ?? [], availability(family, available), now);
  const progress = progressOf(family, counts, now);
  const moved = progress === undefined ? told : withUpdate(told, progress, now);
  const failure = all.map((set) => conditionOf(set, 'ReplicaFailure')).find((one) => one !== undefined);
  const conditions =
    failure === undefined ? moved.filter(({ type }) => type !== 'ReplicaFailure') : withUpdate(moved, failure, now);
  return { ...counts, conditions };
}

function availability({ replicas, maxUnavailable }: Family, available: number): Condition {
  const type = 'Available';
  return available >= replicas - maxUnavailable
    ? {
        type,
        status: 'True',
        reason: 'MinimumReplicasAvailable',
        message: 'Deployment has minimum availability.',
      }
    : {
        type,
        status: 'False',
        reason: 'MinimumReplicasUnavailable',
        message: 'Deployment does not have minimum availability.',
      };
}

/** The Progressing condition; undefined leaves it as it is. */
function progressOf({ deployment, newest }: Family, status: DeploymentStatus, now: Instant): Condition | undefined {
  const type = 'Progressing';
  const moving = `${newest === undefined ? 'Deployment' : 'ReplicaSet'} "${(newest ?? deployment).metadata.name}"`;
  const said = conditionOf(deployment, type);
  if (deployment.spec.paused === true) {
    return { type, status: 'Unknown', reason: 'DeploymentPaused', message: 'Deployment is paused' };
  }
  if (isComplete(deployment, status)) {
    const message = `${moving} has successfully progressed.`;
    return { type, status: 'True', reason: 'NewReplicaSetAvailable', message };
  }
  // After the end of one update only a new template starts another: a lost pod does not.
  if (said?.reason === 'NewReplicaSetAvailable' && (status.replicas ?? 0) === (status.updatedReplicas ?? 0))
    return undefined;
  const restarts = said === undefined || said.reason === 'NewReplicaSetAvailable' || said.reason === 'DeploymentPaused';
  if (restarts || isProgress(deployment.status ?? {}, status)) {
    const message = `${moving} is progressing.`;
    return { type, status: 'True', reason: 'ReplicaSetUpdated', message, lastUpdateTime: formatInstant(now) };
  }
  const late = lateFrom(deployment, undefined);
  if (late === undefined || late > now) return undefined;
  const message = `${moving} has timed out progressing.`;
  return { type, status: 'False', reason: 'ProgressDeadlineExceeded', message };
}

function isProgress(before: DeploymentStatus, after: DeploymentStatus): boolean {
  const count = (
    status: DeploymentStatus,
    key: 'replicas' | 'updatedReplicas' | 'readyReplicas' | 'availableReplicas',
  ) => status[key] ?? 0;
  const old = (status: DeploymentStatus): number => count(status, 'replicas') - count(status, 'updatedReplicas');
  return (
    count(after, 'updatedReplicas') > count(before, 'updatedReplicas') ||
    old(after) < old(before) ||
    count(after, 'readyReplicas') > count(before, 'readyReplicas') ||
    count(after, 'availableReplicas') > count(before, 'availableReplicas')
  );
}

/** When an update that does not get on is late; undefined when it is not under way, or that is past. */
function lateFrom(deployment: Deployment, after: Instant | undefined): Instant | undefined {
  const said = conditionOf(deployment, 'Progressing');
  const under = said?.status === 'True' && said.reason === 'ReplicaSetUpdated';
  const since = parseInstant(said?.lastUpdateTime);
  if (!under || since === undefined) return undefined;
  const late = add(add(since, CUT), seconds(deployment.spec.progressDeadlineSeconds ?? 600));
  return after !== undefined && late <= after ? undefined : late;
}

/**
 * The conditions with this one at the end, as the real controller writes them: one that is said already, with that status
 * and reason, stays as it is, unless the new one brings a time of update.
 */
function withUpdate(conditions: readonly Condition[], wanted: Condition, now: Instant): readonly Condition[] {
  const before = conditions.find(({ type }) => type === wanted.type);
  const same = before?.status === wanted.status && before.reason === wanted.reason;
  if (same && wanted.lastUpdateTime === undefined) return conditions;
  const at = formatInstant(now);
  const lastTransitionTime = before?.status === wanted.status ? (before.lastTransitionTime ?? at) : at;
  const others = conditions.filter((one) => one !== before);
  return [...others, { ...wanted, lastUpdateTime: wanted.lastUpdateTime ?? at, lastTransitionTime }];
}
