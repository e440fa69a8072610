import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Question } from './queries.ts';
import { parametersOf, pathOf } from './queries.ts';
import { remoteWriteBody } from './remote-write.ts';
import { WORLD } from './world.ts';

/** What Prometheus answered: the status and the parsed body. */
export type Recorded = Readonly<{ status: number; body: unknown }>;

/** Starts the given program on a free port with an empty store, feeds it the world, asks the questions, and ends it. */
export async function askPrometheus(program: string, questions: readonly Question[]): Promise<readonly Recorded[]> {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-promql-'));
  const port = await freePort();
  await writeFile(join(folder, 'prometheus.yml'), '{}');
  const child = spawn(
    program,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
      '--web.enable-remote-write-receiver',
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  try {
    const url = `http://127.0.0.1:${port}`;
    await ready(`${url}/-/ready`);
    await feed(`${url}/api/v1/write`);
    const answers: Recorded[] = [];
    for (const question of questions) {
      const response = await fetch(`${url}${pathOf(question)}?${parametersOf(question).toString()}`);
      answers.push({ status: response.status, body: await response.json() });
    }
    return answers;
  } finally {
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  }
}

async function feed(url: string): Promise<void> {
  const headers = { 'content-encoding': 'snappy', 'content-type': 'application/x-protobuf' };
  const response = await fetch(url, { method: 'POST', headers, body: remoteWriteBody(WORLD) });
  if (!response.ok) throw new Error(`Prometheus refuses the samples: ${response.status} ${await response.text()}`);
}

async function ready(url: string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    const up = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (up) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${url} is not ready after 30 s`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address !== null ? resolve(address.port) : reject(new Error()),
      );
    });
  });
}
