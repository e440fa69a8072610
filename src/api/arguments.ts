/** Arguments by name; undefined: it was declared and nobody gave a value. */
export type Values = ReadonlyMap<string, string | undefined>;

const PLACEHOLDER = /\{\{\s*args\.([\w.-]+)\s*\}\}/g;

/** Names of the arguments that a value refers to, in any of its strings at any depth. */
export function argumentsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [...value.matchAll(PLACEHOLDER)].map(([, name = '']) => name);
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(argumentsIn);
}

/** The value with every `{{args.x}}` replaced, in strings at any depth. Throws on an argument without a value. */
export function substitute<T>(value: T, values: Values): T {
  if (typeof value === 'string') {
    return value.replaceAll(PLACEHOLDER, (_all, name: string) => {
      const given = values.get(name);
      if (given === undefined) throw new Error(`args.${name} was not resolved`);
      return given;
    }) as T;
  }
  if (Array.isArray(value)) return value.map((item: unknown) => substitute(item, values)) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, substitute<unknown>(member, values)]),
  ) as T;
}

/** What an argument may be outside quotes in query languages whose names have dots, dashes and slashes. */
export const DOTTED_NAME = /^[A-Za-z0-9_.:/*-]{1,256}$/;

/** What may stand outside quotes in PromQL: a number, a duration or a name. */
const PROMQL_BARE = /^(?:[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|(?:\d+(?:ms|[smhdwy]))+|[A-Za-z_:][\w:]*)$/;

/**
 * A PromQL query with its arguments put in so that no argument can change what is asked: within quotes it is escaped as
 * a string; outside them only a number, a duration or a name may stand (`bareForm`, for
 * other languages). Answers the query, or the name of the argument
 * that may not stand where it does. Source: reliability 9, rule 4; PromQL's string literals.
 */
export function substituteQuery(
  query: string,
  values: Values,
  bareForm: RegExp = PROMQL_BARE,
): Readonly<{ ok: true; query: string }> | Readonly<{ ok: false; argument: string; why: string }> {
  let result = '';
  let last = 0;
  let quote = '';
  for (const match of query.matchAll(PLACEHOLDER)) {
    const literal = query.slice(last, match.index);
    quote = quoteAfter(literal, quote);
    const name = match[1] ?? '';
    const value = values.get(name);
    if (value === undefined) return { ok: false, argument: name, why: 'was not resolved' };
    const written = quote === '' ? (bareForm.test(value) ? value : undefined) : inQuotes(value, quote);
    if (written === undefined) {
      const why = 'stands outside quotes in the query, where only a number, a duration or a name may be put; quote it';
      return { ok: false, argument: name, why };
    }
    result += literal + written;
    last = match.index + match[0].length;
  }
  return { ok: true, query: result + query.slice(last) };
}

/** Which quote is open at the end of a piece of a query, given the one at its beginning; '' for none. */
function quoteAfter(text: string, open: string): string {
  let quote = open;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quote === '') {
      if (character === '#') at = lineEnd(text, at);
      else if (character === '"' || character === "'" || character === '`') quote = character;
    } else if (character === '\\' && quote !== '`') at++;
    else if (character === quote) quote = '';
  }
  return quote;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

function inQuotes(value: string, quote: string): string | undefined {
  if (quote === '`') return value.includes('`') ? undefined : value;
  return [...value]
    .map((character) => {
      if (character === '\\' || character === quote) return `\\${character}`;
      const code = character.codePointAt(0) ?? 0;
      return code < 0x20 || code === 0x7f ? `\\x${code.toString(16).padStart(2, '0')}` : character;
    })
    .join('');
}
