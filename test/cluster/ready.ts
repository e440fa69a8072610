import { readFile } from 'node:fs/promises';
import { request as plain } from 'node:http';
import { request as secure } from 'node:https';
import { setTimeout as pause } from 'node:timers/promises';

/** Whom to trust and as whom to ask; all of it in PEM, or absent. */
export type Credentials = Readonly<{ ca?: string; cert?: string; key?: string; token?: string }>;

/** The status code of a GET, or 0 when nothing answered within two seconds. */
export function statusOf(url: string, { token, ...tls }: Credentials = {}): Promise<number> {
  return new Promise((resolve) => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    const ask = url.startsWith('https:') ? secure : plain;
    const request = ask(url, { ...tls, headers, timeout: 2_000, agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(0));
    request.end();
  });
}

/**
 * Asks `isTrue` every `everyMs` milliseconds until it says so; throws after `withinMs`, naming `what` and the end of
 * `logPath` where one is given.
 */
export async function until(
  what: string,
  isTrue: () => Promise<boolean>,
  { withinMs = 60_000, everyMs = 50, logPath }: { withinMs?: number; everyMs?: number; logPath?: string } = {},
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await isTrue())) {
    if (performance.now() > end) {
      const log = logPath === undefined ? '' : await readFile(logPath, 'utf8').catch(() => '');
      const lines = log.trimEnd().split('\n').slice(-15).join('\n');
      throw new Error(`not within ${withinMs / 1000} s: ${what}${lines === '' ? '' : `; ${logPath} ends:\n${lines}`}`);
    }
    await pause(everyMs);
  }
}
