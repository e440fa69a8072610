import { readFileSync } from 'node:fs';
import { sameJson } from '../units/canonical-json.ts';
import type { Milliseconds } from '../units/duration.ts';
import { seconds } from '../units/duration.ts';
import type { Loaded, Sources } from './load.ts';
import { loadConfig } from './load.ts';
import type { Config } from './schema.ts';
import { LIVE_KEYS } from './schema.ts';

/** Where the configuration is read from. Environment and flags stay as they were at the start. */
export type Places = Omit<Sources, 'file' | 'dotEnv'> &
  Readonly<{
    /** Path of the YAML file; undefined without one. It must be there when it is named. */
    file: string | undefined;
    /** Path of the .env file, which need not be there. */
    dotEnv: string;
  }>;

/** What came of reading the configuration again. */
export type Reload =
  /** `changed` are in force now, whole; `waiting` differ too, and want a restart. */
  | Readonly<{
      kind: 'Taken';
      config: Config;
      changed: readonly (keyof Config)[];
      waiting: readonly (keyof Config)[];
    }>
  /** Nothing changes: what was in force stays. */
  | Readonly<{ kind: 'Refused'; errors: readonly string[] }>;

/** What a watch on the configuration is started with. */
export type ConfigWatchOptions = Readonly<{
  places: Places;
  /** What is in force. */
  config: Config;
  /** Calls `then` after a while; the clock's schedule. */
  schedule: (after: Milliseconds, then: () => void) => Readonly<{ cancel(): void }>;
  onReload: (reload: Reload) => void;
}>;

/** A watch on the files of the configuration. */
export type ConfigWatch = Readonly<{
  /** Reads them again now, as for SIGHUP. */
  reload(): void;
  stop(): void;
}>;

/**
 * How often the files are read: small ones, so this is cheaper than any way of being told, and a mounted ConfigMap, whose
 * links are swapped, is read like any other. What two readings in a row say is taken for written whole.
 */
const LOOK_EVERY = seconds(1);

/** Reads the configuration from its places; a file that cannot be read is an error like any other. */
export function readConfig({ file, dotEnv, environment, flags }: Places): Loaded {
  const errors: string[] = [];
  const texts = {
    file: file === undefined ? undefined : textOf(file, true, errors),
    dotEnv: textOf(dotEnv, false, errors),
  };
  return errors.length > 0 ? { ok: false, errors } : loadConfig({ ...texts, environment, flags });
}

/**
 * Reads the configuration again when a file changes, about 2 s later, or when told to. Keys that can change while we run
 * are taken over all at once; a configuration with an error in it changes nothing.
 */
export function watchConfig(options: ConfigWatchOptions): ConfigWatch {
  const { places, schedule, onReload } = options;
  const files = [places.file, places.dotEnv].flatMap((file) => file ?? []);
  let { config } = options;
  let taken = contentOf(files);
  let seen = taken;

  const reload = (): void => {
    taken = contentOf(files);
    const loaded = readConfig(places);
    if (!loaded.ok) return onReload({ kind: 'Refused', errors: loaded.errors });
    const next = loaded.config;
    const differing = (Object.keys(next) as (keyof Config)[]).filter((key) => !sameJson(config[key], next[key]));
    const changed = differing.filter((key) => LIVE_KEYS.includes(key));
    config = { ...config, ...Object.fromEntries(changed.map((key) => [key, next[key]])) };
    onReload({ kind: 'Taken', config, changed, waiting: differing.filter((key) => !changed.includes(key)) });
  };
  const look = (): void => {
    const now = contentOf(files);
    if (now !== taken && now === seen) reload();
    seen = now;
    timer = schedule(LOOK_EVERY, look);
  };
  let timer = schedule(LOOK_EVERY, look);
  return { reload, stop: () => timer.cancel() };
}

function textOf(path: string, required: boolean, errors: string[]): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    if (required || code !== 'ENOENT') errors.push(`${path}: it cannot be read (${code}); check that it is there`);
    return undefined;
  }
}

/** All that stands in the files, to tell whether one is still being written. */
function contentOf(files: readonly string[]): string {
  return files.map((file) => textOf(file, false, []) ?? '').join('\0');
}
