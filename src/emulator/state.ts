import type { KubeObject, Resource } from '../kube/resource.ts';

/** One stored change. */
export type Change = Readonly<{
  version: number;
  /** The table it belongs to. */
  table: string;
  type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The object after the change; of a deletion, the last state with the version of the deletion. */
  object: KubeObject;
  /** The object before; undefined for a creation. */
  before: KubeObject | undefined;
}>;

/** Everything stored at one moment; restored, it is that moment again. */
export type StateSnapshot = Readonly<{
  version: number;
  compacted: number;
  log: readonly Change[];
  tables: ReadonlyMap<string, ReadonlyMap<string, ReadonlyMap<string, KubeObject>>>;
}>;

type Bucket = { objects: Map<string, KubeObject>; sorted: readonly KubeObject[] | undefined };
type Table = { buckets: Map<string, Bucket>; sorted: readonly KubeObject[] | undefined };

/** Where the objects of a resource are kept: versions of a group share them. */
export function tableOf({ group, plural }: Pick<Resource, 'group' | 'plural'>): string {
  // An Event of either group is one object.
  return group === 'events.k8s.io' ? '/events' : `${group}/${plural}`;
}

/**
 * The objects of the cluster: one rising version, a log of changes that can be compacted, indexes by namespace. Objects
 * are never changed, only replaced, so whatever is handed out stays as it was.
 */
export class State {
  version: number;
  /** Changes up to this version are forgotten. */
  compacted = 0;
  #log: Change[] = [];
  #tables = new Map<string, Table>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #kept: number;
  readonly #untold: Change[] = [];
  #telling = false;

  /** `kept` is how many changes the log holds at least. */
  constructor(options: Readonly<{ firstVersion: number; kept: number }>) {
    this.version = options.firstVersion;
    this.#kept = options.kept;
  }

  get(table: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#tables
      .get(table)
      ?.buckets.get(namespace ?? '')
      ?.objects.get(name);
  }

  /** All objects of a table, or of one namespace, in the order of namespace and name; the array is never changed. */
  list(table: string, namespace?: string): readonly KubeObject[] {
    const found = this.#tables.get(table);
    if (found === undefined) return [];
    if (namespace !== undefined) {
      const bucket = found.buckets.get(namespace);
      return bucket === undefined ? [] : sortedObjects(bucket);
    }
    if (found.sorted === undefined) {
      const names = [...found.buckets.keys()].sort();
      found.sorted = names.flatMap((name) => sortedObjects(found.buckets.get(name) as Bucket));
    }
    return found.sorted;
  }

  /** The tables that hold anything. */
  tables(): readonly string[] {
    return [...this.#tables.keys()];
  }

  /** Stores an object, new or changed; answers it with its new version. */
  put(table: string, object: KubeObject): KubeObject {
    const { namespace, name } = object.metadata;
    const bucket = this.#bucket(table, namespace ?? '');
    const before = bucket.objects.get(name);
    const stored = this.#stamped(object);
    bucket.objects.set(name, stored);
    this.#record({
      version: this.version,
      table,
      type: before === undefined ? 'ADDED' : 'MODIFIED',
      object: stored,
      before,
    });
    return stored;
  }

  /** Removes an object; `last` is the state that watchers are told of. */
  remove(table: string, last: KubeObject): KubeObject {
    const { namespace, name } = last.metadata;
    const bucket = this.#bucket(table, namespace ?? '');
    const before = bucket.objects.get(name);
    const gone = this.#stamped(last);
    bucket.objects.delete(name);
    this.#record({ version: this.version, table, type: 'DELETED', object: gone, before });
    return gone;
  }

  /** Changes of a table after a version, oldest first; undefined when some of them are forgotten. */
  since(table: string, version: number): readonly Change[] | undefined {
    if (version < this.compacted) return undefined;
    return this.#log.slice(this.#indexAfter(version)).filter((change) => change.table === table);
  }

  /** The objects of a table as they were at a version; undefined when that is forgotten. */
  listAt(table: string, version: number, namespace?: string): readonly KubeObject[] | undefined {
    if (version === this.version) return this.list(table, namespace);
    const changes = this.since(table, version);
    if (changes === undefined) return undefined;
    if (changes.length === 0) return this.list(table, namespace);
    const objects = new Map(this.list(table).map((object) => [sortKey(object), object]));
    for (const { before, object } of changes.toReversed()) {
      if (before === undefined) objects.delete(sortKey(object));
      else objects.set(sortKey(before), before);
    }
    return [...objects]
      .filter(([, { metadata }]) => namespace === undefined || metadata.namespace === namespace)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, object]) => object);
  }

  /** Forgets the changes up to a version; by default, all. */
  compact(version = this.version): void {
    this.#log.splice(0, this.#indexAfter(version));
    this.compacted = Math.max(this.compacted, version);
  }

  /** Calls back after each change; answers how to stop. */
  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  snapshot(): StateSnapshot {
    const tables = new Map(
      [...this.#tables].map(([name, { buckets }]) => [
        name,
        new Map([...buckets].map(([namespace, { objects }]) => [namespace, new Map(objects)])),
      ]),
    );
    return { version: this.version, compacted: this.compacted, log: [...this.#log], tables };
  }

  restore(snapshot: StateSnapshot): void {
    this.version = snapshot.version;
    this.compacted = snapshot.compacted;
    this.#log = [...snapshot.log];
    this.#tables = new Map(
      [...snapshot.tables].map(([name, buckets]) => [
        name,
        {
          sorted: undefined,
          buckets: new Map(
            [...buckets].map(([namespace, objects]) => [namespace, { sorted: undefined, objects: new Map(objects) }]),
          ),
        },
      ]),
    );
  }

  #bucket(table: string, namespace: string): Bucket {
    const found = getOrAdd(this.#tables, table, (): Table => ({ buckets: new Map(), sorted: undefined }));
    const bucket = getOrAdd(found.buckets, namespace, (): Bucket => ({ objects: new Map(), sorted: undefined }));
    found.sorted = undefined;
    bucket.sorted = undefined;
    return bucket;
  }

  #stamped(object: KubeObject): KubeObject {
    this.version += 1;
    return { ...object, metadata: { ...object.metadata, resourceVersion: String(this.version) } };
  }

  #record(change: Change): void {
    this.#log.push(change);
    // Cut in large pieces: to shift an array at every write would cost more than the write.
    if (this.#log.length >= 2 * this.#kept) this.compact(this.#log[this.#log.length - this.#kept]?.version);
    this.#untold.push(change);
    if (this.#telling) return;
    // A listener may write: what it causes is told after what caused it, to everybody.
    this.#telling = true;
    try {
      for (let next = this.#untold.shift(); next !== undefined; next = this.#untold.shift()) {
        for (const listener of [...this.#listeners]) listener(next);
      }
    } finally {
      this.#telling = false;
    }
  }

  #indexAfter(version: number): number {
    let low = 0;
    let high = this.#log.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#log[middle]?.version ?? Infinity) <= version) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Orders as the keys of etcd do: `namespace/name`. */
export function sortKey({ metadata }: KubeObject): string {
  return metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`;
}

function sortedObjects(bucket: Bucket): readonly KubeObject[] {
  bucket.sorted ??= [...bucket.objects.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  return bucket.sorted;
}

function getOrAdd<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const found = map.get(key);
  if (found !== undefined) return found;
  const made = make();
  map.set(key, made);
  return made;
}
