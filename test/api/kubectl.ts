import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What kubectl answered. */
export type KubectlAnswer = Readonly<{ ok: boolean; stdout: string; stderr: string }>;

/** The kubectl of the test cluster: SLUICE_TEST_KUBECTL, else the newest one that `npm run cluster` built. */
function kubectlPath(): string {
  const given = process.env['SLUICE_TEST_KUBECTL'];
  if (given !== undefined) return given;
  const cache = process.env['SLUICE_CACHE'] ?? join(homedir(), '.cache', 'sluice');
  const built = readdirSync(cache)
    .filter((name) => /^kubectl-v[\d.]+$/.test(name))
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const newest = built.at(-1);
  if (newest === undefined) throw new Error(`no kubectl in ${cache}: run npm run test:server`);
  return join(cache, newest);
}

/** Runs kubectl against the API server of a kubeconfig, else SLUICE_TEST_KUBECONFIG, with `input` on its standard input. */
export function kubectl(
  args: readonly string[],
  input = '',
  kubeconfig: string | undefined = process.env['SLUICE_TEST_KUBECONFIG'],
): Promise<KubectlAnswer> {
  if (kubeconfig === undefined) throw new Error('SLUICE_TEST_KUBECONFIG is not set: run npm run test:server');
  return new Promise((resolve) => {
    const child = execFile(
      kubectlPath(),
      ['--kubeconfig', kubeconfig, ...args],
      { maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => resolve({ ok: error === null, stdout, stderr }),
    );
    child.stdin?.end(input);
  });
}

/** Runs kubectl, and answers its standard output; throws what it said when it failed. */
export async function mustKubectl(args: readonly string[], input = '', kubeconfig?: string): Promise<string> {
  const { ok, stdout, stderr } = await kubectl(args, input, kubeconfig);
  if (!ok) throw new Error(`kubectl ${args.join(' ')}: ${stderr}`);
  return stdout;
}
