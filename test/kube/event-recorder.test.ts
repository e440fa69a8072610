import { beforeEach, describe, expect, test } from 'vitest';
import type { EventNote, EventRecorder, EventRecorderOptions } from '../../src/kube/event-recorder.ts';
import { createEventRecorder } from '../../src/kube/event-recorder.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import { TinyApi } from './tiny-api.ts';
import type { TinyClient } from './tiny-client.ts';
import { createTinyClient, failure } from './tiny-client.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { createVirtualClock } from './virtual-clock.ts';

let clock: VirtualClock;
let api: TinyApi;
let client: TinyClient;
let recorder: EventRecorder;
let dropped: unknown[];

function recorderWith(more: Partial<EventRecorderOptions> = {}): EventRecorder {
  const onDropped = (_note: EventNote, why: unknown): void => void dropped.push(why);
  return createEventRecorder({ client, clock, controller: 'sluice', instance: 'sluice-0', onDropped, ...more });
}

beforeEach(() => {
  clock = createVirtualClock();
  api = new TinyApi();
  client = createTinyClient(api);
  dropped = [];
  recorder = recorderWith();
});

function about(name: string, note = 'weight 20', reason = 'StepReached'): EventNote {
  const regarding = {
    apiVersion: 'sluice.dev/v1alpha1',
    kind: 'Rollout',
    metadata: { namespace: 'shop', name, uid: `uid-${name}` },
  };
  return { regarding, type: 'Normal', reason, action: 'SetWeight', note };
}

/** How many events of each reason reached the server. */
function reasonsSent(): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const event of api.all() as unknown as { reason: string }[])
    counts[event.reason] = (counts[event.reason] ?? 0) + 1;
  return counts;
}

test('an event has all that events.k8s.io/v1 requires, and recording it takes no call', async () => {
  recorder.record({
    ...about('checkout'),
    related: { kind: 'ReplicaSet', metadata: { namespace: 'shop', name: 'rs' } },
  });
  expect(client.calls).toEqual([]);
  await clock.settle();
  expect(api.all()[0]).toMatchObject({
    metadata: { namespace: 'shop', name: expect.stringMatching(/^checkout\.[0-9a-f]{16}$/) },
    eventTime: '2026-01-01T00:00:00.000000Z',
    type: 'Normal',
    reason: 'StepReached',
    action: 'SetWeight',
    note: 'weight 20',
    regarding: {
      apiVersion: 'sluice.dev/v1alpha1',
      kind: 'Rollout',
      namespace: 'shop',
      name: 'checkout',
      uid: 'uid-checkout',
    },
    related: { kind: 'ReplicaSet', namespace: 'shop', name: 'rs' },
    reportingController: 'sluice',
    reportingInstance: 'sluice-0',
  });
});

test('an object without a namespace has its events in default', async () => {
  recorder.record({ ...about('x'), regarding: { kind: 'Node', metadata: { name: 'n1' } } });
  await clock.settle();
  expect(api.all()[0]?.metadata.namespace).toBe('default');
});

test('a note is cut to 1,024 bytes between two characters', async () => {
  recorder.record(about('x', '✓'.repeat(600)));
  recorder.record(about('x', 'a'.repeat(1024)));
  await clock.settle();
  const lengths = api.all().map((event) => Buffer.byteLength((event as unknown as { note: string }).note));
  expect(Math.max(...lengths)).toBe(1024);
  expect(JSON.stringify(api.all())).not.toContain('\uFFFD');
});

describe('repeats', () => {
  test('within six minutes are counted in the series of the one event', async () => {
    for (let repeat = 0; repeat < 3; repeat += 1) {
      recorder.record(about('checkout'));
      await clock.advance(seconds(60));
    }
    expect(api.all()).toHaveLength(1);
    expect(api.all()[0]).toMatchObject({ series: { count: 3, lastObservedTime: '2026-01-01T00:02:00.000000Z' } });
  });

  test('after six minutes, or with another note, are events of their own', async () => {
    recorder.record(about('checkout'));
    recorder.record(about('checkout', 'weight 40'));
    await clock.advance(seconds(361));
    recorder.record(about('checkout'));
    await clock.settle();
    expect(api.all()).toHaveLength(3);
  });

  test('of an event that the server has expired make a new one', async () => {
    recorder.record(about('checkout'));
    await clock.settle();
    for (const event of api.all()) api.delete(`shop/${event.metadata.name}`);
    recorder.record(about('checkout'));
    await clock.settle();
    expect(api.all()).toHaveLength(1);
  });
});

describe('limits', () => {
  test('one object has 25 events at once and then one in five minutes; others are not affected', async () => {
    for (let count = 0; count < 40; count += 1) recorder.record(about('noisy', `note ${count}`));
    recorder.record(about('quiet'));
    await clock.settle();
    expect(api.all().filter((event) => event.metadata.name.startsWith('noisy'))).toHaveLength(25);
    expect(api.all().filter((event) => event.metadata.name.startsWith('quiet'))).toHaveLength(1);
    expect(recorder.dropped).toBe(15);
    await clock.advance(seconds(300));
    recorder.record(about('noisy', 'later'));
    recorder.record(about('noisy', 'too soon'));
    await clock.settle();
    expect(api.all()).toHaveLength(27);
  });

  test('repeats beyond the limit are counted when the next may be sent', async () => {
    for (let count = 0; count < 30; count += 1) recorder.record(about('noisy'));
    await clock.settle();
    expect(api.all()[0]).toMatchObject({ series: { count: 25 } });
    await clock.advance(seconds(300));
    recorder.record(about('noisy'));
    await clock.settle();
    expect(api.all()[0]).toMatchObject({ series: { count: 31 } });
  });

  test('a queue that is full drops, and never blocks', async () => {
    recorder = recorderWith({ capacity: 3 });
    for (let count = 0; count < 5; count += 1) recorder.record(about(`o${count}`));
    await clock.settle();
    expect(dropped).toEqual(['QueueFull', 'QueueFull']);
    expect(api.all()).toHaveLength(3);
  });

  test('a Warning and the final event of a long update come through though its steps used up all 25', async () => {
    recorder = recorderWith({ finalReasons: ['RolloutCompleted'] });
    for (let count = 0; count < 40; count += 1) recorder.record(about('noisy', `weight ${count}`));
    recorder.record({ ...about('noisy', 'aborted', 'RolloutAborted'), type: 'Warning' });
    recorder.record(about('noisy', 'completed', 'RolloutCompleted'));
    recorder.record(about('noisy', 'one step more'));
    await clock.settle();
    expect(api.all()).toHaveLength(27);
    expect(reasonsSent()).toMatchObject({ StepReached: 25, RolloutAborted: 1, RolloutCompleted: 1 });
  });

  test('Warnings without end about one object are limited too', async () => {
    for (let count = 0; count < 100; count += 1) recorder.record({ ...about('bad', `${count}`), type: 'Warning' });
    await clock.settle();
    expect(api.all()).toHaveLength(35);
    await clock.advance(seconds(60));
    for (let count = 0; count < 5; count += 1) recorder.record({ ...about('bad', `l${count}`), type: 'Warning' });
    await clock.settle();
    expect(api.all()).toHaveLength(36);
  });

  test('in a full queue the oldest routine event gives way to a Warning, and a Warning to nothing', async () => {
    recorder = recorderWith({ capacity: 2 });
    recorder.record(about('o1'));
    recorder.record(about('o2'));
    for (const name of ['w1', 'w2', 'w3']) recorder.record({ ...about(name, 'bad', 'Refused'), type: 'Warning' });
    recorder.record(about('o3'));
    await clock.settle();
    expect(reasonsSent()).toEqual({ Refused: 2 });
    expect(api.all().map(({ metadata }) => metadata.name.slice(0, 2))).toEqual(['w1', 'w2']);
    expect(recorder.dropped).toBe(4);
  });

  test('who stops has the Warnings sent first', async () => {
    const sent: string[] = [];
    client.faults.before = ({ name }) => void sent.push(name.slice(5, 7));
    for (const name of ['o1', 'o2', 'o3']) recorder.record(about(name));
    recorder.record({ ...about('w1'), type: 'Warning' });
    await recorder.stop();
    expect(sent).toEqual(['w1', 'o1', 'o2', 'o3']);
  });

  test('a failure costs one event and not those behind it', async () => {
    client.faults.before = (call) => (call.name.includes('o1.') ? failure('Unavailable', 503) : undefined);
    for (let count = 0; count < 3; count += 1) recorder.record(about(`o${count}`));
    await clock.settle();
    expect(api.all()).toHaveLength(2);
    expect(dropped).toMatchObject([{ why: 'Unavailable' }]);
  });

  test('stopping sends what waits and takes no more', async () => {
    recorder.record(about('a'));
    await recorder.stop();
    recorder.record(about('b'));
    await clock.advance(milliseconds(10));
    expect(api.all()).toHaveLength(1);
  });
});
