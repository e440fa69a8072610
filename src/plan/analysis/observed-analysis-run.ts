import type { AnalysisRun } from '../../api/analysis.ts';
import type { ApiGroup } from '../../api/names.ts';
import type { Existing } from '../action.ts';
import type { ReadingAnswer } from '../../api/reading.ts';

/** All that a decision about one AnalysisRun may depend on, as plain JSON. */
export type ObservedAnalysisRun = Readonly<{
  group: ApiGroup;
  run: AnalysisRun;
  /** Readings that came in and are not in the status yet, by metric; `ordinal` tells which measurement it answers. */
  readings: readonly Readonly<{ metric: string; ordinal: number; answer: ReadingAnswer }>[];
  /** Measurements that this process has started and that are not answered yet. */
  inFlight: readonly Readonly<{ metric: string; ordinal: number }>[];
}>;

/** What may be done for an AnalysisRun. */
export type AnalysisRunAction =
  /** Takes the measurement of that number (count + errors + 1) of a metric. */
  | Readonly<{ kind: 'Measure'; metric: string; ordinal: number }>
  | Readonly<{ kind: 'CancelMeasurements' }>
  | Readonly<{ kind: 'DeleteRun'; target: Existing }>;
