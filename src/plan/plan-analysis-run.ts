import type { AnalysisRunStatus, Measurement, MetricResult } from '../api/analysis.ts';
import type { Metric } from '../api/metric.ts';
import { sameJson } from '../units/canonical-json.ts';
import { seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add, earliest, formatInstant, instant, parseInstant } from '../units/instant.ts';
import type { EventNote } from './action.ts';
import { substitute } from '../api/arguments.ts';
import { assessReading } from './analysis/assess.ts';
import { canaryLimits, judgeLook, judgeSettingsOf } from './analysis/canary-course.ts';
import { ENDED_BY_ROLLOUT } from './analysis/ended.ts';
import type { LookTimes } from './analysis/judge/read-settings.ts';
import type { Limits, LimitsReading } from './analysis/limits.ts';
import { readLimits } from './analysis/limits.ts';
import { isFinal, judgeMetric, newResult, withMeasurement } from './analysis/metric-result.ts';
import type { AnalysisRunAction, ObservedAnalysisRun } from './analysis/observed-analysis-run.ts';
import type { ReadingAnswer } from '../api/reading.ts';
import { isDryRun, measurementsKept, unmatchedRule } from './analysis/retention.ts';
import { nextMeasurement } from './analysis/schedule.ts';
import type { Ended } from './analysis/verdict.ts';
import { judgeRun, summarize } from './analysis/verdict.ts';
import type { Plan } from './plan.ts';

type RunPlan = Plan<AnalysisRunAction, AnalysisRunStatus>;

/** A metric with its arguments put in, its limits, and what came of it so far. */
type Course = Readonly<{ metric: Metric; limits: Limits; result: MetricResult }>;

/**
 * Decides about one AnalysisRun: takes in the readings that came, judges, and asks for the measurements that are due.
 * Pure. A reading counts once: it carries the number of the measurement that it answers.
 */
export function planAnalysisRun(observed: ObservedAnalysisRun, now: Instant): RunPlan {
  const { run } = observed;
  const status = run.status ?? {};
  if (isFinal(status.phase)) return planFinished(observed, now);
  const courses = readCourses(observed);
  if (typeof courses === 'string') return end(observed, now, [], { phase: 'Error', message: courses });
  const taken = courses.map((course) => takeIn(observed, course));
  const results = taken.map(({ result }) => result);
  const verdict = judgeRun(results, endedBy(observed));
  if (verdict.phase !== 'Running') return end(observed, now, results, verdict);
  const startedAt = parseInstant(status.startedAt) ?? now;
  const waits = taken.map((course) => ({ course, at: nextMeasurement(course.result, course.limits, startedAt) }));
  const open = waits.filter(({ course }) => !isFinal(course.result.phase) && !isInFlight(observed, course));
  const due = open.filter(({ at }) => at <= now);
  const next: AnalysisRunStatus = {
    ...status,
    phase: 'Running',
    startedAt: status.startedAt ?? formatInstant(now),
    metricResults: results.map((result) => (result.phase === 'Pending' ? { ...result, phase: 'Running' } : result)),
    ...summaries(results),
  };
  return {
    actions: due.map(({ course }) => ({
      kind: 'Measure',
      metric: course.metric.name,
      ordinal: ordinalOf(course.result),
    })),
    status: sameJson(next, status) ? status : next,
    events: [
      ...(status.phase === 'Running' ? [] : [event('Normal', 'AnalysisRunRunning', 'The analysis has begun')]),
      ...metricEvents(status, results),
    ],
    requeueAt: earliest(...open.map(({ at }) => at).filter((at) => at > now)),
    because: open.map(({ course, at }) => ({
      rule: 'NextMeasurement',
      message: `metric ${course.metric.name}`,
      since: at,
    })),
  };
}

/** The number of the measurement that a metric takes next: one more than all it has taken, errors among them. */
export function ordinalOf({ count = 0, error = 0 }: MetricResult): number {
  return count + error + 1;
}

const canaryLimitsReading = (metric: Metric, times: LookTimes): LimitsReading => ({
  ok: true,
  value: canaryLimits(metric, times),
});

function readCourses({ run }: ObservedAnalysisRun): readonly Course[] | string {
  const unmatched = unmatchedRule(run.spec);
  if (unmatched !== undefined) return unmatched;
  const values = new Map(
    // Limits and conditions see no secret: only what a measurement sends does.
    (run.spec.args ?? []).map(({ name, value, valueFrom }) => [
      name,
      valueFrom?.secretKeyRef === undefined ? value : '',
    ]),
  );
  const courses: Course[] = [];
  for (const written of run.spec.metrics) {
    try {
      // What the query is put together from keeps its arguments: their place in it matters.
      const { provider, canary, ...plain } = written;
      const sources = { ...(provider === undefined ? {} : { provider }), ...(canary === undefined ? {} : { canary }) };
      const metric: Metric = { ...substitute(plain, values), ...sources };
      const judged = judgeSettingsOf(run, metric);
      if (judged?.ok === false) return `Metric "${metric.name}": canary.${judged.field} ${judged.why}`;
      const limits = judged === undefined ? readLimits(metric) : canaryLimitsReading(metric, judged.times);
      if (!limits.ok) return `Metric "${metric.name}": ${limits.field} ${limits.why}`;
      const known = run.status?.metricResults?.find(({ name }) => name === metric.name);
      const result = known ?? newResult(metric.name, isDryRun(run.spec, metric.name));
      courses.push({ metric, limits: limits.value, result });
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }
  return courses.length === 0 ? 'the run has no metric' : courses;
}

function isInFlight({ inFlight }: ObservedAnalysisRun, { metric, result }: Course): boolean {
  return inFlight.some((one) => one.metric === metric.name && one.ordinal === ordinalOf(result));
}

function takeIn(observed: ObservedAnalysisRun, course: Course): Course {
  const { metric, limits, result } = course;
  if (isFinal(result.phase)) return course;
  const ordinal = ordinalOf(result);
  const found = observed.readings.find((one) => one.metric === metric.name && one.ordinal === ordinal);
  if (found === undefined) return course;
  const kept = measurementsKept(observed.run.spec, metric.name);
  const measured = withMeasurement(result, toMeasurement(metric, found.answer), kept);
  if (metric.canary !== undefined) {
    const { reading, finishedAt } = found.answer;
    const look = reading.kind === 'Look' ? reading.look : undefined;
    return { ...course, result: judgeLook(observed.run, metric, measured, look, instant(finishedAt)) };
  }
  const verdict = judgeMetric(measured, limits);
  const lastMessage = measured.measurements?.at(-1)?.message;
  const why = lastMessage === undefined ? '' : `: "Error Message: ${lastMessage}"`;
  const message = verdict.message === undefined ? undefined : `${verdict.message}${why}`;
  return {
    ...course,
    result: { ...measured, phase: verdict.phase, ...(message === undefined ? {} : { message }) },
  };
}

function toMeasurement(metric: Metric, { startedAt, finishedAt, reading }: ReadingAnswer): Measurement {
  const { phase, message } = assessReading(metric, reading);
  const { metadata } = reading;
  return {
    phase,
    startedAt: formatInstant(instant(startedAt)),
    finishedAt: formatInstant(instant(finishedAt)),
    ...(message === undefined ? {} : { message }),
    ...(reading.kind === 'NoEvidence' ? {} : { value: reading.shown }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

function endedBy({ run }: ObservedAnalysisRun): Ended {
  if (run.spec.terminate !== true) return undefined;
  const mark = run.metadata.annotations?.[ENDED_BY_ROLLOUT];
  return mark === 'true' ? 'ByRollout' : mark === 'experiment' ? 'ByExperiment' : 'ByPerson';
}

function summaries(results: readonly MetricResult[]): Pick<AnalysisRunStatus, 'runSummary' | 'dryRunSummary'> {
  const dry = results.filter(({ dryRun }) => dryRun === true);
  return {
    runSummary: summarize(results.filter(({ dryRun }) => dryRun !== true)),
    ...(dry.length === 0 ? {} : { dryRunSummary: summarize(dry) }),
  };
}

/** One event for each metric that came to its end in this pass, or that lost sight of its version. */
function metricEvents(before: AnalysisRunStatus, results: readonly MetricResult[]): readonly EventNote[] {
  return results.flatMap((result) => {
    const known = before.metricResults?.find(({ name }) => name === result.name);
    const { name, phase, consecutiveError = 0 } = result;
    if (isFinal(phase) && !isFinal(known?.phase)) {
      const type = phase === 'Successful' ? 'Normal' : 'Warning';
      return [event(type, `Metric${phase}`, `Metric '${name}' Completed. Result: ${phase}`)];
    }
    // Told at the first error and not at its end: who mends the cause before the limit saves the update.
    if (consecutiveError !== 1 || (known?.consecutiveError ?? 0) > 0) return [];
    const why = result.measurements?.at(-1)?.message ?? 'the measurement gave nothing';
    return [event('Warning', 'MetricNoEvidence', `Metric '${name}' has no evidence: ${why}`)];
  });
}

const event = (type: EventNote['type'], reason: string, note: string): EventNote => ({ type, reason, note });

function end(
  observed: ObservedAnalysisRun,
  now: Instant,
  results: readonly MetricResult[],
  verdict: ReturnType<typeof judgeRun>,
): RunPlan {
  const status = observed.run.status ?? {};
  const { phase, message } = verdict;
  // A metric that was cut short speaks for the version only if it ever had a good measurement (fix F-D1).
  const finished = results.map((result): MetricResult => {
    if (isFinal(result.phase)) return result;
    return { ...result, phase: (result.successful ?? 0) > 0 ? 'Successful' : 'Inconclusive' };
  });
  const next: AnalysisRunStatus = {
    ...status,
    phase,
    ...(message === undefined ? {} : { message }),
    startedAt: status.startedAt ?? formatInstant(now),
    completedAt: formatInstant(now),
    metricResults: finished,
    ...summaries(finished),
  };
  const type = phase === 'Successful' ? 'Normal' : 'Warning';
  return {
    actions: observed.inFlight.length > 0 ? [{ kind: 'CancelMeasurements' }] : [],
    status: next,
    events: [
      ...metricEvents(status, results),
      event(type, `AnalysisRun${phase}`, message ?? 'The analysis is complete'),
    ],
    requeueAt: undefined,
    because: [{ rule: phase, message: message ?? '' }],
  };
}

/** A finished run only waits for the end of its time to live. */
function planFinished({ run }: ObservedAnalysisRun, now: Instant): RunPlan {
  const status = run.status ?? {};
  const { secondsAfterCompletion, secondsAfterFailure, secondsAfterSuccess } = run.spec.ttlStrategy ?? {};
  const specific = status.phase === 'Successful' ? secondsAfterSuccess : secondsAfterFailure;
  const ttl = specific ?? secondsAfterCompletion;
  const completedAt = parseInstant(status.completedAt);
  const rest: RunPlan = { actions: [], status, events: [], requeueAt: undefined, because: [] };
  if (ttl === undefined || completedAt === undefined) return rest;
  const until = add(completedAt, seconds(ttl));
  if (until > now) return { ...rest, requeueAt: until };
  const { name, uid = '', resourceVersion = '' } = run.metadata;
  return { ...rest, actions: [{ kind: 'DeleteRun', target: { name, uid, resourceVersion } }] };
}
