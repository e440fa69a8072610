import type { Values } from '../api/arguments.ts';
import { substitute, substituteQuery } from '../api/arguments.ts';
import type { NoEvidence } from './provider.ts';
import { nothing } from './provider.ts';

/** A query with its arguments put in so that none can change what is asked; or why it cannot be. */
export function writtenQuery(
  field: string,
  query: string | undefined,
  values: Values,
  bare?: RegExp,
): Readonly<{ kind: 'Query'; query: string }> | NoEvidence {
  if (query === undefined || query.trim() === '') return nothing(`${field}: write the query`);
  const asked = substituteQuery(query, values, bare);
  return asked.ok ? { kind: 'Query', query: asked.query } : nothing(`${field}: args.${asked.argument} ${asked.why}`);
}

/** A block with its arguments put in as they are; or which of them has no value. */
export function written<T>(block: T, values: Values): Readonly<{ kind: 'Written'; value: T }> | NoEvidence {
  try {
    return { kind: 'Written', value: substitute(block, values) };
  } catch (error) {
    return nothing(error instanceof Error ? error.message : 'an argument was not resolved');
  }
}

/**
 * An address with its arguments put in: as they are up to the path, which the address policy judges, and escaped as a
 * part of a path or query from there on.
 */
export function writtenUrl(
  field: string,
  url: string,
  values: Values,
): Readonly<{ kind: 'Url'; url: string }> | NoEvidence {
  const missing: string[] = [];
  const result = url.trim().replaceAll(/\{\{\s*args\.([\w.-]+)\s*\}\}/g, (_all, name: string, index: number) => {
    const value = values.get(name);
    if (value === undefined) missing.push(name);
    const inPath =
      /^[^{]*:\/\/[^/?#]*[/?#]/.test(url.trim().slice(0, index)) ||
      /^\{\{[^}]*\}\}[/?#]/.test(url.trim().slice(0, index));
    return inPath ? encodeURIComponent(value ?? '') : (value ?? '');
  });
  if (missing[0] !== undefined) return nothing(`${field}: args.${missing[0]} was not resolved`);
  return URL.canParse(result)
    ? { kind: 'Url', url: result }
    : nothing(`${field}: is no address such as https://host/path`);
}

/** Header lines, lower-case names, as the record that requests have. */
export function headerRecord(
  headers: readonly Readonly<{ key: string; value: string }>[] | undefined,
): Record<string, string> {
  return Object.fromEntries((headers ?? []).map(({ key, value }) => [key.toLowerCase(), value]));
}
