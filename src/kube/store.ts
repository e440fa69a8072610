import type { KubeObject } from './resource.ts';

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
