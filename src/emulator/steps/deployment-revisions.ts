import type { KubeObject } from '../../kube/resource.ts';
import { canonicalJson } from '../../units/canonical-json.ts';
import { fnv1a32, safeEncode } from '../../units/fnv.ts';
import type { ClusterView, ClusterWrite } from '../step.ts';
import { controllerReference } from './claims.ts';
import type { Family } from './deployment-family.ts';
import { HASH_LABEL, REVISION, scaleAnnotations, withoutHash } from './deployment-family.ts';
import { sizeOfNewest } from './deployment-sizes.ts';
import { DEPLOYMENTS, getOf, REPLICA_SETS } from './kinds.ts';
import type { Labels, LabelSelector, ReplicaSet } from './shapes.ts';

/** Annotations of a Deployment that its ReplicaSets do not get. */
const KEPT_BACK = ['kubectl.kubernetes.io/last-applied-configuration', REVISION];

/** The number that the newest ReplicaSet should bear: above all others. */
export function nextRevision({ newest, old }: Family): number {
  const last = Math.max(0, ...old.map(revisionOf));
  return newest === undefined || revisionOf(newest) <= last ? last + 1 : revisionOf(newest);
}

function revisionOf({ metadata }: KubeObject): number {
  return Number.parseInt(metadata.annotations?.[REVISION] ?? '0', 10) || 0;
}

/** The object with this number in its annotation. */
export function withRevision<T extends KubeObject>(object: T, revision: number): T {
  const annotations = { ...object.metadata.annotations, [REVISION]: String(revision) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/**
 * Makes the ReplicaSet of the present template, named for a hash of it. Another hash is taken while the name belongs to
 * somebody else, such as a Deployment of the same name before: what collisionCount is for.
 */
export function createNewest(view: ClusterView, family: Family): ClusterWrite {
  const { metadata, spec } = family.deployment;
  const template = withoutHash(spec.template);
  const hash = freeHash(view, family, canonicalJson(template));
  const labels: Labels = { ...template.metadata?.labels, [HASH_LABEL]: hash };
  const inherited = Object.entries(metadata.annotations ?? {}).filter(([key]) => !KEPT_BACK.includes(key));
  const object: ReplicaSet = {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${metadata.name}-${hash}`,
      namespace: metadata.namespace ?? '',
      labels,
      annotations: { ...Object.fromEntries(inherited), ...scaleAnnotations(family) },
      ownerReferences: [controllerReference(DEPLOYMENTS, family.deployment)],
    },
    spec: {
      replicas: sizeOfNewest(family),
      minReadySeconds: spec.minReadySeconds ?? 0,
      selector: withHash(spec.selector, hash),
      template: { ...template, metadata: { ...template.metadata, labels } },
    },
  };
  return { kind: 'Create', resource: REPLICA_SETS, object: withRevision(object, nextRevision(family)) };
}

function freeHash(view: ClusterView, { deployment }: Family, template: string): string {
  const { namespace, name } = deployment.metadata;
  for (let collisions = 0; ; collisions += 1) {
    const hash = safeEncode(fnv1a32(collisions === 0 ? template : `${template}${collisions}`));
    if (getOf(view, REPLICA_SETS, namespace, `${name}-${hash}`) === undefined) return hash;
  }
}

function withHash(selector: LabelSelector, hash: string): LabelSelector {
  return { ...selector, matchLabels: { ...selector.matchLabels, [HASH_LABEL]: hash } };
}
