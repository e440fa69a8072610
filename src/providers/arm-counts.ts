import type { ArmLook, BucketLook } from '../api/canary-look.ts';
import type { CounterSeries } from './counter-series.ts';
import { increment, lastSample, targetOf } from './counter-series.ts';

/** A piece of time: (from, to], in milliseconds since the epoch; samples from `since` on were asked for. */
export type Span = Readonly<{ since: number; from: number; to: number }>;

/** A target that has no sample so long after those of others begin was not there before. */
const YOUNG_AFTER = 45_000;

/** Counts total and failed requests of one version in a span. `warmup` is set aside of each new target, milliseconds. */
export function countErrors(
  total: readonly CounterSeries[],
  failed: readonly CounterSeries[],
  span: Span,
  warmup: number,
): ArmLook {
  const targets: ArmLook['targets'][number][] = [];
  let dropped = 0;
  const failedByTarget = Map.groupBy(failed, targetOf);
  for (const [target, ofTarget] of Map.groupBy(total, targetOf)) {
    const failedHere = failedByTarget.get(target) ?? [];
    const from = countedFrom([...ofTarget, ...failedHere], span, warmup);
    const last = newest(ofTarget, from, span.to);
    if (last === undefined) continue;
    // Both must come from the same scrape: else the errors of requests are counted that are not yet.
    const lastFailed = newest(failedHere, from, span.to);
    const there = wasThere([...ofTarget, ...failedHere], from);
    const sum = (all: readonly CounterSeries[]): number =>
      all.reduce((known, series) => known + increment(series, from, last, there), 0);
    const [requests, errors] = [sum(ofTarget), sum(failedHere)];
    if ((lastFailed !== undefined && lastFailed !== last) || errors > requests) dropped += 1;
    else targets.push({ requests, errors });
  }
  return { targets, dropped };
}

/** Counts the requests of one version in a span by how long they took. */
export function countBuckets(buckets: readonly CounterSeries[], span: Span, warmup: number): BucketLook {
  const perTarget: { bounds: readonly number[]; cumulative: readonly number[] }[] = [];
  let dropped = 0;
  for (const [, series] of Map.groupBy(buckets, targetOf)) {
    const from = countedFrom(series, span, warmup);
    const last = newest(series, from, span.to);
    if (last === undefined) continue;
    const there = wasThere(series, from);
    const byBound = new Map<number, number>();
    for (const one of series) {
      const bound = one.labels['le'] === '+Inf' ? Number.POSITIVE_INFINITY : Number(one.labels['le']);
      byBound.set(bound, (byBound.get(bound) ?? 0) + increment(one, from, last, there));
    }
    const sorted = [...byBound].toSorted(([a], [b]) => a - b);
    const rises = sorted.every(([, count], index) => count >= (sorted[index - 1]?.[1] ?? 0));
    if (!rises || sorted.at(-1)?.[0] !== Number.POSITIVE_INFINITY) dropped += 1;
    else perTarget.push({ bounds: sorted.map(([bound]) => bound), cumulative: sorted.map(([, count]) => count) });
  }
  const common = (perTarget[0]?.bounds ?? []).filter((bound) => perTarget.every((one) => one.bounds.includes(bound)));
  const cumulative = common.map((bound) =>
    perTarget.reduce((sum, one) => sum + (one.cumulative[one.bounds.indexOf(bound)] ?? 0), 0),
  );
  const counts = cumulative.map((count, index) => count - (cumulative[index - 1] ?? 0));
  return { bounds: common.slice(0, -1), counts, dropped };
}

/** From when a target's samples count: those of a new one only after its warm-up. */
function countedFrom(series: readonly CounterSeries[], { since, from }: Span, warmup: number): number {
  const first = Math.min(...series.map(({ samples }) => samples[0]?.[0] ?? Number.POSITIVE_INFINITY));
  return first > since + YOUNG_AFTER ? Math.max(from, first + warmup) : from;
}

function wasThere(series: readonly CounterSeries[], from: number): boolean {
  return series.some(({ samples }) => (samples[0]?.[0] ?? Number.POSITIVE_INFINITY) <= from);
}

function newest(series: readonly CounterSeries[], from: number, to: number): number | undefined {
  return series.reduce<number | undefined>((latest, one) => {
    const at = lastSample(one, from, to);
    return at === undefined ? latest : Math.max(at, latest ?? 0);
  }, undefined);
}
