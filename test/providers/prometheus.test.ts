import fc from 'fast-check';
import { expect, test } from 'vitest';
import { substituteQuery } from '../../src/api/arguments.ts';
import type { Metric } from '../../src/api/metric.ts';
import { prometheus } from '../../src/providers/prometheus.ts';
import type { Asked } from '../../src/providers/provider.ts';

const metric: Metric = {
  name: 'm',
  provider: { prometheus: { address: 'http://p:9090/', query: 'up{a="{{args.a}}"}' } },
};

const asked = (one: Metric, values: ReadonlyMap<string, string> = new Map()): Asked => ({
  metric: one,
  values,
  settings: { prometheusAddress: undefined },
  secrets: [],
  now: 0,
});

const answer = (body: unknown, status = 200) =>
  prometheus.read(metric, { kind: 'Answer', status, body: typeof body === 'string' ? body : JSON.stringify(body) }, 0);

const success = (resultType: string, result: unknown, more: object = {}) => ({
  status: 'success',
  data: { resultType, result },
  ...more,
});

test('a vector is a list of numbers, shown as Argo shows it', () => {
  const reading = answer(success('vector', [{ value: [1, '0.5'] }, { value: [1, '1'] }]));
  expect(reading).toEqual({ kind: 'Value', value: [0.5, 1], shown: '[0.5,1]' });
});

test('a scalar is one number', () => {
  expect(answer(success('scalar', [1, '3']))).toMatchObject({ value: 3 });
});

test.each<readonly [string, unknown, number]>([
  ['no series', success('vector', []), 200],
  ['an error', { status: 'error', errorType: 'bad_data', error: 'secret text' }, 400],
  ['an answer that is no JSON', '<html>secret text</html>', 200],
  [
    'a warning that the answer is partial',
    success('vector', [{ value: [1, '1'] }], { warnings: ['secret text'] }),
    200,
  ],
  ['a string', success('string', [1, 'secret text']), 200],
  ['a 503 with a body', 'secret text', 503],
])('%s is no evidence, and its message repeats none of the answer', (_what, body, status) => {
  const reading = answer(body, status);
  expect(reading.kind).toBe('NoEvidence');
  expect(JSON.stringify(reading)).not.toContain('secret');
});

test('NaN and infinite values are read as what they are', () => {
  expect(answer(success('vector', [{ value: [1, 'NaN'] }, { value: [1, '+Inf'] }]))).toMatchObject({
    shown: '[NaN,Infinity]',
  });
});

test('the request is a POST with the query in its body, to the address without a double slash', () => {
  const request = prometheus.request(asked(metric, new Map([['a', 'b']])));
  expect(request).toMatchObject({ method: 'POST', url: 'http://p:9090/api/v1/query', timeLimit: 30_000 });
  expect(new URLSearchParams('body' in request ? request.body : '').get('query')).toBe('up{a="b"}');
});

test('without any address there is no request, and the message says what to set', () => {
  const bare: Metric = { name: 'm', provider: { prometheus: { query: 'up' } } };
  expect(prometheus.request(asked(bare))).toMatchObject({
    kind: 'NoEvidence',
    message: expect.stringContaining('prometheusAddress'),
  });
});

test('an argument inside quotes never ends its string, whatever it holds', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const made = substituteQuery('up{a="{{args.a}}"}', new Map([['a', text]]));
      expect(made.ok).toBe(true);
      const literal = /^up\{a=("(?:[^"\\]|\\.)*")\}$/s.exec(made.ok ? made.query : '');
      expect(literal).not.toBeNull();
    }),
    { numRuns: 2000 },
  );
});

test.each(['1', '5m', 'http_requests_total', '1.5e3'])('%s may stand outside quotes', (text) => {
  expect(substituteQuery('rate({{args.a}})', new Map([['a', text]])).ok).toBe(true);
});

test.each(['up) or vector(0', 'a b', '{x="y"}', '', '1;2', '"x"'])('%j may not stand outside quotes', (text) => {
  expect(substituteQuery('rate({{args.a}})', new Map([['a', text]])).ok).toBe(false);
});
