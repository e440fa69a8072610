import { expect, test } from 'vitest';
import { isRefusal } from '../../src/emulator/refusal.ts';
import type { EmulatorEvent } from '../../src/emulator/watch.ts';
import { seconds } from '../../src/units/duration.ts';
import type { Rig } from './api-rig.ts';
import { createRig } from './api-rig.ts';

const MAPS = '/api/v1/namespaces/default/configmaps';

function watch(
  { server }: Rig,
  path: string,
): Readonly<{ seen: string[]; ended: () => boolean; events: EmulatorEvent[] }> {
  const seen: string[] = [];
  const events: EmulatorEvent[] = [];
  let over = false;
  const started = server.watch(
    { method: 'GET', path },
    {
      onEvent: (event) => {
        events.push(event);
        const { name } = 'metadata' in event.object ? (event.object.metadata as { name?: string }) : {};
        seen.push(`${event.type}${name === undefined ? '' : ` ${name}`}`);
      },
      onEnd: () => {
        over = true;
      },
    },
  );
  if (isRefusal(started)) seen.push(`refused ${started.refused.code}`);
  return { seen, ended: () => over, events };
}

test('a watch tells what came after its version, and what comes', () => {
  const rig = createRig();
  const { body } = rig.post(MAPS, { metadata: { name: 'a' } });
  const { resourceVersion } = (body as { metadata: { resourceVersion: string } }).metadata;
  rig.post(MAPS, { metadata: { name: 'b' } });
  const { seen } = watch(rig, `${MAPS}?resourceVersion=${resourceVersion}`);
  rig.patch(`${MAPS}/a`, { data: { k: 'v' } });
  rig.remove(`${MAPS}/b`);
  expect(seen).toEqual(['ADDED b', 'MODIFIED a', 'DELETED b']);
});

test('an object that leaves the selection of a watch is deleted from it, one that enters is added', () => {
  const rig = createRig();
  const { seen } = watch(rig, `${MAPS}?labelSelector=x%3Dy`);
  rig.post(MAPS, { metadata: { name: 'a', labels: { x: 'y' } } });
  rig.patch(`${MAPS}/a`, { metadata: { labels: { x: 'z' } } });
  rig.patch(`${MAPS}/a`, { metadata: { labels: { x: 'y' } } });
  expect(seen).toEqual(['ADDED a', 'DELETED a', 'ADDED a']);
});

test('a version that is forgotten is told of as a 410 in the stream, which then ends', () => {
  const rig = createRig();
  rig.post(MAPS, { metadata: { name: 'a' } });
  rig.server.compact();
  const { events, ended } = watch(rig, `${MAPS}?resourceVersion=1`);
  expect(events).toMatchObject([{ type: 'ERROR', object: { code: 410, reason: 'Expired' } }]);
  expect(ended()).toBe(true);
});

test('bookmarks come once a minute and just before the end, where they are allowed, and the end comes in time', async () => {
  const rig = createRig();
  const { seen, ended } = watch(rig, `${MAPS}?resourceVersion=1&allowWatchBookmarks=true&timeoutSeconds=150`);
  await rig.clock.advance(seconds(147));
  expect([seen, ended()]).toEqual([['BOOKMARK', 'BOOKMARK'], false]);
  await rig.clock.advance(seconds(2));
  expect([seen, ended()]).toEqual([['BOOKMARK', 'BOOKMARK', 'BOOKMARK'], false]);
  await rig.clock.advance(seconds(1));
  expect(ended()).toBe(true);
  expect(rig.clock.pending).toBe(0);
});

test('initial events end with a bookmark that says so', () => {
  const rig = createRig();
  rig.post(MAPS, { metadata: { name: 'a' } });
  const { events } = watch(
    rig,
    `${MAPS}?sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true`,
  );
  expect(events).toMatchObject([
    { type: 'ADDED' },
    { type: 'BOOKMARK', object: { metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } } } },
  ]);
});

test('pages of a list are of one moment, until that is forgotten', () => {
  const rig = createRig();
  for (const name of ['a', 'b', 'c']) rig.post(MAPS, { metadata: { name } });
  type Page = { metadata: { continue?: string }; items: { metadata: { name: string } }[] };
  const first = rig.get(`${MAPS}?limit=2`).body as Page;
  rig.remove(`${MAPS}/c`);
  const next = `${MAPS}?limit=2&continue=${first.metadata.continue ?? ''}`;
  expect((rig.get(next).body as Page).items.map(({ metadata }) => metadata.name)).toEqual(['c']);
  rig.server.compact();
  expect(rig.get(next).status).toBe(410);
});
