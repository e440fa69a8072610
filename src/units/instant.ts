import { assert } from './assert.ts';
import type { Milliseconds } from './duration.ts';
import { milliseconds } from './duration.ts';
import type { Unit } from './unit.ts';

/** A point in time: milliseconds since 1970-01-01T00:00:00Z. */
export type Instant = Unit<'Instant'>;

/** Makes an instant from milliseconds since the epoch; throws when the number is not finite. */
export function instant(epochMilliseconds: number): Instant {
  assert(Number.isFinite(epochMilliseconds), `not an instant: ${epochMilliseconds}`);
  return epochMilliseconds as Instant;
}

/** Reads an RFC 3339 time (what Kubernetes writes); undefined when it cannot be read. */
export function parseInstant(text: string | null | undefined): Instant | undefined {
  if (text === undefined || text === null) return undefined;
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? undefined : instant(parsed);
}

/** RFC 3339 in whole seconds, as metav1.Time is written: 2026-11-24T10:00:00Z. The fraction is cut, as Go does. */
export function formatInstant(at: Instant): string {
  return `${new Date(at).toISOString().slice(0, 19)}Z`;
}

/** RFC 3339 with exactly six fraction digits, as metav1.MicroTime demands (Leases, Events). */
export function formatMicroTime(at: Instant): string {
  return new Date(at).toISOString().replace('Z', '000Z');
}

/** The instant `later` milliseconds after `at` (before it, when negative). */
export function add(at: Instant, later: Milliseconds): Instant {
  return instant(at + later);
}

/** The time from `from` to `to`, negative when `to` is earlier. */
export function elapsed(from: Instant, to: Instant): Milliseconds {
  return milliseconds(to - from);
}

/** The earliest of the instants that are defined; undefined when none is. */
export function earliest(...instants: readonly (Instant | undefined)[]): Instant | undefined {
  let first: Instant | undefined;
  for (const at of instants) if (at !== undefined && (first === undefined || at < first)) first = at;
  return first;
}
