import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { Situation } from './situation.ts';
import { carriesProduction, newServiceName, stableServiceName, strategyKind } from './strategy.ts';

/** The part of the traffic that one revision gets, in percent, and the ready pods that it gets it on. */
export type Share = Readonly<{
  hash: string;
  weight: number;
  carriers: number;
  /** The pods of an experiment carry what its author gives them, however many they are. */
  declared?: boolean;
}>;

/** Nobody knows how many requests match a managed route: some do, and they need a pod. */
export const MATCHED_WEIGHT = 0.01;

/**
 * Who gets the traffic, one list for each way into the application: each route with its weights, and the managed routes
 * in it; a blue-green's active Service; the Services of a canary without routes, whose weights are the pods themselves;
 * Services left behind.
 */
export function shares(observed: ObservedRollout, situation: Situation): readonly (readonly Share[])[] {
  const canary = newServiceName(observed);
  const stable = stableServiceName(observed);
  return [...named(observed, situation, canary, stable), ...left(observed, situation)];
}

/** Users may still come by a Service that the spec named until a moment ago: it keeps an answer for all of them. */
function left({ leftServices }: ObservedRollout, situation: Situation): readonly (readonly Share[])[] {
  return leftServices.map(({ name }) => shareOf(situation, name, 100));
}

function named(
  observed: ObservedRollout,
  situation: Situation,
  canary: string | undefined,
  stable: string | undefined,
): readonly (readonly Share[])[] {
  if (strategyKind(observed) === 'Routed') {
    return situation.splits.flatMap((split) => [
      [
        ...shareOf(situation, canary, split.canary),
        ...shareOf(situation, stable, split.stable),
        ...split.trials.flatMap(({ service, weight }) => trialShare(situation, service, weight)),
      ],
      shareOf(situation, canary, split.matched ? MATCHED_WEIGHT : 0),
    ]);
  }
  return [stable, canary]
    .filter((service) => service !== undefined && carriesProduction(observed, service))
    .map((service) => shareOf(situation, service, 100));
}

/** The weight that a revision has in the route that gives it most, in percent; 0 where it has none. */
export function largestWeight(observed: ObservedRollout, situation: Situation, hash: string): number {
  const weights = shares(observed, situation).map(
    (list) => mergeByRevision(list).find((share) => share.hash === hash)?.weight,
  );
  return Math.max(0, ...weights.map((weight) => weight ?? 0));
}

/** Two Services that select the same revision share its pods: one share, with the sum of the weights. */
export function mergeByRevision(list: readonly Share[]): readonly Share[] {
  const merged = new Map<string, Share>();
  for (const { hash, weight, carriers, declared } of list) {
    const known = merged.get(hash);
    merged.set(hash, {
      hash,
      weight: weight + (known?.weight ?? 0),
      carriers: Math.max(carriers, known?.carriers ?? 0),
      ...(declared === undefined ? {} : { declared }),
    });
  }
  return [...merged.values()];
}

/** A Service that is gone, with its experiment, answers nothing. */
function trialShare(situation: Situation, service: string, weight: number): Share {
  const [share = { hash: service, weight, carriers: 0 }] = shareOf(situation, service, weight);
  return { ...share, declared: true };
}

function shareOf(situation: Situation, service: string | undefined, weight: number): Share[] {
  if (service === undefined || weight <= 0) return [];
  const hash = situation.selected.get(service);
  return hash === undefined ? [] : [{ hash, weight, carriers: situation.serving.get(service) ?? 0 }];
}
