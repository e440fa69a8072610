import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { comparable, filledStore, ourAnswer } from './comparison.ts';
import type { Question } from './queries.ts';
import { LIST_QUESTIONS, QUESTIONS } from './queries.ts';
import type { Recorded } from './real-prometheus.ts';

type Row = Question & Readonly<{ answer: Recorded }>;
const RECORDED = JSON.parse(readFileSync(join(import.meta.dirname, 'recorded.json'), 'utf8')) as readonly Row[];
const store = filledStore();

describe('our PromQL answers as Prometheus 3.16 did when it was asked the same of the same samples', () => {
  test('the recording holds every question', () => {
    const asked = RECORDED.map(({ query, at, range, path }) => ({ query, at, range, path }));
    expect(asked, 'repeat with: node test/emulator/promql/record.ts').toEqual([...QUESTIONS, ...LIST_QUESTIONS]);
    expect(RECORDED.length).toBeGreaterThan(310);
  });

  test.each(RECORDED)('$query at $at $range $path', ({ answer, ...question }) => {
    expect(comparable(ourAnswer(question, store), question)).toEqual(comparable(answer, question));
  });
});
