import type { Clock } from '../clock/clock.ts';
import { assert } from '../units/assert.ts';
import { milliseconds } from '../units/duration.ts';

/** Limits how often something may happen: callers wait their turn, first come first served. */
export type TokenBucket = Readonly<{
  /** Resolves when the caller may go on; rejects when the signal is aborted before. */
  take(signal?: AbortSignal): Promise<void>;
  /** Takes a token if one is there now. */
  tryTake(): boolean;
}>;

/** How much may happen: `burst` at once, `perSecond` a second in the long run. */
export type Rate = Readonly<{ perSecond: number; burst: number }>;

/**
 * A bucket that holds up to `burst` tokens and gains `perSecond` of them a second; a rate that is a function may change
 * from one call to the next. Throws when either is not positive.
 */
export function createTokenBucket(clock: Clock, rate: Rate | (() => Rate)): TokenBucket {
  const present = (): Rate => {
    const { perSecond, burst } = typeof rate === 'function' ? rate() : rate;
    assert(perSecond > 0 && burst >= 1, `a limit needs a rate above 0 and a burst of at least 1`);
    return { perSecond, burst };
  };
  let tokens = present().burst;
  let filledAt = clock.now();
  let timerSet = false;
  const waiting: { go(): void; dropped: boolean }[] = [];

  const refill = (): void => {
    const now = clock.now();
    const { perSecond, burst } = present();
    tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * perSecond);
    filledAt = now;
  };
  const tryTake = (): boolean => {
    refill();
    if (waiting.length > 0 || tokens < 1) return false;
    tokens -= 1;
    return true;
  };
  const serve = (): void => {
    refill();
    while (waiting.length > 0 && (waiting[0]?.dropped === true || tokens >= 1)) {
      const next = waiting.shift();
      if (next === undefined || next.dropped) continue;
      tokens -= 1;
      next.go();
    }
    if (waiting.length === 0 || timerSet) return;
    timerSet = true;
    const { perSecond } = present();
    clock.schedule(milliseconds(Math.max(1, Math.ceil(((1 - tokens) / perSecond) * 1000))), () => {
      timerSet = false;
      serve();
    });
  };
  const take = (signal?: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(new Error('called off'));
      if (tryTake()) return resolve();
      const onAbort = (): void => {
        entry.dropped = true;
        reject(new Error('called off'));
      };
      const entry = {
        dropped: false,
        go: () => {
          signal?.removeEventListener('abort', onAbort);
          resolve();
        },
      };
      signal?.addEventListener('abort', onAbort, { once: true });
      waiting.push(entry);
      serve();
    });
  return { take, tryTake };
}
