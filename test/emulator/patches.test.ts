import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRefusal } from '../../src/emulator/refusal.ts';
import { patchJson } from '../../src/emulator/patch-json.ts';
import { patchMerge } from '../../src/emulator/patch-merge.ts';
import { patchStrategic } from '../../src/emulator/patch-strategic.ts';
import { builtInType } from '../../src/emulator/built-in-types.ts';
import { sameValue } from '../../src/emulator/schema.ts';

const json = fc.jsonValue({ maxDepth: 4 });
const map = fc.dictionary(
  fc.string({ maxLength: 3 }).filter((key) => key !== '__proto__'),
  json,
  { maxKeys: 4 },
);

/** The merge patch that leads from one document to another, as RFC 7386 describes it; undefined when a null stands in the way. */
function mergeBetween(before: unknown, after: unknown): unknown {
  if (!isPlain(before) || !isPlain(after)) return after;
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) patch[key] = null;
  for (const key of Object.keys(after)) {
    if (!sameValue(before[key], after[key])) patch[key] = mergeBetween(before[key], after[key]);
  }
  return patch;
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function hasNull(value: unknown): boolean {
  if (value === null) return true;
  return typeof value === 'object' && Object.values(value).some(hasNull);
}

test('a merge patch leads from any document to any other without nulls, and leaves the first as it was', () => {
  fc.assert(
    fc.property(map, map, (before, after) => {
      fc.pre(!hasNull(after));
      const kept = structuredClone(before);
      expect(sameValue(patchMerge(before, mergeBetween(before, after)), after)).toBe(true);
      expect(before).toEqual(kept);
    }),
  );
});

test('a merge patch applied twice is applied once', () => {
  fc.assert(
    fc.property(map, map, (document, patch) => {
      const once = patchMerge(document, patch);
      expect(patchMerge(once, patch)).toEqual(once);
    }),
  );
});

const pointer = (key: string): string => `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;

test('a JSON patch adds, finds, moves and removes a member, and leaves the document as it was', () => {
  fc.assert(
    fc.property(map, fc.string({ maxLength: 3 }), json, (document, key, value) => {
      fc.pre(key !== '__proto__' && !Object.hasOwn(document, key) && key !== 'there');
      const kept = structuredClone(document);
      const path = pointer(key);
      const added = patchJson(document, [
        { op: 'add', path, value },
        { op: 'test', path, value },
      ]);
      expect(added).toEqual({ ...document, [key]: value });
      const back = patchJson(added, [
        { op: 'move', from: path, path: '/there' },
        { op: 'test', path: '/there', value },
        { op: 'remove', path: '/there' },
      ]);
      const { there: _replaced, ...rest } = document;
      expect(back).toEqual(rest);
      expect(document).toEqual(kept);
    }),
  );
});

test('no JSON patch, however wrong, throws: it is applied or refused', () => {
  const operation = fc.record(
    {
      op: fc.constantFrom('add', 'remove', 'replace', 'test', 'copy', 'move', 'x'),
      path: fc.constantFrom('', '/', '/a', '/a/0', '/a/-', '/b/c', 'a', '/a/01'),
      from: fc.constantFrom('/a', '/b', '/z'),
      value: json,
    },
    { requiredKeys: ['op', 'path'] },
  );
  fc.assert(
    fc.property(map, fc.array(operation, { maxLength: 5 }), (rest, patch) => {
      const document = { ...rest, a: [1, 2], b: {} };
      const result = patchJson(document, patch);
      if (isRefusal(result)) expect(result.refused.code).toBe(422);
      expect(document.a).toEqual([1, 2]);
    }),
  );
});

const container = fc.record({ name: fc.constantFrom('a', 'b', 'c'), image: fc.string({ maxLength: 4 }) });
const containers = fc.uniqueArray(container, { selector: ({ name }) => name, minLength: 1 });

test('a strategic patch changes the containers it names and keeps the others', () => {
  const type = builtInType('PodSpec');
  fc.assert(
    fc.property(containers, containers, (before, wanted) => {
      const { containers: after } = patchStrategic(type, { containers: before }, { containers: wanted }) as {
        containers: readonly { name: string; image: string }[];
      };
      const named = new Map(wanted.map((one) => [one.name, one.image]));
      for (const one of before)
        expect(after).toContainEqual({ name: one.name, image: named.get(one.name) ?? one.image });
      expect(new Set(after.map(({ name }) => name)).size).toBe(after.length);
    }),
  );
});
