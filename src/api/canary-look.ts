/** What the targets of one version answered between two looks, and how many were left out as unpaired. */
export type ArmLook = Readonly<{
  targets: readonly Readonly<{ requests: number; errors: number }>[];
  dropped: number;
}>;

/** Both versions in the same span. */
export type LookArms = Readonly<{ canary: ArmLook; stable: ArmLook }>;

/** Requests of one version by bucket: `bounds` are the finite upper bounds, ascending, and the last bucket has none. */
export type BucketLook = Readonly<{ bounds: readonly number[]; counts: readonly number[]; dropped: number }>;

/** One look at the counters of a `canary` metric, as plain JSON: exact increments in (from, to], milliseconds. */
export type CanaryLook = Readonly<{
  from: number;
  to: number;
  errors?: LookArms;
  buckets?: Readonly<{ canary: BucketLook; stable: BucketLook }>;
  /** At the first look: stable alone before it, target by target in pieces of 15 s, and its buckets in all. */
  before?: Readonly<{
    pieces: readonly (readonly Readonly<{ requests: number; errors: number }>[])[];
    buckets?: BucketLook;
  }>;
}>;
