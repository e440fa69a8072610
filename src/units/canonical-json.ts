/** Any value that JSON can hold. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * JSON text with the keys of every object sorted and undefined members left out, so that equal data has equal text.
 * Throws on what JSON cannot hold (functions, symbols, bigints).
 */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'string') {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => canonicalJson(item ?? null)).join(',')}]`;
  if (typeof value === 'object') {
    const members = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
    return `{${members.join(',')}}`;
  }
  throw new Error(`JSON cannot hold a ${typeof value}`);
}

/**
 * True when both values are the same data, whatever the order of their keys: when their canonical texts are equal.
 * Compared member by member, as writing both texts costs ten times as much where the data is large and mostly equal.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  const [left, right] = [asJson(a), asJson(b)];
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, index) => sameJson(item, right[index]));
  }
  const members = left as Readonly<Record<string, unknown>>;
  const others = right as Readonly<Record<string, unknown>>;
  let count = 0;
  for (const key in members) {
    if (members[key] === undefined) continue;
    if (others[key] === undefined || !sameJson(members[key], others[key])) return false;
    count += 1;
  }
  for (const key in others) if (others[key] !== undefined) count -= 1;
  return count === 0;
}

/** What JSON makes of undefined, and of numbers that it cannot hold. */
function asJson(value: unknown): unknown {
  return value === undefined || (typeof value === 'number' && !Number.isFinite(value)) ? null : value;
}
