import type { Scenario } from './scenarios.ts';
import type { WorldReport } from './world-report.ts';

/** What is wrong with a scenario that was played: broken rules, or another end than it is meant to have. */
export function judgeScenario(
  { ends }: Scenario,
  { wrong, ended, end, stableVersion }: WorldReport,
): readonly string[] {
  if (wrong.length > 0) return wrong;
  const phase = ended.split(':')[0];
  const { abort: aborted } = JSON.parse(end) as Readonly<{ abort: boolean }>;
  const asMeant = phase === ends.phase && stableVersion === ends.stable && (ends.aborted !== true || aborted);
  return asMeant ? [] : [`it ended ${ended} with v${stableVersion} stable, not ${ends.phase} with v${ends.stable}`];
}
