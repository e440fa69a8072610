import type { AntiAffinity } from './canary.ts';
import type { KeepApart, PodMetadata } from './injected-template.ts';
import { podMetadataOf } from './injected-template.ts';

/** What a strategy puts on pods and their templates. */
export type ParsedPods = Readonly<{
  /** On the new revision while an update runs: canaryMetadata, previewMetadata. */
  updateMetadata: PodMetadata;
  /** On the stable revision: stableMetadata, activeMetadata. */
  stableMetadata: PodMetadata;
  /** Keeps the new revision off the nodes of the stable one; undefined: they may share them. */
  keepApart: KeepApart | undefined;
}>;

/** Fills in what is absent; an anti-affinity that is neither of the two forms is left out. */
export function parsePods(
  update: Partial<PodMetadata> | undefined,
  stable: Partial<PodMetadata> | undefined,
  antiAffinity: AntiAffinity | undefined,
): ParsedPods {
  return {
    updateMetadata: podMetadataOf(update),
    stableMetadata: podMetadataOf(stable),
    keepApart: keepApartOf(antiAffinity),
  };
}

function keepApartOf(antiAffinity: AntiAffinity | undefined): KeepApart | undefined {
  const preferred = antiAffinity?.preferredDuringSchedulingIgnoredDuringExecution;
  if (preferred !== undefined) return { kind: 'Preferred', weight: preferred.weight };
  return antiAffinity?.requiredDuringSchedulingIgnoredDuringExecution === undefined ? undefined : { kind: 'Required' };
}
