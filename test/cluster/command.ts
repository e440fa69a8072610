import { execFile, spawn } from 'node:child_process';

/** Where and with what a command runs, besides its arguments. */
export type CommandOptions = Readonly<{ cwd?: string; env?: NodeJS.ProcessEnv; input?: string }>;

/** What a command said, and whether it ended with code 0. */
export type CommandAnswer = Readonly<{ ok: boolean; stdout: string; stderr: string }>;

/** Runs a command to its end and answers what it said; a command that fails or does not exist answers `ok: false`. */
export function tryRun(file: string, args: readonly string[], options: CommandOptions = {}): Promise<CommandAnswer> {
  const { input, ...where } = options;
  return new Promise((resolve) => {
    const settings = { ...where, maxBuffer: 256 * 1024 * 1024 };
    const child = execFile(file, args, settings, (error, stdout, stderr) =>
      resolve({ ok: error === null, stdout, stderr: stderr === '' && error !== null ? error.message : stderr }),
    );
    // A command that ends before it read its input closes the pipe; its exit code tells what happened.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input ?? '');
  });
}

/** Runs a command and answers its standard output; throws what it said when it failed. */
export async function run(file: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  const { ok, stdout, stderr } = await tryRun(file, args, options);
  if (!ok) throw new Error(`${file} ${args.join(' ')}: ${stderr.trim() || stdout.trim()}`);
  return stdout;
}

/** Runs a command on this terminal and answers its exit code (128 + the signal's number is not told apart: 1). */
export function runShown(file: string, args: readonly string[], options: CommandOptions = {}): Promise<number> {
  const { cwd, env } = options;
  return new Promise((resolve, reject) => {
    const place = cwd === undefined ? {} : { cwd };
    const child = spawn(file, args, { ...place, env: env ?? process.env, stdio: 'inherit' });
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** Tells the person at the terminal what is going on; on standard error, so that output can be piped. */
export function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}
