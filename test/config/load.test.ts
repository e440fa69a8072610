import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { flagOf, KEYS, variableOf } from '../../src/config/schema.ts';

const NONE = { file: undefined, environment: {}, flags: {} };

/** For every key a value that is not its default, as text, and what it becomes. */
const SAMPLES: { readonly [Key in keyof Config]: readonly [text: string, value: Config[Key]] } = {
  kubeconfig: ['/tmp/k', '/tmp/k'],
  apiGroup: ['argoproj.io', 'argoproj.io'],
  namespace: ['shop', 'shop'],
  instanceId: ['blue', 'blue'],
  leaderElection: ['false', false],
  leaseName: ['other', 'other'],
  leaseNamespace: ['elsewhere', 'elsewhere'],
  metricsAddress: ['0.0.0.0:9000', '0.0.0.0:9000'],
  logLevel: ['debug', 'debug'],
  prometheusAddress: ['http://p:9090/', 'http://p:9090'],
  allowedOrigins: ['https://a,https://b', ['https://a', 'https://b']],
  requestsPerSecond: ['7', 7],
  burst: ['9', 9],
  workers: ['3', 3],
};

const keys = Object.keys(KEYS) as (keyof Config)[];

describe('every key', () => {
  test.each(keys)('%s is read from file, environment and flag, the flag being strongest', (key) => {
    const [text, value] = SAMPLES[key];
    const read = (sources: Partial<Parameters<typeof loadConfig>[0]>) => {
      const loaded = loadConfig({ ...NONE, ...sources });
      return loaded.ok ? loaded.config[key] : loaded.errors;
    };
    expect(read({})).not.toEqual(value);
    expect(read({ file: `${key}: ${JSON.stringify(text)}` })).toEqual(value);
    expect(read({ environment: { [variableOf(key)]: text } })).toEqual(value);
    expect(read({ flags: { [key]: text } })).toEqual(value);
  });
});

test.each([
  ['a misspelt key', { file: 'logLevle: info' }, 'unknown key logLevle'],
  ['a level that is none', { environment: { SLUICE_LOG_LEVEL: 'loud' } }, 'SLUICE_LOG_LEVEL: "loud" must be one of'],
  ['a number that is none', { flags: { workers: 'many' } }, '--workers: "many" must be a whole number'],
  ['an address with a password', { flags: { prometheusAddress: 'http://u:p@x' } }, '--prometheus-address'],
  ['text that is no map', { file: '- a' }, 'must be a map'],
  ['text that is no YAML', { file: 'a: [' }, 'not YAML'],
])('%s is refused with its source and the remedy', (_what, sources, message) => {
  const loaded = loadConfig({ ...NONE, ...sources });
  expect(loaded.ok ? [] : loaded.errors.join('\n')).toContain(message);
});

test('every error is told at once', () => {
  const loaded = loadConfig({ ...NONE, flags: { workers: '0', burst: 'x' } });
  expect(loaded.ok ? 0 : loaded.errors.length).toBe(2);
});

test('names of variables and flags follow from the key', () => {
  expect([variableOf('apiGroup'), flagOf('apiGroup')]).toEqual(['SLUICE_API_GROUP', '--api-group']);
});
