import type { Series } from './samples.ts';
import { PreciseSum, meanOf, quantileOf, sumOf, varianceOf } from './sums.ts';

/** The window of a range selector, from `start` (not included) to `end` (included), asked for at `at`; milliseconds. */
export type Window = Readonly<{ start: number; end: number; at: number }>;

/** The values of one series in a window, at least one, to a number; undefined when they are too few. */
export type RangeFunction = (series: Series, window: Window, parameter: number) => number | undefined;

/** All that reduce a range of samples to a number. */
export const RANGE_FUNCTIONS: ReadonlyMap<string, RangeFunction> = new Map<string, RangeFunction>([
  ['rate', (series, window) => extrapolated(series, window, { counter: true, perSecond: true })],
  ['increase', (series, window) => extrapolated(series, window, { counter: true, perSecond: false })],
  ['delta', (series, window) => extrapolated(series, window, { counter: false, perSecond: false })],
  ['irate', (series) => lastStep(series, true)],
  ['idelta', (series) => lastStep(series, false)],
  ['changes', ({ values }) => steps(values, (a, b) => a !== b && !(Number.isNaN(a) && Number.isNaN(b)))],
  ['resets', ({ values }) => steps(values, (a, b) => b < a)],
  ['avg_over_time', ({ values }) => meanOf(values)],
  ['sum_over_time', ({ values }) => sumOf(values)],
  ['min_over_time', ({ values }) => extreme(values, (a, b) => a < b)],
  ['max_over_time', ({ values }) => extreme(values, (a, b) => a > b)],
  ['count_over_time', ({ values }) => values.length],
  ['last_over_time', ({ values }) => values.at(-1)],
  ['present_over_time', () => 1],
  ['stdvar_over_time', ({ values }) => varianceOf(values, 'precise')],
  ['stddev_over_time', ({ values }) => Math.sqrt(varianceOf(values, 'precise'))],
  ['quantile_over_time', ({ values }, _window, phi) => quantileOf(phi, values)],
  ['deriv', (series) => (series.values.length < 2 ? undefined : regression(series, series.times[0] ?? 0).slope)],
  ['predict_linear', predictLinear],
]);

/**
 * rate, increase and delta: the difference of the last and first sample, with what resets took added for counters, stretched
 * to the window's ends where the samples come close to them (within 1.1 of their mean distance), else by half that distance;
 * never below zero for a counter. Source: extrapolatedRate in prometheus/promql/functions.go.
 */
function extrapolated(
  { times, values }: Series,
  { start, end }: Window,
  { counter, perSecond }: Readonly<{ counter: boolean; perSecond: boolean }>,
): number | undefined {
  const [first = Number.NaN] = values;
  const last = values.at(-1) ?? Number.NaN;
  const [firstTime = 0] = times;
  const lastTime = times.at(-1) ?? 0;
  if (values.length < 2) return undefined;
  let result = last - first;
  if (counter) for (const lost of resetsOf(values)) result += lost;
  const sampled = (lastTime - firstTime) / 1000;
  const distance = sampled / (values.length - 1);
  const near = distance * 1.1;
  let toStart = (firstTime - start) / 1000;
  let toEnd = (end - lastTime) / 1000;
  if (toStart >= near) toStart = distance / 2;
  if (counter && result > 0 && first >= 0) toStart = Math.min(toStart, sampled * (first / result));
  if (toEnd >= near) toEnd = distance / 2;
  let factor = sampled === 0 ? 1 : (sampled + toStart + toEnd) / sampled;
  if (perSecond) factor /= (end - start) / 1000;
  return result * factor;
}

/** What a counter had reached each time that it began anew. */
function* resetsOf(values: readonly number[]): Generator<number> {
  for (let i = 1; i < values.length; i += 1) {
    const before = values[i - 1] ?? Number.NaN;
    if ((values[i] ?? Number.NaN) < before) yield before;
  }
}

/** irate and idelta: between the last two samples. */
function lastStep({ times, values }: Series, counter: boolean): number | undefined {
  const [before, last] = values.slice(-2);
  const [earlier, later] = times.slice(-2);
  if (before === undefined || last === undefined || earlier === undefined || later === undefined) return undefined;
  if (later === earlier) return undefined;
  const step = counter && last < before ? last : last - before;
  return counter ? step / ((later - earlier) / 1000) : step;
}

function steps(values: readonly number[], counts: (before: number, now: number) => boolean): number {
  let found = 0;
  for (let i = 1; i < values.length; i += 1) {
    if (counts(values[i - 1] ?? Number.NaN, values[i] ?? Number.NaN)) found += 1;
  }
  return found;
}

function extreme(values: readonly number[], beats: (a: number, b: number) => boolean): number | undefined {
  let best = values[0];
  for (const value of values) if (best === undefined || beats(value, best) || Number.isNaN(best)) best = value;
  return best;
}

/** Least squares through the samples: slope in units a second, and the value at `origin` (milliseconds). */
function regression({ times, values }: Series, origin: number): Readonly<{ slope: number; intercept: number }> {
  const [first = Number.NaN] = values;
  if (values.every((value) => value === first)) {
    return Number.isFinite(first) ? { slope: 0, intercept: first } : { slope: Number.NaN, intercept: Number.NaN };
  }
  const [x, y, xy, xx] = [new PreciseSum(), new PreciseSum(), new PreciseSum(), new PreciseSum()];
  for (const [index, value] of values.entries()) {
    const at = ((times[index] ?? 0) - origin) / 1000;
    x.add(at);
    y.add(value);
    xy.add(at * value);
    xx.add(at * at);
  }
  const count = values.length;
  const slope = (xy.total() - (x.total() * y.total()) / count) / (xx.total() - (x.total() * x.total()) / count);
  return { slope, intercept: y.total() / count - (slope * x.total()) / count };
}

/** The value that the line through the samples reaches `ahead` seconds after the instant of evaluation. */
function predictLinear(series: Series, { at }: Window, ahead: number): number | undefined {
  if (series.values.length < 2) return undefined;
  const { slope, intercept } = regression(series, at);
  return slope * ahead + intercept;
}
