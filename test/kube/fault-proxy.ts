import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { TlsMaterial } from '../../src/kube/connection.ts';
import { bodyOf, listen, shut } from './tiny-server.ts';

/** One request as a fault sees it. */
export type Seen = Readonly<{
  method: string;
  path: string;
  query: URLSearchParams;
  body: string;
  watch: boolean;
  write: boolean;
}>;

/** One line of a watch or what stands in its place; a `cut` sends the text and breaks the connection. */
export type Lines = readonly (string | Readonly<{ cut: string }>)[];

/** What a fault does to a request that it matches. */
export type Act =
  /** Answers in the server's place. */
  | Readonly<{ kind: 'Answer'; status: number; headers?: Record<string, string>; body?: unknown }>
  /** The server never sees it, and the connection breaks. */
  | Readonly<{ kind: 'LostBefore' }>
  /** The server carries it out, and the connection breaks before the answer. */
  | Readonly<{ kind: 'LostAfter' }>
  /** The server never sees it, and nothing is ever answered. */
  | Readonly<{ kind: 'Hang' }>
  /** It reaches the server late, each request by as much as is answered for it. */
  | Readonly<{ kind: 'Delay'; milliseconds: () => number }>
  /** The answer is changed on its way back; for what is not a watch. */
  | Readonly<{ kind: 'Rewrite'; body: (body: string) => string }>
  /** The lines of a watch are changed on their way. */
  | Readonly<{ kind: 'Watch'; line: (line: string) => Lines }>
  /** A watch that is established, and hears nothing more from then on: a half-open connection. */
  | Readonly<{ kind: 'Silence' }>
  /** Something is done to the server first. */
  | Readonly<{ kind: 'First'; act: () => Promise<void> }>;

/** A fault: which requests, how often, and what happens to them. */
export type Fault = Readonly<{ id: string; when: (seen: Seen) => boolean; times?: number; act: Act }>;

/** Where the proxy sends requests, and what it lets itself in with. */
export type Upstream = Readonly<{ server: string; tls?: TlsMaterial; headers?: Readonly<Record<string, string>> }>;

/** A proxy on loopback between a client and an API server. */
export interface FaultProxy {
  readonly address: string;
  inject(...faults: Fault[]): void;
  /** Ends all established watches in good order, as a server does that goes down. */
  endWatches(): void;
  /** Takes all faults off; established watches run on unchanged, silent ones stay silent. */
  clear(): void;
  /** How often faults of this id have struck: requests, or lines of watches. */
  hits(id: string): number;
  /** Every request that came, `GET /api/…`. */
  readonly requests: readonly string[];
  close(): Promise<void>;
}

type Exchange = Readonly<{
  seen: Seen;
  incoming: IncomingMessage;
  outgoing: ServerResponse;
  watches: Set<ServerResponse>;
}>;

/** Starts a proxy on a free port. */
export async function startFaultProxy(upstream: Upstream): Promise<FaultProxy> {
  let faults: { fault: Fault; left: number }[] = [];
  const hits = new Map<string, number>();
  const requests: string[] = [];
  const watches = new Set<ServerResponse>();

  const strike = (seen: Seen): Fault | undefined => {
    const entry = faults.find(({ fault, left }) => left > 0 && fault.when(seen));
    if (entry === undefined) return undefined;
    entry.left -= 1;
    if (entry.fault.act.kind !== 'Watch') count(entry.fault);
    return entry.fault;
  };
  const count = (fault: Fault): void => void hits.set(fault.id, (hits.get(fault.id) ?? 0) + 1);
  /** What the fault makes of a line of a watch; a hit when it is not the line itself. */
  const bend = (fault: Fault | undefined, line: string): Lines => {
    if (fault?.act.kind !== 'Watch' || !faults.some((entry) => entry.fault === fault)) return [line];
    const out = fault.act.line(line);
    if (out.length !== 1 || out[0] !== line) count(fault);
    return out;
  };

  const server = createServer((incoming, outgoing) => {
    void (async () => {
      const exchange = { seen: await look(incoming), incoming, outgoing, watches };
      requests.push(`${incoming.method} ${incoming.url}`);
      const fault = strike(exchange.seen);
      await carry(upstream, exchange, fault?.act, (line) => bend(fault, line));
    })().catch(() => outgoing.destroy());
  });
  return {
    address: await listen(server),
    inject: (...added) =>
      void (faults = [...faults, ...added.map((fault) => ({ fault, left: fault.times ?? Infinity }))]),
    endWatches: () => {
      for (const watch of watches) watch.end();
    },
    clear: () => void (faults = []),
    hits: (id) => hits.get(id) ?? 0,
    requests,
    close: () => shut(server),
  };
}

async function look(incoming: IncomingMessage): Promise<Seen> {
  const url = new URL(incoming.url ?? '/', 'http://proxy');
  const method = incoming.method ?? 'GET';
  const watch = url.searchParams.get('watch') === 'true';
  return {
    method,
    path: url.pathname,
    query: url.searchParams,
    body: await bodyOf(incoming),
    watch,
    write: method !== 'GET',
  };
}

async function carry(
  upstream: Upstream,
  exchange: Exchange,
  act: Act | undefined,
  bend: (line: string) => Lines,
): Promise<void> {
  const { outgoing, incoming, seen } = exchange;
  switch (act?.kind) {
    case 'Answer':
      outgoing.writeHead(act.status, { 'content-type': 'application/json', ...act.headers });
      outgoing.end(JSON.stringify(act.body ?? {}));
      return;
    case 'LostBefore':
      incoming.socket.destroy();
      return;
    case 'Hang':
      return;
    case 'LostAfter':
      await bodyOf(await forward(upstream, exchange));
      incoming.socket.destroy();
      return;
    case 'Delay':
      await new Promise((resolve) => setTimeout(resolve, act.milliseconds()));
      break;
    case 'First':
      await act.act();
      break;
    case 'Rewrite':
    case 'Silence':
    case 'Watch':
    case undefined:
    // These change the answer: below.
  }
  const answer = await forward(upstream, exchange);
  outgoing.on('close', () => answer.destroy());
  outgoing.writeHead(answer.statusCode ?? 502, withoutLength(answer.headers));
  if (act?.kind === 'Rewrite') outgoing.end(act.body(await bodyOf(answer)));
  else if (seen.watch) await relayWatch(answer, exchange, act, bend);
  else answer.pipe(outgoing);
}

/** Hands a watch on line by line; the fault strikes as long as it is injected. */
async function relayWatch(
  answer: IncomingMessage,
  { outgoing, incoming, watches }: Exchange,
  act: Act | undefined,
  bend: (line: string) => Lines,
): Promise<void> {
  outgoing.flushHeaders();
  watches.add(outgoing);
  outgoing.on('close', () => watches.delete(outgoing));
  if (act?.kind === 'Silence') return;
  let rest = '';
  answer.setEncoding('utf8');
  for await (const chunk of answer) {
    const lines = (rest + String(chunk)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      for (const one of bend(line)) {
        if (typeof one === 'string') {
          outgoing.write(`${one}\n`);
        } else {
          outgoing.write(one.cut, () => incoming.socket.destroy());
          return;
        }
      }
    }
  }
  outgoing.end();
}

function forward(upstream: Upstream, { incoming, seen }: Exchange): Promise<IncomingMessage> {
  const url = new URL(incoming.url ?? '/', upstream.server);
  const send = url.protocol === 'https:' ? tlsRequest : plainRequest;
  const { host: _host, 'transfer-encoding': _encoding, connection: _connection, ...headers } = incoming.headers;
  return new Promise((resolve, reject) => {
    const length = seen.body === '' ? {} : { 'content-length': String(Buffer.byteLength(seen.body)) };
    const options = { method: seen.method, headers: { ...headers, ...upstream.headers, ...length }, ...upstream.tls };
    const outgoing = send(url, options, resolve);
    outgoing.on('error', reject);
    outgoing.end(seen.body);
  });
}

function withoutLength(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  const { 'content-length': _length, 'transfer-encoding': _encoding, connection: _connection, ...rest } = headers;
  return rest;
}
