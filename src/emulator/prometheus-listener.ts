import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../clock/clock.ts';
import type { HttpListener } from './loopback.ts';
import { bodyOf, listenOnLoopback } from './loopback.ts';
import type { PrometheusRequest } from './prometheus-api.ts';
import type { EmulatedPrometheus } from './prometheus.ts';

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
): Promise<HttpListener> {
  return listenOnLoopback(options.port, (message, response) => serve(prometheus, clock, message, response));
}

async function serve(
  prometheus: EmulatedPrometheus,
  clock: Clock,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const form = await bodyOf(message, LARGEST_BODY);
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

/** Parameters of the address and, in a POST, of the form, which come first as in Go. */
function requestOf(message: IncomingMessage, form: string): PrometheusRequest {
  const { pathname, searchParams } = new URL(message.url ?? '/', 'http://localhost');
  const isForm = message.headers['content-type']?.startsWith('application/x-www-form-urlencoded') === true;
  const parameters = new URLSearchParams([...new URLSearchParams(isForm ? form : ''), ...searchParams]);
  return { method: message.method ?? 'GET', path: pathname, parameters };
}
