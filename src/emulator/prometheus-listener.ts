import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../clock/clock.ts';
import type { PrometheusRequest } from './prometheus-api.ts';
import type { EmulatedPrometheus } from './prometheus.ts';

/** A Prometheus on a port of loopback; `close` ends its connections. */
export type PrometheusListener = Readonly<{ address: string; close(): Promise<void> }>;

/** A query in a form is at most this long; more is refused with 413. */
const LARGEST_BODY = 1024 * 1024;

/**
 * Serves the HTTP API of an emulated Prometheus on 127.0.0.1; port 0 takes a free one. Its faults show on the wire: a
 * refusal breaks the connection, a slow answer comes late by the clock. Rejects when the port is taken.
 */
export async function listenPrometheus(
  prometheus: EmulatedPrometheus,
  clock: Clock,
  options: Readonly<{ port: number }>,
): Promise<PrometheusListener> {
  const http = createServer((message, response) => {
    serve(prometheus, clock, message, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(options.port, '127.0.0.1', resolve);
  });
  const { port } = http.address() as AddressInfo;
  return { address: `http://127.0.0.1:${port}`, close: () => shut(http) };
}

async function shut(http: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => http.close(() => resolve()));
  http.closeAllConnections();
  await closed;
}

async function serve(
  prometheus: EmulatedPrometheus,
  clock: Clock,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = await bodyOf(message);
  if (form === undefined) return void response.writeHead(413).end();
  const reply = prometheus.answer(requestOf(message, form), clock.now());
  if (reply.kind === 'Refused') return void message.socket.resetAndDestroy();
  if (reply.kind === 'Hangs') {
    response.writeHead(200, { 'content-type': 'application/json' });
    return response.flushHeaders();
  }
  const { after, status, body } = reply;
  const type = body.startsWith('{') ? 'application/json' : 'text/plain; charset=utf-8';
  const send = (): void => void response.writeHead(status, { 'content-type': type }).end(body);
  if (after <= 0) return send();
  const timer = clock.schedule(after, send);
  response.once('close', () => timer.cancel());
}

async function bodyOf(message: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += (chunk as Buffer).length;
    if (size > LARGEST_BODY) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Parameters of the address and, in a POST, of the form, which come first as in Go. */
function requestOf(message: IncomingMessage, form: string): PrometheusRequest {
  const { pathname, searchParams } = new URL(message.url ?? '/', 'http://localhost');
  const isForm = message.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  const parameters = new URLSearchParams([...new URLSearchParams(isForm ? form : ''), ...searchParams]);
  return { method: message.method ?? 'GET', path: pathname, parameters };
}
