import { HASH_LABEL } from '../../../src/api/names.ts';
import type { ObservedReplicaSet, ObservedRollout } from '../../../src/plan/rollout/observed-rollout.ts';
import { resolveIntOrPercent } from '../../../src/units/int-or-percent.ts';
import { ACTIVE_SERVICE, CANARY_SERVICE, STABLE_SERVICE } from './world.ts';

/**
 * What one write broke, by S1, S2 and S6 of the states before and after it; written apart from src/invariants on
 * purpose, and reading states, not plans. Empty when nothing got worse (charge rule). Exempt: the user wants no pods.
 */
export function brokenBy(before: ObservedRollout, after: ObservedRollout): readonly string[] {
  if ((after.rollout.spec.replicas ?? 1) === 0) return [];
  const broken: string[] = [];
  for (const [rule, measure] of MEASURES) {
    const was = measure(before);
    const is = measure(after);
    if (is > was + 1e-9) broken.push(`${rule}: ${was} became ${is}`);
  }
  for (const set of before.replicaSets) {
    const now = after.replicaSets.find(({ uid }) => uid === set.uid);
    const emptied = set.specReplicas > 0 && (now === undefined || now.specReplicas === 0);
    const use = emptied ? (useOf(before, set.hash) ?? useOf(after, set.hash)) : undefined;
    if (use !== undefined) broken.push(`S6: ${set.name} went while ${use}`);
  }
  return broken;
}

type Measure = (observed: ObservedRollout) => number;

const MEASURES: readonly (readonly [string, Measure])[] = [
  ['S1 percent to nobody', (observed) => overWays(observed, ({ weight, pods }) => (pods === 0 ? weight : 0))],
  [
    'S1 percent to no endpoint',
    (observed) => overWays(observed, ({ weight, endpoints }) => (endpoints === 0 ? weight : 0)),
  ],
  [
    'S2 percent uncarried',
    (observed) =>
      overWays(observed, (arrival) => Math.max(0, arrival.weight - carriedBy(observed, arrival)), byRevision),
  ],
  ['S2 pods missing', missing],
];

/** The sum of a measure over all arrivals of all ways in. */
function overWays(
  observed: ObservedRollout,
  of: (arrival: Arrival) => number,
  group: (list: readonly Arrival[]) => readonly Arrival[] = (list) => list,
): number {
  return sum(waysIn(observed), (weights) => sum(group(arrivals(observed, weights)), of));
}

type Arrival = Readonly<{ hash: string; weight: number; pods: number; endpoints: number }>;

/** The percent that each Service gets, one for each way in: each route, the active Service, each Service left behind. */
function waysIn(observed: ObservedRollout): readonly ReadonlyMap<string, number>[] {
  // One that was given back is a Service like any other of the user's: it has the pods of all revisions.
  const marked = observed.leftServices.filter(({ managedBy }) => managedBy !== undefined);
  const left = marked.map(({ name }) => new Map([[name, 100]]));
  if (observed.rollout.spec.strategy?.blueGreen !== undefined) return [...left, new Map([[ACTIVE_SERVICE, 100]])];
  const { maxTrafficWeight: total = 100 } = observed.rollout.spec.strategy?.canary?.trafficRouting ?? {};
  const percent = (weight: number): number => (100 * weight) / total;
  const swapped = observed.rollout.status?.canary?.stablePingPong === 'pong';
  const [canary, stable] = swapped ? [STABLE_SERVICE, CANARY_SERVICE] : [CANARY_SERVICE, STABLE_SERVICE];
  const routed = observed.routes.flatMap(({ split, managed }) =>
    split === undefined
      ? []
      : [
          // Some come by a managed route, nobody knows how many.
          new Map(managed.length === 0 ? [] : [[canary, 0.01]]),
          new Map([
            [canary, percent(split.canary)],
            [stable, percent(split.stable)],
          ]),
        ],
  );
  return [...left, ...routed];
}

/** The traffic that arrives at each Service: percent, pods that stay, endpoints that are alive. */
function arrivals(observed: ObservedRollout, weights: ReadonlyMap<string, number>): readonly Arrival[] {
  return [...observed.services, ...observed.leftServices].flatMap((service) => {
    const weight = weights.get(service.name) ?? 0;
    if (!service.exists || weight === 0) return [];
    const hash = service.selector[HASH_LABEL] ?? '';
    const endpoints = sum(Object.entries(service.readyEndpoints), ([each, ready]) =>
      Math.min(ready, survivors(observed, each)),
    );
    // A Service without a revision serves from what is behind it; one with a revision will, from that one's pods.
    const pods = hash === '' ? endpoints : survivors(observed, hash);
    return [{ hash, weight, pods, endpoints }];
  });
}

/** Arrivals with those of the same revision added up: two Services may share its pods. */
function byRevision(list: readonly Arrival[]): readonly Arrival[] {
  const merged = new Map<string, Arrival>();
  for (const arrival of list) {
    const known = merged.get(arrival.hash);
    merged.set(arrival.hash, known === undefined ? arrival : { ...known, weight: known.weight + arrival.weight });
  }
  return [...merged.values()];
}

/** Ready pods of a revision ('' = of all) that no pending shrinking takes. */
function survivors(observed: ObservedRollout, hash: string): number {
  const sets = observed.replicaSets.filter((set) => hash === '' || set.hash === hash);
  return sum(sets, (set) => Math.min(set.ready, set.specReplicas));
}

function need(observed: ObservedRollout): number {
  const wanted = observed.rollout.spec.replicas ?? 1;
  return Math.max(1, Math.min(wanted, observed.rollout.status?.canary?.carriedReplicas ?? wanted));
}

/** Percent that the pods of an arrival carry: an even part each; a new version's those of a declared size or threshold. */
function carriedBy(observed: ObservedRollout, { hash, weight, pods }: Arrival): number {
  // One that selects every revision has the pods of all, which a canary without routes lets be fewer than N.
  if (hash === '' && isBasic(observed)) return weight;
  const even = (100 * pods) / need(observed);
  const { status, spec } = observed.rollout;
  if (hash !== status?.currentPodHash || hash === status.stableRS) return even;
  const { replicaProgressThreshold: threshold, steps = [] } = spec.strategy?.canary ?? {};
  const least = Math.ceil((weight * need(observed)) / 100);
  const index = status.currentStepIndex ?? 0;
  const declared = [steps.slice(0, index), index < steps.length ? steps.slice(0, index + 1) : []].flatMap((passed) => {
    const scale = passed.findLast((step) => step.setCanaryScale !== undefined)?.setCanaryScale;
    if (scale?.weight !== undefined) return [Math.ceil((scale.weight * (spec.replicas ?? 1)) / 100)];
    return scale?.replicas === undefined ? [] : [scale.replicas];
  });
  const asked = Math.min(least, ...(status.abort === true ? [] : declared));
  const enough =
    threshold === undefined
      ? asked
      : Math.min(asked, threshold.type === 'Pods' ? threshold.value : Math.ceil((asked * threshold.value) / 100));
  return Math.max(even, enough < least ? weight * Math.min(1, pods / Math.max(1, enough)) : 0);
}

function isBasic({ rollout }: ObservedRollout): boolean {
  const canary = rollout.spec.strategy?.canary;
  return canary !== undefined && canary.trafficRouting === undefined;
}

/** Available pods that a canary without routes lacks of N − maxUnavailable. */
function missing(observed: ObservedRollout): number {
  const canary = observed.rollout.spec.strategy?.canary;
  if (canary === undefined || canary.trafficRouting !== undefined) return 0;
  const wanted = observed.rollout.spec.replicas ?? 1;
  const surge = resolveIntOrPercent(canary.maxSurge ?? '25%', wanted, 'up') ?? 0;
  const resolved = resolveIntOrPercent(canary.maxUnavailable ?? '25%', wanted, 'down') ?? 0;
  const unavailable = Math.min(wanted, surge === 0 && resolved === 0 ? 1 : resolved);
  const left = sum(observed.replicaSets, (set: ObservedReplicaSet) => Math.min(set.available, set.specReplicas));
  return Math.max(0, wanted - unavailable - left);
}

/** Who still needs a revision; undefined when nobody does. */
function useOf(observed: ObservedRollout, hash: string): string | undefined {
  const all = waysIn(observed).flatMap((weights) => arrivals(observed, weights));
  const arrival = all.find((each) => each.hash === hash);
  if (arrival !== undefined) return `it has ${arrival.weight} % of the traffic`;
  // The other Service of pingPong keeps its selector between updates: without weight it serves nobody.
  const pingPong = observed.rollout.spec.strategy?.canary?.pingPong !== undefined;
  const service = [...observed.services, ...observed.leftServices].find(
    ({ name, exists, selector }) =>
      exists &&
      name !== 'web-preview' &&
      !(pingPong && weightOf(observed, name) === 0) &&
      selector[HASH_LABEL] === hash &&
      !isLeft(observed, name),
  );
  return service === undefined ? undefined : `Service ${service.name} selects it`;
}

/** The percent that a Service has in the way in that gives it most. */
function weightOf(observed: ObservedRollout, name: string): number {
  return Math.max(0, ...waysIn(observed).map((weights) => weights.get(name) ?? 0));
}

/** True for the stable Service of a canary whose stable version may lose all of its pods, and has no weight. */
function isLeft(observed: ObservedRollout, service: string): boolean {
  const dynamic = observed.rollout.spec.strategy?.canary?.dynamicStableScale === true;
  return dynamic && service === STABLE_SERVICE && observed.routes.every(({ split }) => split?.stable === 0);
}

function sum<T>(items: readonly T[], value: (item: T) => number): number {
  let total = 0;
  for (const item of items) total += value(item);
  return total;
}
