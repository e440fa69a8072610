import type { Server } from 'node:http';
import { createServer } from 'node:http';

/** An answer of a probe or an exposition. */
export type Page = Readonly<{ status: number; contentType: string; text: string }>;

/** A page by its path; `verbose` is true when the query asks for details. */
export type Pages = Readonly<Record<string, (verbose: boolean) => Page | Promise<Page>>>;

/** A server that listens. */
export type Listening = Readonly<{ port: number; close(): Promise<void> }>;

/** Serves read-only pages on host:port; rejects when the address cannot be had. Port 0 takes a free one. */
export function serveHttp(address: string, pages: Pages): Promise<Listening> {
  const at = address.lastIndexOf(':');
  const host = address.slice(0, at).replace(/^\[|\]$/g, '');
  const server = createServer((request, response) => {
    const [path = '', query = ''] = (request.url ?? '').split('?');
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    const answer = (one: Page): void => {
      response.writeHead(one.status, { 'content-type': one.contentType, 'x-content-type-options': 'nosniff' });
      response.end(request.method === 'HEAD' ? undefined : one.text);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(plain(405, 'only GET is served'));
    if (page === undefined) return answer(plain(404, 'not found'));
    Promise.resolve(page(/(^|&)verbose\b/.test(query))).then(answer, () => answer(plain(500, 'failed')));
  });
  return listen(server, host === '' ? '0.0.0.0' : host, Number(address.slice(at + 1)));
}

/** A page of plain text. */
export function plain(status: number, text: string): Page {
  return { status, contentType: 'text/plain; charset=utf-8', text: `${text}\n` };
}

function listen(server: Server, host: string, port: number): Promise<Listening> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      const bound = server.address();
      resolve({
        port: typeof bound === 'object' && bound !== null ? bound.port : port,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}
