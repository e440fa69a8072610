import type { MetricResult } from '../../api/analysis.ts';
import type { Milliseconds } from '../../units/duration.ts';
import { milliseconds, seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, parseInstant } from '../../units/instant.ts';
import type { Limits } from './limits.ts';

const FIRST_RETRY = seconds(10);

/**
 * How long to wait after errors: 10 s, doubled each time, at most the metric's interval, and never less than 10 s, so
 * that a short outage of the metrics store aborts nothing that has time. Source: rulings 3, fix F-D2.
 */
export function errorDelay(errorsInRow: number, interval: Milliseconds | undefined): Milliseconds {
  const doubled = FIRST_RETRY * 2 ** Math.min(20, Math.max(0, errorsInRow - 1));
  return milliseconds(interval === undefined ? FIRST_RETRY : Math.max(FIRST_RETRY, Math.min(doubled, interval)));
}

/** When the next measurement of a metric that goes on is due. */
export function nextMeasurement(result: MetricResult | undefined, limits: Limits, runStartedAt: Instant): Instant {
  const last = result?.measurements?.at(-1);
  const finishedAt = parseInstant(last?.finishedAt);
  if (finishedAt === undefined) return add(runStartedAt, limits.initialDelay);
  if (last?.phase === 'Error') return add(finishedAt, errorDelay(result?.consecutiveError ?? 1, limits.interval));
  return add(finishedAt, limits.interval ?? milliseconds(0));
}
