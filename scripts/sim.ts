import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { drawWorld } from '../src/simulate/draw-world.ts';
import { shrinkPlan } from '../src/simulate/shrink.ts';
import type { WorldPlan } from '../src/simulate/world-plan.ts';
import type { WorldReport } from '../src/simulate/world-report.ts';
import { playWorld } from '../src/simulate/world.ts';
import { playExhaustively } from './sim-exhaustive.ts';
import { parts } from './sim-parts.ts';

const USAGE = `usage: npm run sim -- --seed N [--lines N]        one world, with its timeline
       npm run sim -- --seeds N [--from S]     many worlds; the first that fails is made smaller and shown
       npm run sim -- --exhaustive [SCENARIO|all [FAMILY]]  every fault at every write; each must end as without it
       npm run sim -- --plan FILE              a world that was saved by a failure
       npm run swarm -- --minutes N [--from S] worlds until the time is over`;

/** Worlds that are played at most to make a failure smaller. */
const SHRINK_TRIALS = 150;
/** Where the smallest failing plan is saved. */
const SAVED = 'dist/failing-world.json';

/** What a worker tells of one world. */
type Line = Readonly<{
  seed: number;
  wrong: readonly string[];
  took: number;
  requests: number;
  hits: readonly [string, number][];
}>;

function tell(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Plays the seeds that this worker is asked for, one after the other, until it is told to end. */
function work(port: NonNullable<typeof parentPort>): void {
  port.on('message', (seed: number) => {
    void playWorld(drawWorld(seed), parts).then(({ wrong, took, requests, hits }) =>
      port.postMessage({ seed, wrong, took, requests, hits: [...hits] } satisfies Line),
    );
  });
}

type Tally = { played: number; virtual: number; requests: number; hits: Map<string, number>; failed: Line[] };

/** Plays seeds from `from` on while `more` says so, on all cores; stops at the first failure. */
async function playMany(from: number, more: (played: number) => boolean, stopAtFailure: boolean): Promise<Tally> {
  const tally: Tally = { played: 0, virtual: 0, requests: 0, hits: new Map(), failed: [] };
  let next = from;
  const startedAt = performance.now();
  const progress = setInterval(() => {
    const rate = tally.played / ((performance.now() - startedAt) / 1000);
    process.stderr.write(`${tally.played} worlds, ${rate.toFixed(1)}/s, ${tally.failed.length} failed\n`);
  }, 10_000);
  const run = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL(import.meta.url), { workerData: 'worlds' });
      const give = (): void => {
        const over = !more(next - from) || (stopAtFailure && tally.failed.length > 0);
        if (over) return void worker.terminate().then(() => resolve(), reject);
        worker.postMessage(next);
        next += 1;
      };
      worker.on('error', reject);
      worker.on('message', (line: Line) => {
        tally.played += 1;
        tally.virtual += line.took;
        tally.requests += line.requests;
        for (const [name, count] of line.hits) tally.hits.set(name, (tally.hits.get(name) ?? 0) + count);
        if (line.wrong.length > 0) {
          tally.failed.push(line);
          tell(`seed ${line.seed}: ${line.wrong.join('; ')}`);
        }
        give();
      });
      give();
    });
  await Promise.all(Array.from({ length: availableParallelism() }, run)).finally(() => clearInterval(progress));
  return tally;
}

async function explain(plan: WorldPlan, wrong: readonly string[]): Promise<void> {
  const kind = (text: string | undefined): string => text?.split(':')[0] ?? '';
  tell(`making the failure of seed ${plan.seed} smaller …`);
  const fails = async (candidate: WorldPlan): Promise<boolean> =>
    (await playWorld(candidate, parts)).wrong.some((text) => kind(text) === kind(wrong[0]));
  const smallest = await shrinkPlan(plan, fails, SHRINK_TRIALS);
  const report = await playWorld(smallest, parts);
  save(smallest);
  show(report, 50);
  const { happenings, callFaults, watchFaults } = smallest;
  tell(`what it takes: ${JSON.stringify({ happenings, callFaults, watchFaults })}`);
  tell(`again: npm run sim -- --seed ${plan.seed}   smaller: npm run sim -- --plan ${SAVED}`);
}

function save(plan: WorldPlan): void {
  mkdirSync(dirname(SAVED), { recursive: true });
  writeFileSync(SAVED, `${JSON.stringify(plan, undefined, 1)}\n`);
  tell(`saved: npm run sim -- --plan ${SAVED}`);
}

function show({ plan, wrong, timeline, ended, took, calls, writes, requests, lost }: WorldReport, lines: number): void {
  tell(`seed ${plan.seed}: ${JSON.stringify(plan.rollout)}`);
  for (const line of timeline.slice(-lines)) tell(line);
  tell(
    `${(took / 60_000).toFixed(1)} virtual minutes, ${calls} calls, ${writes} writes, ${requests} requests, ${lost} lost`,
  );
  tell(wrong.length === 0 ? `ended ${ended}; every rule held` : `BROKEN ${wrong.join('; ')}`);
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      seed: { type: 'string' },
      seeds: { type: 'string' },
      from: { type: 'string', default: '1' },
      plan: { type: 'string' },
      exhaustive: { type: 'boolean', default: false },
      minutes: { type: 'string' },
      lines: { type: 'string', default: '1000' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.exhaustive) {
    const [plan] = await playExhaustively(
      positionals[0] === 'all' ? undefined : positionals[0],
      positionals[1],
      availableParallelism(),
    );
    if (plan !== undefined) save(plan);
    return plan === undefined ? 0 : 1;
  }
  const single = values.plan ?? values.seed;
  if (values.help || (single === undefined && values.seeds === undefined && values.minutes === undefined)) {
    tell(USAGE);
    return values.help ? 0 : 2;
  }
  if (single !== undefined) {
    const plan =
      values.plan === undefined
        ? drawWorld(Number(single))
        : (JSON.parse(readFileSync(values.plan, 'utf8')) as WorldPlan);
    const report = await playWorld(plan, parts);
    show(report, Number(values.lines));
    return report.wrong.length === 0 ? 0 : 1;
  }
  const end = performance.now() + Number(values.minutes ?? 0) * 60_000;
  const count = Number(values.seeds ?? Number.POSITIVE_INFINITY);
  const more = (played: number): boolean => played < count && (values.minutes === undefined || performance.now() < end);
  const startedAt = performance.now();
  const tally = await playMany(Number(values.from), more, values.minutes === undefined);
  const seconds = (performance.now() - startedAt) / 1000;
  const hits = [...tally.hits].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, hit]) => `${name} ${hit}`);
  tell(
    `${tally.played} worlds in ${seconds.toFixed(0)} s (${(tally.played / seconds).toFixed(1)}/s), ` +
      `${(tally.virtual / 3_600_000).toFixed(0)} virtual hours, ${tally.requests} requests; faults met: ${hits.join(', ')}`,
  );
  const [first] = tally.failed;
  if (first !== undefined) await explain(drawWorld(first.seed), first.wrong);
  tell(`${tally.played - tally.failed.length} passed, ${tally.failed.length} failed`);
  return tally.failed.length === 0 && tally.played > 0 ? 0 : 1;
}

/** An option that does not exist is answered with those that do, not with a stack. */
function refuseOptions(error: unknown): number {
  if (!(error instanceof TypeError) || !('code' in error) || !String(error.code).startsWith('ERR_PARSE_ARGS'))
    throw error;
  tell(`${error.message}\n${USAGE}`);
  return 2;
}

if (isMainThread) process.exitCode = await main().catch(refuseOptions);
else if (workerData === 'worlds' && parentPort !== null) work(parentPort);
