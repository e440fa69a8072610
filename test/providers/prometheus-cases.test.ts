import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Metric } from '../../src/api/metric.ts';
import { assessReading } from '../../src/plan/analysis/assess.ts';
import { prometheus } from '../../src/providers/prometheus.ts';
import type { MetricResponse } from '../../src/providers/provider.ts';

const CASES = new URL('prometheus/', import.meta.url);

const read = (name: string, file: string): unknown =>
  JSON.parse(readFileSync(new URL(`${name}/${file}.json`, CASES), 'utf8'));

const metric: Metric = { name: 'm', provider: { prometheus: { query: 'up' } } };
const settings = { prometheusAddress: 'http://prometheus.monitoring:9090' };

test.each(readdirSync(CASES))('Prometheus, case %s: the request, and what its response is read as', (name) => {
  expect(prometheus.request({ metric, values: new Map(), settings, secrets: [], now: 0 })).toEqual(
    read(name, 'request'),
  );
  expect(prometheus.read(metric, read(name, 'response') as MetricResponse, 0)).toEqual(read(name, 'reading'));
});

const vector = (result: string, more = ''): string =>
  `{"status":"success","data":{"resultType":"vector","result":${result}}${more}}`;

/** Bodies of a server that means harm, or is broken: none of them may throw, pollute, or pass. */
const HOSTILE: readonly (readonly [string, string])[] = [
  ['null', 'null'],
  ['a number', '1'],
  ['a list', '[]'],
  ['no data', '{"status":"success"}'],
  ['data that is null', '{"status":"success","data":null}'],
  ['a series that is null', vector('[null]')],
  ['a series that is a number', vector('[7]')],
  ['a sample that is null', vector('[{"value":null}]')],
  ['a sample that is a text', vector('[{"value":"1"}]')],
  ['a value that is a number', vector('[{"value":[1,1]}]')],
  ['a value that is an object', vector('[{"value":[1,{"a":1}]}]')],
  ['a value beyond all numbers', vector('[{"value":[1,"1e999"]}]')],
  ['NaN', vector('[{"value":[1,"NaN"]}]')],
  ['+Inf', vector('[{"value":[1,"+Inf"]}]')],
  ['-Inf', vector('[{"value":[1,"-Inf"]}]')],
  ['one NaN among good ones', vector('[{"value":[1,"1"]},{"value":[1,"NaN"]}]')],
  ['a text that looks like code', vector('[{"value":[1,"constructor"]}]')],
  ['a result that is an object', vector('{"length":1}')],
  ['warnings that are no list but text of a part', vector('[]', ',"warnings":"partial"')],
  ['values that are no list', '{"status":"success","data":{"resultType":"matrix","result":[{"values":{"a":1}}]}}'],
  ['values of null', '{"status":"success","data":{"resultType":"matrix","result":[{"values":[null]}]}}'],
  ['__proto__', '{"__proto__":{"status":"success","polluted":1},"constructor":{"prototype":{"polluted":1}}}'],
  ['depth 100,000', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ['depth 100,000 as a result', vector(`${'['.repeat(100_000)}${']'.repeat(100_000)}`)],
  ['half an answer', '{"status":"success","data":{"resultType":"vector","result":[{"value":[1,"1"'],
];

describe('hostile answers', () => {
  test.each(HOSTILE)('%s never passes, even without a condition', (_what, body) => {
    const reading = prometheus.read(metric, { kind: 'Answer', status: 200, body }, 0);
    const conditions: readonly Partial<Metric>[] = [
      {},
      { successCondition: 'true' },
      { failureCondition: 'false' },
      { successCondition: 'result[0] != 5' },
      { failureCondition: 'result[0] > 5' },
    ];
    for (const condition of conditions) {
      expect(assessReading({ ...metric, ...condition }, reading).phase).toBe('Error');
    }
    expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
  });

  test('of very many series are shown short, so that the status can still be written', () => {
    const body = vector(`[${'{"value":[1,"1"]},'.repeat(60_000)}{"value":[1,"1"]}]`);
    const reading = prometheus.read(metric, { kind: 'Answer', status: 200, body }, 0);
    expect(reading).toMatchObject({ kind: 'Value', shown: expect.stringMatching(/… and 59901 more\]$/) });
    expect(reading.kind === 'Value' && reading.shown.length < 300).toBe(true);
  });
});
