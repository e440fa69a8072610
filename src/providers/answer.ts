import type { Json } from '../units/canonical-json.ts';
import type { Reading } from '../api/reading.ts';
import type { MetricResponse, NoEvidence } from './provider.ts';
import { nothing } from './provider.ts';

/** Numbers of a list that are shown: ten measurements a metric lie in one object, which etcd limits to 1.5 MB. */
const MOST_SHOWN = 100;

/**
 * A value with how it is shown. Numbers, booleans and lists of them are shown as they are; of anything else only its kind
 * and size, for a document may hold what the reader of a status must not see. Source: reliability 9, T2.
 */
export function valueReading(value: Json): Reading {
  return { kind: 'Value', value, shown: shownOf(value) };
}

function shownOf(value: Json): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return `text of ${value.length} characters`;
  if (!Array.isArray(value)) return `object of ${Object.keys(value).length} members`;
  const items = value as readonly Json[];
  const plain = items.every((item) => item === null || typeof item === 'number' || typeof item === 'boolean');
  if (!plain) return `list of ${items.length} items`;
  const more = items.length - MOST_SHOWN;
  return `[${items.slice(0, MOST_SHOWN).map(String).join(',')}${more > 0 ? `,… and ${more} more` : ''}]`;
}

/**
 * The body of an answer with a 2xx status as JSON, or why there is none. What the server wrote stays out of the message:
 * it may hold what the reader of a status must not see.
 */
export function jsonOf(
  response: MetricResponse,
  provider: string,
): Readonly<{ kind: 'Json'; json: Json }> | NoEvidence {
  if (response.kind === 'Nothing') return nothing(response.message);
  if (response.status < 200 || response.status > 299) return nothing(statusMessage(response.status, provider));
  try {
    return { kind: 'Json', json: JSON.parse(response.body) as Json };
  } catch {
    return nothing(`${provider} answered with something that is not JSON`);
  }
}

/** What a status that is no success means, and what to do. */
export function statusMessage(status: number, provider: string): string {
  const remedy =
    status === 401 || status === 403
      ? 'unauthorised: check its credentials'
      : status === 429
        ? 'too many requests: measure less often'
        : status >= 500
          ? 'it is in trouble itself'
          : status >= 300 && status < 400
            ? 'redirects are not followed: name the final address'
            : 'it refuses the query: check it';
  return `${provider} answered with status ${status}: ${remedy}`;
}

/** The member of an object at a path of names and indices; undefined where it ends. Never reaches a prototype. */
export function at(value: Json | undefined, ...path: readonly (string | number)[]): Json | undefined {
  let here: unknown = value;
  for (const key of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, key)) return undefined;
    here = (here as Readonly<Record<string | number, unknown>>)[key];
  }
  return here as Json | undefined;
}

/** The value as a list; empty for anything else. */
export function listOf(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}
