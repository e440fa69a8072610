import { readFile } from 'node:fs/promises';

/** What the kernel tells of a process at one moment. */
export type ProcessFigures = Readonly<{
  /** User and system time since its start, in seconds. */
  cpuSeconds: number;
  /** Resident memory now and at its highest, in MB (10^6 bytes). */
  rss: number;
  rssPeak: number;
}>;

/** Ticks a second of /proc/PID/stat: fixed for user space on Linux. */
const TICKS = 100;

/** Reads them; rejects when the process is gone. Source: proc_pid_stat(5), proc_pid_status(5). */
export async function readFigures(pid: number): Promise<ProcessFigures> {
  const [stat, status] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile(`/proc/${pid}/status`, 'utf8'),
  ]);
  // The name in brackets may hold blanks; fields are counted from behind it, where the state is the third.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const kilobytes = (name: string): number => Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1] ?? 0);
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
    rss: (kilobytes('VmRSS') * 1024) / 1e6,
    rssPeak: (kilobytes('VmHWM') * 1024) / 1e6,
  };
}
