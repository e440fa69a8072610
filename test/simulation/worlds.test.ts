import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openCheckers } from '../../src/simulate/checkers/checkers.ts';
import { drawWorld } from '../../src/simulate/draw-world.ts';
import type { WorldPlan } from '../../src/simulate/world-plan.ts';
import { playWorld } from '../../src/simulate/world.ts';
import { PARTS } from './parts.ts';

const REGRESSIONS = join(import.meta.dirname, 'regressions');
/** Enough to meet every strategy and most faults; `npm run sim -- --seeds N` plays more. */
const SEEDS = Array.from({ length: 24 }, (_, index) => index + 1);

test.each(SEEDS)('in world %i every rule holds', async (seed) => {
  const { wrong, timeline } = await playWorld(drawWorld(seed), PARTS);
  if (wrong.length > 0)
    expect.fail(`${wrong.join('; ')}\nrepeat with: npm run sim -- --seed ${seed}\n${timeline.slice(-30).join('\n')}`);
});

test.each([3, 10, 22])('world %i is the same in two runs, line by line', async (seed) => {
  const [first, second] = [await playWorld(drawWorld(seed), PARTS), await playWorld(drawWorld(seed), PARTS)];
  expect(first.timeline.length).toBeGreaterThan(30);
  expect(second.timeline).toEqual(first.timeline);
  expect(second.requests).toBe(first.requests);
});

test('the worlds of many seeds differ, and meet every kind of trouble', () => {
  const plans = Array.from({ length: 300 }, (_, seed) => drawWorld(seed));
  expect(new Set(plans.map((plan) => JSON.stringify(plan))).size).toBe(300);
  const kinds = (of: (plan: WorldPlan) => readonly Readonly<{ kind: string }>[]): ReadonlySet<string> =>
    new Set(plans.flatMap((plan) => of(plan).map(({ kind }) => kind)));
  expect(kinds(({ happenings }) => happenings).size).toBe(36);
  expect(kinds(({ callFaults }) => callFaults).size).toBe(5);
  expect(kinds(({ watchFaults }) => watchFaults).size).toBe(7);
});

test('each rule of a whole run has one checker', () => {
  const ids = openCheckers(drawWorld(1)).map(({ id }) => id);
  const rules = Array.from({ length: 16 }, (_, index) => `S${index + 1}`);
  expect(ids.toSorted()).toEqual([...rules, 'L1', 'L2', 'L3', 'L4', 'requests'].toSorted());
});

type Regression = Readonly<{
  story: string;
  plan: WorldPlan;
  /** The phase that it must end in, if that is the story. */ ends?: string;
}>;

describe('what simulation found once does not come back', () => {
  const files = readdirSync(REGRESSIONS).filter((name) => name.endsWith('.json'));

  test.each(files)('%s', async (name) => {
    const { story, plan, ends } = JSON.parse(readFileSync(join(REGRESSIONS, name), 'utf8')) as Regression;
    const { wrong, timeline, ended } = await playWorld(plan, PARTS);
    if (ends !== undefined) expect(ended.split(':')[0], story).toBe(ends);
    if (wrong.length > 0) expect.fail(`${story}\n${wrong.join('; ')}\n${timeline.slice(-30).join('\n')}`);
  });
});
