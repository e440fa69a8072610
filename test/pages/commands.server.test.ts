import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlocks, linesOf, manifestsIn } from '../cluster/checks/pages.ts';
import type { Stand } from './stand.ts';
import { openStand } from './stand.ts';

const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.md'))
  .map((path) => join('docs', path))
  .concat('README.md', 'charts/sluice/README.md');

/** The blocks of all pages in one language. */
const blocks = (language: string): readonly string[] =>
  pages.flatMap((page) => codeBlocks(readFileSync(page, 'utf8'), language));

type EventList = Readonly<{
  items: readonly Readonly<{ type?: string; note?: string; regarding?: Readonly<{ name?: string }> }>[];
}>;

let stand: Stand;

beforeAll(async () => {
  stand = await openStand();
});

afterAll(() => stand.close());

test.each(readdirSync('examples'))('example %s becomes Healthy, and nothing warns meanwhile', async (file) => {
  const path = join('examples', file);
  await stand.kubectl(['apply', '-f', path]);
  const names = manifestsIn(readFileSync(path, 'utf8')).filter(({ kind }) => kind === 'Rollout');
  expect(names).toHaveLength(1);
  for (const { metadata } of names) {
    const { name } = metadata as Readonly<{ name: string }>;
    await stand.until(name, 'is Healthy', ({ phase }) => phase === 'Healthy');
    const { items } = JSON.parse(await stand.kubectl(['get', 'events.events.k8s.io', '-o', 'json'])) as EventList;
    const warnings = items.filter(({ type, regarding }) => type === 'Warning' && regarding?.name === name);
    expect(warnings.map(({ note }) => note)).toEqual([]);
  }
});

test('every manifest of the pages is one that an API server with our kinds takes', async () => {
  const manifests = blocks('yaml').flatMap(manifestsIn);
  expect(manifests.length).toBeGreaterThan(10);
  // In a namespace where nothing is in use yet: applied again on the server, a Service's selector is in dispute.
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'pages' } };
  await stand.kubectl(['apply', '-f', '-'], JSON.stringify(namespace));
  for (const manifest of manifests) {
    await stand.kubectl(
      ['apply', '--server-side', '--dry-run=server', '-n', 'pages', '-f', '-'],
      JSON.stringify(manifest),
    );
  }
});

/** What the page on migration takes for granted: the Deployment that its reader has. */
const DEPLOYMENT = {
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'shop' },
  spec: {
    replicas: 0,
    selector: { matchLabels: { app: 'shop' } },
    template: {
      metadata: { labels: { app: 'shop' } },
      spec: { containers: [{ name: 'shop', image: 'docker.io/library/nginx:1.28' }] },
    },
  },
};

test('every kubectl command of the pages about a Rollout runs', async () => {
  await stand.kubectl(['apply', '-f', '-'], JSON.stringify(DEPLOYMENT));
  // The controller of this test is no pod of the cluster: neither its namespace nor what the chart makes is there.
  const commands = blocks('sh')
    .flatMap((text) => linesOf('kubectl', text))
    .filter((args) => !args.includes('sluice-system') && !args.some((arg) => arg.includes('clusterrole')))
    // What waits for a Rollout to come to rest is run by the checks on the whole cluster.
    .filter(([verb]) => verb !== 'wait');
  expect(commands.length).toBeGreaterThan(10);
  for (const args of commands) {
    const harmless = /^(delete|create|apply)$/.test(args[0] ?? '') ? ['--dry-run=server'] : [];
    await stand.kubectl([...args, ...harmless]);
  }
});
