import type { Counts, StreamReport } from '../../emulator/proxies/outcomes.ts';
import { LOST } from '../../emulator/proxies/outcomes.ts';
import type { Milliseconds } from '../../units/duration.ts';
import { seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { elapsed } from '../../units/instant.ts';

/** What became of the requests to one version. */
export type VersionTraffic = Readonly<{
  /** '' where no pod answered. */
  version: string;
  /** Its share of the requests of the last second, 0 to 1. */
  share: number;
  /** Requests so far that went well, that failed by the application's own fault, and that were lost on the way to it. */
  ok: number;
  failed: number;
  lost: number;
}>;

type Sample = Readonly<{ at: Instant; sums: ReadonlyMap<string, number> }>;

/** Shares are of the requests of this last while. */
const WINDOW: Milliseconds = seconds(1);

function sumOf(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** Follows a report of requests over time. */
export class TrafficMeter {
  readonly #report: StreamReport;
  #samples: Sample[] = [];

  constructor(report: StreamReport) {
    this.#report = report;
  }

  /** What became of the requests up to now, by version in the order of their names. */
  read(now: Instant): readonly VersionTraffic[] {
    const sums = new Map([...this.#report.byVersion].map(([version, counts]) => [version, sumOf(counts)]));
    this.#samples.push({ at: now, sums });
    // One sample from before the window stays: what it had then is what the window began with.
    const first = this.#samples.findLastIndex(({ at }) => elapsed(at, now) >= WINDOW);
    if (first > 0) this.#samples = this.#samples.slice(first);
    const before = this.#samples[0]?.sums;
    const lately = new Map([...sums].map(([version, sum]) => [version, sum - (before?.get(version) ?? 0)]));
    const all = [...lately.values()].reduce((sum, count) => sum + count, 0);
    return [...this.#report.byVersion]
      .map(([version, counts]) => {
        const lost = LOST.reduce((sum, outcome) => sum + counts[outcome], 0);
        return {
          version,
          share: all === 0 ? 0 : (lately.get(version) ?? 0) / all,
          ok: counts.Ok,
          failed: sumOf(counts) - counts.Ok - lost,
          lost,
        };
      })
      .toSorted((a, b) => (a.version < b.version ? -1 : 1));
  }
}
