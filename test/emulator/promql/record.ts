import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findBinary } from '../../cluster/binaries.ts';
import { LIST_QUESTIONS, QUESTIONS } from './queries.ts';
import { askPrometheus } from './real-prometheus.ts';

/** Writes what the real Prometheus answers into the fixture: `node test/emulator/promql/record.ts`. */
const questions = [...QUESTIONS, ...LIST_QUESTIONS];
const answers = await askPrometheus(await findBinary('prometheus'), questions);
const lines = answers.map((answer, index) => JSON.stringify({ ...questions[index], answer }));
await writeFile(join(import.meta.dirname, 'recorded.json'), `[\n${lines.join(',\n')}\n]\n`);
console.log(`${lines.length} answers recorded`);
