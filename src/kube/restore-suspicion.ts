import type { Clock } from '../clock/clock.ts';
import { seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { elapsed } from '../units/instant.ts';
import { isOlder } from './resource-version.ts';

/** So many answers in a row, over at least so long, must be older than what was seen. */
const ANSWERS = 3;
const OVER = seconds(5);

/**
 * Tells a storage that was restored from a backup from one odd answer. Lists of the newest state are linearizable, so even
 * one that is older than what was seen cannot come from a sound storage; but a proxy may repeat an old answer for a moment,
 * and to throw away what we know is dear. A restored storage says it again and again, and its version never goes back.
 */
export class RestoreSuspicion {
  readonly #clock: Clock;
  #since: Instant | undefined;
  #version: string | undefined;
  #answers = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes in a list of the newest state whose version is older than what was seen; true when that is proof by now. */
  confirmedBy(version: string): boolean {
    if (isOlder(version, this.#version)) this.clear();
    this.#since ??= this.#clock.now();
    this.#version = version;
    this.#answers += 1;
    return this.#answers >= ANSWERS && elapsed(this.#since, this.#clock.now()) >= OVER;
  }

  /** Older answers so far. */
  get answers(): number {
    return this.#answers;
  }

  /** Forgets all: a list was as new as it should be. */
  clear(): void {
    this.#since = undefined;
    this.#version = undefined;
    this.#answers = 0;
  }
}
