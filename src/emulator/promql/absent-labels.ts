import type { Expression } from './ast.ts';
import type { Labels } from './labels.ts';
import { METRIC_NAME, NO_LABELS, labelsOf } from './labels.ts';

/**
 * The labels that a selector demands by `=`: what absent() can say about a series that is not there. A label that is
 * demanded twice says nothing. Source: createLabelsForAbsentFunction in prometheus/promql/functions.go.
 */
export function absentLabels(selector: Expression): Labels {
  const inner = selector.kind === 'MatrixSelector' ? selector.selector : selector;
  if (inner.kind !== 'VectorSelector') return NO_LABELS;
  const found = new Map<string, string>();
  const seen = new Set<string>();
  for (const { name, operator, value } of inner.matchers) {
    if (name === METRIC_NAME) continue;
    if (operator === '=' && !seen.has(name)) {
      found.set(name, value);
      seen.add(name);
    } else {
      found.delete(name);
    }
  }
  return labelsOf(found);
}
