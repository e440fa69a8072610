import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import type { Family, Variation } from '../src/simulate/exhaustive.ts';
import { FAMILIES, judgeVariation, variationsOf } from '../src/simulate/exhaustive.ts';
import { judgeScenario } from '../src/simulate/judge-scenario.ts';
import type { Scenario } from '../src/simulate/scenarios.ts';
import { SCENARIOS } from '../src/simulate/scenarios.ts';
import { playWorld } from '../src/simulate/world.ts';
import { parts } from './sim-parts.ts';

/** What a worker is asked for, and what it answers. */
type Task = Readonly<{ scenario: string; family: Family }>;
type Line = Task &
  Readonly<{ played: number; failed: readonly Readonly<{ where: string; why: string; plan: Variation['plan'] }>[] }>;

/** Failures of one family that are kept: more of the same tell nothing new. */
const KEPT = 5;

function tell(text: string): void {
  process.stdout.write(`${text}\n`);
}

async function play({ scenario: name, family }: Task): Promise<Line> {
  const scenario = SCENARIOS.find((candidate) => candidate.name === name) as Scenario;
  const calm = await playWorld(scenario.plan, parts);
  const [wrong] = judgeScenario(scenario, calm);
  if (wrong !== undefined)
    return { scenario: name, family, played: 1, failed: [{ where: name, why: wrong, plan: scenario.plan }] };
  const variations = variationsOf(scenario, calm, family);
  const failed: Line['failed'][number][] = [];
  for (const { name: where, plan } of variations) {
    const [why] = judgeVariation(calm, await playWorld(plan, parts));
    if (why !== undefined && failed.length < KEPT) failed.push({ where, why, plan });
  }
  return { scenario: name, family, played: variations.length, failed };
}

/**
 * Plays every variation of the scenarios of that name (undefined: of all) by the family `only` (undefined: by each), on so many cores, and tells what came of
 * them; answers the plans that failed.
 */
export async function playExhaustively(
  name: string | undefined,
  only: string | undefined,
  cores: number,
): Promise<readonly Variation['plan'][]> {
  const chosen = SCENARIOS.filter((scenario) => name === undefined || scenario.name === name);
  if (chosen.length === 0)
    throw new Error(`no scenario "${name}"; there are ${SCENARIOS.map((each) => each.name).join(', ')}`);
  const families = FAMILIES.filter((family) => only === undefined || family === only);
  const tasks: Task[] = chosen.flatMap((scenario) => families.map((family) => ({ scenario: scenario.name, family })));
  const failed: Variation['plan'][] = [];
  let played = 0;
  const startedAt = performance.now();
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL(import.meta.url), { workerData: 'variations' });
    for (let task = tasks.shift(); task !== undefined; task = tasks.shift()) {
      const line = await ask(worker, task);
      played += line.played;
      tell(`${line.scenario.padEnd(38)} ${line.family.padEnd(6)} ${line.played} worlds, ${line.failed.length} failed`);
      for (const { where, why, plan } of line.failed) {
        tell(`  ${where}: ${why}`);
        failed.push(plan);
      }
    }
    await worker.terminate();
  };
  await Promise.all(Array.from({ length: Math.min(cores, tasks.length) }, work));
  const seconds = (performance.now() - startedAt) / 1000;
  tell(`${played} worlds of ${chosen.length} scenarios in ${seconds.toFixed(0)} s: ${failed.length} failed`);
  return failed;
}

function ask(worker: Worker, task: Task): Promise<Line> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('message', (line: Line) => {
      worker.off('error', reject);
      resolve(line);
    });
    worker.postMessage(task);
  });
}

if (!isMainThread && workerData === 'variations') {
  parentPort?.on('message', (task: Task) => void play(task).then((line) => parentPort?.postMessage(line)));
}
