import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A Prometheus that answers every query with one number. */
export type FakePrometheus = { readonly address: string; value: number; queries: string[] };

/** Starts a Prometheus on loopback; it ends with the test. */
export async function startPrometheus(value: number): Promise<FakePrometheus> {
  const queries: string[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      queries.push(new URLSearchParams(body).get('query') ?? '');
      const result = [{ metric: {}, value: [0, String(fake.value)] }];
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const fake = { address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, value, queries };
  return fake;
}
