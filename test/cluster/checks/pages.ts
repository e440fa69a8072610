import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { RolloutStatus } from '../../../src/api/rollout.ts';
import { findBinary } from '../binaries.ts';
import { run } from '../command.ts';
import type { Manifest } from '../kubectl.ts';
import { applyObjects, kubectl } from '../kubectl.ts';
import { until } from '../ready.ts';
import { target } from '../target.ts';
import type { Check } from './check.ts';

const NAMESPACE = 'sluice-pages';

/** Pages that people read, with the blocks of code that they may copy. */
async function pages(): Promise<readonly string[]> {
  const docs = await readdir('docs', { recursive: true });
  const markdown = docs.filter((path) => path.endsWith('.md')).map((path) => join('docs', path));
  return ['README.md', 'CONTRIBUTING.md', 'charts/sluice/README.md', ...markdown.toSorted()];
}

/** The blocks of code of a page in one language. */
export function codeBlocks(page: string, language: string): readonly string[] {
  const pattern = new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm');
  return [...page.matchAll(pattern)].map(([, text = '']) => text);
}

/** The objects of a YAML text; a document without a kind (values of a chart, a piece of a spec) is none. */
export function manifestsIn(text: string): readonly Manifest[] {
  return parseAllDocuments(text)
    .map((document) => document.toJS() as Manifest | null)
    .filter((object): object is Manifest => typeof object?.kind === 'string' && typeof object.apiVersion === 'string');
}

/** The demo application stands for images that this cluster cannot pull, and our Gateway for that of the example. */
function fitted(object: Manifest): Manifest {
  const { gateway, demoImage } = target();
  const parent = JSON.stringify({ name: gateway.name, namespace: gateway.namespace });
  const text = JSON.stringify(object)
    .replaceAll('{"name":"gateway"}', parent)
    .replaceAll(/"image":"docker\.io\/library\/[^"]*"/g, `"image":"${demoImage}","env":[{"name":"PORT","value":"80"}]`);
  const { metadata, ...rest } = JSON.parse(text) as Manifest;
  return { ...rest, metadata: { ...metadata, namespace: NAMESPACE } };
}

async function openNamespace(): Promise<void> {
  await kubectl(['delete', 'namespace', NAMESPACE, '--ignore-not-found', '--wait']);
  await applyObjects([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } }]);
}

const examples: Check = {
  name: 'every example becomes Healthy as it is written',
  async run() {
    await openNamespace();
    const seen: string[] = [];
    for (const file of (await readdir('examples')).toSorted()) {
      const objects = manifestsIn(await readFile(join('examples', file), 'utf8')).map(fitted);
      if (objects.length === 0) throw new Error(`examples/${file} holds no manifest`);
      await applyObjects(objects);
      for (const { kind, metadata } of objects) {
        if (kind === 'Rollout') seen.push(await healthy(file, (metadata as Readonly<{ name: string }>).name));
      }
      await kubectl(['delete', 'rollouts.sluice.dev', '--all', '-n', NAMESPACE]);
    }
    if (seen.length === 0) throw new Error('no example has a Rollout');
    return seen.join(', ');
  },
};

async function healthy(file: string, name: string): Promise<string> {
  const where = ['get', `rollouts.sluice.dev/${name}`, '-n', NAMESPACE, '-o', 'jsonpath={.status}'];
  let last = '';
  const isHealthy = async (): Promise<boolean> => {
    last = await kubectl(where);
    const { phase, conditions = [] } = JSON.parse(last || '{}') as RolloutStatus;
    return phase === 'Healthy' && !conditions.some(({ type }) => type === 'InvalidSpec');
  };
  await until(`examples/${file} is Healthy`, isHealthy, { withinMs: 60_000, everyMs: 250 }).catch((error: unknown) => {
    throw new Error(`${String(error)}: ${last}`);
  });
  return `${file}: Healthy`;
}

const blocks: Check = {
  name: 'the API server accepts every manifest of the pages',
  async run() {
    await openNamespace();
    let count = 0;
    const files = (await readdir('docs/reference/manifests')).map((file) => join('docs/reference/manifests', file));
    const texts = await Promise.all(files.map((path) => readFile(path, 'utf8')));
    const shown = await Promise.all(
      (await pages()).map(async (path) => codeBlocks(await readFile(path, 'utf8'), 'yaml')),
    );
    for (const object of [...texts, ...shown.flat()].flatMap(manifestsIn)) {
      const dryRun = ['apply', '--server-side', '--dry-run=server', '-n', NAMESPACE, '-f', '-'];
      await kubectl(dryRun, JSON.stringify(object));
      count += 1;
    }
    if (count === 0) throw new Error('no manifest was found');
    return `${count} manifests`;
  },
};

/** The lines of a text that run a program, each with its arguments; continuation lines are joined, `-w` would never end. */
export function linesOf(program: string, text: string): readonly (readonly string[])[] {
  return text
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.trim().replace(/\s+#.*$/, ''))
    .filter((line) => line.startsWith(`${program} `))
    .map((line) => words(line).slice(1))
    .map((args) => args.filter((arg) => arg !== '-w'));
}

/** The words of a shell line; single quotes hold a word together. */
function words(line: string): readonly string[] {
  return [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain = '']) => quoted ?? plain);
}

const commands: Check = {
  name: 'every kubectl command of the pages runs',
  async run() {
    await openNamespace();
    // The Rollout that commands speak of: the one of the example that the README applies.
    await applyObjects(manifestsIn(await readFile('examples/canary-gateway-api.yaml', 'utf8')).map(fitted));
    await healthy('canary-gateway-api.yaml', 'web');
    // And the Deployment that the page on migration shows; its Rollout is not needed for the command.
    const migration = manifestsIn(
      codeBlocks(await readFile('docs/migrate-a-deployment.md', 'utf8'), 'yaml').join('\n---\n'),
    );
    await applyObjects(migration.filter(({ kind }) => kind === 'Deployment').map(fitted));
    const ran: string[] = [];
    const texts = await shellTexts();
    const notes = await readFile('charts/sluice/templates/NOTES.txt', 'utf8');
    const filled = notes
      .replaceAll('{{ .Release.Namespace }}', 'sluice-system')
      .replaceAll(/\{\{ include "sluice.name" \. \}\}/g, 'sluice')
      .replaceAll('{{ .Values.apiGroup }}', 'sluice.dev')
      .replaceAll(' NAME ', ' web ');
    for (const args of [...texts, filled].flatMap((text) => linesOf('kubectl', text))) {
      // What deletes or reaches for all of a cluster is read by the server, and not carried out.
      const harmless = /^(delete|create|apply)$/.test(args[0] ?? '') ? ['--dry-run=server'] : [];
      const where = args.includes('-n') || args.includes('--namespace') || args.includes('-A') ? [] : ['-n', NAMESPACE];
      const known = args.map((arg) => arg.replaceAll(/docker\.io\/library\/[^"]*/g, target().demoImage));
      await kubectl([...known, ...harmless, ...where]);
      ran.push(args.slice(0, 2).join(' '));
    }
    if (ran.length === 0) throw new Error('no command was found');
    await kubectl(['delete', 'namespace', NAMESPACE, '--wait=false']);
    return `${ran.length} commands: ${[...new Set(ran)].join(', ')}`;
  },
};

async function shellTexts(): Promise<readonly string[]> {
  return Promise.all((await pages()).map(async (path) => codeBlocks(await readFile(path, 'utf8'), 'sh').join('\n')));
}

const helmCommands: Check = {
  name: 'every helm command of the pages runs',
  async run() {
    const helm = await findBinary('helm');
    const ran: string[] = [];
    for (const args of (await shellTexts()).flatMap((text) => linesOf('helm', text))) {
      // Installing and removing for good is what scenarios do, by the same commands.
      const dryRun = { upgrade: ['--dry-run=server'], uninstall: ['--dry-run'] }[args[0] ?? ''] ?? [];
      await run(helm, [...args, ...dryRun, '--kubeconfig', target().kubeconfig]);
      ran.push(args[0] ?? '');
    }
    if (ran.length === 0) throw new Error('no command was found');
    return `${ran.length} commands: ${[...new Set(ran)].join(', ')}`;
  },
};

/** What is checked of examples and pages. */
export const pageChecks: readonly Check[] = [examples, blocks, commands, helmCommands];
