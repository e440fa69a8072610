import type { Clock } from '../clock/clock.ts';
import { BUILT_IN_KINDS } from './built-in-kinds.ts';
import { clusterAccess } from './server-access.ts';
import type { Core } from './core.ts';
import { discover, review } from './discovery.ts';
import { KindTable } from './kind-table.ts';
import { openApi } from './openapi.ts';
import type { Page } from './read.ts';
import { readList } from './read.ts';
import type { Refusal } from './refusal.ts';
import { isRefusal, methodNotAllowed, noSuchPath } from './refusal.ts';
import type { EmulatorRequest, EmulatorResponse } from './request.ts';
import { routeOf, splitPath } from './request.ts';
import type { StateSnapshot } from './state.ts';
import { State } from './state.ts';
import type { ClusterAccess } from './cluster-access.ts';
import { formWanted, inForm } from './table.ts';
import { emptyGoing, keepUp, serveStoredCrds } from './upkeep.ts';
import { runVerb } from './verbs.ts';
import type { Watcher } from './watch.ts';
import { watchKind } from './watch.ts';

/** What an API server is made with. */
export type ApiServerOptions = Readonly<{
  clock: Clock;
  /** From 0 inclusive to 1 exclusive: names, UIDs and addresses come from it. */
  random: () => number;
  /** How many changes a watch can go back at least. Default 10 000. */
  history?: number;
  /** Whether metadata.managedFields is kept, which server-side apply needs. Default true. */
  tracksFields?: boolean;
}>;

/** A Kubernetes API server in memory: every verb but watch is answered at once, and nothing happens by itself. */
export type ApiServer = ClusterAccess &
  Readonly<{
    /** What the server works on; for the parts of the emulator. */
    core: Core;
    /** Answers a request; what is refused is a Status with its code. */
    handle(request: EmulatorRequest): EmulatorResponse;
    /** A page of a list without its JSON form: the objects as they are stored. */
    list(request: EmulatorRequest): Page | Refusal;
    /** Starts a watch; answers how to stop it, or why it cannot start. */
    watch(request: EmulatorRequest, watcher: Watcher): (() => void) | Refusal;
    /** Forgets the history up to now, as etcd's compaction does: older versions answer 410. */
    compact(): void;
    /** Everything stored, at this moment. */
    snapshot(): StateSnapshot;
    /** Goes back to a snapshot; watches go on from there, so end them first. */
    restore(snapshot: StateSnapshot): void;
  }>;

/** etcd has its first version from its own start; the real server's first objects come at about 200. */
const FIRST_VERSION = 1;

/** An API server with the namespaces that every cluster has. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const { clock, random, history = 10_000, tracksFields = true } = options;
  const state = new State({ firstVersion: FIRST_VERSION, kept: history });
  const core: Core = {
    state,
    kinds: new KindTable(BUILT_IN_KINDS),
    now: () => clock.now(),
    later: (after, then) => void clock.schedule(after, then),
    random,
    tracksFields,
  };
  state.onChange((change) => keepUp(core, change));
  const server: ApiServer = {
    ...clusterAccess(core),
    core,
    handle: (request) => responseOf(answer(core, request)),
    list(request) {
      const { segments, query } = splitPath(request.path);
      const route = routeOf(segments, core.kinds);
      return route === undefined ? noSuchPath() : readList(core, route.kind, route.namespace, query);
    },
    watch(request, watcher) {
      const { segments, query } = splitPath(request.path);
      const route = routeOf(segments, core.kinds);
      if (route === undefined) return noSuchPath();
      if (route.subresource !== undefined) return methodNotAllowed();
      return watchKind(core, clock, route.kind, route.namespace, watchQuery(route.name, query), watcher);
    },
    compact: () => state.compact(),
    snapshot: () => state.snapshot(),
    restore(snapshot) {
      state.restore(snapshot);
      serveStoredCrds(core);
      emptyGoing(core);
    },
  };
  for (const name of ['default', 'kube-system', 'kube-public', 'kube-node-lease']) {
    server.handle({ method: 'POST', path: '/api/v1/namespaces', body: { metadata: { name } } });
  }
  return server;
}

/** A watch of one object is a watch of its collection for that name. */
function watchQuery(
  name: string | undefined,
  query: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return name === undefined ? query : { ...query, fieldSelector: `metadata.name=${name}` };
}

function answer(core: Core, request: EmulatorRequest): EmulatorResponse | Refusal {
  const { segments, query } = splitPath(request.path);
  const route = routeOf(segments, core.kinds);
  if (route === undefined) return answerAside(core, segments, request);
  const answered = runVerb(core, route, request, query);
  const form = formWanted(request.accept);
  if (isRefusal(answered) || form === undefined || route.subresource !== undefined) return answered;
  return { ...answered, body: inForm(form, route.kind, answered.body, core.now(), query['includeObject']) };
}

const HEALTHY = ['healthz', 'readyz', 'livez'];
/** The version that the emulator's answers were compared with. */
const VERSION = {
  major: '1',
  minor: '36',
  emulationMajor: '1',
  emulationMinor: '36',
  minCompatibilityMajor: '1',
  minCompatibilityMinor: '35',
  gitVersion: 'v1.36.3',
  gitCommit: '',
  gitTreeState: '',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: 'go1.26.8',
  compiler: 'gc',
  platform: 'linux/amd64',
};

/** What is served beside resources: health, version, discovery, OpenAPI, questions about rights. */
function answerAside(core: Core, segments: readonly string[], request: EmulatorRequest): EmulatorResponse | Refusal {
  const [root = ''] = segments;
  if (HEALTHY.includes(root)) return { status: 200, body: 'ok', contentType: 'text/plain; charset=utf-8' };
  if (root === 'version') return { status: 200, body: VERSION };
  if (request.method === 'POST') {
    const reviewed = review(segments, request.body);
    if (reviewed !== undefined) return { status: 201, body: reviewed };
  }
  const found = discover(core, segments, request.accept) ?? openApi(core, segments);
  if (found === undefined) {
    const isApi = root === 'api' || root === 'openapi' || (root === 'apis' && hasGroup(core, segments[1]));
    return isApi
      ? noSuchPath()
      : { status: 404, body: '404 page not found\n', contentType: 'text/plain; charset=utf-8' };
  }
  if (request.method !== 'GET') return methodNotAllowed();
  const aggregated = (request.accept ?? '').includes('as=APIGroupDiscoveryList') && segments.length === 1;
  const contentType = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';
  return { status: 200, body: found, ...(aggregated ? { contentType } : {}) };
}

/** Of a group that nobody serves, the server does not even know that it is an API. */
function hasGroup(core: Core, group: string | undefined): boolean {
  return group === undefined || core.kinds.all().some(({ resource }) => resource.group === group);
}

function responseOf(answered: EmulatorResponse | Refusal): EmulatorResponse {
  return isRefusal(answered) ? { status: answered.refused.code, body: answered.refused } : answered;
}
