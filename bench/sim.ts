import { drawWorld } from '../src/simulate/draw-world.ts';
import { playWorld } from '../src/simulate/world.ts';
import { parts } from '../scripts/sim-parts.ts';

/** Worlds before the clock is read: the first ones pay for compiling the code. */
const WARM_UP = 20;
const MEASURED = 150;

/** Plays seeds on this one core and prints how many simulated rollouts a second that makes. */
export async function benchSim(): Promise<void> {
  for (let seed = 1; seed <= WARM_UP; seed += 1) await playWorld(drawWorld(seed), parts);
  const startedAt = performance.now();
  const cpu = process.cpuUsage();
  let virtual = 0;
  let broken = 0;
  for (let seed = 1; seed <= MEASURED; seed += 1) {
    const { took, wrong } = await playWorld(drawWorld(seed), parts);
    virtual += took / 1000;
    if (wrong.length > 0) broken += 1;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const busy = (user + system) / 1_000_000;
  const lines = [
    `${MEASURED} simulated rollouts on one core, ${broken} broken`,
    `${(MEASURED / seconds).toFixed(1)} a second by the clock, ${(MEASURED / busy).toFixed(1)} a second of CPU time`,
    `${((1000 * busy) / MEASURED).toFixed(0)} ms of CPU time each; ${(virtual / busy).toFixed(0)} virtual seconds in one of CPU time`,
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}
