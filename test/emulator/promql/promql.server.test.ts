import { accessSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { cacheFolder } from '../../cluster/binaries.ts';
import { BINARIES } from '../../cluster/binary-list.ts';
import { comparable, filledStore, ourAnswer } from './comparison.ts';
import { QUESTIONS } from './queries.ts';
import { askPrometheus } from './real-prometheus.ts';

// Building Prometheus takes minutes; `npm run test:cluster` has done it before these tests run.
const program = process.env['SLUICE_PROMETHEUS'] ?? join(cacheFolder(), `prometheus-${BINARIES.prometheus.version}`);

test.skipIf(!isThere(program))(
  'our PromQL and the real Prometheus give the same answers to the same samples',
  async () => {
    const answers = await askPrometheus(program, QUESTIONS);
    const store = filledStore();
    for (const [index, question] of QUESTIONS.entries()) {
      const real = answers[index];
      if (real === undefined) throw new Error(`no answer to ${question.query}`);
      const ours = comparable(ourAnswer(question, store), question);
      expect.soft(ours, question.query).toEqual(comparable(real, question));
    }
  },
);

function isThere(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}
