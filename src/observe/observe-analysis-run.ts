import type { AnalysisRun } from '../api/analysis.ts';
import type { ApiGroup } from '../api/names.ts';
import type { ReadingAnswer } from '../api/reading.ts';
import type { AnswerReader } from '../kube/answers.ts';
import type { StoreReader } from '../kube/store.ts';
import type { ObservedAnalysisRun } from '../plan/analysis/observed-analysis-run.ts';

/** Questions of this form hold a reading: `measure/<metric>`, at the number of the measurement. */
export const MEASURE_PREFIX = 'measure/';

/** What an observation of a run takes in beside its store. */
export type RunSurroundings = Readonly<{
  group: ApiGroup;
  answers: AnswerReader;
  inFlight: ObservedAnalysisRun['inFlight'];
}>;

/** Gathers all that a decision about a run depends on; undefined when it is gone or being deleted. */
export function observeAnalysisRun(
  runs: StoreReader<AnalysisRun>,
  around: (uid: string) => RunSurroundings,
  namespace: string,
  name: string,
): ObservedAnalysisRun | undefined {
  const run = runs.get(namespace, name);
  if (run === undefined || run.metadata.deletionTimestamp !== undefined) return undefined;
  const { uid = '' } = run.metadata;
  const { group, answers, inFlight } = around(uid);
  const readings = answers
    .about(uid)
    .filter(({ question }) => question.startsWith(MEASURE_PREFIX))
    .map(({ question, generation, answer }) => ({
      metric: question.slice(MEASURE_PREFIX.length),
      ordinal: Number(generation),
      answer: answer as unknown as ReadingAnswer,
    }));
  return { group, run, readings, inFlight };
}
