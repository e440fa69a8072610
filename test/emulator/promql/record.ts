import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findBinary } from '../../cluster/binaries.ts';
import { QUESTIONS } from './queries.ts';
import { askPrometheus } from './real-prometheus.ts';

/** Writes what the real Prometheus answers into the fixture: `node test/emulator/promql/record.ts`. */
const answers = await askPrometheus(process.argv[2] ?? (await findBinary('prometheus')), QUESTIONS);
const lines = answers.map((answer, index) => JSON.stringify({ ...QUESTIONS[index], answer }));
await writeFile(join(import.meta.dirname, 'recorded.json'), `[\n${lines.join(',\n')}\n]\n`);
console.log(`${lines.length} answers recorded`);
