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
  const interval = metric.interval === undefined ? undefined : parseGoDuration(metric.interval);
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
  return {
    ok: true,
    value: {
      count: asked > 0 ? asked : interval === undefined ? 1 : undefined,
      interval,
      initialDelay: parseGoDuration(metric.initialDelay ?? '0') ?? milliseconds(0),
      failureLimit,
      inconclusiveLimit,
      consecutiveErrorLimit: read.get('consecutiveErrorLimit') ?? DEFAULT_CONSECUTIVE_ERROR_LIMIT,
      consecutiveSuccessLimit,
    },
  };
}
