import type { AnalysisRun, MetricResult } from '../../api/analysis.ts';
import type { CanaryLook } from '../../api/canary-look.ts';
import type { Metric } from '../../api/metric.ts';
import { ROLLOUT_TYPE_LABEL } from '../../api/names.ts';
import type { Milliseconds } from '../../units/duration.ts';
import { milliseconds, parseGoDuration, seconds } from '../../units/duration.ts';
import type { Instant } from '../../units/instant.ts';
import { add, elapsed, formatInstant, instant, parseInstant } from '../../units/instant.ts';
import type { Limits } from './limits.ts';
import { explain, evidenceText } from './judge/explain.ts';
import type { Finding } from './judge/judge.ts';
import { findVerdict, passOver } from './judge/judge.ts';
import { newJudgeState } from './judge/judge-state.ts';
import type { LookTimes, SettingsReading } from './judge/read-settings.ts';
import { readJudgeSettings } from './judge/read-settings.ts';
import { readState, writeState } from './judge/state-text.ts';
import { takeLook } from './judge/take-look.ts';
import type { MetricVerdict } from './metric-result.ts';

/** Milliseconds between two looks when the metric does not say. */
export const DEFAULT_LOOK_INTERVAL: Milliseconds = seconds(15);

/** Stable is looked at for so long before the run, to learn how its errors scatter and its times are spread. */
const PAST: Milliseconds = seconds(300);

/** True in a run that goes on beside the steps. */
export function isBackground(run: AnalysisRun): boolean {
  return run.metadata.labels?.[ROLLOUT_TYPE_LABEL] === 'Background';
}

/** What a `canary` metric of a run is judged by; undefined for another metric. */
export function judgeSettingsOf(run: AnalysisRun, metric: Metric): SettingsReading | undefined {
  return metric.canary === undefined ? undefined : readJudgeSettings(metric.canary, isBackground(run));
}

/**
 * When a `canary` metric is looked at: it has no number of measurements and no limits, for its evidence has its own
 * bounds. The first look comes one interval after the warm-up, once Prometheus has the samples.
 */
export function canaryLimits(metric: Metric, { warmup, lag }: LookTimes): Limits {
  const interval = lookInterval(metric);
  return {
    count: undefined,
    interval,
    initialDelay: milliseconds(initialDelayOf(metric) + warmup + lag + interval),
    failureLimit: 0,
    inconclusiveLimit: 0,
    consecutiveErrorLimit: Number.POSITIVE_INFINITY,
    consecutiveSuccessLimit: 0,
  };
}

/** Milliseconds between two looks at a metric. */
export function lookInterval(metric: Metric): Milliseconds {
  return parseGoDuration(metric.interval ?? '') ?? DEFAULT_LOOK_INTERVAL;
}

function initialDelayOf(metric: Metric): Milliseconds {
  return parseGoDuration(metric.initialDelay ?? '') ?? milliseconds(0);
}

/**
 * The span that a look at `now` counts: from where the last one ended, or the end of the warm-up. Everything that it
 * needs stands in the status, so that after a crash the next look begins where the last written one ended.
 */
export function nextLook(
  run: AnalysisRun,
  metric: Metric,
  now: Instant,
): Readonly<{ from: number; to: number; before: number; warmup: number }> | undefined {
  const read = judgeSettingsOf(run, metric);
  if (read === undefined || !read.ok) return undefined;
  const judged = run.status?.metricResults?.find(({ name }) => name === metric.name)?.judge;
  const watermark = parseInstant(judged?.watermark);
  const begin = beginOf(run, metric, read.times);
  if (begin === undefined) return undefined;
  const before = readState(judged?.state) === undefined ? PAST : milliseconds(0);
  // Whole seconds, as the watermark is kept: a fraction that is lost there would be counted twice.
  const to = Math.floor((now - read.times.lag) / 1000) * 1000;
  return { from: watermark ?? begin, to, before, warmup: read.times.warmup };
}

/** When the warm-up of a run is over. */
function beginOf(run: AnalysisRun, metric: Metric, { warmup }: LookTimes): Instant | undefined {
  const startedAt = parseInstant(run.status?.startedAt);
  const after = Math.ceil((initialDelayOf(metric) + warmup) / 1000);
  return startedAt === undefined ? undefined : add(startedAt, seconds(after));
}

/** A metric's result with what a look has brought, and its verdict so far. Without a look, time has only passed. */
export function judgeLook(
  run: AnalysisRun,
  metric: Metric,
  result: MetricResult,
  look: CanaryLook | undefined,
  now: Instant,
): MetricResult {
  const read = judgeSettingsOf(run, metric);
  const begin = read?.ok === true ? beginOf(run, metric, read.times) : undefined;
  if (read?.ok !== true || begin === undefined) return result;
  const { settings } = read;
  const known = readState(result.judge?.state);
  const until = look === undefined ? instant(now - read.times.lag) : instant(look.to);
  const took = milliseconds(Math.max(0, elapsed(begin, until)));
  const state = look === undefined ? passOver(known ?? newJudgeState()) : takeLook(known, look, settings, took);
  const watermark = look === undefined ? result.judge?.watermark : formatInstant(until);
  const finding = findVerdict(state, settings, took);
  const explanation = explain(state, settings, lookInterval(metric));
  const { phase, message } = verdictOf(metric, finding, explanation);
  return {
    ...result,
    phase,
    ...(message === undefined ? {} : { message }),
    judge: {
      evidence: evidenceText(state, settings),
      explanation,
      ...(watermark === undefined ? {} : { watermark }),
      // What never looked knows nothing that it could not learn again, stable's past included.
      ...(look === undefined && known === undefined ? {} : { state: writeState(state) }),
    },
  };
}

const BECAUSE = {
  Errors: 'it fails more often than stable',
  Latency: 'it is slower than stable',
  Outage: 'most of its requests fail',
} as const;

function verdictOf(metric: Metric, finding: Finding, explanation: string): MetricVerdict {
  const title = `Metric "${metric.name}" assessed`;
  switch (finding.kind) {
    case 'Abort':
      return { phase: 'Failed', message: `${title} Failed: ${BECAUSE[finding.because]}: ${explanation}` };
    case 'Pass':
      return { phase: 'Successful', message: `${title} Successful on evidence: ${explanation}` };
    case 'NoData':
      return { phase: 'Inconclusive', message: `${title} Inconclusive: no data: ${explanation}` };
    case 'Insufficient': {
      const then = metric.canary?.onInsufficientEvidence ?? 'Pass';
      if (then === 'Extend') return { phase: 'Running' };
      const phase = then === 'Pause' ? 'Inconclusive' : 'Successful';
      return { phase, message: `${title} ${phase} with insufficient evidence: ${explanation}` };
    }
    case 'Continue':
      return { phase: 'Running' };
  }
}
