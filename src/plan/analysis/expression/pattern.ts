import { RE2JS } from 're2js';

/** Longest pattern that users may write, in characters. */
const LONGEST_PATTERN = 1024;

/** The pattern compiled last: conditions over lists use the same one for each element. */
let last: Readonly<{ pattern: string; compiled: RE2JS }> | undefined;

/** True when the pattern matches anywhere in the text, in time linear in the text; throws on a pattern that is none. */
export function matchesPattern(pattern: string, text: string): boolean {
  if (pattern.length > LONGEST_PATTERN) throw new Error(`the pattern has more than ${LONGEST_PATTERN} characters`);
  if (last?.pattern !== pattern) last = { pattern, compiled: RE2JS.compile(pattern) };
  return last.compiled.matcher(text).find();
}
