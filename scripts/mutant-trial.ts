import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parse } from 'yaml';
import type { KubeObject } from '../src/kube/resource.ts';
import { drawWorld } from '../src/simulate/draw-world.ts';
import { judgeVariation, variationsOf } from '../src/simulate/exhaustive.ts';
import { judgeScenario } from '../src/simulate/judge-scenario.ts';
import { SCENARIOS } from '../src/simulate/scenarios.ts';
import { silentMetrics } from '../src/simulate/silent-metrics.ts';
import type { WorldParts } from '../src/simulate/world.ts';
import { playWorld } from '../src/simulate/world.ts';

/** What came of one mutant: which world killed it, and what our own rules of safety would have refused. */
export type Trial = Readonly<{ worlds: number; killedBy?: string; why?: string; refused?: string }>;

const KINDS = ['rollouts', 'analysisruns', 'analysistemplates', 'clusteranalysistemplates', 'experiments'];

const parts: WorldParts = {
  crds: KINDS.map((name) => parse(readFileSync(`crds/sluice.dev/${name}.yaml`, 'utf8')) as KubeObject),
  metrics: silentMetrics,
  refusals: 'Noted',
};

/** Scenarios that are played with each error and each stall at every write. */
const STALLED = ['routed-aborted'];

/** Plays the scenarios, then so many seeds, then one scenario exhaustively, in the tree that this file stands in, until one of them is broken. */
async function tryOut(seeds: number): Promise<Trial> {
  let worlds = 0;
  let refused: string | undefined;
  for (const scenario of SCENARIOS) {
    worlds += 1;
    const report = await playWorld(scenario.plan, parts);
    refused ??= report.refused[0];
    const [why] = judgeScenario(scenario, report);
    if (why !== undefined) return trialOf(worlds, refused, scenario.name, why);
  }
  for (let seed = 1; seed <= seeds; seed += 1) {
    worlds += 1;
    const report = await playWorld(drawWorld(seed), parts);
    refused ??= report.refused[0];
    const [why] = report.wrong;
    if (why !== undefined) return trialOf(worlds, refused, `seed ${seed}`, why);
  }
  for (const name of STALLED) {
    const scenario = SCENARIOS.find((candidate) => candidate.name === name);
    if (scenario === undefined) throw new Error(`there is no scenario ${name}`);
    const calm = await playWorld(scenario.plan, parts);
    for (const family of ['error', 'stall'] as const) {
      for (const variation of variationsOf(scenario, calm, family)) {
        worlds += 1;
        const report = await playWorld(variation.plan, parts);
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

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '0' } } });
process.stdout.write(`${JSON.stringify(await tryOut(Number(values.seeds)))}\n`);
