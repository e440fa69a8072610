import type { PodMetadata } from '../../api/injected-template.ts';
import {
  NO_METADATA,
  podMetadataOf,
  readEphemeralMetadata,
  writeEphemeralMetadata,
} from '../../api/injected-template.ts';
import { EPHEMERAL_METADATA, LEAVING_METADATA } from '../../api/names.ts';
import { sameJson } from '../../units/canonical-json.ts';
import { keptText } from '../../units/kept-text.ts';
import type { Action, MetadataChange } from '../action.ts';
import type { ObservedPod, ObservedReplicaSet } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, canaryOf } from './situation.ts';

type Strings = Readonly<Record<string, string>>;

/** So many pods are changed by one plan, so that what is urgent never waits behind hundreds of calls. */
const PODS_AT_ONCE = 20;

/**
 * What the pods of a revision are to carry: the update's metadata on the new one while another is stable, the stable one's
 * on that, nothing on older ones. Source: rollout-semantics 1.2, canaryMetadata.
 */
export function wantedMetadata(situation: Situation, replicaSet: ObservedReplicaSet): PodMetadata {
  const { current, stable, promoted } = situation;
  const pods = (canaryOf(situation) ?? blueGreenOf(situation))?.pods;
  if (pods === undefined || (replicaSet !== current && replicaSet !== stable)) return NO_METADATA;
  const updating = replicaSet === current && !promoted && (situation.status.stableRS ?? '') !== '';
  return updating ? pods.updateMetadata : pods.stableMetadata;
}

/** What a ReplicaSet's template and annotations lack of that; undefined when nothing does. */
export type MetadataLack = Readonly<{
  template?: MetadataChange;
  annotations: Readonly<Record<string, string | null>>;
}>;

/**
 * The change of a ReplicaSet that makes new pods carry what is wanted. Keys that go are remembered until no live pod has
 * them: what else a pod carries is not ours to remove.
 */
export function lackOfMetadata(situation: Situation, replicaSet: ObservedReplicaSet): MetadataLack | undefined {
  const wanted = wantedMetadata(situation, replicaSet);
  const put = readEphemeralMetadata(replicaSet.annotations);
  const metadata = templateMetadata(replicaSet);
  const own = replicaSet === situation.current ? situation.spec.template.metadata : undefined;
  const template: MetadataChange = {
    labels: changesOf(metadata.labels, wanted.labels, put.labels, own?.labels),
    annotations: changesOf(metadata.annotations, wanted.annotations, put.annotations, own?.annotations),
  };
  const annotations: Record<string, string | null> = {};
  const remembered = writeEphemeralMetadata(wanted);
  if (remembered !== (replicaSet.annotations[EPHEMERAL_METADATA] ?? null) && !sameJson(wanted, put)) {
    annotations[EPHEMERAL_METADATA] = remembered;
  }
  const leaving = leavingKeys(situation, replicaSet, wanted, put);
  if (leaving !== (replicaSet.annotations[LEAVING_METADATA] ?? null)) annotations[LEAVING_METADATA] = leaving;
  const changes = !isEmpty(template);
  if (!changes && Object.keys(annotations).length === 0) return undefined;
  return { annotations, ...(changes ? { template } : {}) };
}

function templateMetadata({ template }: ObservedReplicaSet): PodMetadata {
  const { metadata } = (template ?? {}) as Readonly<{ metadata?: Partial<PodMetadata> }>;
  return podMetadataOf(metadata);
}

/** Keys to set and, of those put there before, to take away; one that the author's template has gets its value back. */
function changesOf(now: Strings, wanted: Strings, put: Strings, own: Strings = {}): Record<string, string | null> {
  const changes: Record<string, string | null> = {};
  for (const [key, value] of Object.entries(wanted)) if (now[key] !== value) changes[key] = value;
  for (const key of Object.keys(put)) {
    if (wanted[key] === undefined && now[key] !== own[key]) changes[key] = own[key] ?? null;
  }
  return changes;
}

/** Keys taken out of a template that live pods may still have. */
type Leaving = Readonly<{ labels: readonly string[]; annotations: readonly string[] }>;

function readLeaving({ annotations }: ObservedReplicaSet): Leaving {
  const strings = (value: unknown): readonly string[] =>
    Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
  try {
    const found = JSON.parse(annotations[LEAVING_METADATA] ?? '{}') as Partial<Record<keyof Leaving, unknown>>;
    return { labels: strings(found.labels), annotations: strings(found.annotations) };
  } catch {
    return { labels: [], annotations: [] };
  }
}

function leavingKeys(
  situation: Situation,
  replicaSet: ObservedReplicaSet,
  wanted: PodMetadata,
  put: PodMetadata,
): string | null {
  const hasPods = replicaSet.specReplicas > 0 || replicaSet.replicas > 0;
  const before = areClean(situation, replicaSet) ? { labels: [], annotations: [] } : readLeaving(replicaSet);
  const keys = (part: keyof Leaving): readonly string[] =>
    [...new Set([...before[part], ...Object.keys(put[part])])]
      .filter((key) => hasPods && wanted[part][key] === undefined)
      .toSorted();
  const next = { labels: keys('labels'), annotations: keys('annotations') };
  return next.labels.length + next.annotations.length === 0 ? null : JSON.stringify(next);
}

/** True once every pod of the ReplicaSet is known, and none has any more what its template lost. */
function areClean(situation: Situation, replicaSet: ObservedReplicaSet): boolean {
  const pods = livePodsOf(situation, replicaSet);
  if (!replicaSet.settled || pods.length < replicaSet.replicas) return false;
  return pods.every((pod) => isEmpty(changeOfPod(pod, NO_METADATA, replicaSet)));
}

/** The pods of a ReplicaSet that are not on their way out, as far as they were looked at. */
export function livePodsOf({ observed }: Situation, { uid }: ObservedReplicaSet): readonly ObservedPod[] {
  return observed.pods.filter(({ owner, leaving }) => owner === uid && !leaving);
}

/**
 * Brings live pods to what the template of their ReplicaSet says, once that was seen: a pod made meanwhile would else
 * come without it. Pods keep running.
 */
export function planPodMetadata(situation: Situation): readonly Action[] {
  const { current, stable, others } = situation;
  const sets = [...new Set([current, stable])].filter((one) => one !== undefined);
  const actions: Action[] = [];
  for (const replicaSet of [...sets, ...others]) {
    if (lackOfMetadata(situation, replicaSet)?.template !== undefined) continue;
    const wanted = wantedMetadata(situation, replicaSet);
    for (const pod of livePodsOf(situation, replicaSet)) {
      const metadata = changeOfPod(pod, wanted, replicaSet);
      if (isEmpty(metadata)) continue;
      const { name, uid } = pod;
      actions.push({ kind: 'ChangePodMetadata', name, uid, metadata, because: `as the pods of ${replicaSet.name}` });
      if (actions.length >= PODS_AT_ONCE) return actions;
    }
  }
  return actions;
}

/** What a pod lacks of what is wanted, and has of what left; a key that the template has itself gets its value from there. */
function changeOfPod(pod: ObservedPod, wanted: PodMetadata, replicaSet: ObservedReplicaSet): MetadataChange {
  const leaving = readLeaving(replicaSet);
  const template = templateMetadata(replicaSet);
  const part = (name: keyof PodMetadata): Record<string, string | null> => {
    const goals = leaving[name].map((key) => [key, template[name][key]] as const);
    const changes: Record<string, string | null> = {};
    for (const [key, value] of [...goals, ...Object.entries(wanted[name])]) {
      const now = pod[name][key];
      const same = value === undefined ? now === undefined : now !== undefined && keptText(now) === keptText(value);
      if (!same) changes[key] = value ?? null;
    }
    return changes;
  };
  return { labels: part('labels'), annotations: part('annotations') };
}

function isEmpty({ labels, annotations }: MetadataChange): boolean {
  return Object.keys(labels).length + Object.keys(annotations).length === 0;
}
