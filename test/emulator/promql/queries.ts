import { AT, RANGE_QUERIES } from './instant-queries.ts';
import { REFUSED_QUERIES, VECTOR_QUERIES } from './vector-queries.ts';

/** A question to ask of both: an instant, or a range with its step; times in seconds since the epoch. */
export type Question = Readonly<{
  query: string;
  /** The instant; for a range, its end. */
  at: number;
  range?: Readonly<{ start: number; step: number }>;
  /** Another path of the API; `query` is then its whole query string, and `at` has no meaning. */
  path?: string;
}>;

const INSTANT = [...RANGE_QUERIES, ...VECTOR_QUERIES, ...REFUSED_QUERIES];

const RANGE: readonly Question[] = [
  'up',
  'gone_total',
  '1',
  'time()',
  'sum(rate(http_requests_total[1m]))',
  'sum by (version) (rate(http_requests_total{code=~"5.."}[2m]))',
  'histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[2m])))',
  'topk(1, memory_bytes)',
  'http_requests_total{code="500"} @ start()',
  'sum(http_requests_total) - sum(http_requests_total @ end())',
  'max_over_time(up[2m:30s])',
  'up == 0',
  'increase(restarts_total[3m])',
  'absent(gone_total)',
  'rate(up[1m]) or vector(0)',
  'up[5m]',
  'sort(up)',
  '"text"',
].map((query) => ({ query, at: AT + 200.5, range: { start: AT - 1400.25, step: 77 } }));

/** What both are asked: at a scrape's own instant, at one between scrapes, and over ranges. */
export const QUESTIONS: readonly Question[] = [
  ...INSTANT.map((query) => ({ query, at: AT })),
  ...INSTANT.filter((query) => /\[|gone|sparse/.test(query)).map((query) => ({ query, at: AT + 287.25 })),
  ...RANGE,
];

const LISTS: readonly (readonly [path: string, parameters: readonly (readonly [string, string])[]])[] = [
  ['/api/v1/series', [['match[]', 'up']]],
  [
    '/api/v1/series',
    [
      ['match[]', 'up{job="pods"}'],
      ['match[]', 'node_labels'],
    ],
  ],
  ['/api/v1/series', [['match[]', 'nothing_at_all']]],
  [
    '/api/v1/series',
    [
      ['match[]', 'up['],
      ['match[]', 'up'],
    ],
  ],
  ['/api/v1/series', [['match[]', '{pod=""}']]],
  ['/api/v1/series', []],
  [
    '/api/v1/series',
    [
      ['match[]', 'up'],
      ['start', 'yesterday'],
    ],
  ],
  ['/api/v1/labels', []],
  ['/api/v1/labels', [['match[]', 'memory_bytes']]],
  ['/api/v1/label/job/values', []],
  ['/api/v1/label/__name__/values', []],
  ['/api/v1/label/pod/values', [['match[]', '{__name__=~"http_.*", code="500"}']]],
  ['/api/v1/label/nothing/values', []],
  [
    '/api/v1/query',
    [
      ['query', 'up'],
      ['time', 'soon'],
    ],
  ],
  [
    '/api/v1/query',
    [
      ['query', 'up'],
      ['time', '2023-11-14T22:40:00.5Z'],
    ],
  ],
  [
    '/api/v1/query_range',
    [
      ['query', 'up'],
      ['start', '1700000000'],
      ['end', '1699999999'],
      ['step', '1'],
    ],
  ],
  [
    '/api/v1/query_range',
    [
      ['query', 'up'],
      ['start', '1700000000'],
      ['end', '1700000600'],
      ['step', '0'],
    ],
  ],
  [
    '/api/v1/query_range',
    [
      ['query', 'up'],
      ['start', '1700000000'],
      ['end', '1700000600'],
      ['step', '-5'],
    ],
  ],
  [
    '/api/v1/query_range',
    [
      ['query', 'up'],
      ['start', '1700000000'],
      ['end', '1700000600'],
      ['step', 'often'],
    ],
  ],
  [
    '/api/v1/query_range',
    [
      ['query', 'up'],
      ['start', '1700000000'],
      ['end', '1700000600'],
      ['step', '1m30s'],
    ],
  ],
  [
    '/api/v1/query_range',
    [
      ['query', 'up'],
      ['start', '1700000000'],
      ['end', '1700000600'],
      ['step', '0.01'],
    ],
  ],
  [
    '/api/v1/query_range',
    [
      ['query', 'up'],
      ['end', '1700000600'],
      ['step', '15'],
    ],
  ],
];

/** The rest of the HTTP API: what series and labels there are, and parameters that cannot be read. */
export const LIST_QUESTIONS: readonly Question[] = LISTS.map(([path, parameters]) => ({
  query: parameters.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&'),
  at: 0,
  path,
}));

/** The parameters of a question. */
export function parametersOf({ query, at, range, path }: Question): URLSearchParams {
  if (path !== undefined) return new URLSearchParams(query);
  if (range === undefined) return new URLSearchParams({ query, time: String(at) });
  return new URLSearchParams({ query, start: String(range.start), end: String(at), step: String(range.step) });
}

/** The path that a question goes to. */
export function pathOf({ range, path }: Question): string {
  return path ?? (range === undefined ? '/api/v1/query' : '/api/v1/query_range');
}
