import type { Clock, Timer } from '../clock/clock.ts';
import type { Answer, Failure, KubeClient, WatchEvent } from '../kube/client.ts';
import { seconds } from '../units/duration.ts';
import { add } from '../units/instant.ts';
import type { CallBook } from './call-faults.ts';
import { deafen, meet } from './call-faults.ts';
import type { WatchFault, WorldPlan } from './world-plan.ts';

/** How long an event is kept back: longer than most events are apart, so that others overtake it. */
const KEPT_BACK = seconds(3);

/** L4: the server's bookmarks come each minute, so a dead watch is noticed within so long. */
const NOTICED_WITHIN = seconds(100);

/** A watch that only has bookmarks ends within ten minutes, and its kind is listed anew ten minutes after the last list. */
const LISTED_ANEW = seconds(1_210);

/** A client whose watches tell things twice, late, or end, where the plan says so; all else is as the client has it. */
export function withWatchFaults(
  client: KubeClient,
  clock: Clock,
  plan: Pick<WorldPlan, 'watchFaults'>,
  book: CallBook,
): KubeClient {
  const faults = new Map(plan.watchFaults.map((fault) => [fault.event, fault]));
  const next = (): WatchFault | undefined => {
    const fault = book.faulty ? faults.get(book.events) : undefined;
    book.events += 1;
    if (fault !== undefined) meet(book, fault);
    return fault;
  };
  return {
    ...client,
    async watch(resource, selection, from, onEvent, signal) {
      const cut = new AbortController();
      const ended = Promise.withResolvers<Answer<void>>();
      let over = false;
      const unheard = (): void =>
        void clock.schedule(NOTICED_WITHIN, () => void (book.unheard += over || signal.aborted ? 0 : 1));
      const hear = hearing({ clock, book, next, onEvent, cut, end: ended.resolve, unheard });
      const own = client.watch(resource, selection, from, hear, AbortSignal.any([signal, cut.signal]));
      const answer = await Promise.race([own, ended.promise]);
      over = true;
      return answer;
    },
  };
}

function keyOf({ object }: WatchEvent): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

type Ear = Readonly<{
  clock: Clock;
  book: CallBook;
  next: () => WatchFault | undefined;
  onEvent: (event: WatchEvent) => void;
  cut: AbortController;
  end: (answer: Failure) => void;
  unheard: () => void;
}>;

function hearing({ clock, book, next, onEvent, cut, end, unheard }: Ear): (event: WatchEvent) => void {
  let deaf = false;
  let onlyBookmarks = false;
  /** Events that are told only if the next one of their object does not come in time. */
  const merging = new Map<string, Timer>();
  const close = (why: Failure['why'], status: number): void => {
    deaf = true;
    end({ ok: false, why, status, message: 'injected: the watch' });
    cut.abort(new Error('injected'));
  };
  return (event) => {
    if (deaf || (onlyBookmarks && event.type !== 'BOOKMARK')) return;
    const key = keyOf(event);
    const kept = merging.get(key);
    if (kept !== undefined) {
      kept.cancel();
      merging.delete(key);
    }
    const fault = onlyBookmarks ? undefined : next();
    if (fault === undefined) return onEvent(event);
    switch (fault.kind) {
      case 'Repeat':
        onEvent(event);
        return onEvent(event);
      case 'Delay':
        return void clock.schedule(KEPT_BACK, () => (deaf ? undefined : onEvent(event)));
      case 'Merge': {
        // A deletion is told in any case: what comes next is another object.
        if (event.type === 'DELETED' || event.type === 'ERROR') return onEvent(event);
        const tell = (): void => {
          merging.delete(key);
          if (!deaf) onEvent(event);
        };
        return void merging.set(key, clock.schedule(KEPT_BACK, tell));
      }
      case 'Bookmarks':
        onlyBookmarks = true;
        return deafen(book, add(clock.now(), LISTED_ANEW));
      case 'Silent':
        deaf = true;
        deafen(book, add(clock.now(), NOTICED_WITHIN));
        return unheard();
      case 'Gone':
        return close('Gone', 410);
      case 'Cut':
        return close('Unreachable', 0);
    }
  };
}
