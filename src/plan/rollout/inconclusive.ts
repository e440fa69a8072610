import type { PauseCondition } from '../../api/rollout.ts';
import { experimentOf } from './experiments.ts';
import { stepRunReport } from './runs.ts';
import type { Situation } from './situation.ts';

/** What ended without a verdict: of the step under way, or beside the steps; and the pause that it asks for. */
export type Inconclusive = Readonly<{ step: boolean; other: boolean; reason: PauseCondition['reason'] | undefined }>;

/** Whether a run or experiment that the update relies on ended without a verdict. */
export function findInconclusive(situation: Situation): Inconclusive {
  const { canary, blueGreen } = situation.status;
  const others = [
    canary?.currentBackgroundAnalysisRunStatus,
    blueGreen?.prePromotionAnalysisRunStatus,
    blueGreen?.postPromotionAnalysisRunStatus,
  ];
  const run = [stepRunReport(situation)].some((report) => report?.status === 'Inconclusive');
  const other = others.some((report) => report?.status === 'Inconclusive');
  const experiment = experimentOf(situation)?.status?.phase === 'Inconclusive';
  const reason = run || other ? 'InconclusiveAnalysisRun' : experiment ? 'InconclusiveExperiment' : undefined;
  return { step: run || experiment, other, reason };
}
