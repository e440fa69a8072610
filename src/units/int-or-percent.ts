/** A count, or a percentage of another count such as `25%`. A string without `%` is a percentage too. */
export type IntOrPercent = number | string;

/**
 * Resolves a count or percentage of `total`; a percentage is rounded up or down as asked.
 * Undefined when the string holds no number.
 */
export function resolveIntOrPercent(value: IntOrPercent, total: number, round: 'up' | 'down'): number | undefined {
  if (typeof value === 'number') return value;
  const match = /^(\d+)%?$/.exec(value.trim());
  if (match === null) return undefined;
  const exact = (Number(match[1]) * total) / 100;
  return round === 'up' ? Math.ceil(exact) : Math.floor(exact);
}
