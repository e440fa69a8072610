import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { systemClock } from '../../src/clock/clock.ts';
import type { Connection } from '../../src/kube/connection.ts';
import { plainConnection } from '../../src/kube/connection.ts';
import type { HttpClient, HttpClientOptions } from '../../src/kube/http-client.ts';
import { createHttpClient } from '../../src/kube/http-client.ts';
import { CONFIG_MAPS } from '../../src/kube/kinds.ts';
import { bodyOf, listen, shut } from './tiny-server.ts';

/** A server that answers as told, and records what it was asked. */
export async function scripted(
  answer: (request: IncomingMessage, response: ServerResponse, count: number) => void,
): Promise<{ address: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void (async () => {
      await bodyOf(request);
      asked.push(`${request.method} ${request.url}`);
      answer(request, response, asked.length);
    })();
  });
  const address = await listen(server);
  onTestFinished(() => shut(server));
  return { address, asked };
}

/** A client of ours, closed when the test is over. */
export function client(connection: Connection | string, more: Partial<HttpClientOptions> = {}): HttpClient {
  const made = createHttpClient({
    connection: typeof connection === 'string' ? plainConnection(connection) : connection,
    clock: systemClock(),
    userAgent: 'sluice/test',
    ...more,
  });
  onTestFinished(() => made.close());
  return made;
}

/** Answers a request with JSON. */
export function json(
  response: ServerResponse,
  code: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(code, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(value));
}

/** An object, and where it is. */
export const OBJECT = { metadata: { namespace: 'shop', name: 'a' } };
export const TARGET = { resource: CONFIG_MAPS, namespace: 'shop', name: 'a' };
