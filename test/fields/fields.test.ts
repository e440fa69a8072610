import { expect, test } from 'vitest';
import type { TSchema } from 'typebox';
import { rolloutSpecSchema } from '../../src/api/rollout.schema.ts';
import { NOT_YET } from '../../src/api/unsupported.ts';
import type { Story } from './play-story.ts';
import { playStory } from './play-story.ts';
import type { Row } from './rows.ts';
import { ROWS, WITHOUT_EFFECT } from './rows.ts';

// For every field of a Rollout's spec: with another value in it, the cluster lives another life.

type Node = TSchema & Readonly<{ type?: string; properties?: Readonly<Record<string, Node>>; items?: Node }>;

/** The paths of all fields that hold a value of their own, `[]` for any index; those that are refused are left out. */
function fieldsOf(schema: Node, path: string): readonly string[] {
  const refused = NOT_YET.Rollout.some(
    (field) => path === field.path || path.startsWith(`${field.path}.`) || path.startsWith(`${field.path}[`),
  );
  if (refused) return [];
  if (schema.items !== undefined) return fieldsOf(schema.items, `${path}[]`);
  const members = Object.entries(schema.properties ?? {});
  return members.length === 0 ? [path] : members.flatMap(([name, member]) => fieldsOf(member, `${path}.${name}`));
}

const pattern = (path: string): string => path.replaceAll(/\[\d+\]/g, '[]');

test('every field of the spec has a test that changes it', () => {
  const tested = new Set([...ROWS, ...WITHOUT_EFFECT].map(({ path }) => pattern(path)));
  expect(fieldsOf(rolloutSpecSchema, 'spec').filter((field) => !tested.has(field))).toEqual([]);
});

test('no test is about a field that is not there', () => {
  const fields = new Set(fieldsOf(rolloutSpecSchema, 'spec'));
  expect(ROWS.map(({ path }) => pattern(path)).filter((path) => !fields.has(path))).toEqual([]);
});

const played = new Map<string, Promise<readonly string[]>>();

/** Stories as they are without a change are played once. */
function unchanged(story: Story, beside: Row['beside']): Promise<readonly string[]> {
  const key = JSON.stringify([story.strategy, story.spec, story.objects, story.deeds?.map(({ told }) => told), beside]);
  const known = played.get(key) ?? playStory(story, beside);
  played.set(key, known);
  return known;
}

test.each(ROWS.map((row) => [row.path, row] as const))('%s changes what is done', async (_path, row) => {
  const { story, path, value, beside = {} } = row;
  const [before, after] = await Promise.all([unchanged(story, beside), playStory(story, { ...beside, [path]: value })]);
  expect(before.length).toBeGreaterThan(0);
  expect(after).not.toEqual(before);
});

test.each(WITHOUT_EFFECT.map((row) => [row.path, row] as const))('%s changes nothing', async (_path, row) => {
  const { story, path, value, beside = {} } = row;
  expect(await playStory(story, { ...beside, [path]: value })).toEqual(await unchanged(story, beside));
});
