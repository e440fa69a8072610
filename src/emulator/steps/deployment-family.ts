import type { Instant } from '../../units/instant.ts';
import { parseInstant } from '../../units/instant.ts';
import { sameJson } from '../../units/canonical-json.ts';
import type { IntOrPercent } from '../../units/int-or-percent.ts';
import { resolveIntOrPercent } from '../../units/int-or-percent.ts';
import type { ClusterView, ClusterWrite } from '../step.ts';
import type { Claim } from './claims.ts';
import { claim } from './claims.ts';
import { DEPLOYMENTS, listOf, REPLICA_SETS } from './kinds.ts';
import type { PodTemplate } from './pod-shape.ts';
import type { Deployment, ReplicaSet } from './shapes.ts';

/** The label by which a Deployment tells the pods of its ReplicaSets apart. */
export const HASH_LABEL = 'pod-template-hash';
/** On a ReplicaSet: the number of its revision. On a Deployment: that of the newest. */
export const REVISION = 'deployment.kubernetes.io/revision';
const DESIRED = 'deployment.kubernetes.io/desired-replicas';
const MOST = 'deployment.kubernetes.io/max-replicas';

/** A Deployment with its ReplicaSets. */
export type Family = Readonly<{
  deployment: Deployment;
  /** The ReplicaSets whose owner references are to be changed first. */
  claim: Claim<ReplicaSet>;
  /** The ReplicaSet of the present template, if there is one. */
  newest: ReplicaSet | undefined;
  /** All others, the oldest first. */
  old: readonly ReplicaSet[];
  /** All of them, the oldest first. */
  all: readonly ReplicaSet[];
  /** Pods wanted, above that, and below that. */
  replicas: number;
  maxSurge: number;
  maxUnavailable: number;
}>;

/** Every Deployment with its ReplicaSets; of two that could adopt a ReplicaSet, the first one does. */
export function deploymentFamilies(view: ClusterView): readonly Family[] {
  const claimed = new Set<string>();
  return listOf(view, DEPLOYMENTS).map((deployment) => {
    const sets = listOf(view, REPLICA_SETS, deployment.metadata.namespace);
    const found = claim(
      DEPLOYMENTS,
      deployment,
      sets.filter(({ metadata }) => !claimed.has(metadata.uid ?? '')),
    );
    for (const { metadata } of [...found.adopted, ...found.released]) claimed.add(metadata.uid ?? '');
    const all = found.owned.toSorted(
      (a, b) => createdAt(a) - createdAt(b) || (a.metadata.name < b.metadata.name ? -1 : 1),
    );
    const newest = all.find((set) => sameTemplate(set.spec.template, deployment.spec.template));
    return {
      deployment,
      claim: found,
      newest,
      old: all.filter((set) => set !== newest),
      all,
      ...limitsOf(deployment),
    };
  });
}

/** The pods that a ReplicaSet is asked to have. */
export function sizeOf(set: ReplicaSet | undefined): number {
  return set === undefined ? 0 : (set.spec.replicas ?? 1);
}

/** The pods that ReplicaSets are asked to have together. */
export function sizeOfAll(sets: readonly ReplicaSet[]): number {
  return sets.reduce((sum, set) => sum + sizeOf(set), 0);
}

/** The sum of a count in the status of ReplicaSets. */
export function countOf(
  sets: readonly ReplicaSet[],
  count: 'replicas' | 'readyReplicas' | 'availableReplicas' | 'terminatingReplicas',
): number {
  return sets.reduce((sum, { status }) => sum + (status?.[count] ?? 0), 0);
}

/** The size of the Deployment when its ReplicaSet was last scaled, and the most it then allowed. */
export function scaledFor({ metadata }: ReplicaSet): Readonly<{ desired: number; most: number }> {
  const read = (key: string): number => Number.parseInt(metadata.annotations?.[key] ?? '', 10);
  return { desired: read(DESIRED), most: read(MOST) };
}

/** The annotations that remember for which size of the Deployment a ReplicaSet is scaled. */
export function scaleAnnotations({ replicas, maxSurge }: Family): Readonly<Record<string, string>> {
  return { [DESIRED]: String(replicas), [MOST]: String(replicas + maxSurge) };
}

/** The write that gives a ReplicaSet this size; none when it has it and remembers the Deployment's. */
export function scaleTo(family: Family, set: ReplicaSet, replicas: number): readonly ClusterWrite[] {
  const annotations = { ...set.metadata.annotations, ...scaleAnnotations(family) };
  if (sizeOf(set) === replicas && sameJson(annotations, set.metadata.annotations)) return [];
  const metadata = { ...set.metadata, annotations };
  const object: ReplicaSet = { ...set, metadata, spec: { ...set.spec, replicas } };
  return [{ kind: 'Replace', resource: REPLICA_SETS, object }];
}

/** The template without the label that tells ReplicaSets apart. */
export function withoutHash({ metadata, ...rest }: PodTemplate): PodTemplate {
  const { [HASH_LABEL]: _hash, ...labels } = metadata?.labels ?? {};
  return { ...rest, metadata: { ...metadata, labels } };
}

function sameTemplate(a: PodTemplate, b: PodTemplate): boolean {
  return sameJson(withoutHash(a), withoutHash(b));
}

function createdAt({ metadata }: ReplicaSet): Instant | 0 {
  return parseInstant(metadata.creationTimestamp) ?? 0;
}

/** maxSurge is rounded up, maxUnavailable down; both 0 would never move, so one may be unavailable (ResolveFenceposts). */
function limitsOf({ spec }: Deployment): Pick<Family, 'replicas' | 'maxSurge' | 'maxUnavailable'> {
  const replicas = spec.replicas ?? 1;
  if (spec.strategy?.type === 'Recreate') return { replicas, maxSurge: 0, maxUnavailable: 0 };
  const { maxSurge = '25%', maxUnavailable = '25%' } = spec.strategy?.rollingUpdate ?? {};
  const resolve = (value: IntOrPercent, round: 'up' | 'down'): number =>
    resolveIntOrPercent(value, replicas, round) ?? 0;
  const surge = resolve(maxSurge, 'up');
  const unavailable = resolve(maxUnavailable, 'down');
  const most = surge === 0 && unavailable === 0 ? 1 : unavailable;
  return { replicas, maxSurge: surge, maxUnavailable: Math.min(most, replicas) };
}
