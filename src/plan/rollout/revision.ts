import { withoutInjected } from '../../api/injected-template.ts';
import { TEMPLATE_HASH } from '../../api/names.ts';
import type { Rollout } from '../../api/rollout.ts';
import { canonicalJson, sameJson } from '../../units/canonical-json.ts';
import { fnv1a32, safeEncode } from '../../units/fnv.ts';
import type { ObservedReplicaSet, ObservedRollout } from './observed-rollout.ts';
import { revisionOf } from './situation.ts';
import { templateGeneration } from './workload.ts';

/** Which revision the Rollout's present template is. */
export type Identity =
  /** A ReplicaSet of ours holds it. */
  | Readonly<{ kind: 'Known'; replicaSet: ObservedReplicaSet }>
  /** The server has not yet said how it defaults this template. */
  | Readonly<{ kind: 'Unasked' }>
  /** The server refuses it. */
  | Readonly<{ kind: 'Refused'; message: string }>
  /** No ReplicaSet of ours holds it: it gets this hash. `collisions` counts names that were taken. */
  | Readonly<{ kind: 'New'; hash: string; collisions: number }>;

/** A hash of the template as written, before any defaulting: kept on the ReplicaSet, so that rest needs no dry-run. */
export function rawTemplateHash(template: unknown): string {
  const text = canonicalJson(template ?? null);
  // Two hashes of 32 bits, the second over the text with a prefix: a chance of 1 in 2^64 to take one for another.
  return `${fnv1a32(text).toString(16).padStart(8, '0')}${fnv1a32(`sluice:${text}`).toString(16).padStart(8, '0')}`;
}

/**
 * Finds the revision of the present template: by the annotation that we leave; else by equality with a ReplicaSet's
 * template after the server's defaulting, so that ReplicaSets of other controllers keep their hash; else a new hash.
 */
export function identifyRevision(observed: ObservedRollout): Identity {
  const template = observed.rollout.spec?.template;
  const raw = rawTemplateHash(template);
  const owned = observed.replicaSets.filter((replicaSet) => !replicaSet.deleting);
  const marked = newest(owned.filter((replicaSet) => replicaSet.annotations[TEMPLATE_HASH] === raw));
  if (marked !== undefined) return { kind: 'Known', replicaSet: marked };
  const answer = observed.templateAnswer;
  if (answer === undefined || answer.generation !== templateGeneration(observed.rollout, observed.workload))
    return { kind: 'Unasked' };
  if (!answer.accepted) return { kind: 'Refused', message: answer.message };
  const equal = newest(owned.filter((replicaSet) => holdsTemplate(replicaSet, answer.template)));
  if (equal !== undefined) return { kind: 'Known', replicaSet: equal };
  return { kind: 'New', ...freeHash(observed, template) };
}

function newest(replicaSets: readonly ObservedReplicaSet[]): ObservedReplicaSet | undefined {
  return replicaSets.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0];
}

function freeHash(observed: ObservedRollout, template: unknown): Readonly<{ hash: string; collisions: number }> {
  const text = canonicalJson(template ?? null);
  let collisions = observed.rollout.status?.collisionCount ?? 0;
  for (;;) {
    const hash = safeEncode(fnv1a32(collisions === 0 ? text : `${text}${collisions}`));
    const taken = observed.replicaSets.find((replicaSet) => replicaSet.hash === hash);
    const refused = observed.refusals.some(
      (refusal) => refusal.action === 'collision' && refusal.object === replicaSetName(observed.rollout, hash),
    );
    if (taken === undefined && !refused) return { hash, collisions };
    collisions++;
  }
}

/** The name of a revision's ReplicaSet: `<rollout>-<hash>`. */
export function replicaSetName(rollout: Rollout, hash: string): string {
  return `${rollout.metadata.name}-${hash}`;
}

/**
 * True when a ReplicaSet's template makes the same revision as this one: what a controller adds, and Kubernetes' second
 * name of the service account, tell nothing. A key that was put on the pods is left out of both, for it hides the author's.
 */
export function holdsTemplate({ template, annotations }: ObservedReplicaSet, other: unknown): boolean {
  return sameJson(comparable(template, annotations), comparable(other, annotations));
}

/** A template without what a controller adds to it, for comparison. */
function comparable(template: unknown, annotations: Readonly<Record<string, string>>): unknown {
  const { metadata = {}, spec = {}, ...rest } = withoutInjected(template, annotations);
  const { labels = {}, annotations: notes = {}, creationTimestamp, ...metadataRest } = metadata;
  const { serviceAccount, ...specRest } = spec;
  void [creationTimestamp, serviceAccount];
  return { ...rest, metadata: { ...metadataRest, labels, annotations: notes }, spec: specRest };
}
