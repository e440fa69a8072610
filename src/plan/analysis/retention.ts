import { DEFAULT_MEASUREMENTS_KEPT } from '../../api/defaults.ts';
import type { AnalysisRunSpec } from '../../api/analysis.ts';
import { matchesPattern } from './expression/pattern.ts';

/** True when a rule's pattern (unanchored, RE2) names the metric; a pattern that is none names nothing. */
function names(pattern: string, metric: string): boolean {
  try {
    return matchesPattern(pattern, metric);
  } catch {
    return false;
  }
}

/** How many measurements of a metric are kept: the first rule that names it, else 10. */
export function measurementsKept(spec: AnalysisRunSpec, metric: string): number {
  const rule = (spec.measurementRetention ?? []).find(({ metricName }) => names(metricName, metric));
  return rule === undefined || rule.limit <= 0 ? DEFAULT_MEASUREMENTS_KEPT : rule.limit;
}

/** True when a metric is measured and shown, but never decides. */
export function isDryRun(spec: AnalysisRunSpec, metric: string): boolean {
  return (spec.dryRun ?? []).some(({ metricName }) => names(metricName, metric));
}

/** The rule of dryRun or measurementRetention that names no metric of the run, in words; undefined when all do. */
export function unmatchedRule(spec: AnalysisRunSpec): string | undefined {
  for (const field of ['dryRun', 'measurementRetention'] as const) {
    const rules: readonly Readonly<{ metricName: string }>[] = spec[field] ?? [];
    const odd = rules.find(({ metricName }) => !spec.metrics.some(({ name }) => names(metricName, name)));
    if (odd !== undefined) return `${field}: rule "${odd.metricName}" matches no metric; correct it or remove it`;
  }
  return undefined;
}
