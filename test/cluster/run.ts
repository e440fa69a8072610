import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHECKS, rightsCheck } from './checks/all.ts';
import { runChecks } from './checks/check.ts';
import { clusterDown } from './down.ts';
import { runShown, tell } from './command.ts';
import { loadScenarios } from '../scenarios/runner/load.ts';
import { playOnServer } from '../scenarios/runner/server/play-all.ts';
import { prepareCluster } from './prepare.ts';
import { badInputScenarios } from './scenarios/bad-input.ts';
import { canaryScenarios } from './scenarios/canary.ts';
import { experimentScenarios } from './scenarios/experiments.ts';
import { disturbingScenarios, otherScenarios } from './scenarios/others.ts';
import { workloadScenarios } from './scenarios/workload.ts';
import { playAll } from './scenarios/play.ts';
import { renderReport, verdictOf } from './scenarios/report.ts';
import { target } from './target.ts';

const USAGE = `usage: npm run test:cluster -- [--only ID,ID] [--keep] [--no-server] [--no-given] [--write]
  --only       play only these scenarios; 'checks' stands for those of chart, examples and pages
  --keep       leave the cluster up
  --no-server  leave out the tests against a bare API server
  --no-given   leave out the given-when-then scenarios against a bare API server with the controllers of Kubernetes
  --write      write the report to docs/measured/scenarios.md`;

const SCENARIOS = [
  ...canaryScenarios,
  ...experimentScenarios,
  ...otherScenarios,
  ...workloadScenarios,
  ...badInputScenarios,
  ...disturbingScenarios,
];

type Counts = Readonly<{ passed: number; failed: number; skipped: number }>;

/** Plays scenarios and checks; those that a foreign cluster cannot bear are skipped and counted as such. */
async function clusterCounts(args: readonly string[]): Promise<Counts> {
  const only = args.includes('--only') ? args[args.indexOf('--only') + 1]?.split(',') : undefined;
  const chosen = SCENARIOS.filter(({ id }) => only?.includes(id) !== false);
  if (chosen.length === 0 && only !== undefined && !only.includes('checks')) {
    throw new Error(
      `no scenario is named ${only.join()}; there are ${SCENARIOS.map(({ id }) => id).join()} and checks`,
    );
  }
  await prepareCluster();
  const played = chosen.filter(({ ownCluster }) => ownCluster !== true || target().own);
  const rows = await playAll(played, Date.now().toString(36));
  const inOrder = rows.toSorted((a, b) => played.indexOf(a.scenario) - played.indexOf(b.scenario));
  // Only all the scenarios together use every right.
  const checks = [
    ...(only?.includes('checks') === false ? [] : CHECKS),
    ...(only === undefined && target().own ? [rightsCheck] : []),
  ];
  const results = await runChecks(checks);
  const report = renderReport(inOrder, results, new Date().toISOString().slice(0, 10));
  process.stdout.write(`${report}\n`);
  if (args.includes('--write')) {
    await mkdir('docs/measured', { recursive: true });
    await writeFile('docs/measured/scenarios.md', await asCommitted(report));
  }
  const failed =
    rows.filter((row) => verdictOf(row) !== undefined).length + results.filter(({ problem }) => problem !== '').length;
  return { passed: rows.length + results.length - failed, failed, skipped: chosen.length - played.length };
}

/** The report with its tables aligned as the repository formats pages. */
async function asCommitted(report: string): Promise<string> {
  const { format, resolveConfig } = await import('prettier');
  return format(report, { ...(await resolveConfig('docs/measured/scenarios.md')), parser: 'markdown' });
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

/** Plays the given-when-then scenarios against a bare API server with real controllers, in both groups. */
async function givenCounts(): Promise<Counts> {
  const groups = ['sluice.dev', 'argoproj.io'] as const;
  const { passed, failed, seconds } = await playOnServer({ placed: await loadScenarios(), groups, sideBySide: 24 });
  tell(`given-when-then scenarios: ${passed} passed, ${failed} failed, in ${seconds} s`);
  return { passed, failed, skipped: 0 };
}

/** What keeps the cluster of KUBECONFIG from being tested, in words for the person who gave it; '' when nothing does. */
function targetProblem(): string {
  try {
    target();
    return '';
  } catch (failure) {
    return failure instanceof Error ? failure.message : String(failure);
  }
}

async function runAll(args: readonly string[]): Promise<void> {
  const server = args.includes('--no-server') ? { passed: 0, failed: 0, skipped: 0 } : await serverCounts();
  const given = args.includes('--no-given') ? { passed: 0, failed: 0, skipped: 0 } : await givenCounts();
  const scenarios = await clusterCounts(args).finally(async () => {
    // clusterDown leaves a foreign cluster alone.
    if (!args.includes('--keep')) await clusterDown();
  });
  const sum = (of: keyof Counts): number => server[of] + given[of] + scenarios[of];
  process.stdout.write(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped\n`);
  process.exitCode = sum('failed') === 0 && sum('passed') > 0 ? 0 : 1;
}

const args = process.argv.slice(2);
const problem = targetProblem();
if (args.includes('--help')) tell(USAGE);
else if (problem === '') await runAll(args);
else {
  tell(problem);
  process.exitCode = 2;
}
