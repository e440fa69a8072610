import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, readdir, readlink, realpath, rm, writeFile } from 'node:fs/promises';
import { tell } from './command.ts';
import { clusterFolder } from './paths.ts';
import { until } from './ready.ts';

/** A program that outlives us: its name, file, arguments, further environment, and how to know that it serves. */
export type Daemon = Readonly<{
  name: string;
  path: string;
  args: readonly string[];
  env?: NodeJS.ProcessEnv;
  isReady?: () => Promise<boolean>;
}>;

const STOP_WITHIN_MS = 15_000;

/** Starts a daemon unless it runs already, and waits until it serves; throws with the end of its log when it does not. */
export async function startDaemon({ name, path, args, env = {}, isReady }: Daemon): Promise<void> {
  const logPath = logOf(name);
  if ((await pidOf(name)) === undefined) {
    await mkdir(clusterFolder('pids'), { recursive: true });
    await mkdir(clusterFolder('logs'), { recursive: true });
    const log = openSync(logPath, 'a');
    const child = spawn(path, args, {
      cwd: clusterFolder(),
      detached: true,
      stdio: ['ignore', log, log],
      env: { ...process.env, ...env },
    });
    closeSync(log);
    child.unref();
    const { pid } = child;
    if (pid === undefined) throw new Error(`${name}: ${path} does not start`);
    await writeFile(pidFile(name), `${pid} ${await startOf(pid)} ${await realpath(path)}\n`);
  }
  if (isReady === undefined) return;
  const serves = async (): Promise<boolean> => {
    if ((await pidOf(name)) === undefined) throw new Error(`${name} ended; see ${logPath}`);
    return isReady();
  };
  await until(`${name} is ready`, serves, { withinMs: 120_000, logPath });
}

/** The names of all daemons that we started and that were not stopped since. */
export async function daemonNames(): Promise<readonly string[]> {
  const files = await readdir(clusterFolder('pids')).catch(() => []);
  return files.map((file) => file.replace(/\.pid$/, '')).toSorted();
}

/**
 * The process of a daemon, or undefined when it does not run. A pid alone proves nothing, since the machine may have
 * rebooted and given it to another program: start time and program must be those of our note.
 */
export async function pidOf(name: string): Promise<number | undefined> {
  const note = await readFile(pidFile(name), 'utf8').catch(() => undefined);
  const [pid = '', start = '', path = ''] = (note ?? '').trim().split(' ');
  if (pid === '') return undefined;
  const program = await readlink(`/proc/${pid}/exe`).catch(() => '');
  // A rebuilt program leaves "(deleted)" behind the old path while the old process lives on.
  if (program.replace(/ \(deleted\)$/, '') !== path || (await startOf(Number(pid))) !== start) return undefined;
  return Number(pid);
}

/** The file that a daemon's output goes to; it is kept over restarts. */
export function logOf(name: string): string {
  return clusterFolder('logs', `${name}.log`);
}

/** Ends a daemon of ours: politely, after 15 seconds by force. Does nothing when it does not run. */
export async function stopDaemon(name: string): Promise<void> {
  const pid = await pidOf(name);
  if (pid !== undefined) {
    process.kill(pid, 'SIGTERM');
    const isGone = async (): Promise<boolean> => (await pidOf(name)) === undefined;
    await until(`${name} has ended`, isGone, { withinMs: STOP_WITHIN_MS }).catch(async () => {
      tell(`${name} does not end: killing it`);
      if (!(await isGone())) process.kill(pid, 'SIGKILL');
    });
  }
  await rm(pidFile(name), { force: true });
}

/** Ends a daemon at once, without a chance to say goodbye, as a crash would. */
export async function killDaemon(name: string): Promise<void> {
  const pid = await pidOf(name);
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
  await rm(pidFile(name), { force: true });
}

function pidFile(name: string): string {
  return clusterFolder('pids', `${name}.pid`);
}

// Field 22 of /proc/PID/stat (proc(5)): start time in ticks since boot. The second field may hold spaces, hence the ")".
// A dead process that its parent has not read yet (state Z) is gone as far as we are concerned.
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? '' : (fields[19] ?? '');
}
