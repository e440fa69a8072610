/** The two Services between which a route splits. */
export type SplitServices = Readonly<{ canary: string; stable: string }>;

/** What was read from a route. */
export type RouteReading = Readonly<{
  /** Whole or broken weights scaled to the sum asked for; undefined when no rule names both Services. Of rules that differ, most canary. */
  split: Readonly<{ canary: number; stable: number }> | undefined;
  /** Every rule that names both Services carries the same split. */
  uniform: boolean;
  inProgress: boolean;
}>;

/** Whether the data plane took the route as it is. */
export type Acceptance = Readonly<{ accepted: true }> | Readonly<{ accepted: false; problem: string }>;

/** One operation of RFC 6902. */
export type RouteOperation =
  | Readonly<{ op: 'add' | 'replace' | 'test'; path: string; value: unknown }>
  | Readonly<{ op: 'remove'; path: string }>;

/** What is to be written into a route: whole weights, whose sum is that of all traffic, and whether the label says in progress. */
export type RouteWish = Readonly<{ canary: number; stable: number; inProgress: boolean }>;
