import { expect, test } from 'vitest';
import { loadScenarios } from './runner/load.ts';
import { playScenario } from './runner/play.ts';
import { openVirtualStage } from './runner/virtual-stage.ts';

// Every scenario in virtual time, in both groups: how to write one stands at the top of runner/scenario.ts.
const placed = await loadScenarios();

for (const { area, scenario } of placed) {
  for (const group of scenario.groups) {
    test(`${area} (${group}): ${scenario.name}`, async () => {
      const stage = await openVirtualStage(group);
      try {
        await playScenario(scenario, stage);
      } finally {
        await stage.close();
      }
    });
  }
}

test('there are scenarios, each with something that it expects', () => {
  expect(placed.length).toBeGreaterThan(0);
  const idle = placed.filter(({ scenario }) => !scenario.parts.some(({ kind }) => /^(Then|Stays|During)$/.test(kind)));
  expect(idle.map(({ scenario }) => scenario.name)).toEqual([]);
});
