import type { KubeObject, Resource } from '../kube/resource.ts';
import { apiVersionOf } from '../kube/resource.ts';
import type { Instant } from '../units/instant.ts';
import type { FieldProblem } from './refusal.ts';
import type { Schema } from './schema.ts';
import type { State } from './state.ts';

/** One column of a table: how it is called and read. */
export type Column = Readonly<{
  name: string;
  type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  format?: string;
  description?: string;
  /** 0 is always shown, more only in wide output. */
  priority?: number;
  /** The cell of an object; null is shown as `<none>` by kubectl. */
  cell: (object: KubeObject, now: Instant) => string | number | boolean | null;
}>;

/** Where a kind keeps what its Scale shows, as paths of keys. */
export type ScalePaths = Readonly<{
  spec: readonly string[];
  status: readonly string[];
  /** A text, or a LabelSelector object in built-in kinds. */
  selector?: readonly string[];
}>;

/** Part of an object that a write is for. */
export type Part = 'main' | 'status';

/** What the hooks of a kind may look at. */
export type Surroundings = Readonly<{ state: State; now: Instant; random: () => number }>;

/** A kind of object as the server serves it: what differs between kinds, as data and small functions. */
export type Kind = Readonly<{
  resource: Resource;
  /** Where the objects are kept in the state. */
  table: string;
  singular: string;
  shortNames: readonly string[];
  categories: readonly string[];
  builtIn: boolean;
  schema: Schema;
  /** True when the status is written through a subresource only. */
  hasStatus: boolean;
  /** True when metadata.generation counts changes of the spec. */
  hasGeneration: boolean;
  /** False when an update must name the resourceVersion it is based on. */
  unconditionalUpdate: boolean;
  /** True when a deletion answers the object rather than a Status. */
  answersDeleted: boolean;
  scale?: ScalePaths;
  /** Fields, beside name and namespace, that a field selector may name. */
  selectableFields: readonly string[];
  columns: readonly Column[];
  /** Checks the name of a new object; undefined when it may stand. */
  nameProblem: (name: string) => string | undefined;
  /** Fills in the defaults that no table can say; its writer owns them. */
  complete?: (object: KubeObject) => KubeObject;
  /** What the server adds to an object on its own account, owned by nobody; `before` is undefined for a new object. */
  prepare?: (object: KubeObject, before: KubeObject | undefined, around: Surroundings) => KubeObject;
  /** What is wrong with an object, or with the change from `before`. */
  validate?: (
    object: KubeObject,
    before: KubeObject | undefined,
    part: Part,
    around: Surroundings,
  ) => readonly FieldProblem[];
  /** Versions of a kind that are not the stored one are turned on the way in and out. */
  toStored?: (object: KubeObject) => KubeObject;
  fromStored?: (object: KubeObject) => KubeObject;
}>;

/** An object as this kind shows it. */
export function shown(kind: Kind, object: KubeObject): KubeObject {
  return kind.fromStored === undefined ? object : kind.fromStored(object);
}

/** The apiVersion that objects of this kind bear. */
export function versionOf(kind: Kind): string {
  return apiVersionOf(kind.resource);
}

/** How a 422 names a kind: an Event is one of the core group, whichever group it was sent to. */
export function toldResource({ table, resource }: Kind): Resource {
  return table === '/events' ? { ...resource, group: '' } : resource;
}
