import type { AnalysisArgument, RolloutAnalysis } from './analysis.ts';
import { readFieldPath } from './field-path.ts';
import type { Problem } from './problem.ts';
import { invalid, required } from './problem.ts';
import type { Rollout } from './rollout.ts';

/** Every refusal of an analysis block of a Rollout that the Rollout alone tells. */
export function validateRolloutAnalysis(analysis: RolloutAnalysis, rollout: Rollout, path: string): readonly Problem[] {
  const templates = analysis.templates ?? [];
  const problems: Problem[] = [];
  if (templates.length === 0) {
    problems.push(required(`${path}.templates`, 'TemplateRequired', 'name at least one AnalysisTemplate'));
  }
  for (const [index, { templateName }] of templates.entries()) {
    if (templateName === undefined || templateName === '') {
      problems.push(required(`${path}.templates[${index}].templateName`, 'TemplateName', 'name the template'));
    }
  }
  return [...problems, ...validateRolloutArguments(analysis.args ?? [], rollout, `${path}.args`)];
}

/** Refuses arguments with more than one source, and field references to metadata that the Rollout does not have. */
export function validateRolloutArguments(
  args: readonly AnalysisArgument[],
  rollout: Rollout,
  path: string,
): readonly Problem[] {
  const problems: Problem[] = [];
  for (const [index, { value, valueFrom }] of args.entries()) {
    const place = `${path}[${index}]`;
    const { fieldRef, podTemplateHashValue } = valueFrom ?? {};
    const sources = [value, fieldRef, podTemplateHashValue].filter((source) => source !== undefined).length;
    if (sources > 1) {
      problems.push(
        invalid(place, 'OneArgumentSource', { value, valueFrom }, 'must hold exactly one of value and valueFrom'),
      );
    } else if (fieldRef?.fieldPath.startsWith('metadata.') === true) {
      // Other paths may lead into status, which fills only as the update goes on.
      const found = readFieldPath(rollout, fieldRef.fieldPath);
      if (!found.ok) {
        problems.push(
          invalid(`${place}.valueFrom.fieldRef.fieldPath`, 'FieldExists', fieldRef.fieldPath, `${found.why}; add it`),
        );
      }
    }
  }
  return problems;
}
