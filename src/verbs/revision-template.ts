import { withoutInjected } from '../api/injected-template.ts';
import type { PodTemplate } from '../api/meta.ts';
import type { SeenReplicaSet } from './seen.ts';

/**
 * The template that a person wrote for a revision: that of its ReplicaSet without what a controller put in, which is
 * the hash label, metadata of the canary or stable role, and the anti-affinity between revisions. With any of these
 * left in, going back would make a new revision instead of an old one (fix F-B7).
 */
export function templateOf({ metadata, spec }: SeenReplicaSet): PodTemplate {
  const { metadata: meta = {}, ...template } = withoutInjected(spec?.template, metadata.annotations ?? {});
  const { creationTimestamp, ...kept } = meta;
  void creationTimestamp;
  return { ...template, metadata: kept };
}
