import type { Kind } from './kind.ts';

/** The kinds that a server has now: built in, and from CRDs. */
export class KindTable {
  #byPath = new Map<string, Kind>();
  #byTable = new Map<string, Kind>();
  /** Counts changes, so that what is derived from the table can be kept until it changes. */
  revision = 0;

  constructor(kinds: readonly Kind[]) {
    for (const kind of kinds) this.add(kind);
  }

  /** Adds a kind or puts another in its place. */
  add(kind: Kind): void {
    const { group, version, plural } = kind.resource;
    this.#byPath.set(`${group}/${version}/${plural}`, kind);
    // Of two versions in one table the first is the one that is stored.
    if (!this.#byTable.has(kind.table) || kind.toStored === undefined) this.#byTable.set(kind.table, kind);
    this.revision += 1;
  }

  /** Takes all versions of a resource out. */
  remove(group: string, plural: string): void {
    for (const [path, { resource, table }] of this.#byPath) {
      if (resource.group !== group || resource.plural !== plural) continue;
      this.#byPath.delete(path);
      this.#byTable.delete(table);
    }
    this.revision += 1;
  }

  get(group: string, version: string, plural: string): Kind | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`);
  }

  /** The kind whose objects stand in a table, as they are stored. */
  ofTable(table: string): Kind | undefined {
    return this.#byTable.get(table);
  }

  all(): readonly Kind[] {
    return [...this.#byPath.values()];
  }

  hasVersion(group: string, version: string): boolean {
    return this.all().some(({ resource }) => resource.group === group && resource.version === version);
  }
}
