import { DOTTED_NAME } from '../api/arguments.ts';
import type { Metric } from '../api/metric.ts';
import type { Json } from '../units/canonical-json.ts';
import { milliseconds, parseGoDuration } from '../units/duration.ts';
import { at, jsonOf, listOf, valueReading } from './answer.ts';
import type { Asked, MetricRequest, NoEvidence, Provider } from './provider.ts';
import { nothing } from './provider.ts';
import { writtenQuery } from './written.ts';

const DEFAULT_ADDRESS = 'https://api.datadoghq.com';
const DEFAULT_INTERVAL = milliseconds(300_000);
const DEFAULT_TIMEOUT = milliseconds(10_000);

/**
 * Datadog's metrics API. v1 gives the last point of the first series, v2 the number of the formula, or a list of them
 * when it groups. Keys come from a Secret (`api-key`, `app-key`, `address`).
 * Source: https://docs.datadoghq.com/api/latest/metrics/.
 */
export const datadog: Provider = {
  secrets(metric) {
    const { name = 'datadog', namespaced = false } = metric.provider?.datadog?.secretRef ?? {};
    return [{ in: namespaced ? 'Run' : 'Controller', name }];
  },

  request(asked) {
    const block = asked.metric.provider?.datadog;
    const [secret = {}] = asked.secrets;
    if (block === undefined) return nothing('the metric has no datadog block');
    const { 'api-key': apiKey = '', 'app-key': appKey = '', address = '' } = secret;
    if (apiKey === '' || appKey === '')
      return nothing('provider.datadog.secretRef: the Secret needs api-key and app-key');
    const interval = parseGoDuration(block.interval ?? '') ?? DEFAULT_INTERVAL;
    const timeLimit = parseGoDuration(block.requestTimeout ?? '') ?? DEFAULT_TIMEOUT;
    const sent = {
      origin: (address === '' ? DEFAULT_ADDRESS : address).replace(/\/+$/, ''),
      headers: { 'dd-api-key': apiKey, 'dd-application-key': appKey },
      timeLimit,
      from: asked.now - interval,
    };
    return block.apiVersion === 'v2' ? requestV2(asked, sent) : requestV1(asked, sent);
  },

  read(metric, response) {
    const answer = jsonOf(response, 'Datadog');
    if (answer.kind === 'NoEvidence') return answer;
    return metric.provider?.datadog?.apiVersion === 'v2' ? readV2(answer.json) : readV1(answer.json);
  },
};

type Sent = Readonly<{ origin: string; headers: Readonly<Record<string, string>>; timeLimit: number; from: number }>;

function requestV1({ metric, values, now }: Asked, sent: Sent): MetricRequest | NoEvidence {
  const put = writtenQuery('provider.datadog.query', metric.provider?.datadog?.query, values, DOTTED_NAME);
  if (put.kind === 'NoEvidence') return put;
  const parameters = new URLSearchParams({
    query: put.query,
    from: String(Math.floor(sent.from / 1000)),
    to: String(Math.floor(now / 1000)),
  });
  const { origin, headers, timeLimit } = sent;
  return { method: 'GET', url: `${origin}/api/v1/query?${parameters.toString()}`, headers, timeLimit };
}

function requestV2({ metric, values, now }: Asked, sent: Sent): MetricRequest | NoEvidence {
  const block = metric.provider?.datadog;
  const named = queriesOf(metric);
  if (named.length === 0) return nothing('provider.datadog: give query, or queries with a formula');
  const queries: { data_source: 'metrics'; aggregator: string; name: string; query: string }[] = [];
  for (const [name, query] of named) {
    const put = writtenQuery(`provider.datadog.queries.${name}`, query, values, DOTTED_NAME);
    if (put.kind === 'NoEvidence') return put;
    queries.push({ data_source: 'metrics', aggregator: block?.aggregator ?? 'last', name, query: put.query });
  }
  const formula = writtenQuery('provider.datadog.formula', block?.formula ?? named[0]?.[0], values, DOTTED_NAME);
  if (formula.kind === 'NoEvidence') return formula;
  const attributes = { formulas: [{ formula: formula.query }], queries, from: sent.from, to: now };
  return {
    method: 'POST',
    url: `${sent.origin}/api/v2/query/scalar`,
    headers: { ...sent.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ data: { type: 'scalar_request', attributes } }),
    timeLimit: sent.timeLimit,
  };
}

/** The queries with their names; a single one is called `query`. */
function queriesOf(metric: Metric): readonly (readonly [string, string])[] {
  const { query, queries } = metric.provider?.datadog ?? {};
  return queries === undefined ? (query === undefined ? [] : [['query', query]]) : Object.entries(queries);
}

function readV1(json: Json): ReturnType<Provider['read']> {
  const [series] = listOf(at(json, 'series'));
  const points = listOf(at(series, 'pointlist'));
  const last = at(points.at(-1), 1);
  if (typeof last === 'number') return valueReading(last);
  // No data is nothing: a condition that reckons with it says so by default(result, …) or isNil(result).
  return valueReading(null);
}

function readV2(json: Json): ReturnType<Provider['read']> {
  const columns = listOf(at(json, 'data', 'attributes', 'columns'));
  const numbers = columns.filter((column) => at(column, 'type') === 'number');
  const values = listOf(at(numbers[0], 'values'));
  if (values.length === 0) return valueReading(null);
  return valueReading(columns.length === numbers.length && values.length === 1 ? (values[0] ?? null) : values);
}
