import { cpus, totalmem } from 'node:os';
import type { LoadReport } from '../load.ts';
import { failedRequests, meantFailures, rateOf } from '../load.ts';
import type { CheckResult } from '../checks/check.ts';
import type { Scenario } from './scenario.ts';

/** Requests a second that every scenario must be under for the whole length of its load. */
export const LEAST_RATE = 200;

/** Milliseconds from a verdict to weight 0 beyond which a scenario fails; the aim is 100. */
const SLOWEST_ROLLBACK = 1000;

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
  /** Writes of the controller in the namespace, events apart, by the audit log; undefined where there is none. */
  writes: number | undefined;
}>;

/** What of a row keeps it from passing, in words; undefined when nothing does. */
export function verdictOf({ scenario, error, load, verdictToZero, writes }: Row): string | undefined {
  if (error !== undefined) return error;
  if (load === undefined) return 'no load was measured';
  const failed = failedRequests(load, scenario.badVersions ?? []);
  if (failed > 0) {
    const seen = load.failures
      .slice(0, 3)
      .map(({ version, outcome, detail }) => `${version === '' ? 'no pod' : version}: ${outcome} ${detail}`);
    return `${failed} requests failed (${seen.join('; ')})`;
  }
  const rate = rateOf(load);
  if (rate < LEAST_RATE) return `the load was ${rate.toFixed(1)} requests/s, less than ${LEAST_RATE}`;
  if (writes === 0) return 'the audit log has no write of the controller';
  if (scenario.judged !== true) return undefined;
  if (verdictToZero === undefined) return 'the log has no verdict that was followed by weight 0';
  return verdictToZero > SLOWEST_ROLLBACK
    ? `weight 0 came ${verdictToZero.toFixed(0)} ms after the verdict`
    : undefined;
}

/** The report as a page: one line a scenario and one a check, with the date and the size of the machine. */
export function renderReport(rows: readonly Row[], checks: readonly CheckResult[], date: string): string {
  const machine = `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const head = [
    ...['scenario', 'outcome', 'duration', 'load', 'requests', 'requests/s', 'failed', 'by the bad version'],
    ...['verdict to 0', 'seen in traffic', 'writes'],
  ];
  return [
    '# Scenarios on a real cluster, as measured',
    '',
    `Measured on ${date}, ${machine}, by \`npm run test:cluster\`: real pods, Contour and Envoy, Prometheus. "Duration" is`,
    'that of the whole scenario with its first deployment; "load" is how long requests were sent, from when the first version',
    `answered to the end: below ${LEAST_RATE} requests/s over that time a scenario fails. "Failed" counts every request that the`,
    'story does not explain; "by the bad version" are errors that a bad version answered with by itself. "Verdict to 0" is the',
    'time from the verdict of the analysis to the write of weight 0, by the log of the controller (aim: 100 ms); "seen in',
    'traffic" to the last answer of that version. Writes are those of the controller, events apart.',
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map((row) => line(cells(row))),
    ...(checks.length === 0 ? [] : ['', 'Beside the scenarios, on the same cluster:', '']),
    ...(checks.length === 0 ? [] : [line(['check', 'outcome', 'what was seen']), line(['---', '---', '---'])]),
    ...checks.map(({ name, problem, seen }) => line([name, problem === '' ? 'passed' : 'FAILED', problem || seen])),
    '',
  ].join('\n');
}

const line = (texts: readonly string[]): string => `| ${texts.join(' | ')} |`;

function cells(row: Row): readonly string[] {
  const { scenario, seconds, load, writes } = row;
  const bad = scenario.badVersions ?? [];
  return [
    scenario.name,
    verdictOf(row) === undefined ? 'passed' : 'FAILED',
    `${seconds.toFixed(0)} s`,
    load === undefined ? '–' : `${load.seconds.toFixed(1)} s`,
    load === undefined ? '–' : String(load.sent),
    load === undefined ? '–' : rateOf(load).toFixed(1),
    load === undefined ? '–' : String(failedRequests(load, bad)),
    load === undefined ? '–' : String(meantFailures(load, bad)),
    inMilliseconds(row.verdictToZero),
    inMilliseconds(row.verdictToSilence),
    writes === undefined ? '–' : String(writes),
  ];
}

function inMilliseconds(value: number | undefined): string {
  return value === undefined ? '–' : `${Math.round(value)} ms`;
}
