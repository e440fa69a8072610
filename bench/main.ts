import { benchSim } from './sim.ts';

const BENCHMARKS: Readonly<Record<string, () => Promise<void>>> = { sim: benchSim };

const [, , name = ''] = process.argv;
const benchmark = BENCHMARKS[name];
if (benchmark === undefined) {
  process.stderr.write(`usage: npm run bench -- ${Object.keys(BENCHMARKS).join('|')}\n`);
  process.exitCode = 2;
} else {
  await benchmark();
}
