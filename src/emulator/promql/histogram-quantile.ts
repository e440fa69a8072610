import type { Labels } from './labels.ts';
import { METRIC_NAME, dropLabels, labelOf, quote } from './labels.ts';
import type { Sample } from './samples.ts';

type Bucket = { bound: number; count: number };

/** Counts that differ by less than this share are equal: rate() leaves such differences behind. */
const SMALLEST_DIFFERENCE = 1e-12;
/** The smallest positive normal double. */
const SMALLEST_NORMAL = 2.2250738585072014e-308;

/**
 * The φ-quantile of classic histograms (series that differ in `le`), linear inside the bucket it falls into, from 0 in the
 * lowest one; the highest finite bound when it lies beyond; NaN without a `+Inf` bucket or without observations.
 * Source: BucketQuantile in prometheus/promql/quantile.go.
 */
export function histogramQuantile(
  phi: number,
  samples: readonly Sample[],
  warn: (message: string) => void,
): readonly Sample[] {
  const histograms = new Map<string, { labels: Labels; buckets: Bucket[] }>();
  for (const { labels, value } of samples) {
    const text = labelOf(labels, 'le');
    const bound = boundOf(text);
    if (bound === undefined) {
      warn(`bucket label "le" is missing or has a malformed value of ${quote(text)}`);
      continue;
    }
    // The name counts here: histograms of two metrics stay apart, and collide afterwards.
    const { key } = dropLabels(labels, ['le']);
    const histogram = histograms.get(key) ?? { labels: dropLabels(labels, ['le', METRIC_NAME]), buckets: [] };
    histograms.set(key, histogram);
    histogram.buckets.push({ bound, count: value });
  }
  return [...histograms.values()].map(({ labels, buckets }) => ({ labels, value: bucketQuantile(phi, buckets) }));
}

function boundOf(text: string): number | undefined {
  if (/^\+?inf(?:inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf(?:inity)?$/i.test(text)) return Number.NEGATIVE_INFINITY;
  return /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

function bucketQuantile(phi: number, unsorted: readonly Bucket[]): number {
  if (Number.isNaN(phi)) return Number.NaN;
  if (phi < 0) return Number.NEGATIVE_INFINITY;
  if (phi > 1) return Number.POSITIVE_INFINITY;
  const sorted = unsorted.toSorted((a, b) => (a.bound === b.bound ? 0 : a.bound - b.bound));
  const buckets = monotone(merged(sorted));
  const last = buckets.at(-1);
  const beforeLast = buckets.at(-2);
  if (last?.bound !== Number.POSITIVE_INFINITY || beforeLast === undefined || last.count === 0) return Number.NaN;
  const rank = phi * last.count;
  // A binary search as Go's sort.Search makes it: with NaN among the counts a linear one would find another bucket.
  let low = 0;
  let high = buckets.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((buckets[middle]?.count ?? Number.NaN) >= rank) high = middle;
    else low = middle + 1;
  }
  const hit = buckets[low];
  if (hit === undefined || hit === last) return beforeLast.bound;
  const lower = buckets[low - 1];
  if (lower === undefined) return hit.bound <= 0 ? hit.bound : hit.bound * (rank / hit.count);
  return lower.bound + (hit.bound - lower.bound) * ((rank - lower.count) / (hit.count - lower.count));
}

function merged(buckets: readonly Bucket[]): Bucket[] {
  const found: Bucket[] = [];
  for (const { bound, count } of buckets) {
    const last = found.at(-1);
    if (last?.bound === bound) last.count += count;
    else found.push({ bound, count });
  }
  return found;
}

/** Counts that never fall, and that do not rise by what is only rounding. */
function monotone(buckets: Bucket[]): Bucket[] {
  let before = buckets[0]?.count ?? 0;
  for (const bucket of buckets.slice(1)) {
    if (bucket.count === before) continue;
    if (nearlyEqual(before, bucket.count) || bucket.count < before) bucket.count = before;
    else before = bucket.count;
  }
  return buckets;
}

function nearlyEqual(a: number, b: number): boolean {
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  const size = Math.abs(a) + Math.abs(b);
  const difference = Math.abs(a - b);
  if (a === 0 || b === 0 || size < SMALLEST_NORMAL) return difference < SMALLEST_DIFFERENCE * SMALLEST_NORMAL;
  return difference / Math.min(size, Number.MAX_VALUE) < SMALLEST_DIFFERENCE;
}
