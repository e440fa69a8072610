import { dirname, posix } from 'node:path';
import type { SourceFile, SyntaxNode } from './source-files.ts';
import { importsOf, lineOf, nodesOf } from './source-files.ts';

/** A rule: what a file breaks, one line each. */
export type Rule = (file: SourceFile) => readonly string[];

const BELOW_CONTROLLERS = [
  'units',
  'clock',
  'api',
  'plan',
  'routers',
  'providers',
  'observe',
  'kube',
  'telemetry',
  'apply',
  'invariants',
];
const ALL = [...BELOW_CONTROLLERS, 'controllers', 'config', 'server', 'verbs', 'emulator', 'simulate', 'commands'];

/** Which folder of src may import which; a folder may always import itself. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  units: [],
  clock: ['units'],
  api: ['units'],
  plan: ['units', 'api'],
  invariants: ['units', 'api', 'plan'],
  verbs: ['units', 'api'],
  config: ['units'],
  routers: ['units', 'api'],
  providers: ['units', 'api'],
  observe: ['units', 'api', 'plan', 'routers', 'kube/store', 'kube/answers', 'kube/resource'],
  kube: ['units', 'clock'],
  telemetry: ['units', 'clock'],
  apply: ['units', 'clock', 'api', 'plan', 'routers', 'providers', 'kube', 'telemetry', 'observe'],
  controllers: BELOW_CONTROLLERS,
  emulator: ['units', 'clock', 'kube/resource', 'kube/errors', 'kube/client'],
  simulate: [...BELOW_CONTROLLERS, 'controllers', 'emulator'],
  server: ['units', 'clock', 'api', 'kube', 'telemetry', 'plan'],
  commands: ALL,
  'main.ts': ['commands'],
};

/** Imports go one way only. */
export const importDirection: Rule = (file) => {
  const [root, folder = ''] = file.path.split('/');
  if (root !== 'src') return [];
  const allowed = MAY_IMPORT[folder];
  if (allowed === undefined) return [`${file.path}: folder ${folder} stands in no row of the import table`];
  return importsOf(file).flatMap(({ from }) => {
    if (!from.startsWith('.')) return [];
    const target = posix
      .join(dirname(file.path), from)
      .replace(/^src\//, '')
      .replace(/\.ts$/, '');
    const [top = ''] = target.split('/');
    const open = top === folder || allowed.includes(top) || allowed.includes(target);
    return open ? [] : [`${file.path}: may not import ${target}`];
  });
};

/** Exactly one place imports each of these packages' values. */
const DOORS: Readonly<Record<string, (path: string) => boolean>> = {
  axios: (path) => path === 'src/apply/fetcher.ts',
  undici: (path) => path === 'src/kube/transport.ts',
  pino: (path) => path === 'src/telemetry/log.ts',
  'prom-client': (path) => path === 'src/telemetry/metrics.ts',
  '@marcbachmann/cel-js': (path) => path === 'src/emulator/cel.ts',
  '@prometheus-io/lezer-promql': (path) => path.startsWith('src/emulator/promql/'),
  aws4: (path) => path === 'src/providers/aws-signature.ts',
  'jsonpath-rfc9535': (path) => path === 'src/providers/web.ts',
  re2js: (path) => ['src/plan/analysis/expression/pattern.ts', 'src/emulator/promql/matcher.ts'].includes(path),
  '@kubernetes/client-node': (path) => path.startsWith('src/kube/'),
  commander: (path) => path.startsWith('src/commands/'),
  yaml: (path) => path.startsWith('src/config/'),
  typebox: (path) => path.endsWith('.schema.ts'),
};

/** One door per dependency. */
export const oneDoor: Rule = (file) =>
  file.path.startsWith('src/')
    ? importsOf(file).flatMap(({ from, typeOnly }) => {
        if (from.startsWith('.') || from.startsWith('node:') || typeOnly) return [];
        const door = DOORS[from];
        if (door === undefined) return [`${file.path}: package ${from} has no door; decide on one`];
        return door(file.path) ? [] : [`${file.path}: ${from} has another door`];
      })
    : [];

const PURE = /^src\/(units|api|plan|invariants|verbs|routers|providers|observe)\//;

/** Nothing waits in the pure folders. */
export const noAsync: Rule = (file) =>
  PURE.test(file.path)
    ? [...nodesOf(file)]
        .filter((node) => node['async'] === true || node.type === 'AwaitExpression' || isName(node, 'Promise'))
        .map((node) => at(file, node, 'waits, in a folder that must be pure'))
    : [];

/** Time is read and timers are set in one file. */
export const oneClock: Rule = (file) => {
  if (!file.path.startsWith('src/') || file.path === 'src/clock/clock.ts') return [];
  return [...nodesOf(file)].flatMap((node) => {
    const text = file.text.slice(node.start, Math.min(node.end, node.start + 60));
    const call =
      node.type === 'CallExpression' &&
      /^(Date\.now|setTimeout|setInterval|setImmediate|AbortSignal\.timeout|performance\.now)\(/.test(text);
    const now = node.type === 'NewExpression' && /^new Date\(\s*\)/.test(text);
    return call || now ? [at(file, node, 'reads the clock or sets a timer; take a Clock or an Instant')] : [];
  });
};

/** Words that hide what a thing is. */
const BANNED = new Set(
  'util utils helper helpers common misc base manager handler processor context data info do sync'.split(' '),
);

const wordsOf = (name: string): readonly string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);

/** File names and exported names are words of the domain. */
export const goodNames: Rule = (file) => {
  if (!/^(src|scripts)\//.test(file.path)) return [];
  const bad = (name: string): boolean => wordsOf(name).some((word) => BANNED.has(word));
  const stem = file.path.replace(/\.ts$/, '');
  const exported = [...nodesOf(file)].flatMap((node) => {
    const declaration = node['declaration'];
    if (node.type !== 'ExportNamedDeclaration' || typeof declaration !== 'object' || declaration === null) return [];
    const text = file.text.slice(node.start, node.start + 200);
    return /^export (?:async )?(?:function\*?|const|class|type|interface) (\w+)/.exec(text)?.[1] ?? [];
  });
  return [
    ...(bad(stem) ? [`${file.path}: the file name says nothing`] : []),
    ...exported.filter(bad).map((name) => `${file.path}: the name ${name} says nothing`),
  ];
};

/** What the language offers and we do not use. */
export const plainLanguage: Rule = (file) =>
  [...nodesOf(file)].flatMap((node) => {
    if (node.type === 'TSEnumDeclaration') return [at(file, node, 'enum; use a union of words')];
    if (node.type === 'TSAnyKeyword') return [at(file, node, 'any; use unknown')];
    if (node.type === 'TSNonNullExpression') return [at(file, node, '! asserts what nobody checked')];
    if (node.type === 'TSModuleDeclaration') return [at(file, node, 'namespace; use a file')];
    if (node.type === 'ExportDefaultDeclaration' && file.path !== 'vitest.config.ts')
      return [at(file, node, 'default export')];
    return [];
  });

/** A file is one concept: 300 lines at most. A function is one thought: 70. */
export const shortEnough: Rule = (file) => {
  const lines = file.text.split('\n').length - 1;
  const long = lines > 300 ? [`${file.path}: ${lines} lines, more than 300`] : [];
  if (file.path.startsWith('test/') && !file.path.startsWith('test/cluster/')) return long;
  const functions = [...nodesOf(file)].flatMap((node) => {
    if (!/^(FunctionDeclaration|FunctionExpression|ArrowFunctionExpression)$/.test(node.type)) return [];
    const length = lineOf(file, node.end) - lineOf(file, node.start) + 1;
    return length > 70 ? [at(file, node, `a function of ${length} lines, more than 70`)] : [];
  });
  return [...long, ...functions];
};

function isName(node: SyntaxNode, name: string): boolean {
  return node.type === 'Identifier' && node['name'] === name;
}

function at(file: SourceFile, node: SyntaxNode, what: string): string {
  return `${file.path}:${lineOf(file, node.start)}: ${what}`;
}
