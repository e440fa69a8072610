import { EPHEMERAL_METADATA, HASH_LABEL } from './names.ts';
import type { PodTemplate } from './meta.ts';

type Strings = Readonly<Record<string, string>>;
type Json = Readonly<Record<string, unknown>>;

/** Labels and annotations for pods; either may be empty. */
export type PodMetadata = Readonly<{ labels: Strings; annotations: Strings }>;

/** Puts nothing on pods. */
export const NO_METADATA: PodMetadata = { labels: {}, annotations: {} };

/** The metadata as written in a spec, with what is absent as empty. */
export function podMetadataOf(written: Partial<PodMetadata> | undefined): PodMetadata {
  return { labels: written?.labels ?? {}, annotations: written?.annotations ?? {} };
}

/** What was put on a ReplicaSet's pods, by its annotation; nothing when that cannot be read. */
export function readEphemeralMetadata(annotations: Strings): PodMetadata {
  const text = annotations[EPHEMERAL_METADATA];
  if (text === undefined) return NO_METADATA;
  try {
    const { labels, annotations: notes } = asJson(JSON.parse(text));
    return { labels: stringsOf(labels), annotations: stringsOf(notes) };
  } catch {
    return NO_METADATA;
  }
}

/** The annotation that remembers what is put on pods, as Argo Rollouts writes it; null when there is nothing. */
export function writeEphemeralMetadata({ labels, annotations }: PodMetadata): string | null {
  const parts = { ...nonEmpty('labels', labels), ...nonEmpty('annotations', annotations) };
  return Object.keys(parts).length === 0 ? null : JSON.stringify(parts);
}

/**
 * A ReplicaSet's pod template as its author wrote it: without the hash label, without what `annotations` (those of the
 * ReplicaSet) say was put on its pods, and without the anti-affinity between revisions.
 */
export function withoutInjected(template: unknown, annotations: Strings): PodTemplate {
  const { metadata, spec, ...rest } = asJson(template);
  const { labels, annotations: notes, ...metadataRest } = asJson(metadata);
  const ephemeral = readEphemeralMetadata(annotations);
  const own = without(stringsOf(labels), [HASH_LABEL, ...Object.keys(ephemeral.labels)]);
  const written = without(stringsOf(notes), Object.keys(ephemeral.annotations));
  const { affinity, ...specRest } = asJson(spec);
  const kept = withoutInjectedAffinity(affinity);
  return {
    ...rest,
    metadata: {
      ...metadataRest,
      ...(labels === undefined ? {} : { labels: own }),
      ...(Object.keys(written).length === 0 ? {} : { annotations: written }),
    },
    spec: { ...specRest, ...(kept === undefined ? {} : { affinity: kept }) },
  };
}

const REQUIRED = 'requiredDuringSchedulingIgnoredDuringExecution';
const PREFERRED = 'preferredDuringSchedulingIgnoredDuringExecution';
const HOST = 'kubernetes.io/hostname';

/** How strongly new pods keep off the nodes of the stable ones. */
export type KeepApart = Readonly<{ kind: 'Required' }> | Readonly<{ kind: 'Preferred'; weight: number }>;

/** The term that keeps pods off the nodes of a revision's. Source: rollout-semantics 1.2, antiAffinity. */
function termAgainst(hash: string, namespace: string): Json {
  return {
    labelSelector: { matchExpressions: [{ key: HASH_LABEL, operator: 'In', values: [hash] }] },
    namespaces: [namespace],
    topologyKey: HOST,
  };
}

/** The affinity with a term against the pods of `hash` after the author's own. */
export function withAntiAffinity(affinity: unknown, apart: KeepApart, hash: string, namespace: string): Json {
  const own = asJson(affinity);
  const anti = asJson(own['podAntiAffinity']);
  const term = termAgainst(hash, namespace);
  const [key, entry] =
    apart.kind === 'Required' ? [REQUIRED, term] : [PREFERRED, { weight: apart.weight, podAffinityTerm: term }];
  return { ...own, podAntiAffinity: { ...anti, [key]: [...listOf(anti[key]), entry] } };
}

/** The affinity without terms of that form; undefined when nothing is left of it. Lists that end up empty are left out. */
export function withoutInjectedAffinity(affinity: unknown): Json | undefined {
  const { podAntiAffinity, ...rest } = asJson(affinity);
  const { [REQUIRED]: hard, [PREFERRED]: soft, ...antiRest } = asJson(podAntiAffinity);
  const required = listOf(hard).filter((term) => !isInjected(term));
  const preferred = listOf(soft).filter((entry) => !isInjected(asJson(entry)['podAffinityTerm']));
  const anti = {
    ...antiRest,
    ...(required.length === 0 ? {} : { [REQUIRED]: required }),
    ...(preferred.length === 0 ? {} : { [PREFERRED]: preferred }),
  };
  const kept = { ...rest, ...(Object.keys(anti).length === 0 ? {} : { podAntiAffinity: anti }) };
  return Object.keys(kept).length === 0 ? undefined : kept;
}

/** True when a term of that form is among the affinity's. */
export function hasInjectedAffinity(affinity: unknown): boolean {
  const anti = asJson(asJson(affinity)['podAntiAffinity']);
  const preferred = listOf(anti[PREFERRED]).map((entry) => asJson(entry)['podAffinityTerm']);
  return [...listOf(anti[REQUIRED]), ...preferred].some(isInjected);
}

/** True for a term against the pods of a revision by its hash: nobody but a rollout controller knows hashes. */
function isInjected(term: unknown): boolean {
  return listOf(asJson(asJson(term)['labelSelector'])['matchExpressions']).some((expression) => {
    const { key, operator } = asJson(expression);
    return key === HASH_LABEL && operator === 'In';
  });
}

function asJson(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function stringsOf(value: unknown): Strings {
  const entries = Object.entries(asJson(value)).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(entries);
}

function without(strings: Strings, keys: readonly string[]): Strings {
  return Object.fromEntries(Object.entries(strings).filter(([key]) => !keys.includes(key)));
}

function nonEmpty(name: string, strings: Strings): Readonly<Record<string, Strings>> {
  return Object.keys(strings).length === 0 ? {} : { [name]: strings };
}
