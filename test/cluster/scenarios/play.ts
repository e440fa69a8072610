import { tell } from '../command.ts';
import { controllerLog } from '../product.ts';
import { target } from '../target.ts';
import { countWrites, findVerdict, PRODUCT_USER, readAudit } from './measures.ts';
import type { Row } from './report.ts';
import { verdictOf } from './report.ts';
import type { Scenario } from './scenario.ts';
import type { Stage } from './stage.ts';
import { connectCluster, openStage } from './stage.ts';

/** How many scenarios play side by side: each loads the machine with 210 requests a second. */
const SIDE_BY_SIDE = 2;

/** Plays all scenarios, those that stop parts which others need one by one at the end; answers a row for each. */
export async function playAll(scenarios: readonly Scenario[], run: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const waiting = scenarios.filter(({ alone }) => alone !== true);
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) rows.push(await play(next, run));
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  for (const scenario of scenarios.filter(({ alone }) => alone === true)) rows.push(await play(scenario, run));
  return rows;
}

async function play(scenario: Scenario, run: string): Promise<Row> {
  const client = connectCluster(target().kubeconfig);
  const name = `${scenario.id}-${run}`;
  const startedAt = performance.now();
  let stage: Stage | undefined;
  let error: string | undefined;
  try {
    stage = await openStage(name, client);
    await scenario.play(stage);
    await stage.stopLoad();
  } catch (failure) {
    error = failure instanceof Error ? failure.message : String(failure);
    await stage?.stopLoad().catch(() => undefined);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const row = await measure({ scenario, seconds, error, load: stage?.report }, name);
  const why = verdictOf(row);
  const word = why === undefined ? 'passed' : 'FAILED';
  tell(`${word} ${scenario.name} (${seconds.toFixed(0)} s)${why === undefined ? '' : `: ${why}`}`);
  // A failed one stays to be looked at, until the cluster goes down.
  if (why === undefined) await stage?.clear();
  await client.close();
  return row;
}

/** Adds what the controller's log and the audit log tell; a log that cannot be read is a failure of the scenario. */
async function measure(played: Pick<Row, 'scenario' | 'seconds' | 'error' | 'load'>, namespace: string): Promise<Row> {
  const nothing = { verdictToZero: undefined, verdictToSilence: undefined, writes: undefined };
  try {
    const audit = await readAudit();
    const verdict = findVerdict(await controllerLog(), namespace);
    // The last answer of the judged version says something only where that version never came back.
    const judged = played.scenario.judged === true ? played.load?.seen.get('v2')?.last : undefined;
    const silence = judged === undefined ? undefined : performance.timeOrigin + judged;
    return {
      ...played,
      verdictToZero: verdict?.zeroAt === undefined ? undefined : verdict.zeroAt - verdict.at,
      verdictToSilence: verdict === undefined || silence === undefined ? undefined : silence - verdict.at,
      writes: audit === undefined ? undefined : countWrites(audit, PRODUCT_USER, namespace),
    };
  } catch (failure) {
    const why = failure instanceof Error ? failure.message : String(failure);
    return { ...played, ...nothing, error: played.error ?? `its logs cannot be read: ${why}` };
  }
}
