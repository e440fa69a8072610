import { beforeEach, describe, expect, test } from 'vitest';
import { Answers } from '../../src/kube/answers.ts';
import { Expectations } from '../../src/kube/expectations.ts';
import { PODS, REPLICA_SETS } from '../../src/kube/kinds.ts';
import type { KubeObject } from '../../src/kube/resource.ts';
import { seconds } from '../../src/units/duration.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { createVirtualClock } from './virtual-clock.ts';

let clock: VirtualClock;
beforeEach(() => {
  clock = createVirtualClock();
});

function version(resourceVersion: string, more: Partial<KubeObject['metadata']> = {}): KubeObject {
  return { metadata: { namespace: 'shop', name: 'rs', uid: 'u1', resourceVersion, ...more } };
}

describe('a pass after a write of its own', () => {
  test('waits until the store has seen that version or a newer one', () => {
    const gate = new Expectations({ clock });
    gate.wrote('shop/checkout', REPLICA_SETS, version('100'));
    expect(gate.waitsUntil('shop/checkout', () => undefined)).toBe(clock.now() + 5000);
    expect(gate.waitsUntil('shop/checkout', () => version('99'))).toBe(clock.now() + 5000);
    expect(gate.satisfied('shop/checkout', REPLICA_SETS, 'shop/rs', version('99'))).toBe(false);
    expect(gate.satisfied('shop/checkout', REPLICA_SETS, 'shop/rs', version('100'))).toBe(true);
    expect(gate.waitsUntil('shop/checkout', () => version('101'))).toBeUndefined();
    expect(gate.waitsUntil('shop/checkout', () => version('99'))).toBeUndefined();
  });

  test('waits five seconds at most, for an event that never comes', async () => {
    const gate = new Expectations({ clock });
    gate.wrote('shop/checkout', REPLICA_SETS, version('100'));
    await clock.advance(seconds(5));
    expect(gate.waitsUntil('shop/checkout', () => undefined)).toBeUndefined();
  });

  test('holds back neither other objects nor other kinds', () => {
    const gate = new Expectations({ clock });
    gate.wrote('shop/checkout', REPLICA_SETS, version('100'));
    expect(gate.waitsUntil('shop/cart', () => undefined)).toBeUndefined();
    expect(gate.satisfied('shop/checkout', PODS, 'shop/rs', undefined)).toBe(true);
  });

  test('waits for all that it wrote, and for the last version of each', async () => {
    const gate = new Expectations({ clock });
    gate.wrote('shop/checkout', REPLICA_SETS, version('100'));
    await clock.advance(seconds(1));
    gate.wrote('shop/checkout', REPLICA_SETS, version('102'));
    gate.wrote('shop/checkout', PODS, version('101'));
    expect(gate.waitsUntil('shop/checkout', () => version('101'))).toBe(clock.now() + 5000);
    expect(gate.waitsUntil('shop/checkout', () => version('102'))).toBeUndefined();
  });

  test('sees a deletion when the object is gone, going, or another of its name', () => {
    for (const seen of [undefined, version('101', { deletionTimestamp: 'now' }), version('105', { uid: 'u2' })]) {
      const gate = new Expectations({ clock });
      gate.deleted('shop/checkout', REPLICA_SETS, version('100'));
      expect(gate.waitsUntil('shop/checkout', () => version('100'))).toBeDefined();
      expect(gate.waitsUntil('shop/checkout', () => seen)).toBeUndefined();
    }
  });
});

describe('answers', () => {
  const subject = { uid: 'u1', key: 'shop/checkout' };

  test('are known for the generation that was asked about, and queue the object once', () => {
    const queued: string[] = [];
    const answers = new Answers((key) => queued.push(key));
    answers.set(subject, 'dry-run', 3, { allowed: true });
    answers.set(subject, 'dry-run', 3, { allowed: true });
    expect(answers.get('u1', 'dry-run', 3)).toEqual({ allowed: true });
    expect(answers.get('u1', 'dry-run', '3')).toEqual({ allowed: true });
    expect(answers.get('u1', 'dry-run', 4)).toBeUndefined();
    expect(queued).toEqual(['shop/checkout']);
    answers.set(subject, 'dry-run', 4, { allowed: false });
    expect(answers.get('u1', 'dry-run', 3)).toBeUndefined();
    expect(queued).toHaveLength(2);
  });

  test('are listed in order, dropped one by one, and forgotten with their object', () => {
    const answers = new Answers(() => {});
    answers.set(subject, 'quota', 1, 'no');
    answers.set(subject, 'dry-run', 'abc', 7);
    answers.set({ uid: 'u2', key: 'x' }, 'dry-run', 1, 8);
    expect(answers.about('u1').map((entry) => [entry.question, entry.generation, entry.answer])).toEqual([
      ['dry-run', 'abc', 7],
      ['quota', '1', 'no'],
    ]);
    answers.drop('u1', 'quota');
    expect(answers.get('u1', 'quota', 1)).toBeUndefined();
    answers.forget('u1');
    expect(answers.about('u1')).toEqual([]);
    expect(answers.get('u2', 'dry-run', 1)).toBe(8);
  });
});
