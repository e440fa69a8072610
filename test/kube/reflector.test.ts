import { beforeEach, describe, expect, test } from 'vitest';
import type { Failure } from '../../src/kube/client.ts';
import { CONFIG_MAPS } from '../../src/kube/kinds.ts';
import type { Reflector, ReflectorOptions } from '../../src/kube/reflector.ts';
import { startReflector } from '../../src/kube/reflector.ts';
import { withoutManagedFields } from '../../src/kube/without-managed-fields.ts';
import type { KubeObject } from '../../src/kube/resource.ts';
import { Store } from '../../src/kube/store.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import { TinyApi } from './tiny-api.ts';
import type { TinyClient } from './tiny-client.ts';
import { createTinyClient, failure } from './tiny-client.ts';
import type { VirtualClock } from './virtual-clock.ts';
import { createVirtualClock } from './virtual-clock.ts';

let clock: VirtualClock;
let api: TinyApi;
let client: TinyClient;
let store: Store;
let changes: string[];
let errors: (Failure | Error)[];

beforeEach(() => {
  clock = createVirtualClock();
  api = new TinyApi();
  client = createTinyClient(api);
  store = new Store();
  changes = [];
  errors = [];
});

function start(more: Partial<ReflectorOptions<KubeObject>> = {}): Reflector {
  return startReflector({
    client,
    clock,
    resource: CONFIG_MAPS,
    store,
    transform: withoutManagedFields,
    onChange: ({ type, object }) => void changes.push(`${type} ${object.metadata.name}`),
    onError: (error) => void errors.push(error),
    random: () => 0.5,
    ...more,
  });
}

function put(name: string, labels: Record<string, string> = {}): KubeObject {
  const metadata = { namespace: 'shop', name, labels };
  return api.all().some((object) => object.metadata.name === name)
    ? api.merge(`shop/${name}`, { metadata })
    : api.create({ metadata });
}

/** The API server sends a bookmark about once a minute. */
async function minutesWithBookmarks(count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    await clock.advance(seconds(60));
    api.bookmark();
  }
}

function expectStoreEqualsServer(): void {
  expect(store.all()).toEqual(api.all());
}

describe('a healthy server', () => {
  test('the store takes the first list, then follows the watch', async () => {
    put('a');
    const reflector = start();
    expect(store.synced).toBe(false);
    await clock.settle();
    expect(store.synced).toBe(true);
    expect(reflector.state.kind).toBe('Watching');
    put('b');
    put('a', { changed: 'yes' });
    api.delete('shop/b');
    await clock.settle();
    expectStoreEqualsServer();
    expect(changes).toEqual(['Added a', 'Added b', 'Modified a', 'Deleted b']);
    expect(client.calls[0]?.query).toEqual({ limit: 500, resourceVersion: '0' });
    await reflector.stop();
    expect(reflector.state.kind).toBe('Stopped');
  });

  test('a list of 1,203 objects comes in pages of 500 and is swapped in as one', async () => {
    for (let count = 0; count < 1203; count += 1) put(`o${count}`);
    const sizes: number[] = [];
    start({ onChange: () => void sizes.push(store.size) });
    await clock.settle();
    expect(client.calls.filter((call) => call.verb === 'list').map((call) => call.query['continue'])).toEqual([
      undefined,
      '1303:500',
      '1303:1000',
    ]);
    expect(new Set(sizes)).toEqual(new Set([1203]));
  });

  test('a watch lasts 300 to 600 s and goes on from the last bookmark', async () => {
    start({ relistAfter: seconds(100_000) });
    await minutesWithBookmarks(3);
    api.version = 500;
    api.bookmark();
    client.endWatches();
    await clock.settle();
    const watches = client.calls.filter((call) => call.verb === 'watch');
    expect(watches.map((call) => call.query['timeoutSeconds'])).toEqual([450, 450]);
    expect(watches[1]?.query['resourceVersion']).toBe('500');
  });

  test('what the transform drops is not kept, and what it throws costs one object only', async () => {
    put('bad');
    put('good');
    start({
      transform: (object) => {
        if (object.metadata.name === 'bad') throw new Error('cannot read it');
        return { metadata: object.metadata };
      },
    });
    await clock.settle();
    expect(store.all().map((object) => object.metadata.name)).toEqual(['good']);
    expect(errors).toHaveLength(1);
  });

  test('an exception of a hook does not end the stream', async () => {
    const reflector = start({
      onChange: () => {
        throw new Error('hook');
      },
    });
    await clock.settle();
    put('a');
    put('b');
    await clock.settle();
    expectStoreEqualsServer();
    expect(errors).toHaveLength(2);
    expect(reflector.attempts).toEqual({ lists: 1, watches: 1 });
  });
});

describe('faults of the watch', () => {
  test('F01 a watch that goes silent is noticed within 100 s and its lost events are read again', async () => {
    start();
    await clock.settle();
    client.faults.hears = () => [];
    put('lost');
    await minutesWithBookmarks(1);
    expect(store.size).toBe(0);
    client.faults.hears = undefined;
    await clock.advance(seconds(40));
    expectStoreEqualsServer();
    expect(errors).toMatchObject([{ why: 'Unreachable', message: expect.stringContaining('silent') }]);
  });

  test('F01 a watch that ends in good order is taken up again without a list', async () => {
    const reflector = start();
    await minutesWithBookmarks(1);
    client.endWatches();
    put('a');
    await clock.settle();
    expectStoreEqualsServer();
    expect(reflector.attempts).toEqual({ lists: 1, watches: 2 });
  });

  test('F02 a 410 by status makes a list at once', async () => {
    const reflector = start();
    await minutesWithBookmarks(1);
    put('a');
    client.faults.hears = () => [];
    put('b');
    api.compact();
    client.faults.hears = undefined;
    client.endWatches();
    await clock.settle();
    expectStoreEqualsServer();
    expect(reflector.attempts.lists).toBe(2);
  });

  test('F02 a 410 by an ERROR event makes a list too', async () => {
    const reflector = start();
    await minutesWithBookmarks(1);
    const expired = { kind: 'Status', code: 410, reason: 'Expired', metadata: { name: '' } };
    client.faults.hears = () => [{ type: 'ERROR', object: expired }];
    put('a');
    client.faults.hears = undefined;
    client.endWatches();
    await clock.settle();
    expectStoreEqualsServer();
    expect(reflector.attempts.lists).toBe(2);
  });

  test('F03 a broken stream goes on where it was after a jittered wait, without a list', async () => {
    const reflector = start();
    await minutesWithBookmarks(1);
    client.endWatches(failure('Unreachable'));
    put('a');
    await clock.settle();
    expect(reflector.state).toMatchObject({ kind: 'Waiting', failures: 1 });
    expect(store.size).toBe(0);
    await clock.advance(milliseconds(800));
    expectStoreEqualsServer();
    expect(reflector.attempts).toEqual({ lists: 1, watches: 2 });
  });

  test('F04 events that never come beside bookmarks that do are found by the list of every ten minutes', async () => {
    start();
    await clock.settle();
    client.faults.hears = (told) => (told.type === 'BOOKMARK' ? [told] : []);
    put('lost');
    await minutesWithBookmarks(10);
    client.faults.hears = undefined;
    expect(store.size).toBe(0);
    client.endWatches();
    await clock.settle();
    expectStoreEqualsServer();
  });

  test('F05 duplicated, reordered and coalesced events leave the store as the server is', async () => {
    start();
    await clock.settle();
    const held: Parameters<NonNullable<typeof client.faults.hears>>[0][] = [];
    client.faults.hears = (told) => {
      held.push(told);
      return [];
    };
    put('a');
    put('a', { v: '2' });
    put('b');
    api.delete('shop/b');
    put('b', { again: 'yes' });
    put('c');
    api.delete('shop/c');
    client.faults.hears = () => held.toReversed().flatMap((told) => [told, told]);
    api.bookmark();
    expectStoreEqualsServer();
    expect(changes.filter((change) => change.endsWith(' a'))).toEqual(['Added a']);
    expect(changes.filter((change) => change.endsWith(' c'))).toEqual([]);
  });

  test('F06 a deletion that only a list shows is told as a deletion', async () => {
    put('a');
    start();
    await clock.settle();
    client.faults.hears = () => [];
    api.delete('shop/a');
    api.compact();
    client.faults.hears = undefined;
    client.endWatches(failure('Gone', 410));
    await clock.settle();
    expect(changes).toEqual(['Added a', 'Deleted a']);
    expectStoreEqualsServer();
  });

  test('F19 an object re-created under its name is told as a deletion and an addition', async () => {
    put('a');
    start();
    await clock.settle();
    client.faults.hears = () => [];
    api.delete('shop/a');
    put('a');
    client.faults.hears = undefined;
    client.endWatches(failure('Gone', 410));
    await clock.settle();
    expect(changes).toEqual(['Added a', 'Deleted a', 'Added a']);
    expectStoreEqualsServer();
  });
});
