import type { Unit } from './unit.ts';

/** A length of time in milliseconds. */
export type Milliseconds = Unit<'Milliseconds'>;

/** A length of time from a number of milliseconds. */
export function milliseconds(count: number): Milliseconds {
  return count as Milliseconds;
}

/** A length of time from a number of seconds. */
export function seconds(count: number): Milliseconds {
  return (count * 1000) as Milliseconds;
}

const UNIT_MILLISECONDS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Reads a Go duration (`1h30m`, `1.5s`, `-2m`, `0`); undefined when it is none.
 * Source of the grammar: time.ParseDuration of Go's standard library.
 */
export function parseGoDuration(text: string): Milliseconds | undefined {
  const match = /^([+-]?)(.+)$/.exec(text);
  if (match === null) return undefined;
  const [, sign = '', rest = ''] = match;
  if (rest === '0') return milliseconds(0);
  if (!/^(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined;
  let total = 0;
  for (const [, amount = '', unit = ''] of rest.matchAll(/(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g)) {
    total += Number(amount) * (UNIT_MILLISECONDS[unit] ?? Number.NaN);
  }
  return milliseconds(sign === '-' ? -total : total);
}

/**
 * Reads the duration of a pause step: an integer or a digit string is seconds, anything else a Go duration, cut to
 * whole seconds; undefined when unreadable or negative (rollout-semantics 1.3).
 */
export function parsePauseDuration(value: number | string): Milliseconds | undefined {
  const parsed =
    typeof value === 'number'
      ? Number.isInteger(value)
        ? seconds(value)
        : undefined
      : /^\d+$/.test(value)
        ? seconds(Number(value))
        : parseGoDuration(value);
  if (parsed === undefined || parsed < 0) return undefined;
  return seconds(Math.floor(parsed / 1000));
}

/** A duration as people read it: `450ms`, `30s`, `5m`, `1h30m`. */
export function formatDuration(length: Milliseconds): string {
  if (Math.abs(length) < 1000) return `${Math.round(length)}ms`;
  const whole = Math.floor(length / 1000);
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = whole % 60;
  return `${hours > 0 ? `${hours}h` : ''}${minutes > 0 ? `${minutes}m` : ''}${rest > 0 || whole === 0 ? `${rest}s` : ''}`;
}
