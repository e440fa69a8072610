import type { ValueType } from './ast.ts';

/** What a function takes and gives; the last `optional` arguments may be left out, `more` repeats the last one. */
export type Signature = Readonly<{
  takes: readonly ValueType[];
  optional: number;
  more: boolean;
  gives: ValueType;
}>;

const takes = (types: readonly ValueType[], options: Partial<Signature> = {}): Signature => ({
  takes: types,
  optional: 0,
  more: false,
  gives: 'vector',
  ...options,
});

const each = (names: string, signature: Signature): readonly (readonly [string, Signature])[] =>
  names.split(' ').map((name) => [name, signature]);

/**
 * The functions that are carried here, a part of Prometheus's own table (prometheus/promql/parser/functions.go). A query
 * that calls another one is refused: an answer left empty would read as "no traffic".
 */
export const SIGNATURES: ReadonlyMap<string, Signature> = new Map([
  ...each('rate irate increase delta idelta changes resets deriv', takes(['matrix'])),
  ...each('avg_over_time min_over_time max_over_time sum_over_time count_over_time', takes(['matrix'])),
  ...each('last_over_time present_over_time absent_over_time', takes(['matrix'])),
  ...each('stddev_over_time stdvar_over_time', takes(['matrix'])),
  ...each('quantile_over_time', takes(['scalar', 'matrix'])),
  ...each('predict_linear', takes(['matrix', 'scalar'])),
  ...each('abs ceil floor exp ln log2 log10 sqrt sgn sort sort_desc absent timestamp', takes(['vector'])),
  ...each('clamp_min clamp_max', takes(['vector', 'scalar'])),
  ...each('clamp', takes(['vector', 'scalar', 'scalar'])),
  ...each('round', takes(['vector', 'scalar'], { optional: 1 })),
  ...each('histogram_quantile', takes(['scalar', 'vector'])),
  ...each('label_replace', takes(['vector', 'string', 'string', 'string', 'string'])),
  ...each('label_join', takes(['vector', 'string', 'string', 'string'], { optional: 1, more: true })),
  ...each('vector', takes(['scalar'])),
  ...each('scalar', takes(['vector'], { gives: 'scalar' })),
  ...each('time pi', takes([], { gives: 'scalar' })),
]);

/** The aggregations that are carried here, and the type of the parameter that comes first. */
export const AGGREGATIONS: ReadonlyMap<string, ValueType | undefined> = new Map<string, ValueType | undefined>([
  ...['sum', 'avg', 'min', 'max', 'count', 'group', 'stddev', 'stdvar'].map((name) => [name, undefined] as const),
  ...['topk', 'bottomk', 'quantile'].map((name) => [name, 'scalar'] as const),
  ['count_values', 'string'],
]);
