import { DEFAULT_CONSECUTIVE_ERROR_LIMIT } from '../../api/defaults.ts';
import type { Metric } from '../../api/metric.ts';
import type { Milliseconds } from '../../units/duration.ts';
import { milliseconds, parseGoDuration } from '../../units/duration.ts';

/** When a metric is measured and how much it may go wrong. */
export type Limits = Readonly<{
  /** Undefined: endless. */
  count: number | undefined;
  interval: Milliseconds | undefined;
  initialDelay: Milliseconds;
  /** -1: off. */
  failureLimit: number;
  inconclusiveLimit: number;
  consecutiveErrorLimit: number;
  /** 0: off. */
  consecutiveSuccessLimit: number;
}>;

/** The limits, or the field at fault with what to do. */
export type LimitsReading =
  Readonly<{ ok: true; value: Limits }> | Readonly<{ ok: false; field: string; value: unknown; why: string }>;

const NUMBERS = [
  'count',
  'failureLimit',
  'inconclusiveLimit',
  'consecutiveErrorLimit',
  'consecutiveSuccessLimit',
] as const;

/** Reads the limits of a metric whose arguments were put in. Source: rollout-semantics 1.8. */
export function readLimits(metric: Metric): LimitsReading {
  const read = new Map<string, number>();
  for (const field of NUMBERS) {
    const value = metric[field];
    if (value === undefined || value === '') continue;
    const number = typeof value === 'number' ? value : /^-?\d+$/.test(value) ? Number(value) : Number.NaN;
    if (!Number.isInteger(number)) return { ok: false, field, value, why: 'must be a whole number' };
    const least = field === 'failureLimit' ? -1 : 0;
    if (number < least) return { ok: false, field, value, why: `must be at least ${least}` };
    read.set(field, number);
  }
  const lengths = readDurations(metric);
  if (!lengths.ok) return lengths;
  const { interval, initialDelay } = lengths;
  const asked = read.get('count') ?? 0;
  const failureLimit = read.get('failureLimit') ?? 0;
  const inconclusiveLimit = read.get('inconclusiveLimit') ?? 0;
  const consecutiveSuccessLimit = read.get('consecutiveSuccessLimit') ?? 0;
  if (failureLimit === -1 && consecutiveSuccessLimit === 0) {
    const why = 'with failureLimit off a consecutiveSuccessLimit above 0 is needed';
    return { ok: false, field: 'failureLimit', value: -1, why };
  }
  if (asked > 0 && asked < Math.max(0, failureLimit) + consecutiveSuccessLimit) {
    return {
      ok: false,
      field: 'count',
      value: asked,
      why: 'must not be less than failureLimit + consecutiveSuccessLimit',
    };
  }
  if (asked > 0 && asked < inconclusiveLimit) {
    return { ok: false, field: 'count', value: asked, why: 'must not be less than inconclusiveLimit' };
  }
  if (asked > 1 && interval === undefined) {
    return { ok: false, field: 'interval', value: 'absent', why: 'is needed with a count above 1' };
  }
  return {
    ok: true,
    value: {
      count: asked > 0 ? asked : interval === undefined ? 1 : undefined,
      interval,
      initialDelay,
      failureLimit,
      inconclusiveLimit,
      consecutiveErrorLimit: read.get('consecutiveErrorLimit') ?? DEFAULT_CONSECUTIVE_ERROR_LIMIT,
      consecutiveSuccessLimit,
    },
  };
}

type Durations = Readonly<{ ok: true; interval: Milliseconds | undefined; initialDelay: Milliseconds }>;

/** An unreadable interval must never count as none: one measurement would then be a verdict. Zero would never rest. */
function readDurations(metric: Metric): Durations | Extract<LimitsReading, { ok: false }> {
  const written = { interval: metric.interval ?? '', initialDelay: metric.initialDelay ?? '' };
  const read = { interval: parseGoDuration(written.interval), initialDelay: parseGoDuration(written.initialDelay) };
  for (const field of ['interval', 'initialDelay'] as const) {
    const value = written[field];
    const length = read[field];
    if (value !== '' && (length === undefined || length < 0 || (field === 'interval' && length === 0))) {
      const why = `must be a Go duration such as 30s or 5m${field === 'interval' ? ', above 0' : ''}`;
      return { ok: false, field, value, why };
    }
  }
  return { ok: true, interval: read.interval, initialDelay: read.initialDelay ?? milliseconds(0) };
}
