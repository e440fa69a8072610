import type { BackendPair } from './pairs.ts';
import { shareOf } from './pairs.ts';
import type { BackendRef } from './route-shape.ts';
import type { AdditionalShare, RouteOperation, Weights } from './router.ts';

/** True when a rule carries a split as it is: the shares of both sides and of every experiment. */
export function carries(pair: BackendPair, { canary, stable, additional = [] }: Weights): boolean {
  const total = canary + stable + additional.reduce((sum, { weight }) => sum + weight, 0);
  if (sumOf(pair) === 0 || shareOf(pair, total) !== canary || pair.additional.length !== additional.length)
    return false;
  return additional.every(({ service, weight }) =>
    pair.additional.some((one) => one.service === service && (total * one.weight) / sumOf(pair) === weight),
  );
}

/** All that a rule gives to backends that are ours to write. */
export function sumOf({ canaryWeight, stableWeight, additional }: BackendPair): number {
  return additional.reduce((sum, { weight }) => sum + weight, canaryWeight + stableWeight);
}

/** The backends of a rule with a split in place: experiments that are over go, and new ones come last. */
export function weighted(refs: readonly BackendRef[], pair: BackendPair, split: Weights): readonly BackendRef[] {
  const { canary, stable, additional = [] } = split;
  const kept = refs.flatMap((ref, at): readonly BackendRef[] => {
    if (at === pair.canary) return [{ ...ref, weight: canary }];
    if (at === pair.stable) return [{ ...ref, weight: stable }];
    const trial = pair.additional.find((one) => one.at === at);
    if (trial === undefined) return [ref];
    const share = additional.find(({ service }) => service === trial.service);
    return share === undefined ? [] : [{ ...ref, weight: share.weight }];
  });
  const added = additional.filter(({ service }) => !pair.additional.some((one) => one.service === service));
  return [...kept, ...added.map((share) => backendOf(share, refs[pair.canary]))];
}

/** A backend like that of the canary, on the port of the experiment's Service that leads to the same container port. */
function backendOf({ service, weight, ports = {} }: AdditionalShare, canary: BackendRef | undefined): BackendRef {
  const { group, kind, namespace, port } = canary ?? { name: service };
  const own = port === undefined ? undefined : (ports[String(port)] ?? port);
  return {
    ...(group === undefined ? {} : { group }),
    ...(kind === undefined ? {} : { kind }),
    ...(namespace === undefined ? {} : { namespace }),
    name: service,
    ...(own === undefined ? {} : { port: own }),
    weight,
  };
}

/** The operations that bring the backends of a rule at `path` to a split: nothing else of them is touched. */
export function renderBackends(
  refs: readonly BackendRef[],
  pair: BackendPair,
  split: Weights,
  path: string,
): readonly RouteOperation[] {
  const { canary, stable, additional = [] } = split;
  const set = (at: number, value: number): RouteOperation => ({ op: 'add', path: `${path}/${at}/weight`, value });
  const present = pair.additional.map((one) => ({
    ...one,
    share: additional.find(({ service }) => service === one.service),
  }));
  const made = weighted(refs, pair, split).slice(
    refs.length - present.filter(({ share }) => share === undefined).length,
  );
  return [
    set(pair.canary, canary),
    set(pair.stable, stable),
    ...present.flatMap(({ at, share }) => (share === undefined ? [] : [set(at, share.weight)])),
    // From the last to the first, for each removal moves those behind it.
    ...present
      .filter(({ share }) => share === undefined)
      .toSorted((a, b) => b.at - a.at)
      .map(({ at }): RouteOperation => ({ op: 'remove', path: `${path}/${at}` })),
    ...made.map((value): RouteOperation => ({ op: 'add', path: `${path}/-`, value })),
  ];
}
