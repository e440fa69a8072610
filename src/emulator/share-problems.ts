import type { FieldProblem } from './refusal.ts';
import { invalidValue } from './refusal.ts';

const PERCENT_TEXT =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')";

/** What is wrong with a count or percentage at a path: neither below zero nor another text. */
export function shareProblems(value: unknown, path: string): readonly FieldProblem[] {
  if (typeof value === 'string' && !/^\d+%$/.test(value)) return [invalidValue(path, value, PERCENT_TEXT)];
  return typeof value === 'number' && value < 0
    ? [invalidValue(path, value, 'must be greater than or equal to 0')]
    : [];
}

/** What is wrong with a percentage that may not be more than everything. */
export function wholeShareProblems(value: unknown, path: string): readonly FieldProblem[] {
  const [, percent] = typeof value === 'string' ? (/^(\d+)%$/.exec(value) ?? []) : [];
  return percent !== undefined && Number(percent) > 100
    ? [invalidValue(path, value, 'must not be greater than 100%')]
    : [];
}
