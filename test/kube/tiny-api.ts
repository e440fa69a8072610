import type { KubeObject } from '../../src/kube/resource.ts';
import { keyOf } from '../../src/kube/resource.ts';

/** One entry of the watch history. */
export type Change = Readonly<{ type: 'ADDED' | 'MODIFIED' | 'DELETED'; object: KubeObject }>;

/** What a watcher is told: a change, or a version that it has seen everything up to. */
export type Told = Change | Readonly<{ type: 'BOOKMARK'; object: KubeObject }>;

/** A refusal, as the status code and reason of a real API server. */
export class Refused extends Error {
  readonly code: number;
  readonly reason: string;
  constructor(code: number, reason: string, message: string) {
    super(message);
    this.code = code;
    this.reason = reason;
  }
}

type Snapshot = Readonly<{ version: number; items: readonly KubeObject[] }>;

/**
 * The storage half of an API server for one kind: one rising resourceVersion, optimistic locking, a watch history that
 * can be compacted, lists in pages whose tokens expire with it. Just what the tests of src/kube need.
 */
export class TinyApi {
  version = 100;
  /** Every write that was carried out, in order. */
  readonly writes: string[] = [];
  #objects = new Map<string, KubeObject>();
  #history: { version: number; change: Change }[] = [];
  #compacted = 0;
  #snapshots = new Map<number, Snapshot>();
  #uids = 0;
  readonly #watchers = new Set<(told: Told) => void>();

  all(): readonly KubeObject[] {
    return [...this.#objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
  }

  get(key: string): KubeObject {
    const found = this.#objects.get(key);
    if (found === undefined) throw new Refused(404, 'NotFound', `${key} not found`);
    return found;
  }

  create(object: KubeObject): KubeObject {
    if (JSON.stringify(object).length > 1.5 * 2 ** 20) throw new Refused(413, 'RequestEntityTooLarge', 'too large');
    const key = keyOf(object.metadata);
    if (this.#objects.has(key)) throw new Refused(409, 'AlreadyExists', `${key} already exists`);
    this.#uids += 1;
    const metadata = { ...object.metadata, uid: `uid-${this.#uids}`, generation: 1 };
    return this.#store('ADDED', key, { ...object, metadata });
  }

  replace(key: string, object: KubeObject): KubeObject {
    const now = this.get(key);
    const asked = object.metadata.resourceVersion;
    if (asked !== undefined && asked !== now.metadata.resourceVersion) {
      throw new Refused(409, 'Conflict', 'the object has been modified');
    }
    const { uid } = now.metadata;
    return this.#store('MODIFIED', key, {
      ...object,
      metadata: { ...object.metadata, ...(uid === undefined ? {} : { uid }) },
    });
  }

  /** A merge patch of one level of metadata and any level of the rest: enough for labels and spec. */
  merge(key: string, patch: Partial<KubeObject>): KubeObject {
    const now = this.get(key);
    const asked = patch.metadata?.resourceVersion;
    if (asked !== undefined && asked !== now.metadata.resourceVersion) {
      throw new Refused(409, 'Conflict', 'the object has been modified');
    }
    return this.#store('MODIFIED', key, { ...now, ...patch, metadata: { ...now.metadata, ...patch.metadata } });
  }

  delete(key: string, uid?: string): void {
    const now = this.get(key);
    if (uid !== undefined && uid !== now.metadata.uid) throw new Refused(409, 'Conflict', 'the UID is another');
    // Someone's finalizer keeps it until it is taken off.
    const waits = (now.metadata.finalizers ?? []).length > 0;
    if (waits)
      this.#store('MODIFIED', key, {
        ...now,
        metadata: { ...now.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' },
      });
    else this.#store('DELETED', key, now);
  }

  /** One page; a token keeps its snapshot until `compact`. */
  list(
    limit: number | undefined,
    token: string | undefined,
  ): { items: readonly KubeObject[]; version: number; continue?: string } {
    const [version, from] =
      token === undefined ? [this.version, 0] : (token.split(':').map(Number) as [number, number]);
    if (token === undefined) this.#snapshots.set(version, { version, items: this.all() });
    const snapshot = this.#snapshots.get(version);
    if (snapshot === undefined) throw new Refused(410, 'Expired', 'the continue token is too old');
    const end = limit === undefined ? snapshot.items.length : from + limit;
    const more = end < snapshot.items.length ? { continue: `${version}:${end}` } : {};
    return { items: snapshot.items.slice(from, end), version, ...more };
  }

  /** What a backup holds, to go back to later. */
  backUp(): () => void {
    const [version, objects] = [this.version, new Map(this.#objects)];
    return () => {
      this.version = version;
      this.#objects = new Map(objects);
      this.compact();
    };
  }

  /** Forgets history and list snapshots up to now. */
  compact(): void {
    this.#compacted = this.version;
    this.#history = [];
    this.#snapshots.clear();
  }

  /** Replays what came after `from`, then tells of every change; answers how to stop. */
  watch(from: number, tell: (told: Told) => void): () => void {
    if (from < this.#compacted) throw new Refused(410, 'Expired', `too old resource version: ${from}`);
    // As a real server does: a version that was not reached yet is waited for, and until then nothing is told.
    const told = (what: Told): void => {
      if (Number(what.object.metadata.resourceVersion) > from || what.type === 'BOOKMARK') tell(what);
    };
    for (const { change } of this.#history) told(change);
    this.#watchers.add(told);
    return () => this.#watchers.delete(told);
  }

  bookmark(): void {
    const told: Told = { type: 'BOOKMARK', object: { metadata: { name: '', resourceVersion: String(this.version) } } };
    for (const tell of [...this.#watchers]) tell(told);
  }

  get watchers(): number {
    return this.#watchers.size;
  }

  #store(type: Change['type'], key: string, object: KubeObject): KubeObject {
    this.version += 1;
    const stored: KubeObject = { ...object, metadata: { ...object.metadata, resourceVersion: String(this.version) } };
    if (type === 'DELETED') this.#objects.delete(key);
    else this.#objects.set(key, stored);
    this.writes.push(`${type} ${key}`);
    const change: Change = { type, object: stored };
    this.#history.push({ version: this.version, change });
    for (const tell of [...this.#watchers]) tell(change);
    return stored;
  }
}
