import { fnv1a32 } from './fnv.ts';

/** Longer texts are kept by their length and hash alone. */
const LONGEST_KEPT = 128;

/**
 * A text as it is kept where thousands of them are compared and none is shown: one of more than 128 characters by its
 * length and a hash. Apply it to both sides of a comparison.
 */
export function keptText(text: string): string {
  return text.length <= LONGEST_KEPT ? text : `${text.length} characters, fnv1a ${fnv1a32(text).toString(16)}`;
}
