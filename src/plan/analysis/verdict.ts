import type { AnalysisPhase, AnalysisRunStatus, MetricResult } from '../../api/analysis.ts';
import { isFinal } from './metric-result.ts';

/** From best to worst (rollout-semantics 1.8). */
const ORDER: readonly AnalysisPhase[] = ['Successful', 'Running', 'Pending', 'Inconclusive', 'Error', 'Failed'];

/** The worst of several phases; Successful for none. */
export function worstPhase(phases: readonly AnalysisPhase[]): AnalysisPhase {
  return phases.reduce((worst, phase) => (ORDER.indexOf(phase) > ORDER.indexOf(worst) ? phase : worst), 'Successful');
}

/** How a run ends, or that it goes on. */
export type RunVerdict = Readonly<{ phase: AnalysisPhase; message?: string }>;

/** Why a run was ended from outside. */
export type Ended = 'ByRollout' | 'ByExperiment' | 'ByPerson' | undefined;

/**
 * The verdict on a run: the worst of its deciding metrics once all are complete; the first metric that ends badly ends
 * the run. One that we ended because its update or experiment is over is Successful without a verdict; one that a person terminated
 * needs a good measurement of each metric, else it is Inconclusive (rulings 4, fix F-D1).
 */
export function judgeRun(results: readonly MetricResult[], ended: Ended): RunVerdict {
  const deciding = results.filter(({ dryRun }) => dryRun !== true);
  const bad = deciding.filter(({ phase }) => isFinal(phase) && phase !== 'Successful');
  if (bad.length > 0) {
    const phase = worstPhase(bad.map((result) => result.phase));
    const message = bad.find((result) => result.phase === phase)?.message;
    return { phase, ...(message === undefined ? {} : { message }) };
  }
  // With nothing but dry-run metrics there is nothing to decide, and nothing that a step could wait for any longer.
  const complete = results.length > 0 && results.every(({ phase }) => isFinal(phase));
  if (complete) return { phase: 'Successful' };
  if (ended === undefined) return { phase: 'Running' };
  const proved = deciding.length > 0 && deciding.every(({ successful = 0 }) => successful > 0);
  if (ended !== 'ByPerson') {
    const message = `Run Terminated: it ended with the ${ended === 'ByRollout' ? 'update' : 'experiment'}`;
    return { phase: 'Successful', message: proved ? message : `${message} and has no verdict` };
  }
  return proved
    ? { phase: 'Successful', message: 'Run Terminated' }
    : { phase: 'Inconclusive', message: 'Run Terminated before every metric had a good measurement' };
}

type Summary = NonNullable<AnalysisRunStatus['runSummary']>;

/** How many metrics ended how. */
export function summarize(results: readonly MetricResult[]): Summary {
  const count = (phase: AnalysisPhase): number => results.filter((result) => result.phase === phase).length;
  return {
    count: results.length,
    ...positive('successful', count('Successful')),
    ...positive('failed', count('Failed')),
    ...positive('inconclusive', count('Inconclusive')),
    ...positive('error', count('Error')),
  };
}

function positive(name: string, value: number): Readonly<Record<string, number>> {
  return value === 0 ? {} : { [name]: value };
}
