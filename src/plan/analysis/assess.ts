import type { AnalysisPhase } from '../../api/analysis.ts';
import type { Metric } from '../../api/metric.ts';
import { evaluateExpression } from './expression/evaluate.ts';
import type { Value } from './expression/operators.ts';
import { typeOf } from './expression/operators.ts';
import { ExpressionError } from './expression/token.ts';
import type { Reading } from '../../api/reading.ts';

/** What one reading says about a metric. */
export type Assessment = Readonly<{
  phase: Extract<AnalysisPhase, 'Successful' | 'Failed' | 'Inconclusive' | 'Error'>;
  message?: string;
}>;

/**
 * Judges a reading by the conditions of a metric: failure wins over success, and neither true of two is inconclusive.
 * What is no evidence is an Error, never a success: no data, NaN or infinite where a number is all there is, an
 * evaluation that fails. Source: rollout-semantics 1.8; reliability S11.
 */
export function assessReading(metric: Metric, reading: Reading): Assessment {
  if (reading.kind === 'NoEvidence') return { phase: 'Error', message: reading.message };
  // A look is taken or not; what it says is weighed with all others.
  if (reading.kind === 'Look') return { phase: 'Successful' };
  if (reading.kind === 'Verdict') {
    return { phase: reading.phase, ...(reading.message === undefined ? {} : { message: reading.message }) };
  }
  const { successCondition = '', failureCondition = '' } = metric;
  const hasSuccess = successCondition.trim() !== '';
  const hasFailure = failureCondition.trim() !== '';
  // Who writes default(result, …) or isNil(result) has said what no data mean.
  const reckoned = reading.value === null && /\b(?:default|isNil)\s*\(/.test(`${successCondition} ${failureCondition}`);
  if (!reckoned && !usable(reading.value))
    return { phase: 'Error', message: 'no data: the value is not a finite number' };
  if (!hasSuccess && !hasFailure) return { phase: 'Successful' };
  try {
    const failed = hasFailure && holds(failureCondition, reading.value);
    const succeeded = hasSuccess && holds(successCondition, reading.value);
    if (failed) return { phase: 'Failed' };
    if (hasSuccess && succeeded) return { phase: 'Successful' };
    if (hasSuccess && hasFailure) return { phase: 'Inconclusive' };
    return { phase: hasSuccess ? 'Failed' : 'Successful' };
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return { phase: 'Error', message: error.message };
  }
}

function holds(condition: string, result: Value): boolean {
  const value = evaluateExpression(condition, { result });
  if (typeof value === 'boolean') return value;
  throw new ExpressionError(`the condition gives no true or false but a ${typeOf(value)}`, 0);
}

/** False for what cannot speak for or against a version: no number at all, or not one finite number. */
function usable(value: Value): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (Array.isArray(value))
    return value.length > 0 && value.every((item) => typeof item !== 'number' || Number.isFinite(item));
  return value !== null;
}
