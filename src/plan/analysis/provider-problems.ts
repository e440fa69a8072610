import type { Values } from '../../api/arguments.ts';
import { DOTTED_NAME, substituteQuery } from '../../api/arguments.ts';
import type { Metric } from '../../api/metric.ts';
import type { MetricProvider } from '../../api/metric-provider.ts';
import type { Problem } from '../../api/problem.ts';
import { invalid, required } from '../../api/problem.ts';
import { parseGoDuration } from '../../units/duration.ts';

type Name = keyof MetricProvider;

/** What is wrong with one provider's block beyond its schema; `at` is the block's place. */
type Check = (provider: MetricProvider, values: Values, at: string) => readonly Problem[];

/** Everything that is wrong with where a metric's value comes from; `at` is the metric's place. */
export function providerProblems({ provider = {} }: Metric, values: Values, at: string): readonly Problem[] {
  const named = (Object.keys(provider) as Name[]).filter((name) => provider[name] !== undefined);
  const [name] = named;
  if (named.length !== 1 || name === undefined) {
    return [invalid(`${at}.provider`, 'OneProvider', named, 'must name exactly one provider')];
  }
  const check = CHECKS[name];
  return check === undefined
    ? [invalid(`${at}.provider.${name}`, 'NotYetSupported', name, 'is no provider that Sluice serves; use another')]
    : check(provider, values, `${at}.provider.${name}`);
}

const CHECKS: Readonly<Partial<Record<Name, Check>>> = {
  prometheus: ({ prometheus = {} }, values, at) => [
    ...queryProblems(prometheus.query, values, `${at}.query`),
    ...(prometheus.rangeQuery === undefined ? [] : rangeProblems(prometheus.rangeQuery, at)),
    ...oauthProblems(prometheus.authentication, at),
  ],
  web: ({ web }, values, at) => {
    const { method = 'GET', url = '', body, jsonBody } = web ?? {};
    const problems: Problem[] = url === '' ? [required(`${at}.url`, 'UrlMissing', 'write the address')] : [];
    if (method === 'GET' && (body !== undefined || jsonBody !== undefined)) {
      problems.push(invalid(`${at}.method`, 'BodyWithGet', method, 'GET has no body; use POST or PUT'));
    }
    if (body !== undefined && jsonBody !== undefined) {
      problems.push(invalid(`${at}.body`, 'OneBody', 'both', 'must not stand beside jsonBody; remove one'));
    }
    const text = body === undefined ? [] : queryProblems(body, values, `${at}.body`);
    return [...problems, ...text, ...oauthProblems(web?.authentication, at)];
  },
  job: ({ job }, _values, at) => {
    const template = job?.spec?.['template'];
    return typeof template === 'object' && template !== null
      ? []
      : [required(`${at}.spec.template`, 'JobTemplate', 'write the pod template of the Job')];
  },
  datadog: ({ datadog = {} }, values, at) => {
    const { apiVersion = 'v1', query, queries, formula, aggregator } = datadog;
    const problems: Problem[] = durationProblems(datadog.interval, `${at}.interval`);
    if (apiVersion === 'v1') {
      for (const [field, value] of Object.entries({ queries, formula, aggregator })) {
        if (value !== undefined) problems.push(invalid(`${at}.${field}`, 'OnlyV2', value, 'needs apiVersion v2'));
      }
      return [...problems, ...queryProblems(query, values, `${at}.query`, DOTTED_NAME)];
    }
    if ((query === undefined) === (queries === undefined)) {
      problems.push(invalid(`${at}.query`, 'OneQuery', query, 'must hold exactly one of query and queries'));
    }
    if (queries !== undefined && Object.keys(queries).length > 1 && formula === undefined) {
      problems.push(required(`${at}.formula`, 'FormulaMissing', 'several queries need a formula over their names'));
    }
    const written = queries === undefined ? (query === undefined ? {} : { query }) : queries;
    const each = Object.entries(written).flatMap(([name, text]) =>
      queryProblems(text, values, queries === undefined ? `${at}.query` : `${at}.queries.${name}`, DOTTED_NAME),
    );
    return [...problems, ...each];
  },
  newRelic: ({ newRelic }, values, at) => queryProblems(newRelic?.query, values, `${at}.query`, DOTTED_NAME),
  wavefront: ({ wavefront }, values, at) => [
    ...addressProblems(wavefront?.address, at),
    ...queryProblems(wavefront?.query, values, `${at}.query`, DOTTED_NAME),
  ],
  cloudWatch: ({ cloudWatch }, _values, at) => [
    ...durationProblems(cloudWatch?.interval, `${at}.interval`),
    ...((cloudWatch?.metricDataQueries ?? []).length > 0
      ? []
      : [required(`${at}.metricDataQueries`, 'QueryMissing', 'write at least one query')]),
  ],
  graphite: ({ graphite }, values, at) => [
    ...addressProblems(graphite?.address, at),
    ...queryProblems(graphite?.query, values, `${at}.query`, DOTTED_NAME),
  ],
  influxdb: ({ influxdb }, values, at) => queryProblems(influxdb?.query, values, `${at}.query`),
  skywalking: ({ skywalking }, values, at) => [
    ...addressProblems(skywalking?.address, at),
    ...queryProblems(skywalking?.query, values, `${at}.query`, DOTTED_NAME),
    ...durationProblems(skywalking?.interval, `${at}.interval`),
  ],
  plugin: ({ plugin }, _values, at) =>
    Object.keys(plugin ?? {}).length === 1
      ? []
      : [invalid(at, 'OnePlugin', Object.keys(plugin ?? {}), 'must name exactly one plugin')],
};

function queryProblems(query: string | undefined, values: Values, at: string, bare?: RegExp): readonly Problem[] {
  if (query === undefined || query.trim() === '') return [required(at, 'QueryMissing', 'write the query')];
  const asked = substituteQuery(query, values, bare);
  if (asked.ok) return [];
  return [invalid(at, 'UnsafeArgument', `{{args.${asked.argument}}}`, `args.${asked.argument} ${asked.why}`)];
}

function addressProblems(address: string | undefined, at: string): readonly Problem[] {
  return address === undefined || address === ''
    ? [required(`${at}.address`, 'AddressMissing', 'write the address of the server')]
    : [];
}

function durationProblems(text: string | undefined, at: string): Problem[] {
  if (text === undefined || text.includes('{{') || (parseGoDuration(text) ?? 0) > 0) return [];
  return [invalid(at, 'BadDuration', text, 'must be a Go duration such as 5m')];
}

function rangeProblems(range: NonNullable<MetricProvider['prometheus']>['rangeQuery'], at: string): readonly Problem[] {
  const problems: Problem[] = [];
  for (const field of ['start', 'step'] as const) {
    if ((range?.[field] ?? '') !== '') continue;
    const like = field === 'start' ? 'a time such as now() - duration("1h")' : 'a Go duration such as 1m';
    problems.push(required(`${at}.rangeQuery.${field}`, 'RangeField', `write ${like}`));
  }
  return problems;
}

function oauthProblems(
  authentication: NonNullable<MetricProvider['web']>['authentication'],
  at: string,
): readonly Problem[] {
  const { oauth2 } = authentication ?? {};
  if (oauth2 === undefined || ((oauth2.tokenUrl ?? '') !== '' && (oauth2.clientId ?? '') !== '')) return [];
  return [required(`${at}.authentication.oauth2`, 'OAuth2', 'give tokenUrl, clientId and clientSecret')];
}
