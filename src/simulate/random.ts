import { seededRandom } from '../emulator/random.ts';
import { assert } from '../units/assert.ts';
import { fnv1a32 } from '../units/fnv.ts';

/** Numbers that a seed determines, with the draws that worlds are made of. */
export interface Draws {
  /** A number in [0, 1). */
  next(): number;
  /** True with probability `p`. */
  chance(p: number): boolean;
  /** A whole number from `least` to `most`, both included. */
  whole(least: number, most: number): number;
  /** One of the items; throws when there is none. */
  pick<T>(items: readonly T[]): T;
  /** Draws of their own, which the name determines: drawing more here changes nothing there. */
  fork(name: string): Draws;
}

/** Draws from a seed. */
export function drawsFrom(seed: number | string): Draws {
  const random = seededRandom(fnv1a32(`draws/${seed}`));
  const next = (): number => random.next();
  const whole = (least: number, most: number): number => least + Math.floor(next() * (most - least + 1));
  return {
    next,
    chance: (p) => next() < p,
    whole,
    pick(items) {
      const item = items[whole(0, items.length - 1)];
      assert(item !== undefined, 'nothing to pick from');
      return item;
    },
    fork: (name) => drawsFrom(`${seed}/${name}`),
  };
}
