import type { CanaryMetric } from '../../../api/canary-metric.ts';
import type { Milliseconds } from '../../../units/duration.ts';
import { milliseconds, parseGoDuration } from '../../../units/duration.ts';
import type { JudgeSettings } from './judge-settings.ts';

/** When a canary metric is looked at; milliseconds. */
export type LookTimes = Readonly<{ warmup: Milliseconds; lag: Milliseconds }>;

/** The settings of a `canary` metric, or the field at fault with what to do. */
export type SettingsReading =
  | Readonly<{ ok: true; settings: JudgeSettings; times: LookTimes }>
  | Readonly<{ ok: false; field: string; value: unknown; why: string }>;

/** Fields with their defaults (canary-statistics 1), and what a value must lie between, as ratios. */
const PERCENTAGES = {
  alpha: { written: '5%', mayBeZero: false, most: 0.5 },
  beta: { written: '5%', mayBeZero: false, most: 0.5 },
  'errors.tolerance': { written: '25%', mayBeZero: true, most: 100 },
  'errors.floor': { written: '0.2%', mayBeZero: false, most: 0.9 },
  'errors.ruleOut': { written: '100%', mayBeZero: false, most: 100 },
  'latency.quantile': { written: '95%', mayBeZero: false, most: 0.9999 },
  'latency.tolerance': { written: '20%', mayBeZero: true, most: 100 },
} as const;

const DURATIONS = { warmup: '30s', lag: '10s', minDuration: '1m', maxDuration: '30m' } as const;

/** A background analysis has no end of its own: evidence may begin anew in each of its first sixty minutes. */
const BACKGROUND_SLOTS = 60;
const MINUTE = 60_000;

/** Reads what a `canary` metric is judged by. In a background analysis minDuration and maxDuration mean nothing. */
export function readJudgeSettings(metric: CanaryMetric, inBackground: boolean): SettingsReading {
  const ratios = new Map<string, number>();
  for (const [field, { written, mayBeZero, most }] of Object.entries(PERCENTAGES)) {
    const value = fieldOf(metric, field) ?? written;
    const ratio = /^\d+(\.\d+)?%$/.test(value) ? Number(value.slice(0, -1)) / 100 : Number.NaN;
    if (!((ratio > 0 || (mayBeZero && ratio === 0)) && ratio <= most)) {
      const why = `must be a percentage above 0% and at most ${most * 100}%, such as "${written}"`;
      return { ok: false, field, value, why };
    }
    ratios.set(field, ratio);
  }
  const lengths = new Map<string, Milliseconds>();
  for (const [field, written] of Object.entries(DURATIONS)) {
    const value = fieldOf(metric, field) ?? written;
    const length = parseGoDuration(value);
    if (length === undefined || length < 0) {
      return { ok: false, field, value, why: `must be a Go duration of 0 or more, such as ${written}` };
    }
    lengths.set(field, length);
  }
  const ratio = (field: keyof typeof PERCENTAGES): number => ratios.get(field) ?? 0;
  const length = (field: keyof typeof DURATIONS): Milliseconds => lengths.get(field) ?? milliseconds(0);
  if (length('maxDuration') < Math.max(MINUTE, length('minDuration'))) {
    const why = 'must be at least 1m and no shorter than minDuration';
    return { ok: false, field: 'maxDuration', value: fieldOf(metric, 'maxDuration') ?? '30m', why };
  }
  const { errors, latency } = metric;
  return {
    ok: true,
    settings: {
      alpha: ratio('alpha'),
      beta: ratio('beta'),
      errors:
        errors === undefined
          ? undefined
          : {
              allowedRatio: 1 + ratio('errors.tolerance'),
              floor: ratio('errors.floor'),
              badRatio: 1 + ratio('errors.ruleOut'),
            },
      latency:
        latency === undefined
          ? undefined
          : { quantile: ratio('latency.quantile'), tolerance: ratio('latency.tolerance') },
      minDuration: length('minDuration'),
      maxDuration: inBackground ? undefined : length('maxDuration'),
      laterSlots: inBackground ? BACKGROUND_SLOTS : Math.ceil(length('maxDuration') / MINUTE),
    },
    times: { warmup: length('warmup'), lag: length('lag') },
  };
}

function fieldOf(metric: CanaryMetric, path: string): string | undefined {
  const value = path
    .split('.')
    .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], metric);
  return typeof value === 'string' && value !== '' ? value : undefined;
}
