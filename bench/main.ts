import { benchCanaryStats } from './canary-stats.ts';
import { benchFleet } from './fleet.ts';
import { benchSim } from './sim.ts';

const BENCHMARKS: Readonly<Record<string, (options: readonly string[]) => Promise<void>>> = {
  sim: benchSim,
  'canary-stats': benchCanaryStats,
  fleet: benchFleet,
};

const [, , name = '', ...options] = process.argv;
const benchmark = BENCHMARKS[name];
if (benchmark === undefined) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(BENCHMARKS).join('|')}\n`);
  process.exitCode = 2;
} else {
  await benchmark(options);
}
