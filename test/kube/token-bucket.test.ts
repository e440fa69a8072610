import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { createTokenBucket } from '../../src/kube/token-bucket.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import { instant } from '../../src/units/instant.ts';
import { createVirtualClock } from './virtual-clock.ts';

test('a burst goes at once, the rest at the rate, first come first served', async () => {
  const clock = createVirtualClock(instant(0));
  const bucket = createTokenBucket(clock, { perSecond: 100, burst: 200 });
  const went: { call: number; at: number }[] = [];
  const calls = Array.from({ length: 250 }, async (_, call) => {
    await bucket.take();
    went.push({ call, at: clock.now() });
  });
  await clock.settle();
  expect(went).toHaveLength(200);
  await clock.advance(seconds(1));
  await Promise.all(calls);
  expect(went.map(({ call }) => call)).toEqual(Array.from({ length: 250 }, (_, call) => call));
  expect(went.at(-1)?.at).toBe(500);
});

test('a rate that is changed holds for whoever waits and whoever comes', async () => {
  const clock = createVirtualClock(instant(0));
  let rate = { perSecond: 1, burst: 1 };
  const bucket = createTokenBucket(clock, () => rate);
  let went = 0;
  const calls = Array.from({ length: 101 }, async () => {
    await bucket.take();
    went += 1;
  });
  await clock.advance(seconds(2));
  expect(went).toBe(3);
  rate = { perSecond: 50, burst: 5 };
  await clock.advance(seconds(3));
  await Promise.all(calls);
  expect(went).toBe(101);
  rate = { perSecond: 1, burst: 2 };
  await clock.advance(seconds(60));
  expect([bucket.tryTake(), bucket.tryTake(), bucket.tryTake()]).toEqual([true, true, false]);
});

test('a caller that gives up takes no token and holds up nobody', async () => {
  const clock = createVirtualClock(instant(0));
  const bucket = createTokenBucket(clock, { perSecond: 1, burst: 1 });
  await bucket.take();
  const abort = new AbortController();
  const given = bucket.take(abort.signal);
  const next = bucket.take();
  abort.abort();
  await expect(given).rejects.toThrow('called off');
  await clock.advance(seconds(1));
  await next;
  expect(bucket.tryTake()).toBe(false);
  await clock.advance(seconds(1));
  expect(bucket.tryTake()).toBe(true);
});

test('whatever comes when, no window sees more than the burst and the rate allow, and all are served', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 1, maxLength: 40 }),
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 10 }),
      async (gaps, perSecond, burst) => {
        const clock = createVirtualClock(instant(0));
        const bucket = createTokenBucket(clock, { perSecond, burst });
        const at: number[] = [];
        for (const gap of gaps) {
          await clock.advance(milliseconds(gap));
          void (async () => {
            await bucket.take();
            at.push(clock.now());
          })();
        }
        await clock.advance(seconds(60));
        expect(at).toHaveLength(gaps.length);
        at.forEach((from, first) => {
          at.slice(first).forEach((to, more) => {
            expect(more + 1).toBeLessThanOrEqual(burst + ((to - from) / 1000) * perSecond + 1e-6);
          });
        });
      },
    ),
    { numRuns: 60 },
  );
});
