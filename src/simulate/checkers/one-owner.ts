import { MANAGED_BY } from '../../api/names.ts';
import type { Rollout } from '../../api/rollout.ts';
import { seconds } from '../../units/duration.ts';
import { readSplitOwners } from '../../routers/split-owners.ts';
import type { Instant } from '../../units/instant.ts';
import type { Checker, MakeChecker, WorldState } from './checker.ts';

/** Two Rollouts that name the same Service say so by then: both were looked at, and both statuses are written. */
const TOLD_AFTER = seconds(30);

/**
 * S13: a Service or route that one Rollout writes is not written by another while the first is there and names it; and a
 * second claim is told by both.
 */
export const oneOwner: MakeChecker = (): Checker => {
  let since: Instant | undefined;
  return {
    id: 'S13',
    judge: ({ call, before, after }) => {
      if (call.resource.plural === 'services') return taken(before, after);
      return call.resource.plural === 'httproutes' ? shared(after) : [];
    },
    looked(state, at, calm) {
      const rivals = claims(state);
      if (rivals.length < 2 || !calm) since = undefined;
      else since ??= at;
      if (since === undefined || at - since < TOLD_AFTER) return [];
      const silent = rivals.filter(
        ({ status }) => !(status?.conditions ?? []).some(({ message = '' }) => tells(message)),
      );
      return silent.map(({ metadata }) => `${metadata.name} does not say that another Rollout names its Services`);
    },
  };
};

function tells(message: string): boolean {
  return /Rollout "[^"]+"/.test(message);
}

/** The Rollouts that name the Services of the world, when there are several. */
function claims({ rollout, rivals, services }: WorldState): readonly Rollout[] {
  const named = new Set(services.map(({ metadata }) => metadata.name));
  return [rollout, ...rivals].flatMap((one) =>
    one !== undefined && namesOf(one).some((name) => named.has(name)) ? [one] : [],
  );
}

function namesOf({ spec }: Rollout): readonly string[] {
  const { canary, blueGreen } = spec.strategy ?? {};
  const names = [canary?.canaryService, canary?.stableService, blueGreen?.activeService, blueGreen?.previewService];
  return names.filter((name) => name !== undefined);
}

/** Services that a Rollout took from another that still is there and names them. */
function taken(before: WorldState, after: WorldState): readonly string[] {
  return after.services.flatMap(({ metadata }) => {
    const owner = metadata.annotations?.[MANAGED_BY];
    const was = before.services.find((one) => one.metadata.uid === metadata.uid)?.metadata.annotations?.[MANAGED_BY];
    const living = claims(before).some((one) => one.metadata.name === was && namesOf(one).includes(metadata.name));
    return was !== undefined && owner !== was && living
      ? [`Service ${metadata.name} is taken from Rollout ${was} by ${owner ?? 'nobody'}`]
      : [];
  });
}

/** Pairs of Services of the route whose weights several Rollouts say are theirs. */
function shared({ route }: WorldState): readonly string[] {
  const owners = route === undefined ? [] : readSplitOwners(route);
  return owners.flatMap((one, index) =>
    owners.slice(index + 1).some((other) => other.canary === one.canary || other.stable === one.stable)
      ? [`the weights of ${one.stable} and ${one.canary} belong to ${one.rollout} and to another Rollout`]
      : [],
  );
}
