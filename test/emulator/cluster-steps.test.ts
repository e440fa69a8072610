import { expect, test } from 'vitest';
import { clusterSteps } from '../../src/emulator/cluster-steps.ts';
import type { ClusterStep } from '../../src/emulator/step.ts';
import { milliseconds } from '../../src/units/duration.ts';
import { createVirtualClock } from '../kube/virtual-clock.ts';
import type { StoredCluster } from './stored-cluster.ts';
import { storedCluster } from './stored-cluster.ts';
import { createDice, meddle } from './meddling.ts';

const HISTORIES = 16;
const TURNS = 200;
/** The share of the steps that run in a turn. */
const SHARE = 0.3;

/** Runs a step as the contract of steps says it may be run, and says what it breaks. */
function runOnce(
  cluster: StoredCluster,
  step: ClusterStep,
  now: ReturnType<MemoryClock['now']>,
  dice: () => number,
): readonly string[] {
  const outcome = step.step(cluster.view, now);
  const problems: string[] = [];
  if (JSON.stringify(outcome) !== JSON.stringify(step.step(cluster.view, now))) problems.push('answers differently');
  if (outcome.wakeAt !== undefined && outcome.wakeAt <= now) problems.push('wants to be woken in the past');
  // The writes commute: any order must do.
  const writes = outcome.writes.map((write) => ({ write, rank: dice() })).toSorted((a, b) => a.rank - b.rank);
  const refused = writes.filter(({ write }) => !cluster.write(write));
  if (refused.length > 0) problems.push(`was refused: ${JSON.stringify(refused[0]?.write)}`);
  let again = step.step(cluster.view, now).writes;
  // The garbage collector takes one generation of owners at a time: what it deleted leaves more to do.
  for (let depth = 0; step.name.startsWith('garbage') && depth < 3; depth += 1) {
    for (const write of again) cluster.write(write);
    again = step.step(cluster.view, now).writes;
  }
  if (again.length > 0) problems.push(`is not done after its writes: ${JSON.stringify(again[0])}`);
  return problems.map((problem) => `${step.name} ${problem}`);
}

type MemoryClock = ReturnType<typeof createVirtualClock>;

test(`every step is pure, its writes commute, and it finds nothing to do after them (${HISTORIES} histories)`, async () => {
  const steps = clusterSteps({ utilisation: (_autoscaler, _view, now) => 20 + ((now / 1000) % 150) });
  const written = new Map<string, number>(steps.map(({ name }) => [name, 0]));
  for (let seed = 1; seed <= HISTORIES; seed += 1) {
    const clock = createVirtualClock();
    const cluster = storedCluster(clock, ['shop']);
    const dice = createDice(seed);
    for (let turn = 0; turn < TURNS; turn += 1) {
      if (dice() < 0.2) meddle(cluster, dice);
      if (dice() < 0.4) await clock.advance(milliseconds(Math.floor(dice() * dice() * 4000)));
      const order = steps.map((step) => ({ step, rank: dice() })).toSorted((a, b) => a.rank - b.rank);
      for (const { step } of order.filter(({ rank }) => rank < SHARE)) {
        const before = cluster.writes;
        expect(runOnce(cluster, step, clock.now(), dice), `seed ${seed}, turn ${turn}`).toEqual([]);
        written.set(step.name, (written.get(step.name) ?? 0) + cluster.writes - before);
      }
    }
  }
  // A step that never wrote was not tested.
  expect([...written].filter(([, count]) => count === 0)).toEqual([]);
});
