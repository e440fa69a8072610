import type { RangeQuery } from '../api/metric-provider.ts';
import type { Reading } from '../api/reading.ts';
import { parseGoDuration } from '../units/duration.ts';
import { valueReading } from './answer.ts';
import { prometheusRequest } from './prometheus-request.ts';
import type { Asked, MetricResponse, NoEvidence, Provider } from './provider.ts';
import { nothing } from './provider.ts';
import { readRangeTime } from './range-time.ts';
import { written, writtenQuery } from './written.ts';

/**
 * Queries of the Prometheus HTTP API: instant (POST /api/v1/query), or over a range (query_range). A vector or matrix
 * gives a list of numbers, a scalar one number; no series at all is no evidence, and so are errors, warnings of a partial
 * answer, a range that ended more than 5 minutes ago, and values that are not finite.
 * Source: https://prometheus.io/docs/prometheus/latest/querying/api/.
 */
export const prometheus: Provider = {
  request(asked) {
    const query = asked.metric.provider?.prometheus;
    if (query?.query === undefined) return nothing('the metric has no Prometheus query');
    const { rangeQuery, query: text, ...server } = query;
    const put = writtenQuery('provider.prometheus.query', text, asked.values);
    if (put.kind === 'NoEvidence') return put;
    if (rangeQuery === undefined) return prometheusRequest(server, '/api/v1/query', { query: put.query }, asked);
    const range = readRange(rangeQuery, asked);
    if ('kind' in range) return range;
    return prometheusRequest(server, '/api/v1/query_range', { query: put.query, ...range }, asked);
  },

  read(_metric, response) {
    const answer = readPrometheus(response);
    return answer.kind === 'NoEvidence' ? answer : readResult(answer.type, answer.result, answer.answeredAt);
  },
};

type RangeParameters = Readonly<{ start: string; end: string; step: string }>;

function readRange(range: RangeQuery, { values, now }: Asked): RangeParameters | NoEvidence {
  const field = 'provider.prometheus.rangeQuery';
  const put = written(range, values);
  if (put.kind === 'NoEvidence') return put;
  const { start = '', end = 'now()', step = '' } = put.value;
  const [from, to] = [readRangeTime(start, now), readRangeTime(end, now)];
  const length = parseGoDuration(step);
  if (from === undefined) return nothing(`${field}.start: must be a time such as now() - duration("1h")`);
  if (to === undefined || to < from) return nothing(`${field}.end: must be a time such as now(), not before start`);
  if (length === undefined || length <= 0) return nothing(`${field}.step: must be a Go duration such as 1m`);
  return { start: String(from / 1000), end: String(to / 1000), step: String(length / 1000) };
}

/** What Prometheus answered to a query: the type of its result and the result itself, not looked into. */
export type PrometheusResult = Readonly<{
  kind: 'Result';
  type: string | undefined;
  result: unknown;
  answeredAt: number | undefined;
}>;

/** The result of a query, or why there is none: no answer, an error, or a warning that data are missing. */
export function readPrometheus(response: MetricResponse): PrometheusResult | NoEvidence {
  if (response.kind === 'Nothing') return nothing(`provider.prometheus.address: ${response.message}`);
  const answer = parseAnswer(response.body);
  // The text of an answer may hold what its reader must not see: only its class and Prometheus' own error type pass.
  if (response.status !== 200 || answer?.status !== 'success') {
    const type = /^[a-z_]{1,40}$/.test(answer?.errorType ?? '') ? ` (${answer?.errorType})` : '';
    return nothing(`Prometheus answered with status ${response.status}${type}`);
  }
  // Remarks on the query itself begin so; any other warning (Thanos, remote reads) tells of data that is missing.
  const warnings: readonly unknown[] = Array.isArray(answer.warnings) ? answer.warnings : [];
  const partial = warnings.some((warning) => !String(warning).startsWith('PromQL warning:'));
  if (partial) return nothing('Prometheus warns that its answer may be partial');
  const { resultType, result } = answer.data ?? {};
  return { kind: 'Result', type: resultType, result, answeredAt: response.answeredAt };
}

type PrometheusAnswer = Readonly<{
  status?: string;
  errorType?: string;
  warnings?: unknown;
  data?: Readonly<{ resultType?: string; result?: unknown }>;
}>;

function parseAnswer(body: string): PrometheusAnswer | undefined {
  try {
    const parsed: unknown = JSON.parse(body);
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** A number of Prometheus' answers: a string, with NaN and +Inf among them. */
export function toNumber(text: unknown): number {
  if (text === '+Inf' || text === 'Inf') return Number.POSITIVE_INFINITY;
  if (text === '-Inf') return Number.NEGATIVE_INFINITY;
  return typeof text === 'string' && /^[-+]?[\d.]/.test(text) ? Number(text) : Number.NaN;
}

type Sample = readonly [at: number, value: string];
type Series = Readonly<{ value?: Sample; values?: readonly Sample[] }>;

/** Milliseconds without a sample after which Prometheus itself takes a series for gone: its lookback delta. */
const STALE_AFTER = 300_000;

function readResult(type: string | undefined, result: unknown, answeredAt: number | undefined): Reading {
  if (type === 'scalar' && Array.isArray(result)) {
    const value = toNumber(result[1]);
    return valueReading(value);
  }
  if ((type !== 'vector' && type !== 'matrix') || !Array.isArray(result)) {
    return nothing(`Prometheus gave a ${type ?? 'result of no type'}, not a vector, matrix or scalar`);
  }
  const series = result as readonly (Series | null)[];
  const samples = type === 'vector' ? series.map((one) => one?.value) : series.flatMap((one) => one?.values ?? []);
  if (samples.length === 0) return nothing('no data: the query matches no series');
  // A range holds what was before a silence too. Both times are of the server's clock; ours is not asked.
  const fresh =
    answeredAt === undefined || samples.some((sample) => Number(sample?.[0]) * 1000 > answeredAt - STALE_AFTER);
  if (type === 'matrix' && !fresh) {
    return nothing('no data: the newest sample of the range is older than 5m');
  }
  const numbers = samples.map((sample) => toNumber(sample?.[1]));
  return valueReading(numbers);
}
