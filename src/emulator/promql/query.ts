import type { Expression } from './ast.ts';
import { typeOf } from './check-types.ts';
import { evaluate } from './evaluate.ts';
import { NO_LABELS, compareLabels } from './labels.ts';
import type { Matcher } from './matcher.ts';
import { parseQuery } from './parse.ts';
import type { QueryErrorType } from './query-error.ts';
import { QueryError, parseError } from './query-error.ts';
import { Run } from './run.ts';
import type { Sample, SeriesSource, Value } from './samples.ts';

/** What a query gave, or why it gave nothing: Prometheus's errorType and a message. */
export type QueryOutcome =
  | Readonly<{ ok: true; value: Value; warnings: readonly string[]; infos: readonly string[] }>
  | Readonly<{ ok: false; type: QueryErrorType; message: string }>;

/** Expressions of queries asked before: an analysis asks the same one at each interval. */
const parsed = new Map<string, Expression>();
const MOST_PARSED = 500;

function parse(query: string): Expression {
  const known = parsed.get(query);
  if (known !== undefined) return known;
  const expression = parseQuery(query);
  if (parsed.size >= MOST_PARSED) parsed.clear();
  parsed.set(query, expression);
  return expression;
}

/** The value of a PromQL query at an instant, in milliseconds since the epoch. */
export function instantQuery(query: string, at: number, source: SeriesSource): QueryOutcome {
  return caught(() => {
    const expression = parse(query);
    const run = new Run(query, source, at, at);
    const value = evaluate(expression, at, run);
    const series = value.type === 'matrix' ? value.series.toSorted((a, b) => compareLabels(a.labels, b.labels)) : [];
    return {
      ok: true,
      value: value.type === 'matrix' ? { type: 'matrix', series } : value,
      warnings: [...run.warnings],
      infos: [...run.infos],
    };
  });
}

/** A PromQL query evaluated at start, start + step … up to end; milliseconds. Always a matrix, in the order of labels. */
export function rangeQuery(
  query: string,
  { start, end, step }: Readonly<{ start: number; end: number; step: number }>,
  source: SeriesSource,
): QueryOutcome {
  return caught(() => {
    const expression = parse(query);
    const type = typeOf(expression);
    if (type !== 'scalar' && type !== 'vector') {
      const found = type === 'matrix' ? 'range vector' : type;
      const rule = 'invalid expression type';
      throw new QueryError('bad_data', `${rule} "${found}" for range query, must be Scalar or instant Vector`);
    }
    const run = new Run(query, source, start, end);
    const found = new Map<string, { labels: Sample['labels']; times: number[]; values: number[] }>();
    for (let at = start; at <= end; at += step) {
      const value = evaluate(expression, at, run);
      const samples = value.type === 'scalar' ? [{ labels: NO_LABELS, value: value.value }] : [];
      for (const sample of value.type === 'vector' ? value.samples : samples) {
        const series = found.get(sample.labels.key) ?? { labels: sample.labels, times: [], values: [] };
        found.set(sample.labels.key, series);
        series.times.push(at);
        series.values.push(sample.value);
      }
    }
    const series = [...found.values()].toSorted((a, b) => compareLabels(a.labels, b.labels));
    return { ok: true, value: { type: 'matrix', series }, warnings: [...run.warnings], infos: [...run.infos] };
  });
}

/** The conditions of a plain selector such as `up{job="pods"}`; no ranges, offsets or functions. */
export function selectorMatchers(
  text: string,
): Readonly<{ ok: true; matchers: readonly Matcher[] }> | Extract<QueryOutcome, { ok: false }> {
  return caught(() => {
    const expression = parseQuery(text);
    if (expression.kind !== 'VectorSelector' || expression.offset !== 0 || expression.fixed !== undefined) {
      throw parseError(text, expression.from, 'expected a plain vector selector');
    }
    return { ok: true, matchers: expression.matchers };
  });
}

function caught<T>(answer: () => T): T | Extract<QueryOutcome, { ok: false }> {
  try {
    return answer();
  } catch (error) {
    if (error instanceof QueryError) return { ok: false, type: error.type, message: error.message };
    throw error;
  }
}
