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

function expectStoreEqualsServer(): void {
  expect(store.all()).toEqual(api.all());
}

describe('faults of the list', () => {
  test('F07 a list older than what was seen is refused, and the newest is asked for instead', async () => {
    put('a');
    const reflector = start();
    await clock.settle();
    const before = store.all();
    client.faults.lists = () => ({ items: [], version: 50 });
    client.endWatches(failure('Gone', 410));
    await clock.settle();
    expect(store.all()).toEqual(before);
    expect(reflector.state).toMatchObject({ kind: 'Waiting' });
    client.faults.lists = undefined;
    await clock.advance(seconds(5));
    expect(client.calls.findLast((call) => call.verb === 'list')?.query).toEqual({ limit: 500 });
    expectStoreEqualsServer();
    expect(changes).toEqual(['Added a']);
  });

  test('F10 F11 a server that refuses is asked again with growing waits, never in a hot loop, never given up', async () => {
    put('a');
    client.faults.before = (call) => failure(call.verb === 'list' ? 'Unavailable' : 'TooMany', 503);
    const reflector = start();
    await clock.advance(seconds(3600));
    expect(reflector.attempts.lists).toBeGreaterThan(100);
    expect(reflector.attempts.lists).toBeLessThan(170);
    client.faults.before = undefined;
    await clock.advance(seconds(31));
    expectStoreEqualsServer();
  });

  test('F10 Retry-After is respected by a watch that cannot start', async () => {
    const reflector = start();
    client.faults.before = (call) =>
      call.verb === 'watch' ? { ...failure('TooMany', 429), retryAfter: 20_000 } : undefined;
    await clock.advance(seconds(19));
    expect(reflector.attempts.watches).toBe(1);
  });

  test('F11 a server that closes every watch at once is not asked in a hot loop', async () => {
    const reflector = start();
    client.faults.before = (call) => {
      if (call.verb === 'watch') clock.schedule(milliseconds(1), () => client.endWatches());
      return undefined;
    };
    await clock.advance(seconds(600));
    expect(reflector.attempts.watches).toBeGreaterThan(15);
    expect(reflector.attempts.watches).toBeLessThan(40);
    client.faults.before = undefined;
    put('a');
    await clock.advance(seconds(31));
    expectStoreEqualsServer();
  });

  test('F17 F21 a token that expires, or a compaction, in mid-list starts the list again without a version', async () => {
    for (let count = 0; count < 700; count += 1) put(`o${count}`);
    let hits = 0;
    client.faults.before = (call) => {
      if (call.query['continue'] !== undefined && hits < 3) {
        hits += 1;
        api.compact();
      }
      return undefined;
    };
    const reflector = start();
    await clock.advance(seconds(10));
    expect(hits).toBe(3);
    expect(client.calls.filter((call) => call.verb === 'list')[2]?.query).toEqual({ limit: 500 });
    expect(reflector.attempts.lists).toBe(4);
    expectStoreEqualsServer();
  });

  test('410 on every watch does not make a hot loop of lists', async () => {
    const reflector = start();
    client.faults.before = (call) => (call.verb === 'watch' ? failure('Gone', 410) : undefined);
    await clock.advance(seconds(600));
    expect(reflector.attempts.lists).toBeLessThan(45);
  });

  test('a watch that stays broken is replaced by a list now and then', async () => {
    const reflector = start();
    client.faults.before = (call) => (call.verb === 'watch' ? failure('Unavailable', 500) : undefined);
    await clock.advance(seconds(300));
    expect(reflector.attempts.lists).toBeGreaterThanOrEqual(3);
    expect(reflector.attempts.lists).toBeLessThan(8);
  });

  test("stopping ends a wait, a list that hangs is the transport's affair", async () => {
    client.faults.before = () => failure('Unreachable');
    const reflector = start();
    await clock.advance(seconds(10));
    await reflector.stop();
    expect(reflector.state.kind).toBe('Stopped');
    expect(clock.pending).toBe(0);
    await expect(reflector.whenSynced()).rejects.toThrow('stopped');
  });
});

describe('a storage that was restored from a backup', () => {
  /** The reflector has seen more than the backup holds, and the server is back with the backup. */
  async function restored(more: Partial<ReflectorOptions<KubeObject>> = {}): Promise<Reflector> {
    put('kept');
    put('changed', { v: '1' });
    put('deleted-later');
    const goBack = api.backUp();
    const reflector = start(more);
    await clock.settle();
    put('changed', { v: '2' });
    api.delete('shop/deleted-later');
    for (let count = 0; count < 20; count += 1) put('created-later', { v: String(count) });
    await clock.settle();
    changes = [];
    goBack();
    return reflector;
  }

  test('is followed within 15 s of the server coming back, told once and before any change', async () => {
    const told: string[] = [];
    const onRestored = (message: string): void => void told.push(`${message} ${changes.length}`);
    await restored({ onRestored });
    client.endWatches(failure('Unreachable'));
    await clock.advance(seconds(15));
    expectStoreEqualsServer();
    expect(changes).toEqual(['Modified changed', 'Added deleted-later', 'Deleted created-later']);
    expect(told).toEqual([
      expect.stringMatching(/older than version 125.* the storage of the API server was set back 0$/),
    ]);
    // And from then on it goes as before.
    put('new');
    await clock.settle();
    expectStoreEqualsServer();
    expect(changes.at(-1)).toBe('Added new');
    await clock.advance(seconds(3600));
    expect(told).toHaveLength(1);
  });

  test('is found after an outage of an hour as fast as after none', async () => {
    await restored();
    client.faults.before = () => failure('Unreachable');
    client.endWatches(failure('Unreachable'));
    await clock.advance(seconds(3600));
    client.faults.before = undefined;
    // The wait that the outage ended in, then as ever.
    await clock.advance(seconds(30 + 15));
    expectStoreEqualsServer();
  });

  test('is found though the watch that was taken up again is silent: the server waits for versions that never came', async () => {
    await restored();
    // Its watch broke with the first server; the next one took it up.
    client.endWatches();
    await clock.advance(seconds(90 + 30));
    expectStoreEqualsServer();
  });

  test('is not seen in a cache that lags behind, nor in old answers to the newest list for 4 s', async () => {
    const told: string[] = [];
    put('a');
    const old = { items: api.all(), version: api.version };
    start({ onRestored: (message) => void told.push(message) });
    await clock.settle();
    put('b');
    await clock.settle();
    client.faults.lists = () => old;
    client.endWatches(failure('Gone', 410));
    await clock.advance(seconds(4));
    expect(store.all()).toHaveLength(2);
    client.faults.lists = undefined;
    await clock.advance(seconds(30));
    expectStoreEqualsServer();
    expect(told).toEqual([]);
  });

  test('is not seen when old answers change places: what was restored never goes back again', async () => {
    const told: string[] = [];
    put('a');
    start({ onRestored: (message) => void told.push(message) });
    await clock.settle();
    put('b');
    await clock.settle();
    let version = 90;
    client.faults.lists = ({ items }) => ({ items, version: (version -= 1) });
    client.endWatches(failure('Gone', 410));
    await clock.advance(seconds(300));
    expect(told).toEqual([]);
    client.faults.lists = undefined;
    await clock.advance(seconds(31));
    expectStoreEqualsServer();
  });
});
