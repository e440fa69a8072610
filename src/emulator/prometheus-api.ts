import type { Instant } from '../units/instant.ts';
import { parseParameterTime, parseStep } from './prometheus-parameters.ts';
import { formatTime, formatValue } from './promql/format.ts';
import type { Labels } from './promql/labels.ts';
import { compareLabels, quote } from './promql/labels.ts';
import { matchesAll } from './promql/matcher.ts';
import type { QueryOutcome } from './promql/query.ts';
import { instantQuery, rangeQuery, selectorMatchers } from './promql/query.ts';
import type { SeriesSource, StoredSeries, Value } from './promql/samples.ts';
import { firstAfter } from './promql/samples.ts';

/** A request to Prometheus: parameters of the query string, and of the body where it is a form. */
export type PrometheusRequest = Readonly<{ method: string; path: string; parameters: URLSearchParams }>;

/** Its answer; the body is JSON for the API, and plain text for probes and what is not there. */
export type PrometheusAnswer = Readonly<{ status: number; body: string }>;

/** What is made of an outcome before it is told: nothing, or a lie. */
export type Twist = (outcome: QueryOutcome) => QueryOutcome;

/** A failure in Prometheus's own form. */
export function errorAnswer(status: number, errorType: string, error: string): PrometheusAnswer {
  return { status, body: JSON.stringify({ status: 'error', errorType, error }) };
}

/**
 * Answers a request as Prometheus's HTTP API does (https://prometheus.io/docs/prometheus/latest/querying/api): query,
 * query_range, series, labels, label/<name>/values, and the probes. Pure: the same store and instant give the same bytes.
 */
export function answerRequest(
  request: PrometheusRequest,
  source: SeriesSource,
  now: Instant,
  twist: Twist = (outcome) => outcome,
): PrometheusAnswer {
  const { method, path } = request;
  if (path === '/-/ready') return { status: 200, body: 'Prometheus Server is Ready.\n' };
  if (path === '/-/healthy') return { status: 200, body: 'Prometheus Server is Healthy.\n' };
  const label = /^\/api\/v1\/label\/([^/]+)\/values$/.exec(path)?.[1];
  const known = ['/api/v1/query', '/api/v1/query_range', '/api/v1/series', '/api/v1/labels'];
  if (label === undefined && !known.includes(path)) return { status: 404, body: '404 page not found\n' };
  if (method !== 'GET' && (method !== 'POST' || label !== undefined)) {
    return { status: 405, body: 'Method Not Allowed\n' };
  }
  if (label !== undefined) return listAnswer(request, source, (found) => valuesOf(found, label));
  switch (path) {
    case '/api/v1/query':
      return instantAnswer(request, source, now, twist);
    case '/api/v1/query_range':
      return rangeAnswer(request, source, twist);
    case '/api/v1/series':
      return listAnswer(request, source, (found) =>
        found.toSorted(compareLabels).map((labels) => Object.fromEntries(labels.pairs)),
      );
    default:
      return listAnswer(request, source, namesOf);
  }
}

function instantAnswer(
  { parameters }: PrometheusRequest,
  source: SeriesSource,
  now: Instant,
  twist: Twist,
): PrometheusAnswer {
  const text = parameters.get('time') ?? '';
  const at = text === '' ? now : parseParameterTime(text);
  if (at === undefined) return unreadableTime('time', parameters);
  return outcomeAnswer(twist(instantQuery(parameters.get('query') ?? '', at, source)), at);
}

/** Prometheus's own limit of points a series. */
const MOST_POINTS = 11_000;

function rangeAnswer({ parameters }: PrometheusRequest, source: SeriesSource, twist: Twist): PrometheusAnswer {
  const at = (name: string): number | undefined => parseParameterTime(parameters.get(name) ?? '');
  const [start, end] = [at('start'), at('end')];
  const unreadable = (name: string): PrometheusAnswer =>
    invalid(name, `cannot parse ${quote(parameters.get(name) ?? '')} to a valid timestamp`);
  if (start === undefined) return unreadable('start');
  if (end === undefined) return unreadable('end');
  if (end < start) return invalid('end', 'end timestamp must not be before start time');
  const step = parseStep(parameters.get('step') ?? '');
  if (step === undefined) {
    return invalid('step', `cannot parse ${quote(parameters.get('step') ?? '')} to a valid duration`);
  }
  if (step <= 0) {
    return invalid('step', 'zero or negative query resolution step widths are not accepted. Try a positive integer');
  }
  if (Math.floor((end - start) / step) > MOST_POINTS) {
    const advice = 'Try decreasing the query resolution (?step=XX)';
    return errorAnswer(400, 'bad_data', `exceeded maximum resolution of 11,000 points per timeseries. ${advice}`);
  }
  return outcomeAnswer(twist(rangeQuery(parameters.get('query') ?? '', { start, end, step }, source)), start);
}

function invalid(parameter: string, reason: string): PrometheusAnswer {
  return errorAnswer(400, 'bad_data', `invalid parameter ${quote(parameter)}: ${reason}`);
}

function unreadableTime(name: string, parameters: URLSearchParams): PrometheusAnswer {
  const text = quote(parameters.get(name) ?? '');
  return invalid(name, `invalid time value for '${name}': cannot parse ${text} to a valid timestamp`);
}

function outcomeAnswer(outcome: QueryOutcome, at: number): PrometheusAnswer {
  if (!outcome.ok) {
    if (outcome.type === 'bad_data') return invalid('query', outcome.message);
    return errorAnswer(422, outcome.type, outcome.message);
  }
  const { value, warnings, infos } = outcome;
  const noted = [noteOf('warnings', warnings), noteOf('infos', infos)].join('');
  const result = `{"resultType":"${value.type}","result":${resultOf(value, at)}}`;
  return { status: 200, body: `{"status":"success","data":${result}${noted}}` };
}

/** At most ten are told, as Prometheus does it. */
function noteOf(name: string, notes: readonly string[]): string {
  if (notes.length === 0) return '';
  const omitted = `${notes.length - 10} more ${name.slice(0, -1)} annotations omitted`;
  return `,"${name}":${JSON.stringify(notes.length > 10 ? [...notes.slice(0, 10), omitted] : notes)}`;
}

// Written by hand because a time such as 1435781451.500 keeps its zeros, which no JSON library of ours would write.
function resultOf(value: Value, at: number): string {
  switch (value.type) {
    case 'scalar':
      return point(at, formatValue(value.value));
    case 'string':
      return point(at, value.value);
    case 'vector':
      return `[${value.samples
        .map(({ labels, value: own }) => `{"metric":${metric(labels)},"value":${point(at, formatValue(own))}}`)
        .join(',')}]`;
    case 'matrix':
      return `[${value.series
        .map(({ labels, times, values }) => {
          const points = values.map((own, index) => point(times[index] ?? 0, formatValue(own)));
          return `{"metric":${metric(labels)},"values":[${points.join(',')}]}`;
        })
        .join(',')}]`;
  }
}

function point(time: number, text: string): string {
  return `[${formatTime(time)},${JSON.stringify(text)}]`;
}

function metric(labels: Labels): string {
  return JSON.stringify(Object.fromEntries(labels.pairs));
}

function listAnswer(
  { path, parameters }: PrometheusRequest,
  source: SeriesSource,
  list: (found: readonly Labels[]) => readonly unknown[],
): PrometheusAnswer {
  const selectors = parameters.getAll('match[]');
  if (path === '/api/v1/series' && selectors.length === 0) {
    return errorAnswer(400, 'bad_data', 'no match[] parameter provided');
  }
  const bound = (name: string, otherwise: number): number | undefined => {
    const text = parameters.get(name) ?? '';
    return text === '' ? otherwise : parseParameterTime(text);
  };
  const [start, end] = [bound('start', Number.NEGATIVE_INFINITY), bound('end', Number.POSITIVE_INFINITY)];
  if (start === undefined) return unreadableTime('start', parameters);
  if (end === undefined) return unreadableTime('end', parameters);
  const sets = selectors.map(selectorMatchers);
  for (const set of sets) if (!set.ok) return invalid('match[]', set.message);
  const within = ({ times }: StoredSeries): boolean => firstAfter(times, end) > firstAfter(times, start - 1);
  const found = [...source.select([])]
    .filter((series) => within(series))
    .map(({ labels }) => labels)
    .filter((labels) => sets.length === 0 || sets.some((set) => set.ok && matchesAll(set.matchers, labels)));
  return { status: 200, body: JSON.stringify({ status: 'success', data: list(found) }) };
}

function namesOf(found: readonly Labels[]): readonly string[] {
  return [...new Set(found.flatMap(({ pairs }) => pairs.map(([name]) => name)))].toSorted();
}

function valuesOf(found: readonly Labels[], label: string): readonly string[] {
  const values = found.flatMap(({ pairs }) => pairs.filter(([name]) => name === label).map(([, value]) => value));
  return [...new Set(values)].toSorted();
}
