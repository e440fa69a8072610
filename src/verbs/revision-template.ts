import { EPHEMERAL_METADATA, HASH_LABEL } from '../api/names.ts';
import type { PodTemplate } from '../api/meta.ts';
import type { SeenReplicaSet } from './seen.ts';

type Texts = Readonly<Record<string, string>>;
type Term = Readonly<{
  labelSelector?: Readonly<{ matchExpressions?: readonly Readonly<{ key?: string }>[] }>;
  podAffinityTerm?: Term;
}>;
type Lists = Readonly<Record<string, unknown>>;

/**
 * The template that a person wrote for a revision: that of its ReplicaSet without what a controller put in, which is
 * the hash label, metadata of the canary or stable role, and the anti-affinity between revisions. With any of these
 * left in, going back would make a new revision instead of an old one (fix F-B7).
 */
export function templateOf({ metadata, spec }: SeenReplicaSet): PodTemplate {
  const { metadata: meta = {}, spec: pod = {}, ...rest } = spec?.template ?? {};
  const { creationTimestamp, labels, annotations, ...others } = meta;
  void creationTimestamp;
  const put = injected(metadata.annotations?.[EPHEMERAL_METADATA]);
  const kept = {
    ...others,
    ...nonEmpty('labels', without(labels, [HASH_LABEL, ...put.labels])),
    ...nonEmpty('annotations', without(annotations, put.annotations)),
  };
  return { ...rest, metadata: kept, spec: withoutAntiAffinity(pod) };
}

/** The keys that the ReplicaSet's annotation remembers as put in; none when it cannot be read. */
function injected(text: string | undefined): Readonly<{ labels: readonly string[]; annotations: readonly string[] }> {
  try {
    const { labels = {}, annotations = {} } = JSON.parse(text ?? '{}') as Readonly<{
      labels?: Texts;
      annotations?: Texts;
    }>;
    return { labels: Object.keys(labels), annotations: Object.keys(annotations) };
  } catch {
    return { labels: [], annotations: [] };
  }
}

function without(texts: Texts = {}, keys: readonly string[]): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([key]) => !keys.includes(key)));
}

function nonEmpty(key: string, value: Lists): Lists {
  return Object.keys(value).length === 0 ? {} : { [key]: value };
}

function withoutAntiAffinity(pod: Lists): Lists {
  const { affinity, ...rest } = pod;
  const { podAntiAffinity, ...otherAffinity } = (affinity ?? {}) as Readonly<{ podAntiAffinity?: Lists }>;
  if (podAntiAffinity === undefined) return pod;
  const lists = Object.entries(podAntiAffinity).map(([key, terms]) => [key, foreign(terms)] as const);
  if (lists.every(([key, terms]) => terms === podAntiAffinity[key])) return pod;
  const left = Object.fromEntries(lists.filter(([, terms]) => !Array.isArray(terms) || terms.length > 0));
  return { ...rest, ...nonEmpty('affinity', { ...otherAffinity, ...nonEmpty('podAntiAffinity', left) }) };
}

/** Terms that do not speak of a revision; the very list when there are only such. */
function foreign(terms: unknown): unknown {
  if (!Array.isArray(terms)) return terms;
  const own = ({ labelSelector, podAffinityTerm }: Term): boolean =>
    podAffinityTerm === undefined
      ? (labelSelector?.matchExpressions ?? []).some(({ key }) => key === HASH_LABEL)
      : own(podAffinityTerm);
  return (terms as readonly Term[]).some(own) ? (terms as readonly Term[]).filter((term) => !own(term)) : terms;
}
