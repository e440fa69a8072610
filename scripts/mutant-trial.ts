import { parseArgs } from 'node:util';
import { drawWorld } from '../src/simulate/draw-world.ts';
import { judgeVariation, variationsOf } from '../src/simulate/exhaustive.ts';
import { judgeScenario } from '../src/simulate/judge-scenario.ts';
import { SCENARIOS } from '../src/simulate/scenarios.ts';
import type { WorldPlan } from '../src/simulate/world-plan.ts';
import type { WorldReport } from '../src/simulate/world-report.ts';
import type { WorldParts } from '../src/simulate/world.ts';
import { playWorld } from '../src/simulate/world.ts';
import { parts as simParts } from './sim-parts.ts';

/** What came of one mutant: which world killed it, and what our own rules of safety would have refused. */
export type Trial = Readonly<{ worlds: number; killedBy?: string; why?: string; refused?: string }>;

const parts: WorldParts = { ...simParts, refusals: 'Noted' };

/** Plays a world, and shows a sign of life. */
async function play(plan: WorldPlan): Promise<WorldReport> {
  const report = await playWorld(plan, parts);
  process.stderr.write('.');
  return report;
}

/** Which families of faults they are put through, and that at each place, or each so many. */
const EXHAUSTIVELY = [
  ['error', 1],
  ['stall', 1],
  ['stale', 15],
  ['watch', 5],
] as const;

/** Scenarios that are played exhaustively. */
const STALLED = ['routed-aborted'];

/** Plays the scenarios, then so many seeds, then one scenario exhaustively, in the tree that this file stands in, until one of them is broken. */
async function tryOut(seeds: number, quick: boolean): Promise<Trial> {
  let worlds = 0;
  let refused: string | undefined;
  for (const scenario of SCENARIOS) {
    worlds += 1;
    const report = await play(scenario.plan);
    refused ??= report.refused[0];
    const [why] = judgeScenario(scenario, report);
    if (why !== undefined) return trialOf(worlds, refused, scenario.name, why);
  }
  for (let seed = 1; seed <= seeds; seed += 1) {
    worlds += 1;
    const report = await play(drawWorld(seed));
    refused ??= report.refused[0];
    const [why] = report.wrong;
    if (why !== undefined) return trialOf(worlds, refused, `seed ${seed}`, why);
  }
  if (quick) return trialOf(worlds, refused);
  for (const name of STALLED) {
    const scenario = SCENARIOS.find((candidate) => candidate.name === name);
    if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
    const calm = await play(scenario.plan);
    for (const [family, every] of EXHAUSTIVELY) {
      for (const [index, variation] of variationsOf(scenario, calm, family).entries()) {
        if (index % every !== 0) continue;
        worlds += 1;
        const report = await play(variation.plan);
        refused ??= report.refused[0];
        const [why] = judgeVariation(calm, report);
        if (why !== undefined) return trialOf(worlds, refused, variation.name, why);
      }
    }
  }
  return trialOf(worlds, refused);
}

function trialOf(worlds: number, refused: string | undefined, killedBy?: string, why?: string): Trial {
  return {
    worlds,
    ...(refused === undefined ? {} : { refused }),
    ...(killedBy === undefined || why === undefined ? {} : { killedBy, why }),
  };
}

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '0' }, quick: { type: 'boolean', default: false } },
});
process.stdout.write(`${JSON.stringify(await tryOut(Number(values.seeds), values.quick))}\n`);
