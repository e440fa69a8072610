import type { Clock } from '../clock/clock.ts';
import type { Milliseconds } from '../units/duration.ts';
import { seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { elapsed, formatMicroTime } from '../units/instant.ts';
import type { Random } from './backoff.ts';
import type { Answer, Failure, KubeClient } from './client.ts';
import type { MergedNote } from './event-merging.ts';
import { EventMerging, idOf } from './event-merging.ts';
import { EVENTS } from './kinds.ts';
import type { KubeObject } from './resource.ts';
import type { TokenBucket } from './token-bucket.ts';
import { createTokenBucket } from './token-bucket.ts';

/** Something worth telling the people who look after an object, as `kubectl describe` shows it. */
export type EventNote = Readonly<{
  /** The object it is about. */
  regarding: KubeObject;
  /** Another object that has part in it, such as the ReplicaSet that was scaled. */
  related?: KubeObject;
  type: 'Normal' | 'Warning';
  /** CamelCase, at most 128 characters. */
  reason: string;
  /** What was done, at most 128 characters. */
  action: string;
  /** For people; longer than 1,024 bytes is cut. */
  note: string;
}>;

/** What a recorder is made with. */
export type EventRecorderOptions = Readonly<{
  client: Pick<KubeClient, 'create' | 'patch'>;
  clock: Clock;
  /** `sluice`, or `rollouts-controller` in the takeover group. */
  controller: string;
  /** The pod's name; cut to 128 characters. */
  instance: string;
  /** Reasons of Normal events that tell how it ended: kept like Warnings where routine events must give way. */
  finalReasons?: readonly string[];
  /** Reasons of Normal events that may wait for others like them and go as one. */
  routineReasons?: readonly string[];
  /** Events that wait to be sent; more are dropped. Default 1,000. */
  capacity?: number;
  /** Told of every event that could not be sent, and why. */
  onDropped?: (note: EventNote, why: Failure | 'QueueFull' | 'RateLimited') => void;
  /** Default Math.random. */
  random?: Random;
}>;

/** Records events, best effort. */
export interface EventRecorder {
  /** Takes an event and returns at once; it is sent later, or dropped. */
  record(note: EventNote): void;
  readonly dropped: number;
  /** Takes no more; resolves when what waits was sent. */
  stop(): Promise<void>;
}

/** What one object may still have sent: by any event, and, beyond that, by the telling ones. */
type Buckets = Readonly<{ any: TokenBucket; telling: TokenBucket }>;

/** An event that was sent, as long as repeats of it are counted into it. */
type Series = { event: KubeObject; count: number; lastAt: Instant };

/** client-go counts a repeat into the same event for six minutes. */
const SERIES_FOR: Milliseconds = seconds(6 * 60);
/** client-go's spam filter: 25 events at once about one object, then one in five minutes. */
const BURST = 25;
const PER_SECOND = 1 / 300;
/**
 * So many Warnings and final events beside those 25, then one a minute: a long update uses the 25 up, and must still be
 * able to say that it was aborted.
 */
const RESERVE = 10;
const RESERVE_PER_SECOND = 1 / 60;
/** So many are sent at once: one after another, a busy fleet's events would come minutes late. */
const AT_ONCE = 8;
const LONGEST_NOTE = 1024;
const LONGEST_WORD = 128;
/** Buckets and series are kept for so many objects; beyond, the oldest are forgotten. */
const REMEMBERED = 4096;

/** A recorder of events.k8s.io/v1 events. What fails is dropped: an event never holds up or repeats a pass. */
export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  return new Recorder(options);
}

class Recorder implements EventRecorder {
  readonly #options: EventRecorderOptions;
  readonly #series = new Map<string, Series>();
  readonly #buckets = new Map<string, Buckets>();
  readonly #merging: EventMerging;
  #waiting: MergedNote[] = [];
  /** Objects about which an event is being sent: those of one object go one after another. */
  readonly #underWay = new Map<string, Promise<void>>();
  #beginning: Promise<void> | undefined;
  #stopped = false;
  #dropped = 0;

  constructor(options: EventRecorderOptions) {
    this.#options = options;
    const { clock, routineReasons = [] } = options;
    const reasons = new Set(routineReasons);
    this.#merging = new EventMerging({ clock, reasons, send: (note) => this.#queue(note) });
  }

  get dropped(): number {
    return this.#dropped;
  }

  record(note: EventNote): void {
    if (this.#stopped) return this.#drop(note, 'QueueFull');
    this.#merging.take(note);
  }

  #queue(note: MergedNote): void {
    if (!this.#makeRoom(note)) return this.#drop(note, 'QueueFull');
    this.#waiting.push(note);
    this.#beginning ??= this.#begin();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#merging.flush();
    // Who stops us may not wait for all of them.
    const telling = this.#waiting.filter((note) => this.#isTelling(note));
    this.#waiting = [...telling, ...this.#waiting.filter((note) => !this.#isTelling(note))];
    await this.#beginning;
    while (this.#underWay.size > 0) await Promise.all(this.#underWay.values());
  }

  /** Warnings, and how it ended: what people come to look for. */
  #isTelling({ type, reason }: EventNote): boolean {
    return type === 'Warning' || this.#options.finalReasons?.includes(reason) === true;
  }

  /** Whether one more may wait; when all places are taken, the oldest routine event gives way to a telling one. */
  #makeRoom(note: EventNote): boolean {
    if (this.#waiting.length < (this.#options.capacity ?? 1000)) return true;
    const routine = this.#isTelling(note) ? this.#waiting.findIndex((other) => !this.#isTelling(other)) : -1;
    for (const given of routine < 0 ? [] : this.#waiting.splice(routine, 1)) this.#drop(given, 'QueueFull');
    return routine >= 0;
  }

  async #begin(): Promise<void> {
    // After the pass that recorded it.
    await Promise.resolve();
    this.#beginning = undefined;
    this.#sendWaiting();
  }

  /** Sends what waits, a few at once and one an object: events must never crowd out the calls that matter. */
  #sendWaiting(): void {
    while (this.#underWay.size < AT_ONCE) {
      const next = this.#waiting.findIndex((note) => !this.#underWay.has(idOf(note)));
      const [note] = next < 0 ? [] : this.#waiting.splice(next, 1);
      if (note === undefined) return;
      const id = idOf(note);
      this.#underWay.set(id, this.#sendThen(note, id));
    }
  }

  async #sendThen(note: MergedNote, id: string): Promise<void> {
    try {
      await this.#sendOne(note);
    } catch {
      // Whatever went wrong, the events behind it go on.
      this.#dropped += 1;
    }
    this.#underWay.delete(id);
    this.#sendWaiting();
  }

  async #sendOne(note: MergedNote): Promise<void> {
    const { clock } = this.#options;
    const key = keyOfNote(note);
    const now = clock.now();
    const series = this.#series.get(key);
    const repeated = series !== undefined && elapsed(series.lastAt, now) < SERIES_FOR;
    if (repeated) {
      // Counted even when it is not sent: the next one that is carries the whole count.
      series.count += note.times;
      series.lastAt = now;
    }
    const { any, telling } = this.#bucketsOf(note);
    const mayGo = any.tryTake() || (this.#isTelling(note) && telling.tryTake());
    if (!mayGo) return this.#drop(note, 'RateLimited');
    if (repeated) {
      const answer = await this.#patch(series);
      if (answer.ok) return;
      if (answer.why !== 'NotFound') return this.#drop(note, answer);
      // The event's time to live (an hour by default) ended before its series did.
    }
    const answer = await this.#options.client.create(EVENTS, this.#eventOf(note, now));
    if (!answer.ok) return this.#drop(note, answer);
    remember(this.#series, key, { event: answer.value, count: note.times, lastAt: now });
  }

  #patch(series: Series): Promise<Answer<KubeObject>> {
    const { name, namespace } = series.event.metadata;
    const body = { series: { count: series.count, lastObservedTime: formatMicroTime(series.lastAt) } };
    const target = { resource: EVENTS, name, ...(namespace === undefined ? {} : { namespace }) };
    return this.#options.client.patch(target, { kind: 'Merge', body });
  }

  #eventOf(note: MergedNote, now: Instant): KubeObject {
    const { controller, instance, random = Math.random } = this.#options;
    const { metadata } = note.regarding;
    const half = (): string =>
      Math.floor(random() * 2 ** 32)
        .toString(16)
        .padStart(8, '0');
    const event = {
      apiVersion: 'events.k8s.io/v1',
      kind: 'Event',
      metadata: {
        name: `${metadata.name.slice(0, 236)}.${half()}${half()}`,
        // Events about objects without a namespace are looked for in `default`.
        namespace: metadata.namespace ?? 'default',
      },
      eventTime: formatMicroTime(note.since),
      ...(note.times === 1 ? {} : { series: { count: note.times, lastObservedTime: formatMicroTime(now) } }),
      type: note.type,
      reason: note.reason.slice(0, LONGEST_WORD),
      action: note.action.slice(0, LONGEST_WORD),
      note: cutToBytes(note.note, LONGEST_NOTE),
      regarding: referenceTo(note.regarding),
      ...(note.related === undefined ? {} : { related: referenceTo(note.related) }),
      reportingController: controller,
      reportingInstance: instance.slice(0, LONGEST_WORD),
    };
    return event;
  }

  #bucketsOf(note: EventNote): Buckets {
    const { clock } = this.#options;
    const id = idOf(note);
    const known = this.#buckets.get(id);
    if (known !== undefined) return known;
    const buckets = {
      any: createTokenBucket(clock, { perSecond: PER_SECOND, burst: BURST }),
      telling: createTokenBucket(clock, { perSecond: RESERVE_PER_SECOND, burst: RESERVE }),
    };
    remember(this.#buckets, id, buckets);
    return buckets;
  }

  #drop(note: EventNote, why: Failure | 'QueueFull' | 'RateLimited'): void {
    this.#dropped += 1;
    this.#options.onDropped?.(note, why);
  }
}

/** Two events are one repeated event when people would read the same twice. */
function keyOfNote(note: EventNote): string {
  const { regarding, related, type, reason, action } = note;
  return JSON.stringify([referenceTo(regarding), related && referenceTo(related), type, reason, action, note.note]);
}

function referenceTo(object: KubeObject): Readonly<Record<string, string>> {
  const { apiVersion, kind, metadata } = object;
  const { namespace, name, uid } = metadata;
  const all = Object.entries({ apiVersion, kind, namespace, name, uid });
  return Object.fromEntries(all.flatMap(([field, value]) => (value === undefined ? [] : [[field, value]])));
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const oldest = map.size > REMEMBERED ? map.keys().next().value : undefined;
  if (oldest !== undefined) map.delete(oldest);
}

/** The longest beginning of a text that fits, cut between two characters; the server counts bytes of UTF-8. */
function cutToBytes(text: string, bytes: number): string {
  const encoded = new TextEncoder().encode(text);
  if (encoded.length <= bytes) return text;
  const cut = new TextDecoder('utf-8', { fatal: false }).decode(encoded.slice(0, bytes - 3));
  return `${cut.replace(/\uFFFD+$/, '')}…`;
}
