import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { MetricProvider } from '../../src/api/metric-provider.ts';
import { PROVIDERS } from '../../src/providers/provider-table.ts';
import type { MetricResponse, ProviderSettings, SecretContent } from '../../src/providers/provider.ts';

/** What a case is asked with: the block of the provider, values of arguments, Secrets in their order. */
type AskedFile = Readonly<{
  provider: MetricProvider;
  values?: Readonly<Record<string, string>>;
  secrets?: readonly SecretContent[];
}>;

/** 2026-01-02T03:04:05Z: when every case is measured. */
const NOW = Date.UTC(2026, 0, 2, 3, 4, 5);
const SETTINGS: ProviderSettings = {
  prometheusAddress: 'http://prometheus.monitoring:9090',
  plugins: { 'example/latency': 'http://latency.metrics:8080/measure' },
  aws: { region: 'eu-west-1', credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'an-example-key' } },
};
const FOLDER = new URL('cases/', import.meta.url);

const read = (path: string): unknown => JSON.parse(readFileSync(new URL(path, FOLDER), 'utf8'));

describe.each(readdirSync(FOLDER))('%s', (name) => {
  const provider = PROVIDERS[name as keyof typeof PROVIDERS];
  test.each(readdirSync(new URL(`${name}/`, FOLDER)))('%s: the request, and what its response is read as', (folder) => {
    const place = `${name}/${folder}`;
    const asked = read(`${place}/asked.json`) as AskedFile;
    const metric = { name: 'm', provider: asked.provider };
    const values = new Map(Object.entries(asked.values ?? {}));
    const request = provider.request({ metric, values, settings: SETTINGS, secrets: asked.secrets ?? [], now: NOW });
    expect(request).toEqual(read(`${place}/request.json`));
    if ('kind' in request) return;
    const response = read(`${place}/response.json`) as MetricResponse;
    expect(provider.read(metric, response, NOW)).toEqual(read(`${place}/reading.json`));
  });
});

/** Bodies of a server that means harm, or is broken. */
const HOSTILE = [
  'null',
  '1',
  '[]',
  '{}',
  '"text"',
  '[null]',
  '[[]]',
  '{"data":null}',
  '{"series":[null]}',
  '{"series":[{"pointlist":[null]}]}',
  '{"timeseries":[{"data":[null,7]}]}',
  '{"data":{"attributes":{"columns":[null,{"type":"number","values":null}]}}}',
  '{"MetricDataResults":[null]}',
  '{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}',
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  '<html>secret text</html>',
  '"a","b"\n"secret text',
];

describe.each(Object.entries(PROVIDERS))('%s against a hostile server', (name, provider) => {
  const metric = { name: 'm', provider: { [name]: {} } } as Parameters<typeof provider.read>[0];
  test.each(HOSTILE.map((body) => [body.slice(0, 40), body]))('%s never throws and never pollutes', (_shown, body) => {
    const reading = provider.read(metric, { kind: 'Answer', status: 200, body }, NOW);
    expect(['Value', 'NoEvidence']).toContain(reading.kind);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
  test.each([301, 400, 401, 403, 404, 429, 500, 503])(
    'a status %d is no evidence, without a word of the body',
    (status) => {
      const reading = provider.read(metric, { kind: 'Answer', status, body: 'secret text' }, NOW);
      expect(reading.kind).toBe('NoEvidence');
      expect(JSON.stringify(reading)).not.toContain('secret');
    },
  );
  test('no answer is no evidence', () => {
    expect(provider.read(metric, { kind: 'Nothing', message: 'the time limit passed' }, NOW).kind).toBe('NoEvidence');
  });
});
