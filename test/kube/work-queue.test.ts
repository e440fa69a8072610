import * as fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Failure } from '../../src/kube/client.ts';
import type { PassResult } from '../../src/kube/controller.ts';
import { startController } from '../../src/kube/controller.ts';
import { createWorkQueue } from '../../src/kube/work-queue.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import { add, instant } from '../../src/units/instant.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { createVirtualClock } from './virtual-clock.ts';

let clock: VirtualClock;
beforeEach(() => {
  clock = createVirtualClock(instant(0));
});

describe('a queue', () => {
  test('holds a key once, and gives it again when it was added while a worker had it', async () => {
    const queue = createWorkQueue({ clock });
    queue.add('a');
    queue.add('a');
    queue.add('b');
    expect(queue.depth).toBe(2);
    expect(await queue.take()).toBe('a');
    queue.add('a');
    queue.add('a');
    expect(await queue.take()).toBe('b');
    expect(queue.depth).toBe(0);
    queue.done('a');
    expect(await queue.take()).toBe('a');
  });

  test('of several wake-ups of a key the earliest wins', async () => {
    const queue = createWorkQueue({ clock });
    queue.addAt('a', instant(5000));
    queue.addAt('a', instant(3000));
    queue.addAt('a', instant(9000));
    expect(clock.pending).toBe(1);
    await clock.advance(milliseconds(2999));
    expect(queue.depth).toBe(0);
    await clock.advance(milliseconds(1));
    expect(queue.depth).toBe(1);
    expect(await queue.take()).toBe('a');
    queue.done('a');
    await clock.advance(seconds(60));
    expect(queue.depth).toBe(0);
    expect(clock.pending).toBe(0);
  });

  test('failures of a key wait 5 ms, twice as long each time, and begin anew when it went well', async () => {
    const queue = createWorkQueue({ clock, random: () => 0.999999 });
    const waits: number[] = [];
    for (let failure = 0; failure < 5; failure += 1) {
      if (failure === 4) queue.forget('a');
      queue.addAfterFailure('a');
      waits.push((queue.wakesAt('a') ?? 0) - clock.now());
      await clock.advance(seconds(1));
      await queue.take();
      queue.done('a');
    }
    expect(waits).toEqual([5, 10, 20, 40, 5]);
  });

  test('the longest back-off is the cap', async () => {
    const queue = createWorkQueue({ clock, random: () => 0.999999 });
    for (let failure = 0; failure < 30; failure += 1) {
      queue.addAfterFailure('a');
      const at = queue.wakesAt('a');
      await clock.advance(milliseconds((at ?? 0) - clock.now()));
      expect(await queue.take()).toBe('a');
      queue.done('a');
    }
    queue.addAfterFailure('a');
    expect((queue.wakesAt('a') ?? 0) - clock.now()).toBe(16 * 60_000);
  });

  test('stopping gives no more keys and waits for those that workers have', async () => {
    const queue = createWorkQueue({ clock });
    queue.add('a');
    queue.add('b');
    queue.addAt('c', instant(1000));
    await queue.take();
    let stopped = false;
    const stopping = queue.stop().then(() => {
      stopped = true;
      return undefined;
    });
    expect(await queue.take()).toBeUndefined();
    await clock.advance(seconds(10));
    expect(stopped).toBe(false);
    queue.done('a');
    await stopping;
    expect(clock.pending).toBe(0);
  });

  test('tells depth, adds, waits and retries', async () => {
    const told: string[] = [];
    const queue = createWorkQueue({
      clock,
      observer: {
        depth: (keys) => told.push(`depth ${keys}`),
        added: () => told.push('added'),
        waited: (time) => told.push(`waited ${time}`),
        worked: (time) => told.push(`worked ${time}`),
        retried: () => told.push('retried'),
      },
    });
    queue.add('a');
    await clock.advance(milliseconds(7));
    await queue.take();
    await clock.advance(milliseconds(3));
    queue.addAfterFailure('a');
    queue.done('a');
    expect(told).toEqual(['added', 'depth 1', 'waited 7', 'depth 0', 'retried', 'worked 3']);
  });
});

/** What may happen to a queue. */
const happening = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), key: fc.constantFrom('a', 'b', 'c') }),
  fc.record({
    kind: fc.constant('addAt' as const),
    key: fc.constantFrom('a', 'b', 'c'),
    after: fc.integer({ min: -5, max: 50 }),
  }),
  fc.record({ kind: fc.constant('fail' as const), key: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ kind: fc.constant('advance' as const), by: fc.integer({ min: 0, max: 30 }) }),
);

test('no two workers ever have one key, no add is lost, and each key wakes at its earliest instant', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, { maxLength: 40 }),
      fc.integer({ min: 1, max: 3 }),
      async (happenings, workers) => {
        const own = createVirtualClock(instant(0));
        const queue = createWorkQueue({ clock: own, random: () => 0.5 });
        const held = new Set<string>();
        const passes: { key: string; begun: number }[] = [];
        const controller = startController({
          queue,
          clock: own,
          workers,
          onError: () => {},
          reconcile: async (key) => {
            expect(held.has(key)).toBe(false);
            held.add(key);
            passes.push({ key, begun: own.now() });
            await new Promise<void>((resolve) => own.schedule(milliseconds(4), resolve));
            held.delete(key);
            return {};
          },
        });
        /** Passes that must come: one of the key that begins at `from` or later. */
        const owed: { key: string; from: number }[] = [];
        for (const one of happenings) {
          if (one.kind === 'advance') {
            await own.advance(milliseconds(one.by));
          } else if (one.kind === 'add') {
            owed.push({ key: one.key, from: own.now() });
            queue.add(one.key);
          } else if (one.kind === 'fail') {
            owed.push({ key: one.key, from: own.now() });
            queue.addAfterFailure(one.key);
          } else {
            const at = add(own.now(), milliseconds(one.after));
            const pending = queue.wakesAt(one.key);
            // The earliest wins, so what is owed is a pass from now on; its reconcile asks for the next.
            owed.push({ key: one.key, from: own.now() });
            queue.addAt(one.key, at);
            expect(queue.wakesAt(one.key)).toBe(pending === undefined || at < pending ? at : pending);
          }
        }
        await own.advance(seconds(3600));
        for (const { key, from } of owed)
          expect(passes.some((pass) => pass.key === key && pass.begun >= from)).toBe(true);
        expect(queue.depth).toBe(0);
        await controller.stop();
      },
    ),
    { numRuns: 150 },
  );
});

describe('workers', () => {
  async function passesOf(results: readonly (PassResult | Error)[], forTime = seconds(120)): Promise<number[]> {
    const queue = createWorkQueue({ clock, random: () => 0.5 });
    const at: number[] = [];
    startController({
      queue,
      clock,
      workers: 2,
      onError: () => {},
      reconcile: async () => {
        const result = results[at.length] ?? {};
        at.push(clock.now());
        if (result instanceof Error) throw result;
        return result;
      },
    });
    queue.add('a');
    await clock.advance(forTime);
    await queue.stop();
    return at;
  }
  const failed = (why: Failure['why'], more: Partial<Failure> = {}): Failure => ({
    ok: false,
    why,
    status: 0,
    message: '',
    ...more,
  });

  test('a pass comes again at the instant that it asked for', async () => {
    expect(await passesOf([{ requeueAt: instant(30_000) }, {}])).toEqual([0, 30_000]);
  });

  test('a failure and a throw come again after a growing wait', async () => {
    expect(await passesOf([failed('Unavailable'), new Error('bug'), failed('Unknown'), {}])).toEqual([0, 4, 12, 27]);
  });

  test('a pass that went well makes the next failure the first again', async () => {
    const times = await passesOf([
      failed('Unavailable'),
      failed('Unavailable'),
      { requeueAt: instant(1000) },
      failed('Unavailable'),
      {},
    ]);
    expect(times).toEqual([0, 4, 12, 1000, 1004]);
  });

  test('a failure with Retry-After does not come again sooner', async () => {
    expect(await passesOf([failed('TooMany', { retryAfter: 7000 }), {}])).toEqual([0, 7000]);
  });

  test('a lost race is not repeated in place: the watch, or a look after 30 s, brings it back', async () => {
    expect(await passesOf([failed('Conflict'), {}])).toEqual([0, 30_000]);
    expect(await passesOf([failed('Fenced')])).toEqual([120_000]);
  });

  test('stopping waits for the pass under way and begins no other', async () => {
    const queue = createWorkQueue({ clock });
    const seen: string[] = [];
    const controller = startController({
      queue,
      clock,
      workers: 1,
      onError: () => {},
      reconcile: async (key) => {
        await new Promise<void>((resolve) => clock.schedule(seconds(1), resolve));
        seen.push(key);
        return {};
      },
    });
    queue.add('a');
    queue.add('b');
    await clock.settle();
    const stopping = controller.stop();
    await clock.advance(seconds(2));
    await stopping;
    expect(seen).toEqual(['a']);
  });
});
