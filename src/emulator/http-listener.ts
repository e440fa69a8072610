import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KubeObject } from '../kube/resource.ts';
import type { ApiServer } from './api-server.ts';
import type { HttpListener } from './loopback.ts';
import { bodyOf, listenOnLoopback } from './loopback.ts';
import { badRequest, isRefusal, methodNotAllowed, refuse } from './refusal.ts';
import type { EmulatorRequest, EmulatorResponse } from './request.ts';
import { routeOf, splitPath } from './request.ts';
import { formWanted, tableFor } from './table.ts';
import type { EmulatorEvent } from './watch.ts';

/** The real server takes bodies up to 3 MiB. */
const LARGEST_BODY = 3 * 1024 * 1024;

/** Serves an API server over HTTP on 127.0.0.1; port 0 takes a free one. Rejects when the port is taken. */
export async function listenHttp(server: ApiServer, options: Readonly<{ port: number }>): Promise<HttpListener> {
  return listenOnLoopback(options.port, (message, response) => serve(server, message, response));
}

async function serve(server: ApiServer, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const text = await bodyOf(message, LARGEST_BODY);
  if (text === undefined) return send(response, refused(badRequest('Request body is too large')));
  const request = requestOf(message, text);
  if ('status' in request) return send(response, request);
  const watch = /[?&]watch=(true|1)(&|$)/.test(request.path) && request.method === 'GET';
  // Asked of one object by its path, a watch is a plain read; the name in a field selector makes it a watch.
  const { name } = routeOf(splitPath(request.path).segments, server.core.kinds) ?? {};
  if (watch && name === undefined) return serveWatch(server, request, response);
  send(response, server.handle(request));
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

function requestOf(message: IncomingMessage, text: string): EmulatorRequest | EmulatorResponse {
  const method = METHODS.find((one) => one === message.method);
  if (method === undefined) return refused(methodNotAllowed());
  const { accept, 'content-type': contentType, 'user-agent': userAgent } = message.headers;
  const media = contentType?.split(';', 1)[0]?.trim() ?? '';
  if (text !== '' && /protobuf|cbor/.test(media)) return refused(unreadableMedia());
  let body: unknown;
  try {
    body = text === '' ? undefined : JSON.parse(text);
  } catch (error) {
    // The server says of which kind an object should have been; whatever else is sent is of no kind.
    if (method === 'POST' || method === 'PUT') body = text;
    else return refused(badRequest(`the body is no JSON: ${error instanceof Error ? error.message : ''}`));
  }
  return {
    method,
    path: message.url ?? '/',
    body,
    ...(accept === undefined ? {} : { accept }),
    ...(contentType === undefined ? {} : { contentType }),
    ...(userAgent === undefined ? {} : { userAgent }),
  };
}

/** Protobuf and CBOR are not read: a client that insists on them gets 415. */
function unreadableMedia(): ReturnType<typeof badRequest> {
  const known = 'application/json, application/yaml';
  const message = `the body of the request was in an unknown format - accepted media types include: ${known}`;
  return refuse(415, 'UnsupportedMediaType', message);
}

function refused({ refused: status }: ReturnType<typeof badRequest>): EmulatorResponse {
  return { status: status.code, body: status };
}

function send(
  response: ServerResponse,
  { status, body, contentType = 'application/json', warnings = [] }: EmulatorResponse,
): void {
  const headers: Record<string, string | string[]> = { 'content-type': contentType };
  if (warnings.length > 0) headers['warning'] = warnings.map((one) => `299 - ${JSON.stringify(one)}`);
  const details = (body as { details?: { retryAfterSeconds?: number } } | null)?.details;
  if (details?.retryAfterSeconds !== undefined) headers['retry-after'] = String(details.retryAfterSeconds);
  response.writeHead(status, headers);
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Streams a watch: one JSON object a line. */
function serveWatch(server: ApiServer, request: EmulatorRequest, response: ServerResponse): void {
  const show = eventForm(server, request);
  const early: EmulatorEvent[] = [];
  let tell = (event: EmulatorEvent): void => void early.push(event);
  const started = server.watch(request, { onEvent: (event) => tell(event), onEnd: () => response.end() });
  if (isRefusal(started)) return send(response, refused(started));
  response.writeHead(200, { 'content-type': 'application/json' });
  response.flushHeaders();
  tell = (event) => void response.write(`${JSON.stringify(show(event))}\n`);
  for (const event of early) tell(event);
  response.on('close', started);
}

/** How events are written: as they are, or each as a table of one row. */
function eventForm(server: ApiServer, request: EmulatorRequest): (event: EmulatorEvent) => unknown {
  const { segments, query } = splitPath(request.path);
  const route = routeOf(segments, server.core.kinds);
  if (formWanted(request.accept) !== 'Table' || route === undefined) return (event) => event;
  let first = true;
  return (event) => {
    if (event.type === 'ERROR') return event;
    const object = event.object as KubeObject;
    const rows = event.type === 'BOOKMARK' ? [] : [object];
    const { resourceVersion } = object.metadata;
    const table = tableFor(route.kind, rows, server.core.now(), { resourceVersion }, query['includeObject']);
    const shown = first ? table : { ...table, columnDefinitions: null };
    first = false;
    return { type: event.type, object: shown };
  };
}
