import { expect } from 'vitest';
import { CONFIG_MAPS } from '../../src/kube/kinds.ts';
import { milliseconds } from '../../src/units/duration.ts';
import type { Fault } from './fault-proxy.ts';
import type { ServerMaker } from './fault-rig.ts';
import {
  configMap,
  EVENT_WOULD_HAVE_COME,
  expectConverged,
  pause,
  seen,
  setUp,
  SHORT_SILENCE,
  until,
} from './fault-rig.ts';

const isWatch: Fault['when'] = ({ watch }) => watch;
const isList: Fault['when'] = ({ watch, method, path }) => method === 'GET' && !watch && path.endsWith('configmaps');
const GONE = {
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  reason: 'Expired',
  code: 410,
  message: 'too old resource version',
};
const goneOnWatch: Fault = { id: 'gone', when: isWatch, times: 1, act: { kind: 'Answer', status: 410, body: GONE } };

function typeOf(line: string): string {
  return (JSON.parse(line) as { type: string }).type;
}

/** The faults of lists and watches, F01 to F07 and F17 to F22, in front of any API server. */
export const watchFaults: Readonly<Record<string, (makeServer: ServerMaker) => Promise<void>>> = {
  'F01 a watch that is dropped silently is taken up again, and nothing of the silence is lost': async (makeServer) => {
    const rig = await setUp(makeServer, {
      silence: SHORT_SILENCE,
      faults: [{ id: 'F01', when: isWatch, times: 1, act: { kind: 'Silence' } }],
    });
    await rig.put('in-silence');
    await pause(EVENT_WOULD_HAVE_COME);
    expect(rig.store.size).toBe(0);
    await expectConverged(rig, 'F01');
    expect(rig.reflector.attempts.lists).toBe(1);
  },

  'F02 a watch that is refused by 410 makes a list': async (makeServer) => {
    const rig = await setUp(makeServer, { faults: [{ ...goneOnWatch, id: 'F02' }] });
    await rig.put('a');
    await expectConverged(rig, 'F02');
    expect(rig.reflector.attempts.lists).toBe(2);
  },

  'F02 a 410 in mid-watch makes a list': async (makeServer) => {
    const error = JSON.stringify({ type: 'ERROR', object: GONE });
    const rig = await setUp(makeServer, {
      faults: [{ id: 'F02', when: isWatch, times: 1, act: { kind: 'Watch', line: () => [error, { cut: '' }] } }],
    });
    await rig.put('a');
    await expectConverged(rig, 'F02');
    expect(rig.reflector.attempts.lists).toBe(2);
  },

  'F03 a reset in mid-line loses nothing and lists nothing': async (makeServer) => {
    const rig = await setUp(makeServer, {
      faults: [
        {
          id: 'F03',
          when: isWatch,
          times: 2,
          act: { kind: 'Watch', line: (line) => [{ cut: line.slice(0, line.length / 2) }] },
        },
      ],
    });
    for (const name of ['a', 'b', 'c']) await rig.put(name);
    await seen(rig, 'c');
    await expectConverged(rig, 'F03');
    expect(rig.reflector.attempts.lists).toBe(1);
  },

  'F04 events that are kept back beside bookmarks are found when the watch ends': async (makeServer) => {
    const rig = await setUp(makeServer, {
      reflector: { relistAfter: milliseconds(1) },
      faults: [
        {
          id: 'F04',
          when: isWatch,
          act: { kind: 'Watch', line: (line) => (typeOf(line) === 'BOOKMARK' ? [line] : []) },
        },
      ],
    });
    await rig.put('kept-back');
    // A watch that ends sooner than 5 s counts as failed.
    await pause(milliseconds(5200));
    expect(rig.store.size).toBe(0);
    rig.proxy.endWatches();
    await expectConverged(rig, 'F04');
  },

  'F05 events that come twice, late and out of order leave the store as the server is': async (makeServer) => {
    const held: string[] = [];
    const shuffle = (line: string): string[] => {
      held.push(line);
      return held.length % 2 === 0 ? [line, held.at(-2) ?? line, line, ...held.slice(0, 4)] : [];
    };
    const rig = await setUp(makeServer, {
      faults: [{ id: 'F05', when: isWatch, act: { kind: 'Watch', line: shuffle } }],
    });
    await rig.put('a');
    await rig.put('a', { v: '2' });
    await rig.put('b');
    await rig.remove('b');
    await rig.put('b', { again: 'yes' });
    await rig.remove('a');
    await seen(rig, 'b', (object) => object?.data?.['again'] === 'yes');
    await seen(rig, 'a', (object) => object === undefined);
    await expectConverged(rig, 'F05');
  },

  'F06 a deletion that only a list shows is told': async (makeServer) => {
    const rig = await setUp(makeServer, {
      faults: [
        {
          id: 'F06',
          when: isWatch,
          times: 1,
          act: { kind: 'Watch', line: (line) => (typeOf(line) === 'DELETED' ? [] : [line]) },
        },
      ],
    });
    await rig.put('a');
    await seen(rig, 'a');
    await rig.remove('a');
    await pause(EVENT_WOULD_HAVE_COME);
    expect(rig.store.size).toBe(1);
    rig.proxy.inject(goneOnWatch);
    rig.proxy.endWatches();
    await seen(rig, 'a', (object) => object === undefined);
    expect(rig.changes.at(-1)).toBe('Deleted a');
    await expectConverged(rig, 'F06');
  },

  'F07 a list from a server that lags behind is never swapped in': async (makeServer) => {
    let old: string | undefined;
    const remember = (body: string): string => (old ??= body);
    const rig = await setUp(makeServer, {
      faults: [{ id: 'F07', when: isList, times: 3, act: { kind: 'Rewrite', body: remember } }],
    });
    await rig.put('a');
    await seen(rig, 'a');
    rig.proxy.inject(goneOnWatch);
    rig.proxy.endWatches();
    await until('the old list is served again', () => rig.proxy.hits('F07') >= 2);
    expect(rig.store.size).toBe(1);
    await expectConverged(rig, 'F07');
    expect(rig.changes).toEqual(['Added a']);
  },

  'F17 F21 a continue token that expires, or a compaction, in mid-list starts the list again': async (makeServer) => {
    const server = await makeServer();
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await server.direct.create(CONFIG_MAPS, configMap(server.namespace, name, {}));
    }
    const rig = await setUp(async () => server, {
      awaitSync: false,
      reflector: { pageSize: 2 },
      faults: [
        // A list from the cache comes whole, so the first one is refused: only a list of the newest state has pages.
        { id: 'gone', when: isList, times: 1, act: { kind: 'Answer', status: 410, body: GONE } },
        {
          id: 'F17',
          when: (one) => isList(one) && one.query.has('continue'),
          times: 2,
          act: { kind: 'Answer', status: 410, body: GONE },
        },
      ],
    });
    await rig.reflector.whenSynced();
    expect(rig.reflector.attempts.lists).toBe(4);
    expect(rig.changes.filter((change) => /^Added [a-e]$/.test(change))).toHaveLength(5);
    await expectConverged(rig, 'F17');
  },

  'F18 a slow server (p50 5 s) is waited for, asked no more often, and takes every write once': async (makeServer) => {
    const delays = [5000, 9000, 2000];
    let next = 0;
    const delay = (): number => delays[next++ % delays.length] ?? 0;
    const rig = await setUp(makeServer, {
      faults: [{ id: 'F18', when: () => true, act: { kind: 'Delay', milliseconds: delay } }],
    });
    const names = ['a', 'b', 'c', 'd'];
    const made = names.map((name) => rig.client.create(CONFIG_MAPS, configMap(rig.server.namespace, name, {})));
    expect((await Promise.all(made)).map(({ ok }) => ok)).toEqual([true, true, true, true]);
    for (const name of names) await seen(rig, name);
    await expectConverged(rig, 'F18');
    expect(rig.reflector.attempts).toEqual({ lists: 1, watches: 1 });
    expect(rig.proxy.requests).toHaveLength(2 + names.length);
  },

  'F19 an object that was re-created unseen under its name is told as another': async (makeServer) => {
    const rig = await setUp(makeServer, {
      silence: SHORT_SILENCE,
      faults: [
        {
          id: 'F19',
          when: isWatch,
          times: 1,
          act: { kind: 'Watch', line: (line) => (line.includes('"first"') ? [line] : []) },
        },
      ],
    });
    await rig.put('a', { life: 'first' });
    await seen(rig, 'a');
    await rig.remove('a');
    await rig.put('a', { life: 'second' });
    rig.proxy.inject(goneOnWatch);
    await seen(rig, 'a', (object) => object?.data?.['life'] === 'second');
    expect(rig.changes).toEqual(['Added a', 'Deleted a', 'Added a']);
    await expectConverged(rig, 'F19');
  },

  'F20 an object that a finalizer holds stays, as going': async (makeServer) => {
    const twiceWhenGoing = (line: string): string[] => (line.includes('deletionTimestamp') ? [line, line] : [line]);
    const rig = await setUp(makeServer, {
      faults: [{ id: 'F20', when: isWatch, act: { kind: 'Watch', line: twiceWhenGoing } }],
    });
    const held = configMap(rig.server.namespace, 'a', {}, { finalizers: ['example.com/never'] });
    expect((await rig.client.create(CONFIG_MAPS, held)).ok).toBe(true);
    await rig.remove('a');
    await seen(rig, 'a', (object) => object?.metadata.deletionTimestamp !== undefined);
    await expectConverged(rig, 'F20');
    await rig.client.patch(
      { resource: CONFIG_MAPS, namespace: rig.server.namespace, name: 'a' },
      { kind: 'Merge', body: { metadata: { finalizers: [] } } },
    );
  },

  'F22 an object of a million bytes comes through, cut in its middle too; a larger one is refused as invalid': async (
    makeServer,
  ) => {
    const rig = await setUp(makeServer, {
      faults: [
        {
          id: 'F22',
          when: isWatch,
          times: 1,
          act: { kind: 'Watch', line: (line) => [{ cut: line.slice(0, 500_000) }] },
        },
      ],
    });
    await rig.put('large', { blob: 'é'.repeat(500_000) });
    await seen(rig, 'large', (object) => object?.data?.['blob']?.length === 500_000);
    const tooLarge = configMap(rig.server.namespace, 'too-large', { blob: 'x'.repeat(2_000_000) });
    expect(await rig.client.create(CONFIG_MAPS, tooLarge)).toMatchObject({ ok: false, why: 'Invalid' });
    await expectConverged(rig, 'F22');
  },
};
