import type { ApiGroup } from '../api/names.ts';
import type { ManagedRoute } from '../api/managed-routes.ts';

/** The two Services between which a route splits. */
export type SplitServices = Readonly<{ canary: string; stable: string }>;

/**
 * Who writes into a route: a Rollout, as group (another controller may serve the other one), `namespace/name` and UID, and
 * the Services that it splits between.
 */
export type SplitWriter = Readonly<{ group: ApiGroup; rollout: string; uid: string }> & SplitServices;

/** The label of a route while an update moves its weights; undefined: none is wanted. */
export type ProgressLabel = Readonly<{ key: string; value: string }> | undefined;

/** Weights, whole ones where they are to be written, whose sum is that of all traffic. */
export type Weights = Readonly<{
  canary: number;
  stable: number;
  /** What Services of an experiment have of it; absent: nothing. */
  additional?: readonly AdditionalShare[];
}>;

/** The share of a Service of an experiment. */
export type AdditionalShare = Readonly<{
  service: string;
  weight: number;
  /** Its port for each port of the canary Service. */
  ports?: Readonly<Record<string, number>>;
}>;

/** What was read from a route. */
export type RouteReading = Readonly<{
  /** Weights scaled to the sum asked for; undefined when no rule names both Services. Of rules that differ, most canary. */
  split: Weights | undefined;
  /** What experiments have of the same sum; absent: nothing. */
  additional?: readonly AdditionalShare[];
  /** Every rule that names both Services carries the same split. */
  uniform: boolean;
  /** The label says so. */
  inProgress: boolean;
  /** The writer is noted on it, with these Services. */
  noted: boolean;
  /** Others are noted on it. */
  shared: boolean;
  /** The managed routes that are noted, in their order. */
  managed: readonly ManagedRoute[];
  /** Every rule that these ask for is there, before the author's, as it should be, and no other rule of ours. */
  intact: boolean;
  /** Names of the author's rules. */
  authored: readonly string[];
}>;

/** Whether the data plane took the route as it is; refused: a parent has said no at its present generation. */
export type Acceptance =
  Readonly<{ accepted: true }> | Readonly<{ accepted: false; refused?: boolean; problem: string }>;

/** One operation of RFC 6902. */
export type RouteOperation =
  Readonly<{ op: 'add' | 'replace' | 'test'; path: string; value: unknown }> | Readonly<{ op: 'remove'; path: string }>;

/** What is to be written into a route. */
export type RouteWish = Readonly<{
  split: Weights;
  managed: readonly ManagedRoute[];
  /** An update is under way: its label and our note are on the route only then. */
  inProgress: boolean;
}>;
