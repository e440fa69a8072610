import type { AnalysisTemplate, RolloutAnalysis } from '../../api/analysis.ts';
import type { Problem } from '../../api/problem.ts';
import { invalid } from '../../api/problem.ts';

/** A template by name, as it was found; undefined while it does not exist. */
export type FoundTemplate = Readonly<{ name: string; clusterScope: boolean; template: AnalysisTemplate | undefined }>;

type Spec = AnalysisTemplate['spec'];
type Reference = Readonly<{ templateName?: string; clusterScope?: boolean }>;

/** The specs of all templates that an analysis names, nested ones depth first, each once; or what is missing. */
export function gatherTemplates(
  analysis: RolloutAnalysis,
  found: readonly FoundTemplate[],
  path: string,
): Readonly<{ specs: readonly Spec[]; problems: readonly Problem[] }> {
  const specs: Spec[] = [];
  const problems: Problem[] = [];
  const done = new Set<string>();
  const visit = (reference: Reference, at: string, above: readonly string[]): void => {
    const { templateName: name = '', clusterScope = false } = reference;
    const key = `${clusterScope ? 'cluster/' : ''}${name}`;
    const kind = clusterScope ? 'ClusterAnalysisTemplate' : 'AnalysisTemplate';
    if (above.includes(key)) {
      problems.push(
        invalid(at, 'TemplateCycle', name, `${kind} "${name}" names itself through its templates; break the cycle`),
      );
      return;
    }
    if (done.has(key)) return;
    done.add(key);
    const template = found.find((one) => one.name === name && one.clusterScope === clusterScope)?.template;
    if (template === undefined) {
      problems.push(
        invalid(at, 'TemplateMissing', name, `${kind} "${name}" does not exist; create it, or name one that exists`),
      );
      return;
    }
    specs.push(template.spec);
    for (const nested of template.spec.templates ?? []) visit(nested, at, [...above, key]);
  };
  const named = analysis.templates ?? [];
  named.forEach((reference, index) => visit(reference, `${path}.templates[${index}].templateName`, []));
  if (named.length === 0) problems.push(invalid(`${path}.templates`, 'NoTemplates', [], 'name at least one template'));
  return { specs, problems };
}
