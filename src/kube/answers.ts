import type { Json } from '../units/canonical-json.ts';
import { sameJson } from '../units/canonical-json.ts';

/** The object that a question is about: its UID, and the key under which it is reconciled. */
export type AnswerSubject = Readonly<{ uid: string; key: string }>;

/** One answered question. */
export type AnswerEntry = Readonly<{ question: string; generation: string; answer: Json }>;

/** The read-only side: what observe takes into Observed. */
export interface AnswerReader {
  /** The answer to a question about one generation of an object; undefined when it was not asked or not answered yet. */
  get(uid: string, question: string, generation: number | string): Json | undefined;
  /** All that is known about an object, in the order of the questions. */
  about(uid: string): readonly AnswerEntry[];
}

/**
 * What no watch can tell, in memory: a dry run, a refusal, a quorum read, a confirmed 404, a reading, a webhook's answer. A
 * crash loses it, and the question is asked again. An answer for another generation replaces the one before.
 */
export class Answers implements AnswerReader {
  readonly #byUid = new Map<string, Map<string, AnswerEntry>>();
  readonly #onChange: (key: string) => void;

  /** `onChange` gets the key of an object about which something new became known, to queue it. */
  constructor(onChange: (key: string) => void) {
    this.#onChange = onChange;
  }

  get(uid: string, question: string, generation: number | string): Json | undefined {
    const entry = this.#byUid.get(uid)?.get(question);
    return entry?.generation === String(generation) ? entry.answer : undefined;
  }

  about(uid: string): readonly AnswerEntry[] {
    const entries = [...(this.#byUid.get(uid)?.values() ?? [])];
    return entries.sort((a, b) => (a.question < b.question ? -1 : 1));
  }

  /** Takes in an answer; the same answer again changes nothing and queues nothing. */
  set(subject: AnswerSubject, question: string, generation: number | string, answer: Json): void {
    const entries = this.#byUid.get(subject.uid) ?? new Map<string, AnswerEntry>();
    const before = entries.get(question);
    if (before?.generation === String(generation) && sameJson(before.answer, answer)) return;
    entries.set(question, { question, generation: String(generation), answer });
    this.#byUid.set(subject.uid, entries);
    this.#onChange(subject.key);
  }

  /** Drops one answer, so that the question is asked again. */
  drop(uid: string, question: string): void {
    const entries = this.#byUid.get(uid);
    entries?.delete(question);
    if (entries?.size === 0) this.#byUid.delete(uid);
  }

  /** Drops all about an object that is gone. */
  forget(uid: string): void {
    this.#byUid.delete(uid);
  }
}
