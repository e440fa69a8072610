import { toNumber } from './prometheus.ts';
import type { NoEvidence } from './provider.ts';
import { nothing } from './provider.ts';

/** A counter as it was stored: its labels and its samples, oldest first, times in milliseconds. */
export type CounterSeries = Readonly<{
  labels: Readonly<Record<string, string>>;
  samples: readonly (readonly [at: number, value: number])[];
}>;

/** More than this would hold up every other measurement. Source: canary-statistics 2, bounds. */
const MOST_SERIES = 5_000;
const MOST_SAMPLES = 100_000;

/** Reads the raw samples of a range selector, or says why they cannot be counted. */
export function readCounters(type: string | undefined, result: unknown): readonly CounterSeries[] | NoEvidence {
  if (type !== 'matrix' || !Array.isArray(result)) {
    return nothing(`Prometheus gave a ${type ?? 'result of no type'} where raw samples were asked for`);
  }
  const rows = result as readonly Readonly<{
    metric?: Record<string, string>;
    values?: readonly [number, unknown][];
  }>[];
  const samples = rows.reduce((sum, row) => sum + (row?.values?.length ?? 0), 0);
  if (rows.length > MOST_SERIES || samples > MOST_SAMPLES) {
    return nothing(
      `${rows.length} series with ${samples} samples are too many to count (${MOST_SERIES}, ${MOST_SAMPLES}); narrow the selector`,
    );
  }
  const series = rows.map((row) => ({
    labels: row?.metric ?? {},
    samples: (row?.values ?? []).map(([at, value]) => [Math.round(at * 1000), toNumber(value)] as const),
  }));
  const finite = series.every((one) => one.samples.every(([, value]) => Number.isFinite(value) && value >= 0));
  return finite ? series : nothing('a sample is no finite number of 0 or more; name a counter');
}

/** Labels that name a target: what is scraped at once, so that its counters belong together. */
const TARGET_LABELS = ['job', 'instance', 'namespace', 'pod'] as const;

/** The target of a series, as a key. */
export function targetOf({ labels }: CounterSeries): string {
  return TARGET_LABELS.map((label) => labels[label] ?? '').join('\n');
}

/** Only the series of one of several replicas of Prometheus that saw the same: that of the first name. */
export function oneReplica(all: readonly CounterSeries[], replicaLabel: string): readonly CounterSeries[] {
  const replicas = new Set(all.map(({ labels }) => labels[replicaLabel] ?? ''));
  const [first] = [...replicas].toSorted();
  return replicas.size <= 1 ? all : all.filter(({ labels }) => (labels[replicaLabel] ?? '') === first);
}

/**
 * By how much a counter grew in (from, to], as whole steps between stored samples: after a reset the new value counts.
 * A series without a sample at or before `from` starts at 0 when its target was there before, for then it was made by
 * its first count; else at its first sample, for nobody knows how long it has counted. Source: canary-statistics 2.
 */
export function increment(series: CounterSeries, from: number, to: number, targetWasThere: boolean): number {
  let last = series.samples.findLast(([at]) => at <= from)?.[1] ?? (targetWasThere ? 0 : undefined);
  let sum = 0;
  for (const [at, value] of series.samples) {
    if (at <= from || at > to) continue;
    if (last !== undefined) sum += value < last ? value : value - last;
    last = value;
  }
  return sum;
}

/** The time of the last sample in (from, to]; undefined without one. */
export function lastSample(series: CounterSeries, from: number, to: number): number | undefined {
  return series.samples.findLast(([at]) => at > from && at <= to)?.[0];
}
