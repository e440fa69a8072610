import type { Answered } from './error-ratio.ts';
import { ERROR_ALTERNATIVES, RULED_OUT_RATIOS } from './error-ratio.ts';
import type { JudgeState } from './judge-state.ts';
import { LATENCY_ALTERNATIVES } from './latency.ts';
import type { Mixture } from './mixture.ts';

/** The form of the text: a state of another form is not read, and the judge begins anew. */
const FORM = 1;

/** The state as one line for the status: arrays of numbers with seven digits, about 500 characters. */
export function writeState(state: JudgeState): string {
  const { totals, intervals, scatter, latency } = state;
  const mixture = ({ logs, used, slot }: Mixture): unknown => [logs.map(short), short(used), slot];
  const answered = ({ requests, errors }: Answered): unknown => [requests, errors];
  return JSON.stringify([
    FORM,
    mixture(state.relative),
    mixture(state.absolute),
    short(state.promotion),
    state.ruledOut.map(short),
    [short(scatter.sum), scatter.intervals],
    [answered(totals.canary), answered(totals.stable)],
    [intervals.used, intervals.dropped, intervals.emptyInRow],
    state.hardStop,
    latency === undefined
      ? null
      : [
          mixture(latency.mixture),
          latency.bounds,
          latency.past.map(short),
          latency.recentCanary.map(short),
          latency.recentStable.map(short),
        ],
  ]);
}

/** The state from its text; undefined when it is not one that `writeState` made. */
export function readState(text: string | undefined): JudgeState | undefined {
  if (text === undefined) return undefined;
  try {
    return fromParts(JSON.parse(text));
  } catch {
    return undefined;
  }
}

class BadState extends Error {}

function fromParts(value: unknown): JudgeState {
  const [form, relative, absolute, promotion, ruledOut, scatter, totals, intervals, hardStop, latency] = list(value);
  if (form !== FORM) throw new BadState();
  const [sum = 0, scattered = 0] = numbers(scatter, 2);
  const [canary, stable] = list(totals, 2).map((one) => {
    const [requests = 0, errors = 0] = numbers(one, 2);
    return { requests, errors };
  });
  const [used = 0, dropped = 0, emptyInRow = 0] = numbers(intervals, 3);
  if (canary === undefined || stable === undefined) throw new BadState();
  return {
    relative: mixtureOf(relative, ERROR_ALTERNATIVES),
    absolute: mixtureOf(absolute, ERROR_ALTERNATIVES),
    promotion: number(promotion),
    ruledOut: numbers(ruledOut, RULED_OUT_RATIOS.length),
    scatter: { sum, intervals: scattered },
    totals: { canary, stable },
    intervals: { used, dropped, emptyInRow },
    hardStop: hardStop === true,
    latency: latency === null ? undefined : latencyOf(latency),
  };
}

function latencyOf(value: unknown): NonNullable<JudgeState['latency']> {
  const [mixture, bounds, past, recentCanary, recentStable] = list(value, 5);
  const finite = numbers(bounds);
  const buckets = finite.length + 1;
  return {
    mixture: mixtureOf(mixture, LATENCY_ALTERNATIVES),
    bounds: finite,
    past: numbers(past, buckets),
    recentCanary: numbers(recentCanary, buckets),
    recentStable: numbers(recentStable, buckets),
  };
}

function mixtureOf(value: unknown, alternatives: number): Mixture {
  const [logs, used, slot] = list(value, 3);
  return { logs: numbers(logs, alternatives), used: number(used), slot: number(slot) };
}

function numbers(value: unknown, length?: number): readonly number[] {
  return list(value, length).map(number);
}

/** Minus infinity, the logarithm of nothing, is null in JSON. */
function number(value: unknown): number {
  if (value === null) return Number.NEGATIVE_INFINITY;
  if (typeof value !== 'number') throw new BadState();
  return value;
}

function list(value: unknown, length?: number): readonly unknown[] {
  if (!Array.isArray(value) || (length !== undefined && value.length !== length)) throw new BadState();
  return value;
}

function short(value: number): number {
  return Number(value.toPrecision(7));
}
