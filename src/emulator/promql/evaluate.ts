import { absentLabels } from './absent-labels.ts';
import { aggregate } from './aggregate.ts';
import type { Call, Expression, MatrixSelector, Subquery } from './ast.ts';
import { combine } from './binary.ts';
import { callFunction } from './functions.ts';
import { dropName } from './labels.ts';
import { QueryError } from './query-error.ts';
import { RANGE_FUNCTIONS } from './range-functions.ts';
import type { Run } from './run.ts';
import type { Sample, Series, Value } from './samples.ts';

/** The value of an expression at an instant (milliseconds); throws QueryError of type execution when it has none. */
export function evaluate(expression: Expression, at: number, run: Run): Value {
  switch (expression.kind) {
    case 'Number':
      return { type: 'scalar', value: expression.value };
    case 'Text':
      return { type: 'string', value: expression.value };
    case 'VectorSelector':
      return { type: 'vector', samples: run.newest(expression, at) };
    case 'MatrixSelector':
    case 'Subquery':
      return { type: 'matrix', series: rangesOf(expression, at, run) };
    case 'Negation': {
      const value = evaluate(expression.of, at, run);
      if (value.type === 'scalar') return { type: 'scalar', value: -value.value };
      return unique(vector(samplesOf(value).map((each) => ({ labels: dropName(each.labels), value: -each.value }))));
    }
    case 'Binary': {
      const { left, right } = expression;
      return unique(combine(expression, evaluate(left, at, run), evaluate(right, at, run)));
    }
    case 'Aggregation': {
      const { of, parameter } = expression;
      const given = parameter === undefined ? undefined : evaluate(parameter, at, run);
      return unique(vector(aggregate(expression, samplesOf(evaluate(of, at, run)), given, run)));
    }
    case 'Call':
      return unique(call(expression, at, run));
  }
}

function vector(samples: readonly Sample[]): Value {
  return { type: 'vector', samples };
}

function samplesOf(value: Value): readonly Sample[] {
  return value.type === 'vector' ? value.samples : [];
}

function rangesOf(expression: MatrixSelector | Subquery, at: number, run: Run): readonly Series[] {
  if (expression.kind === 'MatrixSelector') return run.samplesOf(expression, at);
  const found = new Map<string, { labels: Sample['labels']; times: number[]; values: number[] }>();
  const times = [...run.stepsOf(expression, at)];
  const outer = run.ranged;
  run.ranged = times.length > 1;
  for (const time of times) {
    for (const { labels, value } of samplesOf(evaluate(expression.of, time, run))) {
      const series = found.get(labels.key) ?? { labels, times: [], values: [] };
      found.set(labels.key, series);
      series.times.push(time);
      series.values.push(value);
    }
  }
  run.ranged = outer;
  return [...found.values()];
}

function call(expression: Call, at: number, run: Run): Value {
  const { name, parameters } = expression;
  const reduce = RANGE_FUNCTIONS.get(name);
  const ranged = parameters.find(({ kind }) => kind === 'MatrixSelector' || kind === 'Subquery');
  if (ranged === undefined || (ranged.kind !== 'MatrixSelector' && ranged.kind !== 'Subquery')) {
    if (name === 'timestamp' && parameters[0]?.kind === 'VectorSelector') {
      const found = run.newest(parameters[0], at);
      return vector(found.map(({ labels, time }) => ({ labels: dropName(labels), value: time / 1000 })));
    }
    const values = parameters.map((parameter) => evaluate(parameter, at, run));
    if (run.ranged && (name === 'sort' || name === 'sort_desc')) {
      run.warn('sort is ineffective for range queries since results are always ordered by labels', expression);
    }
    return callFunction(expression, values, at, run);
  }
  const series = rangesOf(ranged, at, run);
  if (name === 'absent_over_time') {
    return vector(series.length > 0 ? [] : [{ labels: absentLabels(ranged), value: 1 }]);
  }
  if (reduce === undefined) throw new QueryError('execution', `function ${name} is not carried`);
  const other = parameters.find((parameter) => parameter !== ranged);
  const given = other === undefined ? undefined : evaluate(other, at, run);
  const parameter = given?.type === 'scalar' ? given.value : Number.NaN;
  if (name === 'quantile_over_time' && other !== undefined && !(parameter >= 0 && parameter <= 1)) {
    run.warn(`quantile value should be between 0 and 1, got ${parameter}`, other);
  }
  const end = run.instantOf(ranged.kind === 'MatrixSelector' ? ranged.selector : ranged, at);
  const window = { start: end - ranged.range, end, at };
  const samples: Sample[] = [];
  for (const each of series) {
    const value = reduce(each, window, parameter);
    // What the last sample was is still the same metric; everything else is another one.
    const labels = name === 'last_over_time' ? each.labels : dropName(each.labels);
    if (value === undefined) continue;
    samples.push({ labels, value });
    // Prometheus has lost the place of a subquery by then, and says 1:1.
    const place = ranged.kind === 'Subquery' ? { from: 0, to: 0 } : ranged;
    if (name === 'rate' || name === 'increase') run.remarkOn(each.labels, place);
  }
  return vector(samples);
}

/** Two series with the same labels cannot stand in one vector. */
function unique(value: Value): Value {
  if (value.type !== 'vector' || value.samples.length < 2) return value;
  if (new Set(value.samples.map(({ labels }) => labels.key)).size === value.samples.length) return value;
  throw new QueryError('execution', 'vector cannot contain metrics with the same labelset');
}
