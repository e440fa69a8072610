import type { Values } from '../api/arguments.ts';
import { substituteQuery } from '../api/arguments.ts';
import type { CanaryMetric } from '../api/canary-metric.ts';
import { DEFAULT_REVISION_LABEL } from '../api/defaults.ts';
import type { BucketLook, CanaryLook, LookArms } from '../api/canary-look.ts';
import type { Span } from './arm-counts.ts';
import { countBuckets, countErrors } from './arm-counts.ts';
import type { CounterSeries } from './counter-series.ts';
import { oneReplica, readCounters } from './counter-series.ts';
import { prometheusRequest } from './prometheus-request.ts';
import { readPrometheus } from './prometheus.ts';
import type { MetricRequest, MetricResponse, NoEvidence, ProviderSettings } from './provider.ts';
import { nothing } from './provider.ts';
import { narrowSelector } from '../api/selector.ts';

/** One look at the counters: the span to count, and for how long before the first one stable is looked at. */
export type LookSpan = Readonly<{ from: number; to: number; before: number; warmup: number }>;

/** Samples so far back must be asked for, in milliseconds, that each counter has one before the span. */
const LOOK_BACK = 120_000;
/** How long the pieces of stable's past are, by which the scatter of its errors is known, in milliseconds. */
const PIECE = 15_000;

const ARMS = ['canary', 'stable'] as const;
type Arm = (typeof ARMS)[number];
type Counter = 'total' | 'failed' | 'buckets';

/** The requests of a look, in this order: for each counter of the metric, the canary's series, then stable's. */
export function requestLook(
  metric: CanaryMetric,
  span: LookSpan,
  values: Values,
  settings: ProviderSettings,
): readonly MetricRequest[] | NoEvidence {
  const requests: MetricRequest[] = [];
  for (const counter of countersOf(metric)) {
    for (const arm of ARMS) {
      const selector = selectorOf(metric, counter, arm, values);
      if (typeof selector !== 'string') return selector;
      const back = span.to - span.from + LOOK_BACK + (arm === 'stable' ? span.before : 0);
      const query = `${selector}[${Math.ceil(back / 1000)}s]`;
      const parameters = { query, time: (span.to / 1000).toFixed(3) };
      const request = prometheusRequest(metric.prometheus ?? {}, '/api/v1/query', parameters, {
        values,
        settings,
        now: span.to,
      });
      if ('kind' in request) return request;
      requests.push(request);
    }
  }
  return requests;
}

/** What the answers to the requests of a look, in their order, say; or why they say nothing. */
export function readLook(
  metric: CanaryMetric,
  span: LookSpan,
  responses: readonly MetricResponse[],
): CanaryLook | NoEvidence {
  const found = new Map<string, readonly CounterSeries[]>();
  const keys = countersOf(metric).flatMap((counter) => ARMS.map((arm) => `${counter}/${arm}`));
  for (const [index, key] of keys.entries()) {
    const response = responses[index];
    if (response === undefined) return nothing('not every question was answered');
    const answer = readPrometheus(response);
    if (answer.kind === 'NoEvidence') return answer;
    const series = readCounters(answer.type, answer.result);
    if ('kind' in series) return series;
    found.set(key, oneReplica(series, metric.revision?.replicaLabel ?? 'prometheus_replica'));
  }
  const series = (counter: Counter, arm: Arm): readonly CounterSeries[] => found.get(`${counter}/${arm}`) ?? [];
  const shared = countersOf(metric).find((counter) => overlap(series(counter, 'canary'), series(counter, 'stable')));
  if (shared !== undefined) {
    return nothing(
      `the canary and stable have series of ${shared} in common; set canary.revision to what tells them apart`,
    );
  }
  const spans = { since: span.from - LOOK_BACK, from: span.from, to: span.to };
  const count = (arm: Arm, over: Span, warmup: number) =>
    countErrors(series('total', arm), series('failed', arm), over, warmup);
  const arms: LookArms | undefined =
    metric.errors === undefined
      ? undefined
      : { canary: count('canary', spans, span.warmup), stable: count('stable', spans, span.warmup) };
  const buckets =
    metric.latency === undefined
      ? undefined
      : ([
          countBuckets(series('buckets', 'canary'), spans, span.warmup),
          countBuckets(series('buckets', 'stable'), spans, span.warmup),
        ] as const);
  const past: Span = { since: span.from - span.before - LOOK_BACK, from: span.from - span.before, to: span.from };
  return {
    from: span.from,
    to: span.to,
    ...(arms === undefined ? {} : { errors: arms }),
    ...(buckets === undefined ? {} : { buckets: withBounds(...buckets) }),
    ...(span.before === 0
      ? {}
      : {
          before: {
            pieces: metric.errors === undefined ? [] : piecesOf(past).map((piece) => count('stable', piece, 0).targets),
            ...(metric.latency === undefined ? {} : { buckets: countBuckets(series('buckets', 'stable'), past, 0) }),
          },
        }),
  };
}

function countersOf(metric: CanaryMetric): readonly Counter[] {
  return [
    ...(metric.errors === undefined ? [] : (['total', 'failed'] as const)),
    ...(metric.latency === undefined ? [] : (['buckets'] as const)),
  ];
}

function selectorOf(metric: CanaryMetric, counter: Counter, arm: Arm, values: Values): string | NoEvidence {
  const [written = '', field] =
    counter === 'buckets'
      ? [metric.latency?.buckets, 'latency.buckets']
      : [metric.errors?.[counter], `errors.${counter}`];
  const asked = substituteQuery(written, values);
  if (!asked.ok) return nothing(`canary.${field}: args.${asked.argument} ${asked.why}`);
  const { revision = {} } = metric;
  const hash = arm === 'canary' ? revision.canaryHash : revision.stableHash;
  const matchers = revision[arm] ?? `${revision.label ?? DEFAULT_REVISION_LABEL}="${hash ?? ''}"`;
  if (revision[arm] === undefined && hash === undefined) {
    return nothing(`canary.revision: the run does not tell the hash of ${arm}; give revision.${arm}Hash, or matchers`);
  }
  const named = substituteQuery(matchers, values);
  if (!named.ok) return nothing(`canary.revision.${arm}: args.${named.argument} ${named.why}`);
  const narrowed = narrowSelector(asked.query, named.query);
  return narrowed ?? nothing(`canary.${field}: must be a name with matchers, such as http_requests_total{job="web"}`);
}

/** Series with the same labels in both versions are one series: nothing tells the versions apart then. */
function overlap(canary: readonly CounterSeries[], stable: readonly CounterSeries[]): boolean {
  const key = ({ labels }: CounterSeries): string => JSON.stringify(Object.entries(labels).toSorted());
  const known = new Set(stable.map(key));
  return canary.some((series) => known.has(key(series)));
}

function piecesOf({ since, from, to }: Span): readonly Span[] {
  const pieces: Span[] = [];
  for (let at = from; at + PIECE <= to; at += PIECE) pieces.push({ since, from: at, to: at + PIECE });
  return pieces;
}

function withBounds(canary: BucketLook, stable: BucketLook): Readonly<{ canary: BucketLook; stable: BucketLook }> {
  // A version without a request in the span has no buckets: it takes the other one's.
  const empty = (like: BucketLook, own: BucketLook): BucketLook =>
    own.counts.length > 0 ? own : { ...own, bounds: like.bounds, counts: like.counts.map(() => 0) };
  return { canary: empty(stable, canary), stable: empty(canary, stable) };
}
