import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callsOf, compareRights, describeRights, rightsOf } from '../../scripts/rbac-check.ts';
import { clusterDown } from './down.ts';
import { runShown, tell } from './command.ts';
import { adminKubeconfig } from './paths.ts';
import { prepareCluster } from './prepare.ts';
import { controllerLog, RELEASE, renderChart } from './product.ts';
import { auditLog } from './master.ts';
import { canaryScenarios } from './scenarios/canary.ts';
import { disturbingScenarios, otherScenarios } from './scenarios/others.ts';
import type { Row } from './scenarios/report.ts';
import { countWrites, findVerdict, renderReport, verdictOf } from './scenarios/report.ts';
import type { Scenario } from './scenarios/scenario.ts';
import { connectCluster, openStage } from './scenarios/stage.ts';

const USAGE = `usage: npm run test:cluster -- [--only ID,ID] [--keep] [--no-server] [--write]
  --only       play only these scenarios
  --keep       leave the cluster up
  --no-server  leave out the tests against a bare API server
  --write      write the report to docs/measured/scenarios.md`;

/** How many scenarios play side by side: each loads the machine with 200 requests a second. */
const SIDE_BY_SIDE = 2;

type Counts = Readonly<{ passed: number; failed: number; skipped: number }>;

async function play(scenario: Scenario, run: string): Promise<Row> {
  const client = connectCluster(process.env['KUBECONFIG'] ?? adminKubeconfig());
  const name = `${scenario.id}-${run}`;
  const startedAt = performance.now();
  const stage = await openStage(name, client);
  let error: string | undefined;
  try {
    await scenario.play(stage);
    await stage.stopLoad();
  } catch (failure) {
    error = failure instanceof Error ? failure.message : String(failure);
    if (stage.report === undefined) await stage.stopLoad().catch(() => undefined);
  }
  const seconds = (performance.now() - startedAt) / 1000;
  const log = await controllerLog().catch(() => []);
  const user = `system:serviceaccount:${RELEASE.namespace}:${RELEASE.name}`;
  const audit = await readFile(auditLog(), 'utf8').catch(() => '');
  const verdict = findVerdict(log, name);
  const lastAnswer = stage.report?.seen.get('v2')?.last;
  const row: Row = {
    scenario,
    seconds,
    error,
    load: stage.report,
    verdictToZero: verdict?.zeroAt === undefined ? undefined : verdict.zeroAt - verdict.at,
    verdictToSilence:
      verdict === undefined || lastAnswer === undefined ? undefined : performance.timeOrigin + lastAnswer - verdict.at,
    writes: countWrites(audit, user, name),
  };
  const why = verdictOf(row);
  tell(
    `${why === undefined ? 'passed' : 'FAILED'} ${scenario.name} (${seconds.toFixed(0)} s)${why === undefined ? '' : `: ${why}`}`,
  );
  // A failed one stays to be looked at, until the cluster goes down.
  if (why === undefined) await stage.clear();
  await client.close();
  return row;
}

async function playAll(scenarios: readonly Scenario[], run: string): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const waiting = scenarios.filter(({ alone }) => alone !== true);
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) rows.push(await play(next, run));
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  for (const scenario of scenarios.filter(({ alone }) => alone === true)) rows.push(await play(scenario, run));
  return rows;
}

/** Holds the rights that the chart grants against the calls that were recorded; '' when they are the same. */
async function rightsProblem(): Promise<string> {
  const user = `system:serviceaccount:${RELEASE.namespace}:${RELEASE.name}`;
  const calls = callsOf(await readFile(auditLog(), 'utf8'), user);
  const problem = describeRights(compareRights(rightsOf(await renderChart()), calls));
  tell(
    problem === '' ? 'passed every right that the chart grants was used, and no other' : `FAILED rights\n${problem}`,
  );
  return problem;
}

async function scenarioCounts(args: readonly string[]): Promise<Counts> {
  const only = args[args.indexOf('--only') + 1]?.split(',');
  const all = [...canaryScenarios, ...otherScenarios, ...disturbingScenarios];
  const chosen = args.includes('--only') ? all.filter(({ id }) => only?.includes(id) === true) : all;
  await prepareCluster();
  const rows = await playAll(chosen, Date.now().toString(36));
  const report = renderReport(rows, new Date().toISOString().slice(0, 10));
  process.stdout.write(`${report}\n`);
  if (args.includes('--write')) {
    await mkdir('docs/measured', { recursive: true });
    await writeFile('docs/measured/scenarios.md', report);
  }
  const failed = rows.filter((row) => verdictOf(row) !== undefined).length;
  // Only all the scenarios together use every right.
  const rights = args.includes('--only') ? [] : [await rightsProblem()];
  const wrong = rights.filter((problem) => problem !== '').length;
  return { passed: rows.length - failed + rights.length - wrong, failed: failed + wrong, skipped: 0 };
}

/** Runs the tests against a bare API server and answers how many passed and failed; a run that broke off is a failure. */
async function serverCounts(): Promise<Counts> {
  const out = join('dist', 'server-tests.json');
  await mkdir('dist', { recursive: true });
  const script = join(import.meta.dirname, 'server-tests.ts');
  const code = await runShown(process.execPath, [
    script,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${out}`,
  ]);
  const text = await readFile(out, 'utf8').catch(() => '{}');
  const counted = JSON.parse(text) as Partial<Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests', number>>;
  const { numPassedTests: passed = 0, numFailedTests: failed = 0, numPendingTests: skipped = 0 } = counted;
  return { passed, failed: failed === 0 && code !== 0 ? 1 : failed, skipped };
}

const args = process.argv.slice(2);
if (args.includes('--help')) {
  tell(USAGE);
} else {
  const server = args.includes('--no-server') ? { passed: 0, failed: 0, skipped: 0 } : await serverCounts();
  const scenarios = await scenarioCounts(args).finally(async () => {
    if (!args.includes('--keep') && process.env['KUBECONFIG'] === undefined) await clusterDown();
  });
  const sum = (of: keyof Counts): number => server[of] + scenarios[of];
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
  process.exitCode = sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
}
