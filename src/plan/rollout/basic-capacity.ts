/** Pods of the two sides of a canary without traffic routing: there, pods are the only weight. */
export type Sizes = Readonly<{ canary: number; stable: number }>;

/** What the target depends on: `weight` of `total` for the canary, of `replicas` pods. */
export type TargetInput = Readonly<{ replicas: number; weight: number; total: number; maxSurge: number }>;

type Candidate = Readonly<{ canary: number; pods: number }>;

/**
 * The sizes that come nearest to the weight: the canary is the ceiling or the floor of its share, over the asked number
 * of pods or, where surge allows, one more. Ties go to the larger canary. Source: rollout-semantics 1.4.
 * Worked: 10 pods at 1 % with surge are 1 of 11 (9 %), nearer than 1 of 10; without surge they are 1 of 10.
 */
export function chooseBasicTarget({ replicas, weight, total, maxSurge }: TargetInput): Sizes {
  if (replicas === 0) return { canary: 0, stable: 0 };
  if (weight === 0) return { canary: 0, stable: replicas };
  if (weight >= total) return { canary: replicas, stable: 0 };
  const exact = (replicas * weight) / total;
  const alone = replicas === 1 && maxSurge === 0;
  const floorAllowed = (pods: number): boolean =>
    (alone || Math.floor(exact) !== 0) && Math.abs(((pods * weight) / total) % 1) !== 0.5;
  const candidates: Candidate[] = [];
  for (const pods of maxSurge > 0 ? [replicas, replicas + 1] : [replicas]) {
    const ceiling = Math.ceil(exact);
    if (alone || !(ceiling >= replicas && pods === replicas)) candidates.push({ canary: ceiling, pods });
    if (floorAllowed(pods)) candidates.push({ canary: Math.floor(exact), pods });
  }
  return nearest(candidates, weight, total, replicas);
}

function nearest(candidates: readonly Candidate[], weight: number, total: number, replicas: number): Sizes {
  let best: Candidate | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const distance = Math.abs((candidate.canary * total) / candidate.pods - weight);
    // A hair of tolerance: equal distances must not be told apart by rounding of the division.
    if (distance < least - 1e-9) {
      best = candidate;
      least = distance;
    }
  }
  if (best === undefined) {
    const floor = Math.floor((replicas * weight) / total);
    return { canary: floor, stable: replicas - floor };
  }
  return { canary: best.canary, stable: best.pods - best.canary };
}

/** One side as it is: pods asked for, and pods available by its status. */
export type Side = Readonly<{ spec: number; available: number }>;

/** What the next write depends on. `othersSpec` is the sum over all older ReplicaSets. */
export type NextInput = Readonly<{
  replicas: number;
  maxSurge: number;
  maxUnavailable: number;
  canary: Side;
  stable: Side;
  othersSpec: number;
  target: Sizes;
}>;

/**
 * The sizes to write now on the way to the target, so that never more than `replicas + maxSurge` pods are asked for and
 * never fewer than `replicas - maxUnavailable` are available. Source: rollout-semantics 1.4, "next write".
 * Worked: 10 pods at 30 %, surge 3, none unavailable: 3/10, and only once two of the three are available 3/8.
 */
export function chooseBasicSizes(input: NextInput): Sizes {
  const { replicas, maxSurge, canary, stable, othersSpec, target } = input;
  const ceiling = replicas + maxSurge;
  let room = Math.max(0, ceiling - canary.spec - stable.spec - othersSpec);
  const stableGrown = Math.max(stable.spec, Math.min(target.stable, stable.spec + room));
  room -= stableGrown - stable.spec;
  const canaryGrown = Math.max(canary.spec, Math.min(target.canary, canary.spec + room));
  const grown: Sizes = { canary: canaryGrown, stable: stableGrown };
  if (othersSpec > 0) return grown;
  return shrink(input, grown);
}

function shrink(input: NextInput, grown: Sizes): Sizes {
  const { replicas, maxSurge, maxUnavailable, canary, stable, target } = input;
  const canaryGrows = target.canary >= canary.spec;
  const growing = canaryGrows ? canary : stable;
  const draining = canaryGrows ? stable : canary;
  const floor = replicas - maxUnavailable;
  const spare = Math.min(growing.available, growing.spec) + draining.spec - floor;
  if (spare <= 0) return grown;
  const drainTarget = canaryGrows ? target.stable : target.canary;
  const grownDraining = canaryGrows ? grown.stable : grown.canary;
  let drained = draining.spec > drainTarget ? Math.max(drainTarget, draining.spec - spare) : grownDraining;
  let rising = canaryGrows ? grown.canary : grown.stable;
  const excess = rising + drained - (replicas + maxSurge);
  if (excess > 0) {
    // The growing side gives up what is too much, but keeps the available pods that the floor needs.
    const risingAvailable = Math.min(growing.available, growing.spec);
    const drainedAvailable = Math.min(draining.available, drained);
    const least = Math.min(rising, Math.max(0, Math.min(risingAvailable, floor - drainedAvailable)));
    const cut = Math.min(excess, rising - least);
    rising -= cut;
    drained = Math.max(0, drained - (excess - cut));
  }
  return canaryGrows ? { canary: rising, stable: drained } : { canary: drained, stable: rising };
}

/** An older ReplicaSet that must go, newest revision first in a list. */
export type Leftover = Readonly<{ name: string; spec: number; available: number }>;

/**
 * The sizes of older ReplicaSets of a canary without traffic routing: first their pods that are not available go, at
 * once; then, newest revision first, as many as the floor of available pods spares. Source: rollout-semantics 1.4.
 */
export function chooseLeftoverSizes(
  leftovers: readonly Leftover[],
  input: Readonly<{ replicas: number; maxUnavailable: number; availableInAll: number }>,
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  let spare = Math.max(0, input.availableInAll - (input.replicas - input.maxUnavailable));
  for (const { name, spec, available } of leftovers) {
    const kept = Math.min(spec, available);
    const gone = Math.min(kept, spare);
    spare -= gone;
    sizes.set(name, kept - gone);
  }
  return sizes;
}

/** The surge and unavailability that hold, both of `replicas`; both zero would never move, so one may then be missing. */
export function chooseFenceposts(
  replicas: number,
  surge: number | undefined,
  unavailable: number | undefined,
): Readonly<{ maxSurge: number; maxUnavailable: number }> {
  const maxSurge = surge ?? Math.ceil(replicas / 4);
  const asked = unavailable ?? Math.floor(replicas / 4);
  const maxUnavailable = Math.min(replicas, maxSurge === 0 && asked === 0 ? 1 : asked);
  return { maxSurge, maxUnavailable };
}
