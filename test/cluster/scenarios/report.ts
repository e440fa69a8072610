import { cpus, totalmem } from 'node:os';
import type { LoadReport } from '../load.ts';
import { failedRequests } from '../load.ts';
import type { Scenario } from './scenario.ts';

/** One row of the report. */
export type Row = Readonly<{
  scenario: Scenario;
  seconds: number;
  error: string | undefined;
  load: LoadReport | undefined;
  /** Milliseconds from a bad verdict to the write of weight 0, by the controller's log. */
  verdictToZero: number | undefined;
  /** Milliseconds from that verdict to the last answer of the version that was judged. */
  verdictToSilence: number | undefined;
  /** Writes of the controller in the namespace, events apart, by the API server's audit log. */
  writes: number;
}>;

/** What of a row keeps it from passing: an error, or failed requests that the story does not explain. */
export function verdictOf({ scenario, error, load }: Row): string | undefined {
  if (error !== undefined) return error;
  if (load === undefined) return 'no load was measured';
  const failed = failedRequests(load, scenario.badVersions ?? []);
  if (failed === 0) return undefined;
  const seen = load.failures
    .slice(0, 3)
    .map(({ version, outcome, detail }) => `${version === '' ? 'no pod' : version}: ${outcome} ${detail}`);
  return `${failed} requests failed (${seen.join('; ')})`;
}

/** The report as a page: one line a scenario, with the date and the size of the machine. */
export function renderReport(rows: readonly Row[], date: string): string {
  const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const lines = rows.map((row) => {
    const { scenario, seconds, load, writes } = row;
    const failed = load === undefined ? '–' : String(failedRequests(load, scenario.badVersions ?? []));
    const meant = load === undefined ? '–' : String(meantFailures(load, scenario.badVersions ?? []));
    const zero = inMilliseconds(row.verdictToZero);
    const silent = inMilliseconds(row.verdictToSilence);
    const outcome = verdictOf(row) === undefined ? 'passed' : 'FAILED';
    return `| ${scenario.name} | ${outcome} | ${seconds.toFixed(0)} s | ${load?.sent ?? 0} | ${failed} | ${meant} | ${zero} | ${silent} | ${writes} |`;
  });
  return [
    '# Scenarios on a real cluster, as measured',
    '',
    `Measured on ${date}, ${machine}, by \`npm run test:cluster\`: real pods, Contour and Envoy, Prometheus; each scenario`,
    'under 200 requests/s for its whole length. "Failed" counts every request that the story does not explain; "by the bad',
    'version" are errors that a bad version gave by itself. "Verdict to 0" is the time from the verdict of the analysis to',
    'the write of weight 0, by the log of the controller; "seen in traffic" to the last answer of that version. Writes are those',
    'of the controller, events apart.',
    '',
    '| scenario | outcome | duration | requests | failed | by the bad version | verdict to 0 | seen in traffic | writes |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...lines,
    '',
  ].join('\n');
}

function meantFailures(load: LoadReport, badVersions: readonly string[]): number {
  return badVersions.reduce((sum, version) => {
    const count = load.byVersion.get(version);
    return sum + (count === undefined ? 0 : count.serverError + count.timeout + count.reset);
  }, 0);
}

type Line = Readonly<Record<string, unknown>>;

/** From the lines of the controller's log: when a run first ended badly, and when weight 0 was written after it (ms since the epoch). */
export function findVerdict(
  log: readonly Line[],
  namespace: string,
): Readonly<{ at: number; zeroAt: number | undefined }> | undefined {
  const ours = log.filter((line) => line['namespace'] === namespace);
  const at = (line: Line): number => Date.parse(typeof line['time'] === 'string' ? line['time'] : '');
  const verdict = ours.find(
    ({ msg, to }) => msg === 'run phase changed' && typeof to === 'string' && /^(Failed|Error)$/.test(to),
  );
  if (verdict === undefined) return undefined;
  const zero = ours.find(
    (line) => line['action'] === 'SetSplit' && line['because'] === 'Aborted' && at(line) >= at(verdict),
  );
  return { at: at(verdict), zeroAt: zero === undefined ? undefined : at(zero) };
}

function inMilliseconds(value: number | undefined): string {
  return value === undefined ? '–' : `${Math.round(value)} ms`;
}

/** Counts the writes of the controller in a namespace from audit lines; events and leases apart. */
export function countWrites(audit: string, user: string, namespace: string): number {
  let writes = 0;
  for (const line of audit.split('\n')) {
    if (!line.includes(user) || !line.includes(`"${namespace}"`)) continue;
    const event = JSON.parse(line) as Readonly<{
      verb: string;
      user: Readonly<{ username: string }>;
      objectRef?: Readonly<{ namespace?: string; resource?: string }>;
    }>;
    const write = /^(create|update|patch|delete)$/.test(event.verb) && event.objectRef?.resource !== 'events';
    if (write && event.user.username === user && event.objectRef?.namespace === namespace) writes += 1;
  }
  return writes;
}
