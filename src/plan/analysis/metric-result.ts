import type { AnalysisPhase, Measurement, MetricResult } from '../../api/analysis.ts';
import type { Limits } from './limits.ts';

/** A verdict on a metric so far, with the words that the status gives for it. */
export type MetricVerdict = Readonly<{ phase: AnalysisPhase; message?: string }>;

/** A result without measurements. */
export function newResult(name: string, dryRun: boolean): MetricResult {
  return { name, phase: 'Pending', ...(dryRun ? { dryRun: true } : {}) };
}

/** A result with one more finished measurement; only the newest `kept` measurements stay. */
export function withMeasurement(result: MetricResult, measurement: Measurement, kept: number): MetricResult {
  const { phase } = measurement;
  const more = (field: 'successful' | 'failed' | 'inconclusive' | 'error', of: AnalysisPhase): object =>
    phase === of ? { [field]: (result[field] ?? 0) + 1 } : {};
  return {
    ...result,
    measurements: [...(result.measurements ?? []), measurement].slice(-Math.max(1, kept)),
    ...(phase === 'Error' ? {} : { count: (result.count ?? 0) + 1 }),
    ...more('successful', 'Successful'),
    ...more('failed', 'Failed'),
    ...more('inconclusive', 'Inconclusive'),
    ...more('error', 'Error'),
    consecutiveError: phase === 'Error' ? (result.consecutiveError ?? 0) + 1 : 0,
    consecutiveSuccess: phase === 'Successful' ? (result.consecutiveSuccess ?? 0) + 1 : 0,
  };
}

/** Where a metric stands by its limits: Error beats Inconclusive beats Failed. Source: rollout-semantics 1.8. */
export function judgeMetric(result: MetricResult, limits: Limits): MetricVerdict {
  const { failed = 0, inconclusive = 0, consecutiveError = 0, consecutiveSuccess = 0, count = 0 } = result;
  if (consecutiveError > limits.consecutiveErrorLimit) {
    const broken = `consecutiveErrors (${consecutiveError}) > consecutiveErrorLimit (${limits.consecutiveErrorLimit})`;
    return { phase: 'Error', message: `${title(result)} assessed Error due to ${broken}: no evidence` };
  }
  if (inconclusive > limits.inconclusiveLimit) {
    const broken = `inconclusive (${inconclusive}) > inconclusiveLimit (${limits.inconclusiveLimit})`;
    return { phase: 'Inconclusive', message: `${title(result)} assessed Inconclusive due to ${broken}` };
  }
  if (limits.failureLimit !== -1 && failed > limits.failureLimit) {
    const broken = `failed (${failed}) > failureLimit (${limits.failureLimit})`;
    return { phase: 'Failed', message: `${title(result)} assessed Failed due to ${broken}` };
  }
  const { consecutiveSuccessLimit } = limits;
  if (consecutiveSuccessLimit > 0 && consecutiveSuccess >= consecutiveSuccessLimit) return { phase: 'Successful' };
  if (limits.count !== undefined && count >= limits.count) return judgeFull(result, limits);
  return { phase: 'Running' };
}

function judgeFull(result: MetricResult, limits: Limits): MetricVerdict {
  if (limits.consecutiveSuccessLimit === 0) return { phase: 'Successful' };
  const broken = `consecutiveSuccess (${result.consecutiveSuccess ?? 0}) < consecutiveSuccessLimit (${limits.consecutiveSuccessLimit})`;
  const phase = limits.failureLimit === -1 ? 'Failed' : 'Inconclusive';
  return { phase, message: `${title(result)} assessed ${phase} due to ${broken}` };
}

/** How messages name a metric; a dry-run one goes without its name, as Argo writes it. */
function title({ name, dryRun }: MetricResult): string {
  return dryRun === true ? 'Metric' : `Metric "${name}"`;
}

/** True for a phase that a metric or run does not leave any more. */
export function isFinal(phase: AnalysisPhase | undefined): boolean {
  return phase === 'Successful' || phase === 'Failed' || phase === 'Error' || phase === 'Inconclusive';
}
