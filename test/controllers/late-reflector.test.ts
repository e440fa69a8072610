import { expect, test } from 'vitest';
import { startLateReflector } from '../../src/controllers/late-reflector.ts';
import type { Failure } from '../../src/kube/client.ts';
import { HTTP_ROUTES } from '../../src/kube/kinds.ts';
import { Store } from '../../src/kube/store.ts';
import { seconds } from '../../src/units/duration.ts';
import { TinyApi } from '../kube/tiny-api.ts';
import { createTinyClient, failure } from '../kube/tiny-client.ts';
import { createVirtualClock } from '../kube/virtual-clock.ts';

function start() {
  const clock = createVirtualClock();
  const api = new TinyApi();
  const client = createTinyClient(api);
  const store = new Store();
  const errors: (Failure | Error)[] = [];
  const told = { synced: false };
  const absent = { why: undefined as Failure['why'] | undefined };
  client.faults.before = () => (absent.why === undefined ? undefined : failure(absent.why));
  const begin = () => {
    const reflector = startLateReflector(
      {
        client,
        clock,
        resource: HTTP_ROUTES,
        store,
        transform: (object) => object,
        onError: (error) => errors.push(error),
        random: () => 0.5,
      },
      ['NotFound'],
    );
    reflector.whenSynced().then(
      () => (told.synced = true),
      () => {},
    );
    return reflector;
  };
  return { clock, api, store, errors, told, absent, begin };
}

const ROUTE = { metadata: { namespace: 'shop', name: 'web' } };

test('a kind that the server has is watched like any other', async () => {
  const { clock, api, store, told, begin } = start();
  api.create(ROUTE);
  begin();
  await clock.advance(seconds(1));
  expect([told.synced, store.synced, store.size]).toEqual([true, true, 1]);
});

test('a kind that the server does not have holds nothing up, and is watched soon after it comes', async () => {
  const { clock, api, store, errors, told, absent, begin } = start();
  absent.why = 'NotFound';
  begin();
  await clock.advance(seconds(1));
  expect([told.synced, store.synced, errors]).toEqual([true, false, []]);
  absent.why = undefined;
  api.create(ROUTE);
  await clock.advance(seconds(31));
  expect([store.synced, store.size]).toEqual([true, 1]);
});

test('a server that cannot say whether it has the kind is waited for, and told', async () => {
  const { clock, errors, told, absent, begin } = start();
  absent.why = 'Unavailable';
  begin();
  await clock.advance(seconds(65));
  expect([told.synced, errors.length]).toEqual([false, 3]);
  absent.why = undefined;
  await clock.advance(seconds(31));
  expect(told.synced).toBe(true);
});

test('stopped before the kind came, it asks no more', async () => {
  const { clock, absent, begin } = start();
  absent.why = 'NotFound';
  const reflector = begin();
  await clock.advance(seconds(1));
  await reflector.stop();
  const { lists } = reflector.attempts;
  await clock.advance(seconds(120));
  expect([reflector.attempts.lists, clock.pending]).toEqual([lists, 0]);
});
