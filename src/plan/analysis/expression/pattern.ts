import { RE2JS } from 're2js';

/** Longest pattern that users may write, in characters. */
const LONGEST_PATTERN = 1024;

/** True when the pattern matches anywhere in the text, in time linear in the text; throws on a pattern that is none. */
export function matchesPattern(pattern: string, text: string): boolean {
  if (pattern.length > LONGEST_PATTERN) throw new Error(`the pattern has more than ${LONGEST_PATTERN} characters`);
  return RE2JS.compile(pattern).matcher(text).find();
}
