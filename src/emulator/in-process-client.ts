import type { Clock } from '../clock/clock.ts';
import type { Answer, Failure, KubeClient, ListPage, Selection, Target, WatchEvent } from '../kube/client.ts';
import { failureOf, failureOfStatus } from '../kube/errors.ts';
import type { KubeObject, Resource } from '../kube/resource.ts';
import type { Milliseconds } from '../units/duration.ts';
import { milliseconds, seconds } from '../units/duration.ts';
import type { ApiServer } from './api-server.ts';
import type { Call } from './call.ts';
import {
  collectionPath,
  createCall,
  deleteCall,
  describeCall,
  evictCall,
  getCall,
  listQuery,
  patchCall,
  replaceCall,
} from './call.ts';
import { isRefusal } from './refusal.ts';
import type { EmulatorResponse } from './request.ts';

/** What goes wrong with one call. */
export type Fault =
  /** An answer of somebody on the way, or of the server before it acts: a status code, and a Status or anything else. */
  | Readonly<{ kind: 'Answer'; status: number; body?: unknown; retryAfterSeconds?: number }>
  /** The connection cannot be made: the client knows that nothing was carried out. */
  | Readonly<{ kind: 'Unreachable' }>
  /** The connection breaks: no answer, at once. */
  | Readonly<{ kind: 'Broken' }>
  /** Nothing comes until the client gives up. */
  | Readonly<{ kind: 'Silent' }>
  /** The caller is dead: its promise never settles. */
  | Readonly<{ kind: 'Crash' }>;

/** What an in-process client is made with. */
export type InProcessOptions = Readonly<{
  clock: Clock;
  /** Names the field manager and the caller. */
  userAgent?: string;
  /** The time from here to the server, and from there back, drawn for each way. Default 0. */
  latency?: (call: Call) => Milliseconds;
  /** How late an event of a watch comes; events of one watch keep their order. Default 0. */
  watchLatency?: () => Milliseconds;
  /** Asked when a call reaches the server, before it is carried out. */
  beforeCommit?: (call: Call) => Fault | undefined;
  /** Asked when a call was carried out, before its answer leaves. */
  afterCommit?: (call: Call, response: EmulatorResponse) => Fault | undefined;
  /** False when this process may not write any more. */
  fence?: () => boolean;
  /** How long an answer may take. Default 35 s, as over HTTP. */
  answerWithin?: Milliseconds;
}>;

/** A client in the process of the server; `breakStreams` ends its watches as a lost connection does. */
export type InProcessClient = KubeClient & Readonly<{ breakStreams(): void }>;

type Outcome = Readonly<{ response: EmulatorResponse }> | Failure;

/**
 * A KubeClient that reaches the server by the clock instead of a wire. It does not repeat calls, nor limit their number:
 * what the server answers, the caller gets.
 */
export function inProcessClient(server: ApiServer, options: InProcessOptions): InProcessClient {
  const send = sender(server, options);
  const streams = new Set<() => void>();
  const object = async (call: Call, signal?: AbortSignal): Promise<Answer<KubeObject>> => {
    const outcome = await send(call, signal);
    return 'ok' in outcome ? outcome : { ok: true, value: outcome.response.body as KubeObject };
  };
  return {
    get: (target, signal) => object(getCall(target), signal),
    async list(resource, selection, page, signal) {
      const outcome = await send(listCall(resource, selection, page), signal);
      return 'ok' in outcome ? outcome : { ok: true, value: outcome.response.body as ListPage };
    },
    watch: (resource, selection, from, onEvent, signal) =>
      startWatch({ server, options, streams, send }, { resource, selection, from }, onEvent, signal),
    create: (resource, created, { dryRun } = {}) => object(createCall(resource, created, dryRun === true)),
    patch: (target, patch, { dryRun } = {}) => object(patchCall(target, patch, dryRun === true)),
    replace: (target: Target, replaced: KubeObject) => object(replaceCall(target, replaced)),
    async delete(target, precondition) {
      const outcome = await send(deleteCall(target, precondition));
      return 'ok' in outcome ? outcome : { ok: true, value: undefined };
    },
    async evict(pod, { uid }) {
      const outcome = await send(evictCall(pod, uid));
      return 'ok' in outcome ? outcome : { ok: true, value: undefined };
    },
    breakStreams: () => {
      for (const stop of [...streams]) stop();
    },
  };
}

function listCall(
  resource: Resource,
  selection: Selection,
  page: Readonly<Record<string, string | number | undefined>>,
): Call {
  const match = page['resourceVersion'] === undefined ? undefined : 'NotOlderThan';
  const path =
    collectionPath(resource, selection.namespace) + listQuery(selection, { ...page, resourceVersionMatch: match });
  const { namespace } = selection;
  return {
    verb: 'list',
    method: 'GET',
    path,
    resource,
    writes: false,
    ...(namespace === undefined ? {} : { namespace }),
  };
}

type Send = (call: Call, signal?: AbortSignal) => Promise<Outcome>;

function sender(server: ApiServer, options: InProcessOptions): Send {
  const { clock, latency = () => milliseconds(0), answerWithin = seconds(35) } = options;
  return (call, signal) =>
    new Promise((resolve) => {
      const settle = (outcome: Outcome): void => {
        signal?.removeEventListener('abort', abort);
        resolve(outcome);
      };
      const abort = (): void => settle(calledOff(call));
      if (signal?.aborted === true) return resolve(calledOff(call));
      signal?.addEventListener('abort', abort, { once: true });
      const back = (outcome: Outcome): void => void clock.schedule(latency(call), () => settle(outcome));
      const fail = (fault: Fault): void => {
        if (fault.kind === 'Silent') clock.schedule(answerWithin, () => settle(unanswered(call, 'no answer in time')));
        else if (fault.kind !== 'Crash') back(failureOfFault(call, fault));
      };
      clock.schedule(latency(call), () => {
        if (call.writes && options.fence?.() === false) return settle(fenced(call));
        const early = options.beforeCommit?.(call);
        if (early !== undefined) return fail(early);
        const response = carriedOut(server, call, options.userAgent);
        const late = options.afterCommit?.(call, response);
        if (late !== undefined) return fail(late);
        back(response.status < 300 ? { response } : failureOfAnswer(call, response.status, response.body));
      });
    });
}

function carriedOut(server: ApiServer, call: Call, userAgent = 'in-process'): EmulatorResponse {
  const { method, path, body, contentType } = call;
  if (call.verb !== 'list') {
    return server.handle({ method, path, body, userAgent, ...(contentType === undefined ? {} : { contentType }) });
  }
  const page = server.list({ method, path });
  if (isRefusal(page)) return { status: page.refused.code, body: page.refused };
  const more = page.continue === undefined ? {} : { continue: page.continue };
  return {
    status: 200,
    body: { items: page.items, resourceVersion: String(page.version), ...more } satisfies ListPage,
  };
}

function failureOfAnswer(call: Call, status: number, body: unknown, retryAfter?: number): Failure {
  const guardedJsonPatch = call.contentType === 'application/json-patch+json';
  const asked = { writes: call.writes, guardedJsonPatch };
  const failure = failureOf(status, body, asked, retryAfter === undefined ? undefined : String(retryAfter));
  return { ...failure, message: `${describeCall(call)}: ${failure.message}` };
}

function failureOfFault(call: Call, fault: Exclude<Fault, Readonly<{ kind: 'Silent' | 'Crash' }>>): Failure {
  if (fault.kind === 'Answer') return failureOfAnswer(call, fault.status, fault.body, fault.retryAfterSeconds);
  if (fault.kind === 'Broken') return unanswered(call, 'the connection broke');
  const message = `${describeCall(call)}: the API server cannot be reached: connection refused`;
  return { ok: false, why: 'Unreachable', status: 0, message };
}

function unanswered(call: Call, why: string): Failure {
  const message = `${describeCall(call)}: no answer: ${why}`;
  return { ok: false, why: call.writes ? 'Unknown' : 'Unreachable', status: 0, message };
}

function calledOff(call: Call): Failure {
  return { ok: false, why: 'Unreachable', status: 0, message: `${describeCall(call)}: called off by ourselves` };
}

function fenced(call: Call): Failure {
  const message = `${describeCall(call)}: not sent, this process is not the leader any more`;
  return { ok: false, why: 'Fenced', status: 0, message };
}

type Streams = Readonly<{ server: ApiServer; options: InProcessOptions; streams: Set<() => void>; send: Send }>;
type Watched = Readonly<{
  resource: Resource;
  selection: Selection;
  from: Readonly<{ resourceVersion: string; timeoutSeconds: number }>;
}>;

function startWatch(
  { server, options, streams }: Streams,
  { resource, selection, from }: Watched,
  onEvent: (event: WatchEvent) => void,
  signal: AbortSignal,
): Promise<Answer<void>> {
  const { clock, latency = () => milliseconds(0), watchLatency = () => milliseconds(0) } = options;
  const query = listQuery(selection, { watch: 'true', allowWatchBookmarks: 'true', ...from });
  const { namespace } = selection;
  const path = collectionPath(resource, namespace) + query;
  const call: Call = {
    verb: 'watch',
    method: 'GET',
    path,
    resource,
    writes: false,
    ...(namespace === undefined ? {} : { namespace }),
  };
  return new Promise((resolve) => {
    let ended = false;
    let stop = (): void => {};
    let lastAt = 0;
    const end = (answer: Answer<void>): void => {
      if (ended) return;
      ended = true;
      stop();
      streams.delete(broken);
      signal.removeEventListener('abort', abort);
      resolve(answer);
    };
    const broken = (): void => end(unanswered(call, 'the connection broke'));
    const abort = (): void => end(calledOff(call));
    const later = (then: () => void): void => {
      // An event that drew a short time must not overtake one before it.
      const at = Math.max(lastAt, clock.now() + watchLatency());
      lastAt = at;
      clock.schedule(milliseconds(at - clock.now()), () => (ended ? undefined : then()));
    };
    if (signal.aborted) return resolve(calledOff(call));
    signal.addEventListener('abort', abort, { once: true });
    streams.add(broken);
    clock.schedule(latency(call), () => {
      if (ended) return;
      const fault = options.beforeCommit?.(call);
      if (fault !== undefined && (fault.kind === 'Silent' || fault.kind === 'Crash')) return;
      if (fault !== undefined) return end(failureOfFault(call, fault));
      const started = server.watch(
        { method: 'GET', path },
        {
          onEvent: (event) => later(() => onEvent(event as WatchEvent)),
          onEnd: () => later(() => end({ ok: true, value: undefined })),
        },
      );
      if (isRefusal(started))
        return end({
          ...failureOfStatus(started.refused),
          message: `${describeCall(call)}: ${started.refused.message}`,
        });
      stop = started;
    });
  });
}
