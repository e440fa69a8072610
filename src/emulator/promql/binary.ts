import type { Binary, Comparison, ElementOperator, Matching } from './ast.ts';
import { isComparison } from './check-types.ts';
import type { Labels } from './labels.ts';
import { METRIC_NAME, dropLabels, dropName, keepLabels, labelOf, printLabels, withLabel } from './labels.ts';
import { QueryError } from './query-error.ts';
import type { Sample, Value } from './samples.ts';

type Vector = readonly Sample[];

/** Two values put together by an operator. */
export function combine(expression: Binary, left: Value, right: Value): Value {
  const { operator, bool, matching } = expression;
  if (operator === 'and' || operator === 'or' || operator === 'unless') {
    return vector(combineSets(operator, samplesOf(left), samplesOf(right), matching));
  }
  if (left.type === 'scalar' && right.type === 'scalar') {
    const value = isComparison(operator)
      ? Number(holds(operator, left.value, right.value))
      : compute(operator, left.value, right.value);
    return { type: 'scalar', value };
  }
  if (left.type === 'scalar')
    return vector(withScalar(operator, samplesOf(right), left.value, { bool, scalar: 'left' }));
  if (right.type === 'scalar') {
    return vector(withScalar(operator, samplesOf(left), right.value, { bool, scalar: 'right' }));
  }
  return vector(combineVectors(operator, samplesOf(left), samplesOf(right), matching, bool));
}

function vector(samples: Vector): Value {
  return { type: 'vector', samples };
}

function samplesOf(value: Value): Vector {
  return value.type === 'vector' ? value.samples : [];
}

/** Arithmetic as IEEE 754 has it: 0 / 0 is NaN. */
function compute(operator: Exclude<ElementOperator, Comparison>, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
    case '^':
      // Go's math.Pow(±1, ±Inf) and Pow(1, NaN) are 1, as in C; JavaScript says NaN.
      return a === 1 || (a === -1 && Math.abs(b) === Number.POSITIVE_INFINITY) ? 1 : a ** b;
    case 'atan2':
      return Math.atan2(a, b);
  }
}

function holds(operator: Comparison, a: number, b: number): boolean {
  switch (operator) {
    case '==':
      return a === b;
    case '!=':
      return a !== b;
    case '>':
      return a > b;
    case '<':
      return a < b;
    case '>=':
      return a >= b;
    case '<=':
      return a <= b;
  }
}

/** The value of a pair, or undefined when a comparison filters it out. */
function pair(operator: ElementOperator, a: number, b: number, bool: boolean): number | undefined {
  if (!isComparison(operator)) return compute(operator, a, b);
  if (bool) return Number(holds(operator, a, b));
  return holds(operator, a, b) ? a : undefined;
}

/** A filter leaves the metric what it was; a computed value is another metric. */
function losesName(operator: ElementOperator, bool: boolean): boolean {
  return bool || !isComparison(operator);
}

function withScalar(
  operator: ElementOperator,
  samples: Vector,
  scalar: number,
  how: Readonly<{ bool: boolean; scalar: 'left' | 'right' }>,
): Vector {
  const found: Sample[] = [];
  for (const sample of samples) {
    const [a, b] = how.scalar === 'left' ? [scalar, sample.value] : [sample.value, scalar];
    const result = pair(operator, a, b, how.bool);
    if (result === undefined) continue;
    const filtered = isComparison(operator) && !how.bool;
    const labels = losesName(operator, how.bool) ? dropName(sample.labels) : sample.labels;
    found.push({ labels, value: filtered ? sample.value : result });
  }
  return found;
}

/** The labels that decide which samples belong together. */
function matchingLabels(labels: Labels, { on, labels: names }: Matching): Labels {
  return on ? keepLabels(labels, names) : dropLabels(labels, [...names, METRIC_NAME]);
}

function combineSets(operator: 'and' | 'or' | 'unless', left: Vector, right: Vector, matching: Matching): Vector {
  const keyOf = ({ labels }: Sample): string => matchingLabels(labels, matching).key;
  if (operator === 'or') {
    const present = new Set(left.map(keyOf));
    return [...left, ...right.filter((sample) => !present.has(keyOf(sample)))];
  }
  const present = new Set(right.map(keyOf));
  return left.filter((sample) => present.has(keyOf(sample)) === (operator === 'and'));
}

/**
 * Two vectors, each sample with its partner of the same matching labels; `group_left` and `group_right` let many samples of
 * one side share a partner. Source: VectorBinop and resultMetric in prometheus/promql/engine.go.
 */
function combineVectors(
  operator: ElementOperator,
  left: Vector,
  right: Vector,
  matching: Matching,
  bool: boolean,
): Vector {
  if (left.length === 0 || right.length === 0) return [];
  const swapped = matching.group?.many === 'right';
  const [many, one] = swapped ? [right, left] : [left, right];
  const partners = partnersOf(one, matching, swapped ? 'left' : 'right');
  const matched = new Map<string, Set<string>>();
  const found: Sample[] = [];
  for (const sample of many) {
    const key = matchingLabels(sample.labels, matching).key;
    const partner = partners.get(key);
    if (partner === undefined) continue;
    const [a, b] = swapped ? [partner.value, sample.value] : [sample.value, partner.value];
    const value = pair(operator, a, b, bool);
    const labels = resultLabels(sample.labels, partner.labels, matching, losesName(operator, bool));
    const before = matched.get(key) ?? new Set();
    if (matching.group === undefined ? before.size > 0 : before.has(labels.key)) {
      const text =
        matching.group === undefined
          ? 'many-to-one matching must be explicit (group_left/group_right)'
          : 'grouping labels must ensure unique matches';
      throw new QueryError('execution', `multiple matches for labels: ${text}`);
    }
    matched.set(key, before.add(labels.key));
    if (value !== undefined) found.push({ labels, value });
  }
  return found;
}

function partnersOf(one: Vector, matching: Matching, side: 'left' | 'right'): ReadonlyMap<string, Sample> {
  const partners = new Map<string, Sample>();
  for (const sample of one) {
    const labels = matchingLabels(sample.labels, matching);
    const other = partners.get(labels.key);
    if (other !== undefined) {
      const two = [sample, other].map((each) => printLabels(each.labels)).toSorted();
      throw new QueryError(
        'execution',
        `found duplicate series for the match group ${printLabels(labels)} on the ${side} hand-side of the operation: ` +
          `[${two.join(', ')}];many-to-many matching not allowed: matching labels must be unique on one side`,
      );
    }
    partners.set(labels.key, sample);
  }
  return partners;
}

function resultLabels(many: Labels, one: Labels, matching: Matching, nameless: boolean): Labels {
  let labels = nameless ? dropName(many) : many;
  if (matching.group === undefined) {
    return matching.on ? keepLabels(labels, matching.labels) : dropLabels(labels, matching.labels);
  }
  for (const name of matching.group.include) labels = withLabel(labels, name, labelOf(one, name));
  return labels;
}
