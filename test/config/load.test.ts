import { describe, expect, test } from 'vitest';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/schema.ts';
import { flagOf, KEYS, variableOf } from '../../src/config/schema.ts';

const NONE = { file: undefined, dotEnv: undefined, environment: {}, flags: {} };

/** For every key a value that is not its default, as text, and what it becomes. */
const SAMPLES: { readonly [Key in keyof Config]: readonly [text: string, value: Config[Key]] } = {
  kubeconfig: ['/tmp/k', '/tmp/k'],
  apiGroup: ['argoproj.io', 'argoproj.io'],
  namespace: ['shop', 'shop'],
  instanceId: ['blue', 'blue'],
  routeKinds: ['grpcroutes,httproutes', ['httproutes', 'grpcroutes']],
  leaderElection: ['false', false],
  leaseName: ['other', 'other'],
  leaseNamespace: ['elsewhere', 'elsewhere'],
  metricsAddress: ['0.0.0.0:9000', '0.0.0.0:9000'],
  logLevel: ['debug', 'debug'],
  prometheusAddress: ['http://p:9090/', 'http://p:9090'],
  allowedOrigins: ['https://a,https://b', ['https://a', 'https://b']],
  metricPlugins: ['mine=http://m.metrics:8080/x', { mine: 'http://m.metrics:8080/x' }],
  jobProvider: ['true', true],
  enforcePolicies: ['true', true],
  requestsPerSecond: ['7', 7],
  burst: ['9', 9],
  workers: ['3', 3],
};

const keys = Object.keys(KEYS) as (keyof Config)[];

describe('every key', () => {
  test.each(keys)('%s is read from file, .env, environment and flag', (key) => {
    const [text, value] = SAMPLES[key];
    const read = (sources: Partial<Parameters<typeof loadConfig>[0]>) => {
      const loaded = loadConfig({ ...NONE, ...sources });
      return loaded.ok ? loaded.config[key] : loaded.errors;
    };
    expect(read({})).not.toEqual(value);
    expect(read({ file: `${key}: ${JSON.stringify(text)}` })).toEqual(value);
    expect(read({ dotEnv: `${variableOf(key)}='${text}'` })).toEqual(value);
    expect(read({ environment: { [variableOf(key)]: text } })).toEqual(value);
    expect(read({ flags: { [key]: text } })).toEqual(value);
  });
});

test.each([
  ['a misspelt key', { file: 'logLevle: info' }, 'unknown key logLevle'],
  ['a level that is none', { environment: { SLUICE_LOG_LEVEL: 'loud' } }, 'SLUICE_LOG_LEVEL: "loud" must be one of'],
  ['a number that is none', { flags: { workers: 'many' } }, '--workers: "many" must be a whole number'],
  ['an address with a password', { flags: { prometheusAddress: 'http://u:p@x' } }, '--prometheus-address'],
  ['a misspelt variable', { dotEnv: 'SLUICE_LOGLEVEL=info' }, '.env: unknown variable SLUICE_LOGLEVEL'],
  ['text that is no map', { file: '- a' }, 'must be a map'],
  ['text that is no YAML', { file: 'a: [' }, 'not YAML'],
])('%s is refused with its source and the remedy', (_what, sources, message) => {
  const loaded = loadConfig({ ...NONE, ...sources });
  expect(loaded.ok ? [] : loaded.errors.join('\n')).toContain(message);
});

test('a flag is stronger than the environment, that than .env, and that than the file', () => {
  const sources = {
    file: 'workers: 1',
    dotEnv: 'SLUICE_WORKERS=2',
    environment: { SLUICE_WORKERS: '3' },
    flags: { workers: '4' },
  };
  const workers = (without: Partial<Parameters<typeof loadConfig>[0]>): unknown => {
    const loaded = loadConfig({ ...sources, ...without });
    return loaded.ok ? loaded.config.workers : loaded.errors;
  };
  expect(workers({})).toBe(4);
  expect(workers({ flags: {} })).toBe(3);
  expect(workers({ flags: {}, environment: {} })).toBe(2);
  expect(workers({ flags: {}, environment: {}, dotEnv: undefined })).toBe(1);
});

test('.env is read as Node reads it: comments, quotes, export, and the variables of other programs', () => {
  const dotEnv = '# ours\nexport SLUICE_WORKERS="5" # five\nOTHER_PROGRAM=1\n';
  const loaded = loadConfig({ ...NONE, dotEnv });
  expect(loaded.ok && loaded.config.workers).toBe(5);
});

test.each([
  ['a flag', { flags: { prometheusAddress: 'http://user:hunter2@p:9090' } }],
  ['.env', { dotEnv: 'SLUICE_PROMETHEUS_ADDRESS=http://user:hunter2/x@p:9090' }],
  ['a list', { flags: { allowedOrigins: 'http://a, https://user:hunter2@b' } }],
  ['YAML that breaks off', { file: 'prometheusAddress: "http://user:hunter2@p:9090' }],
])('what is wrong with an address is told without the password in it: %s', (_what, sources) => {
  const loaded = loadConfig({ ...NONE, ...sources });
  expect(loaded.ok ? '' : loaded.errors.join()).toMatch(/\w/);
  expect(JSON.stringify(loaded)).not.toContain('hunter2');
});

test('every error is told at once', () => {
  const loaded = loadConfig({ ...NONE, flags: { workers: '0', burst: 'x' } });
  expect(loaded.ok ? 0 : loaded.errors.length).toBe(2);
});

test('names of variables and flags follow from the key', () => {
  expect([variableOf('apiGroup'), flagOf('apiGroup')]).toEqual(['SLUICE_API_GROUP', '--api-group']);
});
