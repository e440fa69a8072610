import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Answer, Group, Recorded } from './exchange.ts';

function pathOf(name: string): string {
  return join(import.meta.dirname, 'transcripts', `${name}.json`);
}

/** What was recorded of a group. */
export function readTranscript(name: string): readonly Recorded[] {
  return JSON.parse(readFileSync(pathOf(name), 'utf8')) as readonly Recorded[];
}

/** Writes a transcript: one line a request, one an answer. */
export function writeTranscript({ name, exchanges }: Group, answers: readonly Answer[]): void {
  const entries = exchanges.map((request, index) => {
    const answer = JSON.stringify(answers[index]);
    return `{"request": ${JSON.stringify(request)},\n "answer": ${answer}}`;
  });
  writeFileSync(pathOf(name), `[\n${entries.join(',\n')}\n]\n`);
}
