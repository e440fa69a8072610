import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A server on a port of loopback; `close` ends its connections, and with them what they wait for. */
export type HttpListener = Readonly<{ address: string; close(): Promise<void> }>;

/**
 * Serves HTTP on 127.0.0.1; port 0 takes a free one. A request whose answer fails loses its connection. Rejects when the
 * port is taken.
 */
export async function listenOnLoopback(
  port: number,
  serve: (message: IncomingMessage, response: ServerResponse) => Promise<void>,
): Promise<HttpListener> {
  const http = createServer((message, response) => {
    serve(message, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    http.once('error', reject);
    http.listen(port, '127.0.0.1', resolve);
  });
  const { port: taken } = http.address() as AddressInfo;
  return { address: `http://127.0.0.1:${taken}`, close: () => shut(http) };
}

async function shut(http: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => http.close(() => resolve()));
  http.closeAllConnections();
  await closed;
}

/** The body of a request as text; undefined when it has more than `most` bytes. */
export async function bodyOf(message: IncomingMessage, most: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    size += (chunk as Buffer).length;
    if (size > most) return undefined;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
