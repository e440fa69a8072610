import { parseGoDuration } from '../units/duration.ts';
import { parseInstant } from '../units/instant.ts';

/**
 * A time of a range query, in milliseconds since the epoch: `now()`, with durations added or taken away
 * (`now() - duration("1h")`), seconds since the epoch, or RFC 3339. Undefined for anything else.
 */
export function readRangeTime(text: string, now: number): number | undefined {
  const trimmed = text.trim();
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed) * 1000;
  const head = /^now\(\)/.exec(trimmed);
  if (head === null) return parseInstant(trimmed);
  let time = now;
  let rest = trimmed.slice(head[0].length);
  while (rest.trim() !== '') {
    const part = /^\s*([-+])\s*duration\(\s*["']([^"']*)["']\s*\)/.exec(rest);
    const length = parseGoDuration(part?.[2] ?? '');
    if (part === null || length === undefined) return undefined;
    time = part[1] === '-' ? time - length : time + length;
    rest = rest.slice(part[0].length);
  }
  return time;
}
