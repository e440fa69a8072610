import { labelProblems } from './metadata.ts';
import { qualifiedNameProblems } from './names.ts';
import type { FieldProblem } from './refusal.ts';
import { forbiddenField, invalidValue, required } from './refusal.ts';
import type { JsonMap } from './schema.ts';
import { isMap } from './schema.ts';

/** What is wrong with a LabelSelector at a path. Source: apimachinery, ValidateLabelSelector. */
export function selectorProblems(selector: unknown, path: string): readonly FieldProblem[] {
  if (!isMap(selector)) return [];
  const { matchLabels, matchExpressions } = selector;
  const expressions = Array.isArray(matchExpressions) ? (matchExpressions as readonly JsonMap[]) : [];
  return [
    ...labelProblems(isMap(matchLabels) ? (matchLabels as Record<string, string>) : {}, `${path}.matchLabels`),
    ...expressions.flatMap((one, index) => expressionProblems(one, `${path}.matchExpressions[${index}]`)),
  ];
}

function expressionProblems({ key, operator, values }: JsonMap, path: string): readonly FieldProblem[] {
  const given = Array.isArray(values) ? values.length : 0;
  const problems: FieldProblem[] = [];
  if (operator === 'In' || operator === 'NotIn') {
    if (given === 0) problems.push(required(`${path}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
  } else if (operator === 'Exists' || operator === 'DoesNotExist') {
    const detail = "may not be specified when `operator` is 'Exists' or 'DoesNotExist'";
    if (given > 0) problems.push(forbiddenField(`${path}.values`, detail));
  } else problems.push(invalidValue(`${path}.operator`, operator ?? '', 'not a valid selector operator'));
  const wrong = qualifiedNameProblems(typeof key === 'string' ? key : '', 'a valid label key');
  return [...problems, ...wrong.map((one) => invalidValue(`${path}.key`, key ?? '', one))];
}
