import type { Clock } from '../clock/clock.ts';
import type { Milliseconds } from '../units/duration.ts';
import { seconds } from '../units/duration.ts';
import type { Instant } from '../units/instant.ts';
import { add } from '../units/instant.ts';
import type { KubeObject, Resource } from './resource.ts';
import { apiVersionOf, keyOf } from './resource.ts';
import { compareVersions } from './resource-version.ts';

/** What a store says about one object now. */
export type StoreLookup = (resource: Resource, key: string) => KubeObject | undefined;

type Expected = Readonly<{
  resource: Resource;
  key: string;
  version: string;
  uid: string | undefined;
  deleted: boolean;
  until: Instant;
}>;

/**
 * Read-your-own-writes: after a write, whoever wrote must not decide again before the store has seen it, else it repeats
 * itself on a stale view (KEP-5647). The wait is bounded, because the event may never come: the object may be filtered
 * out, or gone again.
 */
export class Expectations {
  readonly #clock: Clock;
  readonly #patience: Milliseconds;
  /** By waiter, then by object. */
  readonly #expected = new Map<string, Map<string, Expected>>();

  /** `patience` is the longest wait for one write, default 5 s. */
  constructor(options: Readonly<{ clock: Clock; patience?: Milliseconds }>) {
    this.#clock = options.clock;
    this.#patience = options.patience ?? seconds(5);
  }

  /** Notes a write that the server took: `written` is the object it answered with, `waiter` the key that is reconciled. */
  wrote(waiter: string, resource: Resource, written: KubeObject): void {
    this.#expect(waiter, resource, written, false);
  }

  /** Notes a deletion that the server took: the store must lose this object, or see that it is going. */
  deleted(waiter: string, resource: Resource, gone: KubeObject): void {
    this.#expect(waiter, resource, gone, true);
  }

  /**
   * When to look again at the latest: undefined when the stores have seen all that `waiter` wrote, or it has waited long
   * enough; what was seen is forgotten.
   */
  waitsUntil(waiter: string, lookup: StoreLookup): Instant | undefined {
    const expected = this.#expected.get(waiter);
    if (expected === undefined) return undefined;
    const now = this.#clock.now();
    let latest: Instant | undefined;
    for (const [id, one] of expected) {
      if (now >= one.until || isSeen(one, lookup(one.resource, one.key))) expected.delete(id);
      else if (latest === undefined || one.until > latest) latest = one.until;
    }
    if (expected.size === 0) this.#expected.delete(waiter);
    return latest;
  }

  /** True when `waiter` need not wait for this object: nothing is expected of it, it was seen, or the time is over. */
  satisfied(waiter: string, resource: Resource, key: string, stored: KubeObject | undefined): boolean {
    const one = this.#expected.get(waiter)?.get(idOf(resource, key));
    return one === undefined || this.#clock.now() >= one.until || isSeen(one, stored);
  }

  /** Forgets all that a waiter expects, when what it reconciles is gone. */
  forget(waiter: string): void {
    this.#expected.delete(waiter);
  }

  #expect(waiter: string, resource: Resource, object: KubeObject, deleted: boolean): void {
    const { resourceVersion, uid } = object.metadata;
    if (resourceVersion === undefined) return;
    const expected = this.#expected.get(waiter) ?? new Map<string, Expected>();
    const key = keyOf(object.metadata);
    const until = add(this.#clock.now(), this.#patience);
    expected.set(idOf(resource, key), { resource, key, version: resourceVersion, uid, deleted, until });
    this.#expected.set(waiter, expected);
  }
}

function isSeen(expected: Expected, stored: KubeObject | undefined): boolean {
  if (expected.deleted) {
    return (
      stored === undefined || stored.metadata.uid !== expected.uid || stored.metadata.deletionTimestamp !== undefined
    );
  }
  if (stored === undefined) return false;
  const order = compareVersions(stored.metadata.resourceVersion, expected.version);
  // Versions that cannot be compared prove nothing either way; equal text does.
  return order === undefined ? stored.metadata.resourceVersion === expected.version : order >= 0;
}

function idOf(resource: Resource, key: string): string {
  return `${apiVersionOf(resource)}/${resource.plural}/${key}`;
}
