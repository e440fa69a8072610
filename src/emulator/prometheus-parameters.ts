import { parseDuration } from './promql/literals.ts';

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** A time as Prometheus takes it: seconds since the epoch with a fraction, or RFC 3339; in whole milliseconds. */
export function parseParameterTime(text: string): number | undefined {
  if (NUMBER.test(text)) {
    // Go rounds the fraction to milliseconds by itself: 1e9 seconds with a fraction have no exact double.
    const value = Number(text);
    const whole = Math.trunc(value);
    return whole * 1000 + Math.round((value - whole) * 1000);
  }
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : parsed;
}

/** A step as Prometheus takes it: seconds, or a duration such as `1m`; in whole milliseconds. */
export function parseStep(text: string): number | undefined {
  if (NUMBER.test(text)) return Math.trunc(Number(text) * 1000);
  return parseDuration(text);
}
