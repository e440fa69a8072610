import type { AnalysisTemplate } from '../api/analysis.ts';
import type { ObservedTemplate } from '../plan/rollout/observed-rollout.ts';
import type { Stores } from './stores.ts';

/** All templates that are named directly or by other templates, each once; a cycle ends by that. */
export function gatherTemplates(
  stores: Pick<Stores, 'analysisTemplates' | 'clusterAnalysisTemplates'>,
  named: readonly Readonly<{ name: string; clusterScope: boolean }>[],
  namespace: string,
): readonly ObservedTemplate[] {
  const found = new Map<string, ObservedTemplate>();
  const visit = (name: string, clusterScope: boolean): void => {
    const key = `${clusterScope ? 'cluster' : 'namespace'}/${name}`;
    if (found.has(key)) return;
    const template: AnalysisTemplate | undefined = clusterScope
      ? stores.clusterAnalysisTemplates.get(undefined, name)
      : stores.analysisTemplates.get(namespace, name);
    found.set(key, { name, clusterScope, template });
    for (const nested of template?.spec.templates ?? []) {
      if (nested.templateName !== undefined) visit(nested.templateName, nested.clusterScope === true);
    }
  };
  for (const { name, clusterScope } of named) visit(name, clusterScope);
  return [...found.values()];
}
