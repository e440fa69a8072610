import type { Call } from './ast.ts';
import { absentLabels } from './absent-labels.ts';
import { histogramQuantile } from './histogram-quantile.ts';
import { labelJoin, labelReplace } from './label-functions.ts';
import { NO_LABELS, dropName } from './labels.ts';
import { QueryError } from './query-error.ts';
import type { Run } from './run.ts';
import type { Sample, Value } from './samples.ts';

/** Functions of one number; every one leaves NaN what it is. */
const NUMERIC: ReadonlyMap<string, (value: number) => number> = new Map<string, (value: number) => number>([
  ['abs', Math.abs],
  ['ceil', Math.ceil],
  ['floor', Math.floor],
  ['exp', Math.exp],
  ['ln', Math.log],
  ['log2', Math.log2],
  ['log10', Math.log10],
  ['sqrt', Math.sqrt],
  ['sgn', Math.sign],
]);

/** A function of values that are not ranges, at an instant in milliseconds. */
export function callFunction(expression: Call, values: readonly Value[], at: number, run: Run): Value {
  const { name, parameters } = expression;
  const [first] = values;
  const samples = first?.type === 'vector' ? first.samples : [];
  const numbers = values.map((value) => (value.type === 'scalar' ? value.value : Number.NaN));
  const texts = values.map((value) => (value.type === 'string' ? value.value : ''));
  const numeric = NUMERIC.get(name) ?? bounded(name, numbers);
  if (numeric !== undefined) return mapped(samples, numeric);
  switch (name) {
    case 'time':
      return { type: 'scalar', value: at / 1000 };
    case 'pi':
      return { type: 'scalar', value: Math.PI };
    case 'scalar':
      return { type: 'scalar', value: samples.length === 1 ? (samples[0]?.value ?? Number.NaN) : Number.NaN };
    case 'vector':
      return { type: 'vector', samples: [{ labels: NO_LABELS, value: numbers[0] ?? Number.NaN }] };
    case 'timestamp':
      return mapped(samples, () => at / 1000);
    case 'clamp':
      return clamped(samples, numbers[1] ?? Number.NaN, numbers[2] ?? Number.NaN);
    case 'absent': {
      const [selector] = parameters;
      const labels = selector === undefined ? NO_LABELS : absentLabels(selector);
      return { type: 'vector', samples: samples.length > 0 ? [] : [{ labels, value: 1 }] };
    }
    case 'sort':
    case 'sort_desc':
      return { type: 'vector', samples: sorted(samples, name === 'sort' ? 1 : -1) };
    case 'label_replace':
      return { type: 'vector', samples: labelReplace(samples, texts.slice(1)) };
    case 'label_join':
      return { type: 'vector', samples: labelJoin(samples, texts.slice(1)) };
    case 'histogram_quantile':
      return quantile(expression, numbers[0] ?? Number.NaN, values[1], run);
    default:
      throw new QueryError('execution', `function ${name} is not carried`);
  }
}

function quantile({ parameters }: Call, phi: number, histograms: Value | undefined, run: Run): Value {
  const [q, of] = parameters;
  const samples = histograms?.type === 'vector' ? histograms.samples : [];
  if (samples.length > 0 && q !== undefined && !(phi >= 0 && phi <= 1)) {
    run.warn(`quantile value should be between 0 and 1, got ${phi}`, q);
  }
  const warn = (message: string): void => (of === undefined ? undefined : run.warn(message, of));
  return { type: 'vector', samples: histogramQuantile(phi, samples, warn) };
}

/** round, clamp_min and clamp_max: functions of a number once their parameter is known. */
function bounded(name: string, numbers: readonly number[]): ((value: number) => number) | undefined {
  const bound = numbers[1] ?? Number.NaN;
  switch (name) {
    case 'round': {
      // Halves go up. Dividing by the inverse keeps round(x, 0.1) from ending in …0001.
      const inverse = 1 / (numbers.length > 1 ? bound : 1);
      return (value) => Math.floor(value * inverse + 0.5) / inverse;
    }
    case 'clamp_min':
      return (value) => larger(bound, value);
    case 'clamp_max':
      return (value) => smaller(bound, value);
    default:
      return undefined;
  }
}

/** Go's math.Max: infinity wins even over NaN. */
function larger(a: number, b: number): number {
  return a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(a, b);
}

/** Go's math.Min: minus infinity wins even over NaN. */
function smaller(a: number, b: number): number {
  return a === Number.NEGATIVE_INFINITY || b === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : Math.min(a, b);
}

function clamped(samples: readonly Sample[], least: number, most: number): Value {
  if (most < least) return { type: 'vector', samples: [] };
  return mapped(samples, (value) => larger(least, smaller(most, value)));
}

function mapped(samples: readonly Sample[], change: (value: number) => number): Value {
  const changed = samples.map(({ labels, value }) => ({ labels: dropName(labels), value: change(value) }));
  return { type: 'vector', samples: changed };
}

/** By value, NaN last in both directions. */
function sorted(samples: readonly Sample[], direction: 1 | -1): readonly Sample[] {
  return samples.toSorted((a, b) => {
    const nan = Number(Number.isNaN(a.value)) - Number(Number.isNaN(b.value));
    if (nan !== 0 || Number.isNaN(a.value)) return nan;
    return a.value === b.value ? 0 : direction * (a.value < b.value ? -1 : 1);
  });
}
