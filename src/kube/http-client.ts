import { seconds } from '../units/duration.ts';
import type { Milliseconds } from '../units/duration.ts';
import type { Answered, CallOptions } from './calls.ts';
import { createCaller, parsed, unanswered } from './calls.ts';
import type { Answer, KubeClient, ListPage, WatchEvent } from './client.ts';
import type { Connection } from './connection.ts';
import type { ApiRequest } from './requests.ts';
import { encodePatch, evictionOf, pathOf, placeOf, queryOf } from './requests.ts';
import type { KubeObject, Resource } from './resource.ts';
import { apiVersionOf } from './resource.ts';
import { createTransport, describeNetworkError } from './transport.ts';
import { createLineCutter } from './watch-lines.ts';

/** What an HTTP client is made with. */
export type HttpClientOptions = CallOptions &
  Readonly<{
    connection: Connection;
    /** `name/version`, as the audit log shows it. */
    userAgent: string;
    /** False when this process may not write any more: asked when the bytes of a write are about to leave. */
    fence?: () => boolean;
    /** How long an answer may take. Default 35 s. */
    answerWithin?: Milliseconds;
    /** How long a watch may be silent. Default 90 s. */
    silence?: Milliseconds;
  }>;

/** A KubeClient over HTTP; `close` ends watches and waits for the answers to what was sent. */
export type HttpClient = KubeClient & { close(): Promise<void> };

/**
 * A client for the API server. 429 is waited out and tried again for every verb (the server refuses before it acts), 5xx with
 * Retry-After for GET, PUT and DELETE only; four attempts at most, then the failure is the answer, with the server's
 * Retry-After. A 401 drops cached authentication and tries once more. A write that was sent and not answered is Unknown,
 * never tried again here.
 */
export function createHttpClient(options: HttpClientOptions): HttpClient {
  const transport = openTransport(options);
  const start = createCaller(options, options.connection, transport);

  const { call, object } = readAnswers(start);

  return {
    get: (target, signal) =>
      object({ verb: 'get', method: 'GET', query: {}, writes: false, ...placeOf(target) }, signal),
    async list(resource, selection, page, signal) {
      const { resourceVersion } = page;
      // Without a match rule the server would read version and limit together as "exactly that old state".
      const resourceVersionMatch = resourceVersion === undefined ? undefined : 'NotOlderThan';
      const query = queryOf(selection, { ...page, resourceVersionMatch });
      const at = namespaceOf(selection.namespace);
      const path = pathOf(resource, at);
      const answer = await call({ verb: 'list', method: 'GET', path, query, resource, writes: false, ...at }, signal);
      return answer.ok ? { ok: true, value: pageOf(answer.value, resource) } : answer;
    },
    async watch(resource, selection, from, onEvent, signal) {
      const { resourceVersion, timeoutSeconds } = from;
      const query = queryOf(selection, { watch: 'true', allowWatchBookmarks: 'true', resourceVersion, timeoutSeconds });
      const at = namespaceOf(selection.namespace);
      const path = pathOf(resource, at);
      const request: ApiRequest = { verb: 'watch', method: 'GET', path, query, resource, writes: false, ...at };
      return start(request, signal, (answer) => readLines(answer, request, onEvent));
    },
    create(resource, created, { dryRun } = {}) {
      const at = namespaceOf(created.metadata.namespace);
      return object({
        verb: 'create',
        method: 'POST',
        path: pathOf(resource, at),
        query: dryRunQuery(dryRun),
        resource,
        writes: dryRun !== true,
        ...jsonBody(created),
        ...at,
        name: created.metadata.name,
      });
    },
    patch(target, patch, { dryRun } = {}) {
      const { query, ...encoded } = encodePatch(patch);
      const writes = dryRun !== true;
      const all = { ...query, ...dryRunQuery(dryRun) };
      return object({ verb: 'patch', method: 'PATCH', query: all, writes, ...encoded, ...placeOf(target) });
    },
    replace: (target, replaced) =>
      object({ verb: 'update', method: 'PUT', query: {}, writes: true, ...jsonBody(replaced), ...placeOf(target) }),
    async delete(target, precondition) {
      const content = jsonBody({
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        propagationPolicy: 'Background',
        preconditions: precondition,
      });
      const place = placeOf(target);
      const answer = await call({ verb: 'delete', method: 'DELETE', query: {}, writes: true, ...content, ...place });
      return answer.ok ? { ok: true, value: undefined } : answer;
    },
    async evict({ resource, namespace, name }, precondition) {
      const place = placeOf({ resource, name, subresource: 'eviction', ...namespaceOf(namespace) });
      const content = jsonBody(evictionOf(namespace, name, precondition.uid));
      const answer = await call({ verb: 'create', method: 'POST', query: {}, writes: true, ...content, ...place });
      return answer.ok ? { ok: true, value: undefined } : answer;
    },
    close: () => transport.close(),
  };
}

function openTransport(options: HttpClientOptions): ReturnType<typeof createTransport> {
  return createTransport({
    connection: options.connection,
    userAgent: options.userAgent,
    times: {
      connect: seconds(10),
      answer: options.answerWithin ?? seconds(35),
      silence: options.silence ?? seconds(90),
    },
    fence: options.fence ?? (() => true),
  });
}

type Read<T> = (request: ApiRequest, signal?: AbortSignal) => Promise<Answer<T>>;

/** Calls whose answers are read as JSON, and as an object. */
function readAnswers(
  start: ReturnType<typeof createCaller>,
): Readonly<{ call: Read<unknown>; object: Read<KubeObject> }> {
  const call = async (request: ApiRequest, signal?: AbortSignal): Promise<Answer<unknown>> => {
    const answered = await start(request, signal, (answer) => readText(answer, request));
    if (!answered.ok) return answered;
    const value = parsed(answered.value);
    return value === undefined ? unanswered(request, 'the answer is not JSON') : { ok: true, value };
  };
  const object = async (request: ApiRequest, signal?: AbortSignal): Promise<Answer<KubeObject>> => {
    const answer = await call(request, signal);
    return answer.ok ? { ok: true, value: answer.value as KubeObject } : answer;
  };

  return { call, object };
}

async function readText(answer: Answered, request: ApiRequest): Promise<Answer<string>> {
  try {
    return { ok: true, value: await answer.body.text() };
  } catch (error) {
    return unanswered(request, describeNetworkError(error));
  }
}

/** Hands every complete line of a watch on; a line that is cut off or no JSON ends the watch as broken. */
async function readLines(
  answer: Answered,
  request: ApiRequest,
  onEvent: (event: WatchEvent) => void,
): Promise<Answer<void>> {
  const cutter = createLineCutter();
  try {
    for await (const chunk of answer.body) {
      for (const line of cutter.push(chunk as Uint8Array)) {
        const event = parsed(line);
        if (!isWatchEvent(event)) return unanswered(request, 'a line of the watch is not an event');
        onEvent(event);
      }
    }
  } catch (error) {
    return unanswered(request, describeNetworkError(error));
  } finally {
    answer.body.destroy();
  }
  return cutter.rest() ? unanswered(request, 'the stream ended in mid-line') : { ok: true, value: undefined };
}

function isWatchEvent(value: unknown): value is WatchEvent {
  return typeof value === 'object' && value !== null && 'type' in value && 'object' in value;
}

function namespaceOf(namespace: string | undefined): Readonly<{ namespace?: string }> {
  return namespace === undefined ? {} : { namespace };
}

function jsonBody(content: unknown): Readonly<{ body: string; contentType: string }> {
  return { body: JSON.stringify(content), contentType: 'application/json' };
}

function dryRunQuery(dryRun: boolean | undefined): Readonly<Record<string, string>> {
  return dryRun === true ? { dryRun: 'All' } : {};
}

/** A page of a list; the items of built-in kinds come without apiVersion and kind, which a watch gives: put in here. */
function pageOf(value: unknown, resource: Resource): ListPage {
  const list = value as Readonly<{
    items?: readonly KubeObject[] | null;
    metadata?: Readonly<{ resourceVersion?: string; continue?: string }>;
  }>;
  const more = list.metadata?.continue;
  return {
    items: (list.items ?? []).map((item) => ({ apiVersion: apiVersionOf(resource), kind: resource.kind, ...item })),
    resourceVersion: list.metadata?.resourceVersion ?? '',
    ...(more === undefined || more === '' ? {} : { continue: more }),
  };
}
