import type { Answer, Failure, KubeClient, WatchEvent } from '../../src/kube/client.ts';
import type { KubeObject } from '../../src/kube/resource.ts';
import { keyOf } from '../../src/kube/resource.ts';
import type { TinyApi, Told } from './tiny-api.ts';
import { Refused } from './tiny-api.ts';

/** One call, as faults see it. */
export type Call = Readonly<{ verb: string; name: string; query: Readonly<Record<string, unknown>> }>;

/** What goes wrong between client and server; each member may be set and unset at any time. */
export type Faults = {
  /** Answers in the server's place before it acts; a promise that never settles is a call that hangs. */
  before?: ((call: Call) => Failure | undefined | Promise<Failure>) | undefined;
  /** Answers in the server's place after it has acted. */
  after?: ((call: Call) => Failure | undefined | Promise<Failure>) | undefined;
  /** What a watch hears instead of an event. */
  hears?: ((told: Told) => readonly WatchEvent[]) | undefined;
  /** What a list says instead. */
  lists?:
    | ((page: { items: readonly KubeObject[]; version: number }) => { items: readonly KubeObject[]; version: number })
    | undefined;
};

/** A KubeClient without a network; `endWatches` closes all watches, with a failure or in good order. */
export type TinyClient = KubeClient & {
  faults: Faults;
  calls: Call[];
  endWatches(failure?: Failure): void;
};

/** A failure with the given reason, as the transport would make it. */
export function failure(why: Failure['why'], status = 0): Failure {
  return { ok: false, why, status, message: `injected: ${why}` };
}

/** Calls a TinyApi in this process: everything takes no time, so that a virtual clock rules. */
export function createTinyClient(api: TinyApi): TinyClient {
  const faults: Faults = {};
  const calls: Call[] = [];
  const enders = new Set<(failure?: Failure) => void>();

  const run = async <T>(call: Call, act: () => T): Promise<Answer<T>> => {
    calls.push(call);
    const early = await faults.before?.(call);
    if (early !== undefined) return early;
    let answer: Answer<T>;
    try {
      answer = { ok: true, value: act() };
    } catch (error) {
      answer = refusal(error);
    }
    return (await faults.after?.(call)) ?? answer;
  };
  const name = (target: { namespace?: string; name: string }): string => keyOf(target);

  return {
    faults,
    calls,
    endWatches: (ended) => {
      for (const end of [...enders]) end(ended);
    },
    get: (target) => run({ verb: 'get', name: name(target), query: {} }, () => api.get(name(target))),
    list: (_resource, _selection, page) =>
      run({ verb: 'list', name: '', query: page }, () => {
        const wanted = Number(page.resourceVersion ?? 0);
        if (wanted > api.version) throw new Refused(504, 'Timeout', `Too large resource version: ${wanted}`);
        const { continue: token, ...listed } = api.list(page.limit, page.continue);
        const { items, version } = faults.lists?.(listed) ?? listed;
        return { items, resourceVersion: String(version), ...(token === undefined ? {} : { continue: token }) };
      }),
    async watch(_resource, _selection, from, onEvent, signal) {
      const call = { verb: 'watch', name: '', query: from };
      calls.push(call);
      const early = await faults.before?.(call);
      if (early !== undefined) return early;
      return new Promise((resolve) => {
        const end = (ended?: Failure): void => {
          enders.delete(end);
          stop();
          resolve(ended ?? { ok: true, value: undefined });
        };
        const tell = (told: Told): void => {
          for (const event of faults.hears?.(told) ?? [told]) onEvent(event);
        };
        let stop = (): void => {};
        try {
          stop = api.watch(Number(from.resourceVersion), tell);
        } catch (error) {
          return resolve(refusal(error));
        }
        enders.add(end);
        if (signal.aborted) end(failure('Unreachable'));
        signal.addEventListener('abort', () => end(failure('Unreachable')), { once: true });
      });
    },
    create: (_resource, object) =>
      run({ verb: 'create', name: keyOf(object.metadata), query: {} }, () => api.create(object)),
    patch: (target, patch) =>
      run({ verb: 'patch', name: name(target), query: {} }, () =>
        api.merge(name(target), patch.kind === 'Merge' ? (patch.body as Partial<KubeObject>) : {}),
      ),
    replace: (target, object) =>
      run({ verb: 'update', name: name(target), query: {} }, () => api.replace(name(target), object)),
    delete: (target, precondition) =>
      run({ verb: 'delete', name: name(target), query: {} }, () => api.delete(name(target), precondition.uid)),
    evict: (pod, { uid }) => run({ verb: 'create', name: name(pod), query: {} }, () => api.delete(name(pod), uid)),
  };
}

function refusal(error: unknown): Failure {
  if (!(error instanceof Refused)) throw error;
  const whys: Record<string, Failure['why']> = { 404: 'NotFound', 409: 'Conflict', 410: 'Gone', 504: 'Gone' };
  const why = error.reason === 'AlreadyExists' ? 'AlreadyExists' : (whys[error.code] ?? 'Unavailable');
  return { ok: false, why, status: error.code, message: error.message };
}
