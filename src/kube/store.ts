import type { KubeObject } from './resource.ts';
import { controllerUidOf, keyOf } from './resource.ts';
import { isOlder, newerVersion } from './resource-version.ts';

/** A read-only view of the objects of one kind as last seen: what observe reads from, synchronously. */
export interface StoreReader<T extends KubeObject = KubeObject> {
  get(namespace: string | undefined, name: string): T | undefined;
  /** Objects whose controller owner has this UID. */
  byOwner(uid: string): readonly T[];
  inNamespace(namespace: string): readonly T[];
  all(): readonly T[];
  /** Objects filed under `value` in an index that the store was made with; empty for a value nobody has. */
  byIndex(index: string, value: string): readonly T[];
  /** True once the first complete list has been taken in; until then absence means nothing. */
  readonly synced: boolean;
}

/** A further way to look objects up: `values` names every value an object is filed under. */
export type StoreIndex<T extends KubeObject = KubeObject> = Readonly<{
  name: string;
  values(object: T): readonly string[];
}>;

/** One change of the store: what is there now (for a deletion: what was there last) and what was there before. */
export type StoreChange<T extends KubeObject = KubeObject> = Readonly<{
  type: 'Added' | 'Modified' | 'Deleted';
  object: T;
  previous: T | undefined;
}>;

const OWNER = '\0owner';
const NAMESPACE = '\0namespace';
/** How many deletions are remembered, to tell a late event about what is gone from a new one. */
const TOMBSTONES = 1024;

/**
 * The objects of one kind as last seen, with indexes by controller owner, by namespace and by name of further indexes.
 * Readers get objects in the order of their keys, so equal content reads equally. An object is never replaced by an
 * older version of itself, whatever order events come in. Throws on `byIndex` of an index it was not made with.
 */
export class Store<T extends KubeObject = KubeObject> implements StoreReader<T> {
  readonly #indexes: readonly StoreIndex<T>[];
  #objects = new Map<string, T>();
  #filed = new Map<string, Map<string, Map<string, T>>>();
  #sorted: readonly T[] | undefined;
  readonly #tombstones = new Map<string, string>();
  #synced = false;
  #version: string | undefined;

  constructor(indexes: readonly StoreIndex<T>[] = []) {
    this.#indexes = [
      { name: OWNER, values: (object) => [controllerUidOf(object)].filter((uid) => uid !== undefined) },
      { name: NAMESPACE, values: ({ metadata }) => [metadata.namespace].filter((name) => name !== undefined) },
      ...indexes,
    ];
    this.#clear();
  }

  get synced(): boolean {
    return this.#synced;
  }

  /** The newest resourceVersion seen in a list, an event or a bookmark: where a watch goes on from. */
  get version(): string | undefined {
    return this.#version;
  }

  get size(): number {
    return this.#objects.size;
  }

  get(namespace: string | undefined, name: string): T | undefined {
    return this.#objects.get(keyOf(namespace === undefined ? { name } : { namespace, name }));
  }

  byOwner(uid: string): readonly T[] {
    return this.byIndex(OWNER, uid);
  }

  inNamespace(namespace: string): readonly T[] {
    return this.byIndex(NAMESPACE, namespace);
  }

  all(): readonly T[] {
    this.#sorted ??= inOrder(this.#objects);
    return this.#sorted;
  }

  byIndex(index: string, value: string): readonly T[] {
    const values = this.#filed.get(index);
    if (values === undefined) throw new Error(`the store has no index named ${index}`);
    const found = values.get(value);
    return found === undefined ? [] : inOrder(found);
  }

  /** Notes the version of a bookmark. */
  seen(version: string): void {
    this.#version = newerVersion(this.#version, version);
  }

  /**
   * Takes in an object that was added or changed and answers what that changed: nothing for the same version again, for
   * an older one, or for what was seen to go; a deletion and an addition for a new object under an old name.
   */
  put(object: T): readonly StoreChange<T>[] {
    const { uid, resourceVersion } = object.metadata;
    if (resourceVersion !== undefined) this.seen(resourceVersion);
    const key = keyOf(object.metadata);
    const previous = this.#objects.get(key);
    if (previous !== undefined && !isNews(previous, object)) return [];
    const goneAt = uid === undefined ? undefined : this.#tombstones.get(uid);
    if (goneAt !== undefined && !isOlder(goneAt, resourceVersion)) return [];
    if (previous !== undefined) this.#unfile(key, previous);
    this.#file(key, object);
    return changesBetween(previous, object);
  }

  /** Takes in a deletion and answers what that changed: nothing when the object was not there, or a newer one is. */
  remove(object: T): readonly StoreChange<T>[] {
    const { uid, resourceVersion } = object.metadata;
    if (resourceVersion !== undefined) this.seen(resourceVersion);
    if (uid !== undefined && resourceVersion !== undefined) this.#bury(uid, resourceVersion);
    const key = keyOf(object.metadata);
    const previous = this.#objects.get(key);
    if (previous === undefined || isOlder(resourceVersion, previous.metadata.resourceVersion)) return [];
    this.#unfile(key, previous);
    return [{ type: 'Deleted', object, previous }];
  }

  /**
   * Swaps the whole content for a complete list of the given version and answers what that changed: what is not in the
   * list any more is Deleted. Readers see either the old content or the new, never a mixture. Answers 'TimeTravel' and
   * keeps everything when the list is older than what was already seen.
   */
  replaceAll(objects: readonly T[], version: string): readonly StoreChange<T>[] | 'TimeTravel' {
    if (isOlder(version, this.#version)) return 'TimeTravel';
    const changes = this.#swap(objects, isNews);
    this.#version = newerVersion(this.#version, version);
    return changes;
  }

  /** As `replaceAll`, for a storage that was set back: the list counts though it is older than what was seen. */
  goBackTo(objects: readonly T[], version: string): readonly StoreChange<T>[] {
    const differs = (previous: T, object: T): boolean =>
      previous.metadata.resourceVersion !== object.metadata.resourceVersion;
    const changes = this.#swap(objects, differs);
    this.#version = version;
    return changes;
  }

  #swap(objects: readonly T[], differs: (previous: T, object: T) => boolean): readonly StoreChange<T>[] {
    const before = this.#objects;
    const changes: StoreChange<T>[] = [];
    this.#clear();
    this.#tombstones.clear();
    for (const object of objects) {
      const key = keyOf(object.metadata);
      const previous = before.get(key);
      this.#file(key, object);
      before.delete(key);
      if (previous === undefined || differs(previous, object)) changes.push(...changesBetween(previous, object));
    }
    for (const object of before.values()) changes.push({ type: 'Deleted', object, previous: object });
    this.#synced = true;
    return changes;
  }

  #clear(): void {
    this.#objects = new Map();
    this.#filed = new Map(this.#indexes.map(({ name }) => [name, new Map()]));
    this.#sorted = undefined;
  }

  #file(key: string, object: T): void {
    this.#objects.set(key, object);
    this.#sorted = undefined;
    for (const { name, values } of this.#indexes) {
      const filed = this.#filed.get(name);
      for (const value of values(object)) {
        const bucket = filed?.get(value);
        if (bucket === undefined) filed?.set(value, new Map([[key, object]]));
        else bucket.set(key, object);
      }
    }
  }

  #unfile(key: string, object: T): void {
    this.#objects.delete(key);
    this.#sorted = undefined;
    for (const { name, values } of this.#indexes) {
      const filed = this.#filed.get(name);
      for (const value of values(object)) {
        const bucket = filed?.get(value);
        bucket?.delete(key);
        if (bucket?.size === 0) filed?.delete(value);
      }
    }
  }

  #bury(uid: string, version: string): void {
    this.#tombstones.delete(uid);
    this.#tombstones.set(uid, version);
    const oldest = this.#tombstones.size > TOMBSTONES ? this.#tombstones.keys().next().value : undefined;
    if (oldest !== undefined) this.#tombstones.delete(oldest);
  }
}

/** An object that was re-created under its name is another object: the old one is gone, and so is what was known of it. */
function changesBetween<T extends KubeObject>(previous: T | undefined, object: T): readonly StoreChange<T>[] {
  if (previous === undefined) return [{ type: 'Added', object, previous }];
  if (previous.metadata.uid === object.metadata.uid) return [{ type: 'Modified', object, previous }];
  return [
    { type: 'Deleted', object: previous, previous },
    { type: 'Added', object, previous: undefined },
  ];
}

/** False for the same version of the same object, and for an older one; true when that cannot be told. */
function isNews(previous: KubeObject, next: KubeObject): boolean {
  const before = previous.metadata.resourceVersion;
  const after = next.metadata.resourceVersion;
  return after === undefined || !(after === before || isOlder(after, before));
}

function inOrder<T>(objects: ReadonlyMap<string, T>): readonly T[] {
  return [...objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
}
