import { expect, test } from 'vitest';
import { sleep } from '../../src/clock/clock.ts';
import { createProcessClock } from '../../src/simulate/process-clock.ts';
import { drawsFrom } from '../../src/simulate/random.ts';
import { createVirtualClock } from '../../src/simulate/virtual-clock.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import { add, instant } from '../../src/units/instant.ts';

const BEGIN = instant(Date.UTC(2026, 0, 1));

test('timers fire in order of instants, and at one instant in the order of being set', async () => {
  const clock = createVirtualClock(BEGIN);
  const draws = drawsFrom(1);
  const delays = Array.from({ length: 500 }, () => draws.whole(0, 50));
  const fired: (readonly [number, number])[] = [];
  delays.forEach((delay, index) => clock.schedule(milliseconds(delay), () => void fired.push([clock.now(), index])));
  await clock.runUntil(add(BEGIN, seconds(1)));
  const expected = delays
    .map((delay, index) => [BEGIN + delay, index] as const)
    .toSorted((a, b) => a[0] - b[0] || a[1] - b[1]);
  expect(fired).toEqual(expected);
});

test('a timer that was called off does not fire, also when another timer of its instant does it', async () => {
  const clock = createVirtualClock(BEGIN);
  const fired: string[] = [];
  clock.schedule(milliseconds(5), () => later.cancel());
  const later = clock.schedule(milliseconds(5), () => void fired.push('later'));
  await clock.runUntil(add(BEGIN, seconds(1)));
  expect(fired).toEqual([]);
});

test('a chain of waits is not overtaken by time', async () => {
  const clock = createVirtualClock(BEGIN);
  const seen: number[] = [];
  const chain = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) {
      await sleep(clock, milliseconds(10));
      for (let hop = 0; hop < 50; hop += 1) await Promise.resolve();
      seen.push(clock.now() - BEGIN);
    }
  };
  void chain();
  await clock.runUntil(add(BEGIN, milliseconds(45)));
  expect(seen).toEqual([10, 20, 30, 40]);
  expect(clock.now() - BEGIN).toBe(45);
});

test('the run ends where it is asked to', async () => {
  const clock = createVirtualClock(BEGIN);
  let fired = 0;
  for (let index = 0; index < 10; index += 1) clock.schedule(milliseconds(index), () => void (fired += 1));
  await clock.runUntil(add(BEGIN, seconds(1)), () => fired === 4);
  expect([fired, clock.now() - BEGIN]).toEqual([4, 3]);
});

test('a stalled process finds its timers late, a killed one never', async () => {
  const clock = createVirtualClock(BEGIN);
  const stalled = createProcessClock(clock);
  const killed = createProcessClock(clock);
  const fired: string[] = [];
  stalled.schedule(seconds(1), () => void fired.push(`stalled ${clock.now() - BEGIN}`));
  killed.schedule(seconds(1), () => void fired.push('killed'));
  stalled.stall(seconds(20));
  killed.kill();
  await clock.runUntil(add(BEGIN, seconds(60)));
  expect(fired).toEqual(['stalled 20000']);
});

test('a seed determines its draws, and a fork depends on nothing but its name', () => {
  const some = (draws = drawsFrom(7)): readonly number[] => Array.from({ length: 5 }, () => draws.whole(0, 1000));
  expect(some()).toEqual(some());
  expect(some()).not.toEqual(some(drawsFrom(8)));
  const drawn = drawsFrom(7);
  drawn.next();
  expect(some(drawn.fork('pods'))).toEqual(some(drawsFrom(7).fork('pods')));
});

test('draws are even: each tenth has its share within four standard deviations', () => {
  const counts = Array.from({ length: 10 }, () => 0);
  for (let seed = 0; seed < 10_000; seed += 1) {
    const tenth = drawsFrom(seed).whole(0, 9);
    counts[tenth] = (counts[tenth] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(4 * Math.sqrt(900));
});
