import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { CRD_FOLDERS, renderCrds } from '../../scripts/crds.ts';
import { REFERENCE_FOLDER, renderDocs } from '../../scripts/docs.ts';
import { staleFiles } from '../../scripts/generated-files.ts';
import { filesBelow } from './source-files.ts';

const scripts = Object.keys(
  (JSON.parse(readFileSync('package.json', 'utf8')) as Readonly<{ scripts: Readonly<Record<string, string>> }>).scripts,
);

test('generated CRDs are fresh', async () => {
  expect(await staleFiles(await renderCrds(), CRD_FOLDERS)).toEqual([]);
});

test('generated reference pages are fresh', async () => {
  expect(await staleFiles(await renderDocs(), [REFERENCE_FOLDER])).toEqual([]);
});

test('the Makefile offers the names of the npm scripts', () => {
  const targets = [...readFileSync('Makefile', 'utf8').matchAll(/^([a-z-]+):/gm)].map(([, name = '']) => name);
  const offered = scripts.filter((name) => name === 'presubmit' || !name.startsWith('pre'));
  expect(targets.toSorted()).toEqual(offered.map((name) => name.replace(':', '-')).toSorted());
});

test('every npm command of the pages exists', () => {
  const pages = ['README.md', 'CONTRIBUTING.md', ...filesBelow('docs').filter((path) => path.endsWith('.md'))];
  const named = pages.flatMap((path) =>
    [...readFileSync(path, 'utf8').matchAll(/npm (?:run (?:-s )?)?([a-z][a-z:]*)/g)].map(([, name = '']) => name),
  );
  const known = new Set([...scripts, 'ci', 'install']);
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});

test('every link of the pages leads to a file', () => {
  const pages = filesBelow('.').filter((path) => path.endsWith('.md'));
  const links = pages.flatMap((page) =>
    [...readFileSync(page, 'utf8').matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, link = '']) => ({ page, link })),
  );
  expect(links.length).toBeGreaterThan(10);
  const broken = links.filter(({ page, link }) => !existsSync(join(dirname(page), link)));
  expect(broken.map(({ page, link }) => `${page}: ${link}`)).toEqual([]);
});

test('nothing names a package registry or a path of one machine', () => {
  // Put together here, so that this file does not name them itself.
  const words = [
    ['registry', 'npmjs', 'org'],
    ['proxy', 'golang', 'org'],
    ['files', 'pythonhosted', 'org'],
  ].map((parts) => parts.join('.'));
  const paths = ['work', 'root'].map((folder) => `/${folder}/`);
  const found = filesBelow('.').flatMap((path) => {
    const text = readFileSync(path, 'utf8');
    return [...words, ...paths].filter((word) => text.includes(word)).map((word) => `${path}: ${word}`);
  });
  expect(found).toEqual([]);
});

test('the chart has the version of the package', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as Readonly<{ version: string }>;
  const chart = readFileSync('charts/sluice/Chart.yaml', 'utf8');
  expect(chart).toContain(`\nversion: ${version}\n`);
  expect(chart).toContain(`\nappVersion: ${version}\n`);
});
