import type { KubeObject, Resource } from '../../src/kube/resource.ts';
import { formatInstant, add } from '../../src/units/instant.ts';
import type { Clock } from '../../src/clock/clock.ts';
import { milliseconds, seconds } from '../../src/units/duration.ts';
import type { ClusterAccess } from '../../src/emulator/cluster-access.ts';
import type { ClusterWrite } from '../../src/emulator/step.ts';
import { sameJson } from '../../src/units/canonical-json.ts';

type Stored = KubeObject & { spec?: unknown; status?: unknown };

/** A cluster in memory with the guards of the API: versions, UIDs, generations, graces, finalizers. */
export interface MemoryCluster extends ClusterAccess {
  /** Stores an object as a user would; answers it as stored. Throws when it is refused. */
  create<T extends KubeObject>(resource: Resource, object: T): T;
  /** Replaces what `change` makes of an object; throws when there is none. */
  change<T extends KubeObject>(
    resource: Resource,
    namespace: string | undefined,
    name: string,
    change: (object: T) => T,
  ): void;
  /** Deletes an object as a user would, with these finalizers put on first. */
  remove(resource: Resource, namespace: string | undefined, name: string, finalizers?: readonly string[]): void;
  /** How many writes were carried out. */
  readonly writes: number;
}

const GRACE = 30;
const keyOf = ({ group, plural }: Resource): string => `${group}/${plural}`;
const nameOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

/** An empty cluster; UIDs are numbered. */
export function memoryCluster(clock: Clock): MemoryCluster {
  const tables = new Map<string, Map<string, Stored>>();
  const listeners = new Set<(resource: Resource, object: KubeObject) => void>();
  let version = 0;
  let writes = 0;
  const table = (resource: Resource): Map<string, Stored> => {
    const found = tables.get(keyOf(resource)) ?? new Map<string, Stored>();
    tables.set(keyOf(resource), found);
    return found;
  };
  const tell = (resource: Resource, object: Stored): void => {
    for (const listener of [...listeners]) listener(resource, object);
  };
  const put = (resource: Resource, object: Stored): boolean => {
    version += 1;
    writes += 1;
    const { metadata } = object;
    const gone = metadata.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0;
    const ended = (object as { metadata: { deletionGracePeriodSeconds?: number } }).metadata.deletionGracePeriodSeconds;
    const stored = { ...object, metadata: { ...metadata, resourceVersion: String(version) } };
    if (gone && (ended ?? 0) === 0) table(resource).delete(nameOf(metadata.namespace, metadata.name));
    else table(resource).set(nameOf(metadata.namespace, metadata.name), stored);
    tell(resource, stored);
    return true;
  };
  const create = (resource: Resource, object: Stored): boolean => {
    const { namespace, name } = object.metadata;
    if (table(resource).has(nameOf(namespace, name))) return false;
    const created = { uid: `uid-${version + 1}`, creationTimestamp: formatInstant(clock.now()), generation: 1 };
    const status = resource.plural === 'pods' ? { status: { phase: 'Pending' } } : {};
    return put(resource, { ...status, ...object, metadata: { ...object.metadata, ...created } });
  };
  const replace = (resource: Resource, object: Stored, subresource?: string): boolean => {
    const before = table(resource).get(nameOf(object.metadata.namespace, object.metadata.name));
    if (before === undefined || before.metadata.uid !== object.metadata.uid) return false;
    if (before.metadata.resourceVersion !== object.metadata.resourceVersion) return false;
    if (subresource === 'status') return put(resource, { ...before, status: object.status });
    const { generation = 1 } = before.metadata;
    const after: Stored = { ...object, ...('status' in before ? { status: before.status } : {}) };
    const metadata = { ...after.metadata, generation: sameJson(before.spec, after.spec) ? generation : generation + 1 };
    return sameJson(before, { ...after, metadata }) || put(resource, { ...after, metadata });
  };
  const remove = (resource: Resource, object: Stored, graceSeconds?: number): boolean => {
    const spec = (object.spec ?? {}) as { nodeName?: string; terminationGracePeriodSeconds?: number };
    const slow = resource.plural === 'pods' && spec.nodeName !== undefined;
    const grace = slow ? (graceSeconds ?? spec.terminationGracePeriodSeconds ?? GRACE) : 0;
    if (object.metadata.deletionTimestamp !== undefined && grace !== 0) return true;
    const deletionTimestamp = formatInstant(add(clock.now(), milliseconds(seconds(grace))));
    const metadata = { ...object.metadata, deletionTimestamp, deletionGracePeriodSeconds: grace };
    return put(resource, { ...object, metadata });
  };
  const find = (resource: Resource, namespace: string | undefined, name: string): Stored => {
    const found = table(resource).get(nameOf(namespace, name));
    if (found === undefined) throw new Error(`no ${resource.plural} ${name}`);
    return found;
  };

  return {
    view: {
      list: (resource, namespace) =>
        [...table(resource)]
          .filter(([, { metadata }]) => namespace === undefined || metadata.namespace === namespace)
          .toSorted(([a], [b]) => (a < b ? -1 : 1))
          .map(([, object]) => object),
      get: (resource, namespace, name) => table(resource).get(nameOf(namespace, name)),
    },
    write(write: ClusterWrite) {
      if (write.kind === 'Create') return create(write.resource, write.object);
      if (write.kind === 'Replace') return replace(write.resource, write.object, write.subresource);
      const object = table(write.resource).get(nameOf(write.namespace, write.name));
      return (
        object !== undefined && object.metadata.uid === write.uid && remove(write.resource, object, write.graceSeconds)
      );
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    create<T extends KubeObject>(resource: Resource, object: T) {
      if (!create(resource, object)) throw new Error(`${resource.plural} ${object.metadata.name} exists`);
      return find(resource, object.metadata.namespace, object.metadata.name) as T;
    },
    change<T extends KubeObject>(
      resource: Resource,
      namespace: string | undefined,
      name: string,
      change: (object: T) => T,
    ) {
      const before = find(resource, namespace, name);
      const after = change(before as unknown as T) as Stored;
      if (sameJson(before.status, after.status)) replace(resource, after);
      else replace(resource, after, 'status');
    },
    remove(resource, namespace, name, finalizers = []) {
      const object = find(resource, namespace, name);
      const all = [...(object.metadata.finalizers ?? []), ...finalizers];
      remove(resource, { ...object, metadata: { ...object.metadata, finalizers: all } });
    },
    get writes() {
      return writes;
    },
  };
}
