import type { Action } from '../plan/action.ts';
import type { ObservedRollout } from '../plan/rollout/observed-rollout.ts';
import type { Breach } from './breach.ts';
import { shares } from './shares.ts';
import type { Situation } from './situation.ts';
import { mayLackAll, wantedReplicas } from './strategy.ts';
import { worsening } from './worsening.ts';

/**
 * S1: no weight for a revision, and no Service with traffic for a selector, behind which no pod is ready. Exempt while
 * the user wants no pods at all, or lets every pod of a canary without routes be away at once.
 */
export function trafficToNobody(observed: ObservedRollout, actions: readonly Action[]): readonly Breach[] {
  if (wantedReplicas(observed) === 0 || mayLackAll(observed)) return [];
  const worse = worsening(observed, actions, unanswered);
  if (worse === undefined) return [];
  const message = `${round(worse.after)} % of the traffic would go to no ready pod, now it is ${round(worse.before)} %`;
  return [{ rule: 'S1', message, ...(worse.action === undefined ? {} : { action: worse.action }) }];
}

/** Percent of the traffic, summed over all ways in, that goes to revisions without a ready pod. */
export function unanswered(observed: ObservedRollout, situation: Situation): number {
  let sum = 0;
  for (const share of shares(observed, situation).flat()) if (share.carriers === 0) sum += share.weight;
  return sum;
}

function round(weight: number): number {
  return Math.round(weight * 10) / 10;
}
