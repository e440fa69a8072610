import { Agent, request as send } from 'undici';
import type { Dispatcher } from 'undici';
import type { Milliseconds } from '../units/duration.ts';
import type { ApiRequest } from './requests.ts';
import type { Connection, Credentials } from './connection.ts';

/** How long the transport waits, in milliseconds. */
export type TransportTimes = Readonly<{
  /** Until a TCP and TLS connection stands. */
  connect: Milliseconds;
  /** Until the head of an answer, and between two pieces of its body. */
  answer: Milliseconds;
  /** Between two pieces of a watch: bookmarks come about each 60 s, so more silence is a dead connection. */
  silence: Milliseconds;
}>;

/** What came of one attempt to send a request. */
export type Exchange =
  | Readonly<{
      kind: 'Answered';
      status: number;
      retryAfter: string | undefined;
      body: Dispatcher.ResponseData['body'];
    }>
  /** Nothing left this process. */
  | Readonly<{ kind: 'NotSent'; why: string }>
  /** It was sent, and no answer came. */
  | Readonly<{ kind: 'NoAnswer'; why: string }>
  | Readonly<{ kind: 'Fenced' }>;

/** Sends requests over connections of its own; the only user of undici. */
export interface Transport {
  exchange(request: ApiRequest, signal?: AbortSignal): Promise<Exchange>;
  /** Ends watches at once and other calls when they are answered. */
  close(): Promise<void>;
}

class FencedError extends Error {}

type Agents = Readonly<{ fingerprint: string; calls: Dispatcher; watches: Dispatcher; own: readonly Agent[] }>;

/**
 * HTTP/1.1 over keep-alive connections: at most 8 for calls, one for each watch. They are made anew when the CA or
 * certificate changes; calls under way finish on the old ones. HTTP/2 is off: measured slower, and one stalled stream
 * would stall all. `fence` is asked when the bytes of a write are about to leave, after any waiting for a connection.
 */
export function createTransport(
  options: Readonly<{ connection: Connection; userAgent: string; times: TransportTimes; fence: () => boolean }>,
): Transport {
  const { connection, userAgent, times } = options;
  const base = new URL(connection.server);
  const prefix = base.pathname === '/' ? '' : base.pathname.replace(/\/+$/, '');
  let agents: Agents | undefined;
  let closed = false;

  const agentsFor = (credentials: Credentials): Agents => {
    if (agents?.fingerprint === credentials.fingerprint) return agents;
    for (const agent of agents?.own ?? []) void agent.close();
    agents = makeAgents(credentials, times, options.fence);
    return agents;
  };

  const exchange = async (request: ApiRequest, signal?: AbortSignal): Promise<Exchange> => {
    if (closed) return { kind: 'NotSent', why: 'the client is closed' };
    let credentials: Credentials;
    try {
      credentials = await connection.credentials();
    } catch (error) {
      return { kind: 'NotSent', why: error instanceof Error ? error.message : 'no credentials' };
    }
    const { calls, watches } = agentsFor(credentials);
    const progress = { sent: false, writes: request.writes };
    const query = new URLSearchParams(request.query).toString();
    try {
      const answer = await send(`${base.origin}${prefix}${request.path}${query === '' ? '' : `?${query}`}`, {
        dispatcher: request.verb === 'watch' ? watches : calls,
        method: request.method,
        headers: {
          ...credentials.headers,
          accept: 'application/json',
          'user-agent': userAgent,
          ...(request.contentType === undefined ? {} : { 'content-type': request.contentType }),
        },
        body: request.body ?? null,
        signal: signal ?? null,
        opaque: progress,
      });
      const retryAfter = answer.headers['retry-after'];
      return {
        kind: 'Answered',
        status: answer.statusCode,
        retryAfter: typeof retryAfter === 'string' ? retryAfter : undefined,
        body: answer.body,
      };
    } catch (error) {
      if (error instanceof FencedError) return { kind: 'Fenced' };
      return { kind: progress.sent ? 'NoAnswer' : 'NotSent', why: describeNetworkError(error) };
    }
  };

  const close = async (): Promise<void> => {
    closed = true;
    const [calls, watches] = agents?.own ?? [];
    await Promise.all([calls?.close(), watches?.destroy()]);
  };
  return { exchange, close };
}

/** Names what went wrong on the network by its code and the system's words, never by what was sent. */
export function describeNetworkError(error: unknown): string {
  if (!(error instanceof Error)) return 'the connection failed';
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.name;
  return error.message === '' || error.message.includes(code) ? error.message || code : `${code}: ${error.message}`;
}

function makeAgents(credentials: Credentials, times: TransportTimes, fence: () => boolean): Agents {
  // Probes from 15 s of silence on: a peer that vanished is noticed in about half a minute, without waiting for a bookmark.
  const connect = { ...credentials.tls, timeout: times.connect, keepAlive: true, keepAliveInitialDelay: 15_000 };
  const shared = { allowH2: false, keepAliveTimeout: 30_000, pipelining: 1, headersTimeout: times.answer, connect };
  const calls = new Agent({ ...shared, connections: 8, bodyTimeout: times.answer });
  const watches = new Agent({ ...shared, bodyTimeout: times.silence });
  return {
    fingerprint: credentials.fingerprint,
    calls: calls.compose(watchedDispatch(fence)),
    watches: watches.compose(watchedDispatch(fence)),
    own: [calls, watches],
  };
}

/** Notes when a request starts to leave, and stops a write there if it may not be made any more. */
function watchedDispatch(fence: () => boolean): Dispatcher.DispatcherComposeInterceptor {
  return (dispatch) => (request, handler) =>
    dispatch(request, {
      onRequestStart(controller, context) {
        const progress = progressOf(request);
        if (progress?.writes === true && !fence()) return controller.abort(new FencedError());
        if (progress !== undefined) progress.sent = true;
        handler.onRequestStart?.(controller, context);
      },
      onRequestUpgrade: (...given) => handler.onRequestUpgrade?.(...given),
      onResponseStart: (...given) => handler.onResponseStart?.(...given),
      onResponseData: (...given) => handler.onResponseData?.(...given),
      onResponseEnd: (...given) => handler.onResponseEnd?.(...given),
      onResponseError: (...given) => handler.onResponseError?.(...given),
    });
}

type Progress = { sent: boolean; writes: boolean };

/** undici hands a request's `opaque` member through unread. */
function progressOf(request: Dispatcher.DispatchOptions): Progress | undefined {
  return 'opaque' in request ? (request.opaque as Progress) : undefined;
}
