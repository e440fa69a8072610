import { RE2JS } from 're2js';
import type { Labels } from './labels.ts';
import { METRIC_NAME, labelOf } from './labels.ts';

/** One condition on a label: `=`, `!=`, or a pattern that must match the whole value. */
export type Matcher = Readonly<{
  name: string;
  operator: '=' | '!=' | '=~' | '!~';
  value: string;
  /** True for values that the condition lets through; a label that is missing has the value ''. */
  matches(value: string): boolean;
}>;

/** Verdicts kept a pattern: label values are few and are asked for again with every query. */
const MOST_VERDICTS = 10_000;
const MOST_PATTERNS = 1000;
const patterns = new Map<string, (value: string) => boolean>();

/** A condition; throws the engine's syntax error when the pattern is none. */
export function matcher(name: string, operator: Matcher['operator'], value: string): Matcher {
  if (operator === '=') return { name, operator, value, matches: (own) => own === value };
  if (operator === '!=') return { name, operator, value, matches: (own) => own !== value };
  const test = patternTest(value);
  return { name, operator, value, matches: operator === '=~' ? test : (own) => !test(own) };
}

/** True when every condition lets the labels through. */
export function matchesAll(matchers: readonly Matcher[], labels: Labels): boolean {
  for (const each of matchers) if (!each.matches(labelOf(labels, each.name))) return false;
  return true;
}

/** The metric name that the conditions demand, if they demand one by `=`. */
export function demandedName(matchers: readonly Matcher[]): string | undefined {
  return matchers.find(({ name, operator }) => name === METRIC_NAME && operator === '=')?.value;
}

/**
 * RE2 as Prometheus uses it (its pattern must match the whole value, and the dot matches line ends too), in time linear in
 * the value. Source: FastRegexMatcher in prometheus/model/labels/regexp.go.
 */
export function wholePattern(pattern: string): RE2JS {
  return RE2JS.compile(`^(?s:${pattern})$`);
}

function patternTest(pattern: string): (value: string) => boolean {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  const compiled = wholePattern(pattern);
  const verdicts = new Map<string, boolean>();
  const test = (value: string): boolean => {
    let verdict = verdicts.get(value);
    if (verdict === undefined) {
      verdict = compiled.matcher(value).find();
      if (verdicts.size >= MOST_VERDICTS) verdicts.clear();
      verdicts.set(value, verdict);
    }
    return verdict;
  };
  if (patterns.size >= MOST_PATTERNS) patterns.clear();
  patterns.set(pattern, test);
  return test;
}
