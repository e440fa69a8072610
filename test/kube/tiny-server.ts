import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Server as TlsServer } from 'node:https';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubeObject } from '../../src/kube/resource.ts';
import { Refused, TinyApi } from './tiny-api.ts';

/** A TinyApi on a port of loopback. */
export type TinyServer = Readonly<{ api: TinyApi; address: string; requests: string[]; close(): Promise<void> }>;

/** Serves one TinyApi under any path `…/namespaces/<ns>/<plural>[/<name>]` or `…/<plural>`, as the API server would. */
export async function startTinyServer(): Promise<TinyServer> {
  const api = new TinyApi();
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    serve(api, request, response).catch((error: unknown) => {
      const refused = error instanceof Refused ? error : new Refused(500, 'InternalError', String(error));
      const { code, reason, message } = refused;
      response.writeHead(code, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', code, reason, message }));
    });
  });
  return { api, requests, address: await listen(server), close: () => shut(server) };
}

/** Listens on a free port of loopback and answers the address. */
export async function listen(server: Server | TlsServer): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Closes a server and whatever is connected to it. */
export async function shut(server: Server | TlsServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}

/** The whole body of a message. */
export async function bodyOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

async function serve(api: TinyApi, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://tiny');
  const [, namespace, , name] = /namespaces\/([^/]+)\/([^/]+)(?:\/([^/]+))?/.exec(url.pathname) ?? [];
  const key = `${namespace}/${name}`;
  const body = await bodyOf(request);
  const object = body === '' ? undefined : (JSON.parse(body) as KubeObject);
  const answer = (code: number, value: unknown): void => {
    response.writeHead(code, { 'content-type': 'application/json' });
    response.end(JSON.stringify(value));
  };
  switch (request.method ?? 'GET') {
    case 'POST':
      return answer(201, api.create(object ?? { metadata: { name: '' } }));
    case 'PUT':
      return answer(200, api.replace(key, object ?? { metadata: { name: '' } }));
    case 'PATCH':
      return answer(200, api.merge(key, object ?? {}));
    case 'DELETE': {
      const options = object as unknown as { preconditions?: { uid?: string } };
      api.delete(key, options.preconditions?.uid);
      return answer(200, { kind: 'Status', status: 'Success' });
    }
    default:
    // A read: below.
  }
  if (name !== undefined) return answer(200, api.get(key));
  if (url.searchParams.get('watch') === 'true') return serveWatch(api, url, response);
  const limit = url.searchParams.get('limit');
  const page = api.list(limit === null ? undefined : Number(limit), url.searchParams.get('continue') ?? undefined);
  const metadata = {
    resourceVersion: String(page.version),
    ...(page.continue === undefined ? {} : { continue: page.continue }),
  };
  answer(200, { kind: 'List', metadata, items: page.items });
}

function serveWatch(api: TinyApi, url: URL, response: ServerResponse): void {
  const from = Number(url.searchParams.get('resourceVersion'));
  const early: unknown[] = [];
  let write = (told: unknown): void => void early.push(told);
  const stop = api.watch(from, (told) => write(told));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  write = (told) => void response.write(`${JSON.stringify(told)}\n`);
  for (const told of early) write(told);
  response.on('close', stop);
}
