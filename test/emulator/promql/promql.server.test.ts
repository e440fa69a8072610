import { accessSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from '../../cluster/binaries.ts';
import { BINARIES } from '../../cluster/binary-list.ts';
import { comparable, filledStore, ourAnswer } from './comparison.ts';
import { LIST_QUESTIONS, QUESTIONS } from './queries.ts';
import { randomQuestions } from './random-queries.ts';
import { askPrometheus } from './real-prometheus.ts';

// Building Prometheus takes minutes; `npm run test:cluster` has done it before these tests run.
const program = process.env['SLUICE_PROMETHEUS'] ?? join(cacheFolder(), `prometheus-${BINARIES.prometheus.version}`);

const SEED = Number(process.env['SEED'] ?? 1);

test.skipIf(!isThere(program)).each([
  ['the recorded questions', [...QUESTIONS, ...LIST_QUESTIONS]],
  [`2000 random questions of SEED=${SEED}`, randomQuestions(2000, SEED)],
])('our PromQL and the real Prometheus answer alike: %s', async (_what, questions) => {
  const answers = await askPrometheus(program, questions);
  const store = filledStore();
  for (const [index, question] of questions.entries()) {
    const real = answers[index];
    if (real === undefined) throw new Error(`no answer to ${question.query}`);
    const ours = comparable(ourAnswer(question, store), question);
    expect.soft(ours, question.query).toEqual(comparable(real, question));
  }
});

function isThere(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
