import { assert } from '../units/assert.ts';
import type { Milliseconds } from '../units/duration.ts';
import { milliseconds } from '../units/duration.ts';

/** A source of numbers in [0, 1), such as Math.random; seeded in tests and simulation. */
export type Random = () => number;

/** Exponential back-off: the first wait is at most `base`, each further one at most twice as long, never above `cap`. */
export type Backoff = Readonly<{ base: Milliseconds; cap: Milliseconds }>;

/**
 * How long to wait after `failures` failures in a row (1 is the first): between half of and the whole exponential
 * delay, so that clients which failed together do not come back together. Throws when `failures` is below 1.
 */
export function backoffDelay(backoff: Backoff, failures: number, random: Random): Milliseconds {
  assert(failures >= 1, `no back-off before the first failure: ${failures}`);
  const exponential = Math.min(backoff.cap, backoff.base * 2 ** Math.min(failures - 1, 40));
  return milliseconds(Math.ceil(exponential * (0.5 + random() / 2)));
}
