import { hasInjectedAffinity, withAntiAffinity, withoutInjectedAffinity } from '../../api/injected-template.ts';
import { sameJson } from '../../units/canonical-json.ts';
import type { TemplateChange } from '../action.ts';
import type { ObservedReplicaSet } from './observed-rollout.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, canaryOf } from './situation.ts';

type Affinity = NonNullable<TemplateChange['affinity']>;

/**
 * The affinity of the current revision's pods: the author's, and while another revision is stable the term that keeps them
 * off its nodes (rollout-semantics 1.2, antiAffinity). Undefined: none. `stable` is the hash of that other revision.
 */
export function wantedAffinity(
  situation: Situation,
  affinity: unknown,
  stable: string | undefined,
): Affinity | undefined {
  const own = withoutInjectedAffinity(affinity);
  const apart = (canaryOf(situation) ?? blueGreenOf(situation))?.pods.keepApart;
  if (apart === undefined || stable === undefined) return own;
  return withAntiAffinity(own, apart, stable, situation.spec.namespace);
}

/** How a ReplicaSet's affinity is to change: only the current one has the term; undefined when it is as it should be. */
export function lackOfAffinity(
  situation: Situation,
  replicaSet: ObservedReplicaSet,
): Pick<TemplateChange, 'affinity'> | undefined {
  const { promoted, status } = situation;
  const { spec } = (replicaSet.template ?? {}) as Readonly<{ spec?: Readonly<{ affinity?: unknown }> }>;
  const now = spec?.affinity;
  const stable = replicaSet === situation.current && !promoted && status.stableRS !== '' ? status.stableRS : undefined;
  const apart = (canaryOf(situation) ?? blueGreenOf(situation))?.pods.keepApart;
  // What the author wrote, empty lists and all, is left alone where there is nothing of ours to take out or put in.
  if ((stable === undefined || apart === undefined) && !hasInjectedAffinity(now)) return undefined;
  const wanted = wantedAffinity(situation, now, stable);
  return sameJson(wanted ?? null, now ?? null) ? undefined : { affinity: wanted ?? null };
}
