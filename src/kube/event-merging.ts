import type { Clock, Timer } from '../clock/clock.ts';
import type { Milliseconds } from '../units/duration.ts';
import { milliseconds, seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add } from '../units/instant.ts';
import type { EventNote } from './event-recorder.ts';

/** A note for several happenings of one reason about one object. */
export type MergedNote = EventNote & Readonly<{ times: number; since: Instant }>;

/** How routine notes are merged. */
export type MergingOptions = Readonly<{
  clock: Clock;
  /** Reasons of Normal events that may come some seconds late, and together. */
  reasons: ReadonlySet<string>;
  /** Takes a note that is to be sent now. */
  send(note: MergedNote): void;
}>;

type Pending = Readonly<{ notes: readonly EventNote[]; since: Instant; last: Instant }>;

/** A reason is sent when nothing more of it came for so long … */
const QUIET: Milliseconds = seconds(15);
/** … or the first of it has waited so long. */
const LONGEST: Milliseconds = seconds(60);
/** A note of events.k8s.io/v1 holds 1,024 bytes; the recorder cuts what is longer. */
const ROOM = 900;

/**
 * Merges routine events about an object: an update of five pods scales ten times, and what people want is one line that
 * says so. Notes of one reason wait for one another and go as one event, each with its own text, under the time of the
 * first; a Warning about that object sends what waits, for somebody will look now.
 */
export class EventMerging {
  readonly #options: MergingOptions;
  /** By object, then by reason. */
  readonly #pending = new Map<string, Map<string, Pending>>();
  #timer: Timer | undefined;

  constructor(options: MergingOptions) {
    this.#options = options;
  }

  /** Takes a note: it is sent now, or waits for others like it. */
  take(note: EventNote): void {
    const { clock, reasons, send } = this.#options;
    const now = clock.now();
    const id = idOf(note);
    if (note.type !== 'Normal' || !reasons.has(note.reason)) {
      if (note.type === 'Warning') this.#flushObject(id);
      return send({ ...note, times: 1, since: now });
    }
    const byReason = this.#pending.get(id) ?? new Map<string, Pending>();
    this.#pending.set(id, byReason);
    const { notes, since } = byReason.get(note.reason) ?? { notes: [], since: now };
    byReason.set(note.reason, { notes: [...notes, note], since, last: now });
    this.#wakeIn(QUIET);
  }

  /** Sends all that waits. */
  flush(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    for (const id of [...this.#pending.keys()]) this.#flushObject(id);
  }

  #flushObject(id: string): void {
    const byReason = this.#pending.get(id);
    if (byReason === undefined) return;
    this.#pending.delete(id);
    for (const pending of byReason.values()) this.#options.send(merged(pending));
  }

  #wakeIn(wait: Milliseconds): void {
    this.#timer ??= this.#options.clock.schedule(wait, () => {
      this.#timer = undefined;
      this.#flushDue();
    });
  }

  #flushDue(): void {
    const now = this.#options.clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const [id, byReason] of this.#pending) {
      for (const [reason, pending] of byReason) {
        const due = Math.min(add(pending.last, QUIET), add(pending.since, LONGEST));
        if (due > now) {
          next = Math.min(next, due);
          continue;
        }
        byReason.delete(reason);
        this.#options.send(merged(pending));
      }
      if (byReason.size === 0) this.#pending.delete(id);
    }
    if (Number.isFinite(next)) this.#wakeIn(milliseconds(next - now));
  }
}

/** The object that a note is about, as a key. */
export function idOf({ regarding }: EventNote): string {
  const { uid, namespace = '', name } = regarding.metadata;
  return uid ?? `${namespace}/${name}`;
}

/** One note of all: their texts, the newest in any case, and how many there were where not all have room. */
function merged({ notes, since }: Pending): MergedNote {
  const newest = notes.at(-1);
  if (newest === undefined) throw new Error('nothing waits');
  const told: string[] = [newest.note];
  let length = newest.note.length;
  for (const { note } of notes.slice(0, -1).toReversed()) {
    length += note.length + 2;
    if (length > ROOM) break;
    if (!told.includes(note)) told.unshift(note);
  }
  return { ...newest, note: told.join('; '), times: notes.length, since };
}
