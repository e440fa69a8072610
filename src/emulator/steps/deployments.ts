import { sameJson } from '../../units/canonical-json.ts';
import type { ClusterStep, ClusterView, ClusterWrite } from '../step.ts';
import type { Family } from './deployment-family.ts';
import { deploymentFamilies, sizeOf } from './deployment-family.ts';
import { createNewest, nextRevision, withRevision } from './deployment-revisions.ts';
import { grow, hasOldPods, resize, shrink } from './deployment-sizes.ts';
import { isComplete } from './deployment-status.ts';
import { DEPLOYMENTS, PODS, REPLICA_SETS } from './kinds.ts';
import type { ReplicaSet } from './shapes.ts';
import { removal } from './writes.ts';

type Rule = (view: ClusterView, family: Family) => readonly ClusterWrite[];

const DEFAULT_HISTORY = 10;

/** What a Deployment does next: the first of these that has anything to write. */
const RULES: readonly (readonly [name: string, rule: Rule])[] = [
  ['released', (_view, { claim }) => replaced(claim.released)],
  ['adopted', (_view, { claim }) => replaced(claim.adopted)],
  ['revisions', numberRevisions],
  ['resize', (_view, family) => resize(family)],
  ['create', create],
  ['grow', grow],
  ['shrink', (_view, family) => shrink(family)],
  ['history', dropHistory],
];

/**
 * The Deployment controller: one step for each thing it does, taken in this order, a Deployment doing one thing at a time.
 * Adopts and releases ReplicaSets, numbers revisions, scales, creates the ReplicaSet of a new template, grows it and
 * shrinks the old ones within maxSurge and maxUnavailable, and forgets what is beyond revisionHistoryLimit. What it
 * reports is in deployment-status.ts. Source: syncDeployment of k8s.io/kubernetes/pkg/controller/deployment.
 */
export const deployments: readonly ClusterStep[] = RULES.map(([name], index) => ({
  name: `deployment-${name}`,
  watches: [DEPLOYMENTS, REPLICA_SETS, PODS],
  step: (view) => ({
    writes: deploymentFamilies(view).flatMap((family) => {
      const turn = firstWrites(view, family);
      return turn.index === index ? turn.writes : [];
    }),
  }),
}));

function firstWrites(view: ClusterView, family: Family): Readonly<{ index: number; writes: readonly ClusterWrite[] }> {
  const none = { index: -1, writes: [] };
  if (family.deployment.metadata.deletionTimestamp !== undefined) return none;
  for (const [index, [, rule]] of RULES.entries()) {
    const writes = rule(view, family);
    if (writes.length > 0) return { index, writes };
  }
  return none;
}

function replaced(sets: readonly ReplicaSet[]): readonly ClusterWrite[] {
  return sets.map((object) => ({ kind: 'Replace', resource: REPLICA_SETS, object }));
}

function numberRevisions(_view: ClusterView, family: Family): readonly ClusterWrite[] {
  const { deployment, newest } = family;
  if (newest === undefined) return [];
  const revision = nextRevision(family);
  const numbered = withRevision(newest, revision);
  const spec = { ...numbered.spec, minReadySeconds: deployment.spec.minReadySeconds ?? 0 };
  const same = (newest.spec.minReadySeconds ?? 0) === spec.minReadySeconds;
  const set = same ? numbered : { ...numbered, spec };
  // By way of the status, as the real controller does: there a changed annotation is no new generation.
  const owner = withRevision(deployment, revision);
  return [
    ...(sameJson(set, newest) ? [] : [{ kind: 'Replace', resource: REPLICA_SETS, object: set } as const]),
    ...(sameJson(owner, deployment)
      ? []
      : [{ kind: 'Replace', resource: DEPLOYMENTS, object: owner, subresource: 'status' } as const]),
  ];
}

function create(view: ClusterView, family: Family): readonly ClusterWrite[] {
  const { deployment, newest } = family;
  if (newest !== undefined || deployment.spec.paused === true) return [];
  // With Recreate the old pods are gone before there is a new ReplicaSet: shrink sees to that.
  const mustWait = deployment.spec.strategy?.type === 'Recreate' && hasOldPods(view, family);
  return mustWait ? [] : [createNewest(view, family)];
}

function dropHistory(_view: ClusterView, family: Family): readonly ClusterWrite[] {
  const { deployment, old } = family;
  if (!isComplete(deployment, deployment.status ?? {})) return [];
  const empty = old.filter(
    (set) =>
      sizeOf(set) === 0 &&
      (set.status?.replicas ?? 0) === 0 &&
      (set.status?.observedGeneration ?? 0) >= (set.metadata.generation ?? 0) &&
      set.metadata.deletionTimestamp === undefined,
  );
  const surplus = Math.max(0, empty.length - (deployment.spec.revisionHistoryLimit ?? DEFAULT_HISTORY));
  return empty.slice(0, surplus).map((set) => removal(REPLICA_SETS, set));
}
