import { tell } from '../command.ts';

/** Something that must hold on the cluster, without load: answers what was seen, or throws what is wrong. */
export type Check = Readonly<{ name: string; run(): Promise<string> }>;

/** How a check ended; `problem` is '' when it passed. */
export type CheckResult = Readonly<{ name: string; problem: string; seen: string }>;

/** Runs checks one after the other and tells of each. */
export async function runChecks(checks: readonly Check[]): Promise<readonly CheckResult[]> {
  const results: CheckResult[] = [];
  for (const check of checks) {
    const result = await runCheck(check);
    tell(`${result.problem === '' ? 'passed' : 'FAILED'} ${check.name}: ${result.problem || result.seen}`);
    results.push(result);
  }
  return results;
}

async function runCheck({ name, run }: Check): Promise<CheckResult> {
  try {
    return { name, problem: '', seen: await run() };
  } catch (failure) {
    return { name, problem: failure instanceof Error ? failure.message : String(failure), seen: '' };
  }
}
