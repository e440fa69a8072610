import type { Static, TSchema } from 'typebox';
import type { labelSelectorSchema, podMetadataSchema } from './meta.schema.ts';

/** Data as it came from JSON: every member, at any depth, may be read and none written. */
export type Frozen<T> = T extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Frozen<T[Key]> }
    : T;

/** The static type of a schema, deeply read-only. */
export type Shape<Schema extends TSchema> = Frozen<Static<Schema>>;

/** metadata of an object, as far as decisions read it; shaped as the Kubernetes side has it. */
export type ObjectMeta = Readonly<{
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  labels?: Readonly<Record<string, string>>;
  annotations?: Readonly<Record<string, string>>;
  ownerReferences?: readonly OwnerReference[];
  finalizers?: readonly string[];
}>;

/** One entry of metadata.ownerReferences. */
export type OwnerReference = Readonly<{
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
  controller?: boolean;
  blockOwnerDeletion?: boolean;
}>;

/** An object of one of our kinds: `Spec` as its author wrote it, `Status` as we last reported it. */
export type ApiObject<Spec, Status> = Readonly<{
  apiVersion?: string;
  kind?: string;
  metadata: ObjectMeta;
  spec: Spec;
  status?: Status;
}>;

/** A pod template as raw JSON: what we do not read is kept. */
export type PodTemplate = Readonly<{
  metadata?: PodTemplateMeta;
  spec?: Readonly<Record<string, unknown>>;
  [key: string]: unknown;
}>;

/** metadata of a pod template. */
export type PodTemplateMeta = Readonly<{
  labels?: Readonly<Record<string, string>>;
  annotations?: Readonly<Record<string, string>>;
  [key: string]: unknown;
}>;

/** A label selector as Kubernetes has it: matchLabels and matchExpressions must all hold. */
export type LabelSelector = Shape<typeof labelSelectorSchema>;

/** Labels and annotations to be put on pods, runs or ReplicaSets. */
export type PodMetadata = Shape<typeof podMetadataSchema>;

/** A count, or a percentage of another count such as `25%`. */
export type { IntOrPercent } from '../units/int-or-percent.ts';
