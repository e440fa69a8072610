import type { TemplateChange } from '../action.ts';
import { lackOfAffinity, wantedAffinity } from './anti-affinity.ts';
import type { ObservedReplicaSet } from './observed-rollout.ts';
import { lackOfMetadata } from './pod-metadata.ts';
import type { Injection } from './replica-set.ts';
import { recoverStable } from './reset.ts';
import type { Situation } from './situation.ts';
import { blueGreenOf, canaryOf } from './situation.ts';

/** What a revision that is about to be made gets in its template, before its first pod. */
export function injectionFor(situation: Situation, hash: string): Injection {
  const stable = recoverStable(situation, hash);
  const pods = (canaryOf(situation) ?? blueGreenOf(situation))?.pods;
  const { affinity } = situation.spec.template.spec ?? {};
  const first = stable === hash;
  const apart = !first && pods?.keepApart !== undefined;
  return {
    metadata: (first ? pods?.stableMetadata : pods?.updateMetadata) ?? { labels: {}, annotations: {} },
    affinity: apart ? wantedAffinity(situation, affinity, stable) : undefined,
  };
}

/** What an existing ReplicaSet's template and annotations lack; its pods follow once that was seen. */
export function lackOf(
  situation: Situation,
  replicaSet: ObservedReplicaSet,
): Readonly<{ template?: TemplateChange; annotations: Readonly<Record<string, string | null>> }> {
  const metadata = lackOfMetadata(situation, replicaSet);
  const affinity = lackOfAffinity(situation, replicaSet);
  const template: TemplateChange = {
    ...(metadata?.template === undefined ? {} : { metadata: metadata.template }),
    ...affinity,
  };
  return {
    annotations: metadata?.annotations ?? {},
    ...(Object.keys(template).length === 0 ? {} : { template }),
  };
}
