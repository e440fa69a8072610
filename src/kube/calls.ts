import type { Clock } from '../clock/clock.ts';
import { sleep } from '../clock/clock.ts';
import type { Milliseconds } from '../units/duration.ts';
import { milliseconds, seconds } from '../units/duration.ts';
import { elapsed } from '../units/instant.ts';
import type { Backoff, Random } from './backoff.ts';
import { backoffDelay } from './backoff.ts';
import type { Answer, Failure } from './client.ts';
import type { Connection } from './connection.ts';
import { failureOf, withoutValues } from './errors.ts';
import type { ApiRequest } from './requests.ts';
import { describeRequest } from './requests.ts';
import type { Rate } from './token-bucket.ts';
import { createTokenBucket } from './token-bucket.ts';
import type { Exchange, Transport } from './transport.ts';

/** One request that was made, for counters and for a record of what the RBAC rules must allow. */
export type RequestRecord = Readonly<{
  verb: ApiRequest['verb'];
  method: ApiRequest['method'];
  group: string;
  plural: string;
  subresource: string | undefined;
  namespace: string | undefined;
  /** The HTTP status; 0 when no answer came. */
  status: number;
  took: Milliseconds;
  /** 1 for the first attempt. */
  attempt: number;
}>;

/** How calls are limited, counted and repeated. */
export type CallOptions = Readonly<{
  clock: Clock;
  /** Calls a second in the long run, and at once after a quiet time; asked before each call. Default 100 and 200. */
  limit?: () => Rate;
  /** Told of every attempt; must not throw. */
  onRequest?: (record: RequestRecord) => void;
  /** Default Math.random. */
  random?: Random;
}>;

const DEFAULT_LIMIT: Rate = { perSecond: 100, burst: 200 };
const ATTEMPTS = 4;
const RETRY: Backoff = { base: milliseconds(250), cap: seconds(5) };
/** A longer Retry-After is handed to the caller: a worker must not sleep that long. */
const LONGEST_RETRY_AFTER: Milliseconds = seconds(10);

/** An answer of the server, its body not yet read. */
export type Answered = Extract<Exchange, { kind: 'Answered' }>;
/** Sends a request; `read` takes in a good answer. */
export type Caller = <T>(
  request: ApiRequest,
  signal: AbortSignal | undefined,
  read: (answer: Answered) => Promise<Answer<T>>,
) => Promise<Answer<T>>;

/**
 * Waits for the client's own limit, sends, and sends again where that is safe: at most four attempts, with jittered
 * back-off or after what Retry-After asks.
 */
export function createCaller(options: CallOptions, connection: Connection, transport: Transport): Caller {
  const { clock, limit = () => DEFAULT_LIMIT, random = Math.random } = options;
  const bucket = createTokenBucket(clock, limit);

  return async (request, signal, read) => {
    let reauthenticated = false;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await bucket.take(signal);
      } catch {
        return aborted(request);
      }
      const sentAt = clock.now();
      const exchange = await transport.exchange(request, signal);
      const status = exchange.kind === 'Answered' ? exchange.status : 0;
      options.onRequest?.(recordOf(request, status, elapsed(sentAt, clock.now()), attempt));
      if (exchange.kind === 'Answered' && status >= 200 && status < 300) return read(exchange);
      const failure = await failureOfExchange(request, exchange, signal);
      if (status === 401 && !reauthenticated) {
        reauthenticated = true;
        connection.forget();
        continue;
      }
      const wait = attempt < ATTEMPTS ? waitBeforeRetry(request, failure, attempt, random) : undefined;
      if (wait === undefined) return failure;
      try {
        await sleep(clock, wait, signal);
      } catch {
        return failure;
      }
    }
  };
}

function recordOf(request: ApiRequest, status: number, took: Milliseconds, attempt: number): RequestRecord {
  const { verb, method, resource, subresource, namespace } = request;
  return {
    verb,
    method,
    group: resource.group,
    plural: resource.plural,
    subresource,
    namespace,
    status,
    took,
    attempt,
  };
}

/** Undefined when the request must not be sent again by us. */
function waitBeforeRetry(
  request: ApiRequest,
  failure: Failure,
  attempt: number,
  random: Random,
): Milliseconds | undefined {
  const { status, retryAfter } = failure;
  const refusedBeforeActing = status === 429;
  const idempotent = request.method === 'GET' || request.method === 'PUT' || request.method === 'DELETE';
  // A budget that forbids an eviction may do so for hours: whoever wants it asks again in their own time.
  if (request.subresource === 'eviction') return undefined;
  // A watch that cannot start is the reflector's affair: it has a back-off of its own.
  if (request.verb === 'watch' || failure.why === 'Gone') return undefined;
  if (!refusedBeforeActing && !(status >= 500 && retryAfter !== undefined && idempotent)) return undefined;
  const own = backoffDelay(RETRY, attempt, random);
  if (retryAfter === undefined) return own;
  return retryAfter > LONGEST_RETRY_AFTER ? undefined : milliseconds(retryAfter + own);
}

async function failureOfExchange(request: ApiRequest, exchange: Exchange, signal?: AbortSignal): Promise<Failure> {
  if (exchange.kind === 'Fenced') {
    const message = `${describeRequest(request)}: not sent, this process is not the leader any more`;
    return { ok: false, why: 'Fenced', status: 0, message };
  }
  if (exchange.kind !== 'Answered') {
    if (signal?.aborted === true && !request.writes) return aborted(request);
    if (exchange.kind === 'NoAnswer') return unanswered(request, exchange.why);
    const message = withoutValues(`${describeRequest(request)}: the API server cannot be reached: ${exchange.why}`);
    return { ok: false, why: 'Unreachable', status: 0, message };
  }
  const body = await exchange.body.text().catch(() => '');
  const guardedJsonPatch = request.contentType === 'application/json-patch+json';
  const failure = failureOf(
    exchange.status,
    parsed(body),
    { writes: request.writes, guardedJsonPatch },
    exchange.retryAfter,
  );
  return { ...failure, message: `${describeRequest(request)}: ${failure.message}` };
}

/** The failure of a request that was sent and not answered: a write may have been carried out. */
export function unanswered(request: ApiRequest, why: string): Failure {
  const message = withoutValues(`${describeRequest(request)}: no answer: ${why}`);
  return { ok: false, why: request.writes ? 'Unknown' : 'Unreachable', status: 0, message };
}

function aborted(request: ApiRequest): Failure {
  return { ok: false, why: 'Unreachable', status: 0, message: `${describeRequest(request)}: called off by ourselves` };
}

/** The JSON in a text; undefined when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
