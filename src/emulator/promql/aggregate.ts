import type { Aggregation } from './ast.ts';
import { formatPlain } from './format.ts';
import type { Labels } from './labels.ts';
import { METRIC_NAME, dropLabels, keepLabels, withLabel } from './labels.ts';
import { QueryError } from './query-error.ts';
import type { Run } from './run.ts';
import type { Sample, Value } from './samples.ts';
import { ascending, meanOf, quantileOf, sumOf, varianceOf } from './sums.ts';

/** sum, topk … over groups of samples, groups in the order of their first sample. */
export function aggregate(
  expression: Aggregation,
  samples: readonly Sample[],
  parameter: Value | undefined,
  run: Run,
): readonly Sample[] {
  const { operator } = expression;
  if (operator === 'count_values') {
    const name = parameter?.type === 'string' ? parameter.value : '';
    const labelled = samples.map(({ labels, value }) => ({
      labels: withLabel(labels, name, formatPlain(value)),
      value,
    }));
    const widened = expression.without ? expression : { ...expression, labels: [...expression.labels, name] };
    return groupsOf(widened, labelled).map(({ labels, members }) => ({ labels, value: members.length }));
  }
  const number = parameter?.type === 'scalar' ? parameter.value : Number.NaN;
  if (operator === 'topk' || operator === 'bottomk') return ranked(expression, samples, number);
  if (operator === 'quantile' && expression.parameter !== undefined && !(number >= 0 && number <= 1)) {
    run.warn(`quantile value should be between 0 and 1, got ${number}`, expression.parameter);
  }
  return groupsOf(expression, samples).map(({ labels, members }) => {
    const values = members.map(({ value }) => value);
    return { labels, value: reduce(operator, values, number) };
  });
}

function reduce(operator: string, values: readonly number[], parameter: number): number {
  switch (operator) {
    case 'sum':
      return sumOf(values);
    case 'avg':
      return meanOf(values);
    case 'min':
      return values.reduce((best, value) => (best > value || Number.isNaN(best) ? value : best));
    case 'max':
      return values.reduce((best, value) => (best < value || Number.isNaN(best) ? value : best));
    case 'count':
      return values.length;
    case 'group':
      return 1;
    case 'stdvar':
      return varianceOf(values, 'plain');
    case 'stddev':
      return Math.sqrt(varianceOf(values, 'plain'));
    case 'quantile':
      return quantileOf(parameter, values);
    default:
      throw new QueryError('execution', `aggregation ${operator} is not carried`);
  }
}

type Group = { labels: Labels; members: Sample[] };

function groupsOf({ labels: names, without }: Aggregation, samples: readonly Sample[]): readonly Group[] {
  const groups = new Map<string, Group>();
  const dropped = [...names, METRIC_NAME];
  for (const sample of samples) {
    const labels = without ? dropLabels(sample.labels, dropped) : keepLabels(sample.labels, names);
    const group = groups.get(labels.key);
    if (group === undefined) groups.set(labels.key, { labels, members: [sample] });
    else group.members.push(sample);
  }
  return [...groups.values()];
}

/** topk and bottomk: the samples themselves, the most extreme first, NaN last. */
function ranked(expression: Aggregation, samples: readonly Sample[], wanted: number): readonly Sample[] {
  if (wanted < 1) return [];
  if (Number.isNaN(wanted)) throw new QueryError('execution', 'Parameter value is NaN');
  if (Math.abs(wanted) >= 2 ** 63) throw new QueryError('execution', `Scalar value ${wanted} overflows int64`);
  const direction = expression.operator === 'topk' ? -1 : 1;
  const order = (a: Sample, b: Sample): number => {
    const nan = Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value));
    return nan === 0 ? direction * ascending(a.value, b.value) : nan;
  };
  return groupsOf(expression, samples).flatMap(({ members }) => members.toSorted(order).slice(0, Math.floor(wanted)));
}
