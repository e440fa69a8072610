import type { Document, Node } from 'yaml';
import { isMap, isScalar, isSeq, LineCounter, parseAllDocuments, stringify } from 'yaml';

/** A YAML document that a user wrote. */
export type Manifest = Readonly<{
  object: unknown;
  /** The line, from 1, of a field such as spec.steps[2].name; of the nearest field around it where it is missing. */
  lineOf(path: string): number;
}>;

/** What is wrong with the text of a file, and where; lines count from 1. */
export type TextProblem = Readonly<{ line: number; message: string }>;

/** The documents of a file, or why it is no YAML. */
export type ManifestFile =
  Readonly<{ ok: true; manifests: readonly Manifest[] }> | Readonly<{ ok: false; problems: readonly TextProblem[] }>;

/** Reads a file of manifests; empty documents are left out. */
export function readManifests(text: string): ManifestFile {
  const lines = new LineCounter();
  const parsed = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  // An empty file comes as no documents, with errors beside them.
  const documents = Array.isArray(parsed) ? (parsed as readonly Document.Parsed[]) : [];
  const problems: TextProblem[] = [];
  const manifests: Manifest[] = [];
  for (const document of documents) {
    for (const { pos, message } of document.errors) problems.push({ line: lines.linePos(pos[0]).line, message });
    if (document.errors.length > 0) continue;
    const lineOf = (path: string): number => lines.linePos(placeOf(document, keysOf(path))).line;
    try {
      const object: unknown = document.toJS();
      if (object !== null) manifests.push({ object, lineOf });
    } catch (error) {
      // An alias of nothing, or aliases that would grow without end.
      problems.push({ line: lineOf(''), message: error instanceof Error ? error.message : String(error) });
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, manifests };
}

/** Objects as a YAML file of several documents. */
export function writeManifests(objects: readonly unknown[]): string {
  return objects.map((object) => `---\n${stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })}`).join('');
}

/** The keys of a path: `a.b[2]["c.d"]` is a, b, 2, c.d. */
function keysOf(path: string): readonly string[] {
  return [...path.matchAll(/([^.[\]]+)|\[(\d+)\]|\["([^"]*)"\]/g)].map(
    ([, word, index, quoted]) => word ?? index ?? quoted ?? '',
  );
}

/** Where the field stands in the text, or the last field on the way to it that is there. */
function placeOf(document: Document.Parsed, keys: readonly string[]): number {
  let at: Node | null = document.contents;
  let place = startOf(at) ?? document.range[0];
  for (const key of keys) {
    if (isMap(at)) {
      const pair: Readonly<{ key: unknown; value: unknown }> | undefined = at.items.find(
        (item) => isScalar(item.key) && String(item.key.value) === key,
      );
      if (pair === undefined) return place;
      place = startOf(pair.key as Node) ?? place;
      at = pair.value as Node | null;
    } else if (isSeq(at)) {
      at = (at.items[Number(key)] ?? null) as Node | null;
      if (at === null) return place;
      place = startOf(at) ?? place;
    } else {
      return place;
    }
  }
  return place;
}

function startOf(node: Node | null): number | undefined {
  return node?.range?.[0];
}
