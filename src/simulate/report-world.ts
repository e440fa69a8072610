import type { CallBook } from './call-faults.ts';
import type { WorldState } from './checkers/checker.ts';
import type { WorldCluster } from './cluster.ts';
import { describeEnd } from './end-state.ts';
import { versionOf } from './versions.ts';
import type { WorldReport } from './world-report.ts';
import { readRuns } from './world-state.ts';

/** What a report is made from, when a world has ended. */
export type ReportParts = Pick<WorldReport, 'plan' | 'wrong' | 'timeline' | 'took' | 'writeCalls' | 'refused'> &
  Readonly<{ cluster: WorldCluster; book: CallBook; state: WorldState }>;

/** The report of a world that has ended. */
export function reportWorld({ cluster, book, state, ...noted }: ReportParts): WorldReport {
  const { phase, message = '', stableRS } = state.rollout?.status ?? {};
  const { users } = cluster;
  return {
    ...noted,
    ended: `${phase ?? 'nothing'}${message === '' ? '' : `: ${message}`}`,
    calls: book.calls,
    writes: book.writes,
    events: book.events,
    hits: book.hits,
    requests: users.ended,
    lost: users.lost,
    stableVersion: versionOf(state, stableRS),
    end: describeEnd(state, readRuns(cluster)),
  };
}
