import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { ConfigWatch, Places, Reload } from '../../src/config/reload.ts';
import { readConfig, watchConfig } from '../../src/config/reload.ts';
import { KEYS, LIVE_KEYS } from '../../src/config/schema.ts';
import { seconds } from '../../src/units/duration.ts';
import type { VirtualClock } from '../kube/virtual-clock.ts';
import { createVirtualClock } from '../kube/virtual-clock.ts';

let folder: string;
let places: Places;
let told: Reload[];
let clock: VirtualClock;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-config-'));
  places = { file: join(folder, 'config.yaml'), dotEnv: join(folder, '.env'), environment: {}, flags: {} };
  told = [];
  clock = createVirtualClock();
  return () => rmSync(folder, { recursive: true });
});

const write = (text: string, name = 'config.yaml'): void => writeFileSync(join(folder, name), text);

/** A watch on what stands in the folder now. */
function watched(): ConfigWatch {
  const loaded = readConfig(places);
  if (!loaded.ok) throw new Error(loaded.errors.join());
  const watch = watchConfig({
    places,
    config: loaded.config,
    schedule: (after, then) => clock.schedule(after, then),
    onReload: (reload) => void told.push(reload),
  });
  onTestFinished(() => watch.stop());
  return watch;
}

async function expectTaken(config: object): Promise<void> {
  await clock.advance(seconds(2));
  expect(told).toMatchObject([{ kind: 'Taken', config }]);
  await clock.advance(seconds(60));
  expect(told).toHaveLength(1);
}

describe('a change is taken within 2 s, once, when', () => {
  test('the file is written anew', async () => {
    write('logLevel: info\nburst: 5');
    watched();
    write('logLevel: debug\nburst: 6\nallowedOrigins: [https://a]');
    await expectTaken({ logLevel: 'debug', burst: 6, allowedOrigins: ['https://a'] });
    expect(told[0]).toMatchObject({ changed: ['logLevel', 'allowedOrigins', 'burst'], waiting: [] });
  });

  test('another file takes its name', async () => {
    write('burst: 5');
    watched();
    write('burst: 7', 'next.yaml');
    renameSync(join(folder, 'next.yaml'), join(folder, 'config.yaml'));
    await expectTaken({ burst: 7 });
  });

  test('a mounted ConfigMap is swapped: the file is a link into a folder that is a link', async () => {
    for (const [name, text] of Object.entries({ '..1': 'burst: 5', '..2': 'burst: 8' })) {
      mkdirSync(join(folder, name));
      write(text, join(name, 'config.yaml'));
    }
    symlinkSync('..1', join(folder, '..data'));
    symlinkSync(join('..data', 'config.yaml'), join(folder, 'config.yaml'));
    watched();
    symlinkSync('..2', join(folder, '..data_tmp'));
    renameSync(join(folder, '..data_tmp'), join(folder, '..data'));
    await expectTaken({ burst: 8 });
  });

  test('.env appears', async () => {
    write('burst: 5');
    watched();
    write('SLUICE_BURST=9', '.env');
    await expectTaken({ burst: 9 });
  });
});

test('a file that is still being written is not taken half', async () => {
  write('burst: 5\nrequestsPerSecond: 50');
  watched();
  // The first half alone would be valid, and would set the other key back to its default.
  const lines = [
    'burst: 6\n',
    'burst: 6\nrequestsPer',
    'burst: 6\nrequestsPerSecond: 6',
    'burst: 6\nrequestsPerSecond: 60',
  ];
  for (const text of lines) {
    write(text);
    await clock.advance(seconds(1));
  }
  await expectTaken({ burst: 6, requestsPerSecond: 60 });
});

test('one that is refused changes nothing and is told, and the next good one is taken', () => {
  write('burst: 5');
  const watch = watched();
  write('burst: 6\nlogLevel: loud');
  watch.reload();
  expect(told[0]).toMatchObject({ kind: 'Refused', errors: [expect.stringContaining('file: logLevel')] });
  write('burst: 6');
  watch.reload();
  expect(told[1]).toMatchObject({ kind: 'Taken', changed: ['burst'], config: { burst: 6 } });
});

test('a file that is gone is told, and what was in force stays', () => {
  write('burst: 5');
  const watch = watched();
  rmSync(join(folder, 'config.yaml'));
  watch.reload();
  expect(told[0]).toMatchObject({ kind: 'Refused', errors: [expect.stringContaining('cannot be read (ENOENT)')] });
});

test('keys that cannot change while we run stay as they are, and are told as waiting', () => {
  write('workers: 3');
  const watch = watched();
  write('workers: 4\nnamespace: shop\nburst: 6');
  watch.reload();
  expect(told[0]).toMatchObject({
    kind: 'Taken',
    changed: ['burst'],
    waiting: ['namespace', 'workers'],
    config: { workers: 3, burst: 6 },
  });
  write('workers: 3');
  watch.reload();
  expect(told[1]).toMatchObject({ changed: ['burst'], waiting: [] });
});

test('a stronger source is not overruled by a change of a weaker one', () => {
  places = { ...places, flags: { burst: '5' } };
  write('burst: 1');
  const watch = watched();
  write('burst: 6');
  watch.reload();
  expect(told[0]).toMatchObject({ kind: 'Taken', changed: [], config: { burst: 5 } });
});

test('every key that can change while we run is a key', () => {
  expect(Object.keys(KEYS)).toEqual(expect.arrayContaining([...LIVE_KEYS]));
});
