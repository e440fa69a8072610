import type { Clock, Timer } from '../clock/clock.ts';
import type { KubeObject } from '../kube/resource.ts';
import { milliseconds, seconds } from '../units/duration.ts';
import type { Core } from './core.ts';
import type { Kind } from './kind.ts';
import { shown, versionOf } from './kind.ts';
import { matcherOf, unreadableVersion } from './read.ts';
import type { Refusal, StatusBody } from './refusal.ts';
import { expired, forbiddenField, invalid, isRefusal } from './refusal.ts';
import type { Query } from './request.ts';
import type { Change } from './state.ts';

/** One line of a watch. */
export type EmulatorEvent = Readonly<{
  type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  object: KubeObject | StatusBody;
}>;

/** Who is told of what a watch sees, and of its end in good order. */
export type Watcher = Readonly<{ onEvent: (event: EmulatorEvent) => void; onEnd: () => void }>;

/** The server bookmarks once a minute; and a watch without a limit lives thirty to sixty minutes. */
const BOOKMARK_EVERY = seconds(60);
const LAST_BOOKMARK_BEFORE = seconds(2);
const SHORTEST_WATCH = seconds(1800);

/**
 * Watches a kind from a version on. Changes are told synchronously, in order. Without a version, or with '0', it begins
 * with the present objects; with sendInitialEvents too, and then a bookmark says that they are complete.
 */
export function watchKind(
  core: Core,
  clock: Clock,
  kind: Kind,
  namespace: string | undefined,
  query: Query,
  watcher: Watcher,
): (() => void) | Refusal {
  const matcher = matcherOf(kind, query);
  if (isRefusal(matcher)) return matcher;
  const from = beginning(core, kind, query);
  if (isRefusal(from)) return from;
  const sees = (object: KubeObject | undefined): boolean =>
    object !== undefined &&
    (namespace === undefined || object.metadata.namespace === namespace) &&
    (matcher === undefined || matcher(object));
  const timers: Timer[] = [];
  let stopped = false;
  const stop = (): void => {
    stopped = true;
    unlisten();
    for (const timer of timers) timer.cancel();
  };
  const tell = (event: EmulatorEvent | undefined): void => {
    if (event !== undefined && !stopped) watcher.onEvent(event);
  };
  const unlisten = core.state.onChange((change) => {
    if (change.table === kind.table && change.version > from.after) tell(eventOf(kind, change, sees));
  });
  const early = from.replay(sees);
  if (early === undefined) {
    tell({
      type: 'ERROR',
      object: expired(`too old resource version: ${query['resourceVersion'] ?? ''} (${core.state.compacted + 1})`)
        .refused,
    });
    stop();
    watcher.onEnd();
    return () => {};
  }
  for (const event of early) tell(event);
  if (query['sendInitialEvents'] === 'true') tell(bookmark(core, kind, { 'k8s.io/initial-events-end': 'true' }));
  limitWatch(core, clock, kind, query, { timers, tell, end: () => (stop(), watcher.onEnd()) });
  return stop;
}

type Life = Readonly<{ timers: Timer[]; tell: (event: EmulatorEvent) => void; end: () => void }>;

function limitWatch(core: Core, clock: Clock, kind: Kind, query: Query, life: Life): void {
  const asked = Number(query['timeoutSeconds'] ?? '0');
  const length = asked > 0 ? seconds(asked) : milliseconds(SHORTEST_WATCH * (1 + core.random()));
  const { timers, tell } = life;
  const bookmarks = query['allowWatchBookmarks'] === 'true' || query['allowWatchBookmarks'] === '1';
  timers.push(clock.schedule(length, life.end));
  if (!bookmarks) return;
  // One more just before the end, so that the next watch begins as late as it can.
  const last = milliseconds(length - LAST_BOOKMARK_BEFORE);
  if (last > 0) timers.push(clock.schedule(last, () => tell(bookmark(core, kind, undefined))));
  const next = timers.length;
  const again = (): void => {
    timers[next] = clock.schedule(BOOKMARK_EVERY, () => {
      tell(bookmark(core, kind, undefined));
      again();
    });
  };
  again();
}

function bookmark(core: Core, kind: Kind, annotations: Readonly<Record<string, string>> | undefined): EmulatorEvent {
  const resourceVersion = String(core.state.version);
  const metadata = { resourceVersion, ...(annotations === undefined ? {} : { annotations }) } as KubeObject['metadata'];
  return { type: 'BOOKMARK', object: { kind: kind.resource.kind, apiVersion: versionOf(kind), metadata } };
}

type Sees = (object: KubeObject | undefined) => boolean;
type Beginning = Readonly<{
  /** Only what is newer is told: a version from the future is waited for. */
  after: number;
  replay: (sees: Sees) => readonly EmulatorEvent[] | undefined;
}>;

function beginning(core: Core, kind: Kind, query: Query): Beginning | Refusal {
  const { resourceVersion = '', sendInitialEvents } = query;
  const ruled = initialEventsRefusal(query);
  if (ruled !== undefined) return ruled;
  const unreadable = unreadableVersion(query);
  if (unreadable !== undefined) return unreadable;
  const wantsAll =
    sendInitialEvents === 'true' ||
    ((resourceVersion === '' || resourceVersion === '0') && sendInitialEvents !== 'false');
  if (wantsAll) {
    return {
      after: 0,
      replay: (sees) =>
        core.state
          .list(kind.table)
          .filter(sees)
          .map((object) => ({ type: 'ADDED', object: shown(kind, object) })),
    };
  }
  const version = resourceVersion === '' || resourceVersion === '0' ? core.state.version : Number(resourceVersion);
  return {
    after: version,
    replay: (sees) => core.state.since(kind.table, version)?.flatMap((change) => eventOf(kind, change, sees) ?? []),
  };
}

function initialEventsRefusal(query: Query): Refusal | undefined {
  const { sendInitialEvents, resourceVersionMatch: match } = query;
  const options = { group: 'meta.k8s.io', version: 'v1', plural: '', kind: 'ListOptions', namespaced: false };
  if (sendInitialEvents === undefined) {
    if (match === undefined || match === '') return undefined;
    const detail = 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided';
    const known = { field: 'resourceVersionMatch', reason: 'FieldValueNotSupported' };
    const message = `Unsupported value: ${JSON.stringify(match)}: supported values: "NotOlderThan"`;
    const wrong = match === 'NotOlderThan' ? [] : [{ ...known, message }];
    return invalid(options, '', [forbiddenField('resourceVersionMatch', detail), ...wrong]);
  }
  if (match === 'NotOlderThan') return undefined;
  const detail = 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
  return invalid(options, '', [forbiddenField('resourceVersionMatch', detail)]);
}

/** A change as a watcher with that selection sees it: what comes into view was added, what leaves it was deleted. */
function eventOf(kind: Kind, { type, object, before }: Change, sees: Sees): EmulatorEvent | undefined {
  const now = type !== 'DELETED' && sees(object);
  const earlier = before !== undefined && sees(before);
  if (now) return { type: earlier ? 'MODIFIED' : 'ADDED', object: shown(kind, object) };
  if (!earlier) return undefined;
  if (type === 'DELETED') return { type, object: shown(kind, object) };
  // It left the view: the last state that was seen, with the version of the change.
  const last = { ...before, metadata: { ...before.metadata, resourceVersion: object.metadata.resourceVersion ?? '' } };
  return { type: 'DELETED', object: shown(kind, last) };
}
