import { expect, test } from 'vitest';
import type { Family } from '../../src/simulate/exhaustive.ts';
import { FAMILIES, judgeVariation, variationsOf } from '../../src/simulate/exhaustive.ts';
import { judgeScenario } from '../../src/simulate/judge-scenario.ts';
import type { Scenario } from '../../src/simulate/scenarios.ts';
import { SCENARIOS } from '../../src/simulate/scenarios.ts';
import { playWorld } from '../../src/simulate/world.ts';
import { PARTS } from './parts.ts';

test.each(SCENARIOS)('scenario $name ends as it is meant to, and loses no request', async (scenario) => {
  const report = await playWorld(scenario.plan, PARTS);
  expect(judgeScenario(scenario, report)).toEqual([]);
  expect(report.lost).toBe(0);
});

/** All of them are played by `npm run sim -- --exhaustive`; here, a few of each family, another scenario for each. */
const SAMPLES: Readonly<Record<Family, readonly [scenario: string, every: number]>> = {
  crash: ['routed-aborted', 12],
  error: ['blue-green-promoted', 40],
  stale: ['routed-weights-fall', 150],
  stall: ['basic-promoted', 12],
  watch: ['routed-aborted', 150],
};

test.each(FAMILIES)(
  'fault %s, wherever it comes, leads to the end that the scenario has without it',
  async (family) => {
    const [name, every] = SAMPLES[family];
    const scenario = SCENARIOS.find((candidate) => candidate.name === name) as Scenario;
    const calm = await playWorld(scenario.plan, PARTS);
    const variations = variationsOf(scenario, calm, family);
    expect(variations.length).toBeGreaterThan(20);
    for (const { name: where, plan } of variations.filter((_, index) => index % every === 0)) {
      const problems = judgeVariation(calm, await playWorld(plan, PARTS));
      if (problems.length > 0)
        expect.fail(`${where}: ${problems.join('; ')}\nrepeat with: npm run sim -- --exhaustive ${name}`);
    }
  },
);
