import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { parseSync } from 'oxc-parser';
import type { Program } from 'oxc-parser';

/** A source file, parsed. */
export type SourceFile = Readonly<{ path: string; text: string; program: Program }>;

/** Every file that git knows or would take, below these folders. */
export function filesBelow(...folders: readonly string[]): readonly string[] {
  const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...folders], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  return [...new Set(listed.split('\n').filter((path) => path !== ''))].filter((path) => {
    try {
      readFileSync(path);
      return true;
    } catch {
      // Deleted in the working tree, still in the index.
      return false;
    }
  });
}

/** Parses TypeScript; throws on text that cannot be parsed, for then no rule could be checked. */
export function parseSource(path: string, text: string): SourceFile {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors[0]?.message ?? 'cannot be parsed'}`);
  return { path, text, program };
}

/** The TypeScript files below these folders, parsed. */
export function sourcesBelow(...folders: readonly string[]): readonly SourceFile[] {
  return filesBelow(...folders)
    .filter((path) => path.endsWith('.ts'))
    .map((path) => parseSource(path, readFileSync(path, 'utf8')));
}

/** A node of the syntax tree. */
export type SyntaxNode = Readonly<{ type: string; start: number; end: number; [key: string]: unknown }>;

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === 'object' && value !== null && typeof Reflect.get(value, 'type') === 'string';
}

/** Every node of a file, parents before children. */
export function* nodesOf(file: SourceFile): Generator<SyntaxNode> {
  const waiting: unknown[] = [file.program];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (Array.isArray(next)) waiting.push(...next);
    else if (isNode(next)) {
      yield next;
      waiting.push(...Object.values(next).filter((value) => typeof value === 'object'));
    }
  }
}

/** The line (from 1) of a place in a file. */
export function lineOf(file: SourceFile, at: number): number {
  return file.text.slice(0, at).split('\n').length;
}

/** What a file imports or re-exports, types included, and whether values come with it. */
export function importsOf(file: SourceFile): readonly Readonly<{ from: string; typeOnly: boolean }>[] {
  const found: { from: string; typeOnly: boolean }[] = [];
  for (const node of nodesOf(file)) {
    const isImport = node.type === 'ImportDeclaration' || node.type === 'ImportExpression';
    const isExport = node.type === 'ExportNamedDeclaration' || node.type === 'ExportAllDeclaration';
    const source = node['source'];
    if ((!isImport && !isExport) || !isNode(source) || typeof source['value'] !== 'string') continue;
    found.push({ from: source['value'], typeOnly: node['importKind'] === 'type' || node['exportKind'] === 'type' });
  }
  return found;
}
