import { parseEnv } from 'node:util';
import { parse } from 'yaml';
import { redact } from './redact.ts';
import type { Config } from './schema.ts';
import { flagOf, KEYS, variableOf } from './schema.ts';

/** Where values come from, weakest first: file, .env, environment, flags. */
export type Sources = Readonly<{
  /** Text of a YAML file with the keys of Config; undefined without one. */
  file: string | undefined;
  /** Text of a .env file with variables such as SLUICE_LOG_LEVEL; undefined without one. */
  dotEnv: string | undefined;
  environment: Readonly<Record<string, string | undefined>>;
  /** Flags that were given, by key. */
  flags: Readonly<Record<string, string>>;
}>;

/** The configuration, or every error in it, each naming its source, the key and what to do. */
export type Loaded = Readonly<{ ok: true; config: Config }> | Readonly<{ ok: false; errors: readonly string[] }>;

/** Reads the configuration. Unknown keys of the file are errors: a misspelt one would be silently without effect. */
export function loadConfig(sources: Sources): Loaded {
  const errors: string[] = [];
  const fromFile = readFile(sources.file, errors);
  const fromDotEnv = readDotEnv(sources.dotEnv, errors);
  const values: Record<string, unknown> = {};
  for (const [key, definition] of Object.entries(KEYS)) {
    values[key] = definition.initial;
    const given = [
      [`file: ${key}`, fromFile[key]],
      [`.env: ${variableOf(key)}`, fromDotEnv[variableOf(key)]],
      [variableOf(key), sources.environment[variableOf(key)]],
      [flagOf(key), sources.flags[key]],
    ] as const;
    for (const [source, text] of given) {
      if (text === undefined) continue;
      const read = definition.read(text);
      if (read.ok) values[key] = read.value;
      else errors.push(redact(`${source}: ${JSON.stringify(text)} ${read.why}`));
    }
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, config: values as unknown as Config };
}

/** Variables of ours that nobody reads are errors; those of other programs may stand beside them. */
function readDotEnv(text: string | undefined, errors: string[]): Readonly<Record<string, string | undefined>> {
  if (text === undefined) return {};
  const variables = parseEnv(text);
  const known = new Set(Object.keys(KEYS).map(variableOf));
  for (const name of Object.keys(variables)) {
    if (name.startsWith('SLUICE_') && !known.has(name))
      errors.push(`.env: unknown variable ${name}; it must be one of ${[...known].join(', ')}`);
  }
  return variables;
}

function readFile(text: string | undefined, errors: string[]): Readonly<Record<string, string>> {
  if (text === undefined) return {};
  let parsed: unknown;
  try {
    parsed = parse(text);
  } catch (error) {
    // The first line says where and what; those after it repeat the text.
    const [what = ''] = error instanceof Error ? error.message.split('\n') : [];
    errors.push(redact(`file: it is not YAML: ${what}`));
    return {};
  }
  if (parsed === null) return {};
  if (typeof parsed !== 'object' || Array.isArray(parsed)) {
    errors.push('file: it must be a map of keys and values');
    return {};
  }
  const texts: Record<string, string> = {};
  for (const [key, value] of Object.entries(parsed)) {
    if (!Object.hasOwn(KEYS, key))
      errors.push(`file: unknown key ${key}; it must be one of ${Object.keys(KEYS).join(', ')}`);
    else if (Array.isArray(value)) texts[key] = value.join(',');
    else if (value !== null && typeof value === 'object') errors.push(`file: ${key} must be a plain value`);
    else if (value !== null) texts[key] = String(value);
  }
  return texts;
}
